"""Load shapes of a day, as whole percentages so that no machine rounds them differently."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Net load by the hour, % of the scale (export is negative); `hours` has 24 values.

    `weekend` is the share of it on a Saturday or Sunday, %; `reactive` is kVArh per kWh, %;
    `house_counts` is import that goes on while exporting, in counts of the channel's resolution.
    """

    hours: tuple[int, ...]
    weekend: int = 100
    reactive: int = 30
    house_counts: int = 0

    def permille(self, half_hour: int, is_weekend: bool) -> int:
        """Net load of a half hour of the clock (0 to 47), thousandths of the scale."""
        hour, second = divmod(half_hour, 2)
        here, following = self.hours[hour], self.hours[(hour + 1) % 24]
        tenfold = 10 * here if not second else 5 * (here + following)
        return tenfold * self.weekend // 100 if is_weekend else tenfold


# fmt: off
SHAPES = {
    "office": Shape(
        (22, 21, 21, 22, 24, 30, 45, 68, 88, 95, 98, 99,
         97, 98, 99, 97, 92, 80, 60, 45, 35, 30, 26, 24), 32
    ),
    "supermarket": Shape(
        (58, 56, 55, 55, 57, 62, 72, 82, 88, 92, 95, 97,
         98, 98, 97, 96, 96, 97, 95, 91, 86, 78, 68, 61), 94
    ),
    "waterworks": Shape(
        (98, 99, 99, 97, 96, 94, 70, 45, 38, 36, 35, 35,
         36, 35, 36, 38, 40, 42, 40, 38, 36, 40, 75, 95), 100, 42
    ),
    "hospital": Shape(
        (72, 71, 70, 70, 71, 74, 80, 87, 93, 96, 97, 98,
         98, 97, 97, 96, 95, 93, 90, 87, 84, 80, 76, 74), 90
    ),
    "flat": Shape(
        (97, 97, 97, 97, 97, 97, 97, 98, 98, 99, 99, 100,
         100, 100, 100, 99, 99, 98, 98, 98, 97, 97, 97, 97), 100, 18
    ),
    "school": Shape(
        (14, 14, 13, 13, 14, 18, 40, 70, 92, 96, 98, 99,
         96, 97, 94, 80, 52, 34, 26, 22, 18, 16, 15, 14), 30
    ),
    "bakery": Shape(
        (60, 82, 95, 98, 99, 98, 96, 92, 85, 74, 60, 45,
         38, 34, 32, 32, 31, 31, 30, 30, 32, 36, 42, 50), 80, 45
    ),
    "foundry": Shape(
        (70, 69, 68, 68, 70, 75, 84, 92, 95, 97, 98, 98,
         96, 97, 98, 97, 95, 93, 90, 86, 82, 78, 75, 72), 70, 25
    ),
    "shop": Shape(
        (18, 17, 17, 17, 18, 22, 34, 55, 78, 90, 96, 98,
         99, 98, 97, 96, 94, 86, 66, 44, 32, 26, 22, 19), 85, 20
    ),
    "cafe": Shape(
        (20, 19, 19, 19, 22, 34, 58, 82, 95, 98, 96, 94,
         98, 99, 94, 88, 80, 66, 50, 38, 30, 26, 23, 21), 90, 20
    ),
    "kiosk": Shape(
        (60, 59, 58, 58, 60, 64, 72, 80, 86, 90, 93, 95,
         96, 96, 95, 93, 91, 88, 84, 80, 75, 70, 66, 62), 95, 20
    ),
    "lighting": Shape(
        (99, 99, 99, 99, 99, 98, 70, 20, 12, 12, 12, 12,
         12, 12, 12, 12, 13, 20, 60, 95, 99, 99, 99, 99), 100, 15
    ),
    "wind": Shape(
        (-72, -76, -80, -84, -88, -86, -80, -71, -60, -44, -26, -10,
         3, 4, 3, -12, -28, -42, -55, -62, -66, -68, -70, -71), 100, 8
    ),
    "solar": Shape(
        (3, 3, 3, 3, 3, 3, 3, -4, -18, -38, -57, -72,
         -82, -86, -82, -71, -54, -34, -14, 3, 3, 3, 3, 3), 100, 6
    ),
    "solar_roof": Shape(
        (18, 18, 17, 17, 18, 20, 22, 20, 12, -6, -24, -40,
         -50, -54, -49, -36, -18, 8, 20, 26, 28, 25, 22, 20), 100, 12
    ),
    "chp": Shape(
        (-18, -20, -21, -20, -16, 12, 38, 60, 72, 78, 80, 82,
         80, 79, 80, 78, 72, 66, 58, 46, 30, 14, -8, -14), 75, 34
    ),
    "works": Shape(
        (-12, -13, -13, -12, -10, 22, 58, 82, 92, 95, 96, 97,
         94, 95, 97, 96, 92, 85, 74, 62, 50, 38, 20, -9), 60, 28
    ),
    "import_works": Shape(
        (40, 39, 38, 38, 42, 55, 72, 88, 94, 96, 97, 98,
         95, 96, 98, 97, 93, 86, 76, 66, 58, 50, 45, 42), 55, 33
    ),
    "station": Shape(
        (3, 3, 3, 3, 3, 4, -35, -62, -80, -88, -90, -91,
         -90, -89, -90, -91, -93, -94, -92, -88, -74, -45, 3, 3), 100, 20
    ),
    "pumped_storage": Shape(
        (84, 86, 87, 86, 84, 60, 20, -30, -62, -70, -66, -55,
         -48, -45, -50, -64, -80, -88, -86, -72, -50, -20, 40, 76), 100, 16
    ),
    "digester": Shape(
        (-88, -88, -89, -90, -90, -91, -91, -90, -90, -89, -88, -88,
         -87, -88, -89, -90, -91, -91, -90, -90, -89, -89, -88, -88), 100, 10, 3
    ),
    "empty": Shape((0,) * 24),
}
# fmt: on
