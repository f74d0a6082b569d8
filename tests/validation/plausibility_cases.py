"""Boundary cases of the plausibility checks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.build import (
    LONG_DAY,
    SHORT_DAY,
    WINTER_DAY,
    ordinary_values,
    reading_row,
    standing_row,
    values_with,
)
from tests.validation.cases import INSIDE_TOLERANCE, OUTSIDE_TOLERANCE, Case, case

Values = list[float | None]
NAN = float("nan")


def _answer(periods: Any) -> Any:
    return "clear" if periods is None else frozenset(periods)


def _zero(place: Any, title: str, values: Values, periods: Any = None, **options: Any) -> Case:
    row = reading_row(energy_kwh=values, **options.pop("columns", {}))
    return case("zero_run", place, title, _answer(periods), row, "QUERY" if periods else "", **options)


_LONG = {"settlement_date": LONG_DAY}
_ZEROS: Values = [0.0] * 48
ZERO_RUN = [
    _zero("at", "48 of 48", _ZEROS, range(1, 49)),
    _zero("inside", "47 of 48", [*_ZEROS[:47], 0.1]),
    _zero("inside", "broken in the middle", values_with({}, 24) + [0.0] * 24),
    _zero("inside", "one not quite zero", [*_ZEROS[:47], 5e-10]),
    _zero("at", "minus zero is zero", [-0.0, *_ZEROS[:47]], range(1, 49)),
    _zero("inside", "one missing", [*_ZEROS[:20], None, *_ZEROS[:27]]),
    _zero("outside", "all of a long day", [0.0] * 50, range(1, 51), columns=_LONG),
    _zero("at", "first 48 of a long day", [*_ZEROS, 1.0, 2.0], range(1, 49), columns=_LONG),
    _zero("at", "last 48 of a long day", [1.0, 2.0, *_ZEROS], range(3, 51), columns=_LONG),
    _zero("outside", "49 of a long day", [1.0, *_ZEROS, 0.0], range(2, 51), columns=_LONG),
    _zero("inside", "all of a short day", [0.0] * 46, columns={"settlement_date": SHORT_DAY}),
    _zero("at", "export", _ZEROS, range(1, 49), columns={"measurement_quantity": "AE"}),
    _zero("at", "no governing Issue", _ZEROS, range(1, 49), standing=standing_row(cop=None)),
    _zero("at", "three by policy", [1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0], {2, 3, 4}, rules="short_runs"),
    *(
        case("zero_run", "other", title, "not run", reading_row(energy_kwh=_ZEROS, **columns), standing=on_file)
        for title, columns, on_file in (
            ("de-energised", {}, standing_row(energised=False)),
            ("energisation not said", {}, standing_row(energised=None)),
            ("reactive", {"measurement_quantity": "RI"}, standing_row()),
            ("no standing data", {}, ()),
        )
    ),
]


def _stuck(place: Any, title: str, values: Values, periods: Any = None, **options: Any) -> Case:
    row = reading_row(energy_kwh=values, **options.pop("columns", {}))
    return case("stuck", place, title, _answer(periods), row, "QUERY" if periods else "", **options)


def _same(count: int, value: float = 7.0) -> Values:
    return [value] * count


_VARIED = ordinary_values()
STUCK = [
    _stuck("inside", "never twice", _VARIED),
    _stuck("inside", "11 equal", [*_same(11), *_VARIED[11:]]),
    _stuck("at", "12 equal at the start", [*_same(12), *_VARIED[12:]], range(1, 13)),
    _stuck("at", "12 equal at the end", [*_VARIED[:36], *_same(12)], range(37, 49)),
    _stuck("outside", "13 equal", [*_VARIED[:10], *_same(13), *_VARIED[23:]], range(11, 24)),
    _stuck("outside", "all equal", _same(48), range(1, 49)),
    _stuck("at", "two runs side by side", [*_same(12), *_same(12, 8.0), *_same(11, 9.0)], range(1, 25)),
    _stuck("inside", "11 and 11 with another between", [*_same(11), 8.0, *_same(11), 8.5]),
    _stuck("inside", "nearly equal", [*_same(11), 7.0 * (1 + 3e-16), *_VARIED[12:]]),
    _stuck("inside", "zeros", _same(48, 0.0)),
    _stuck("inside", "minus zeros", _same(48, -0.0)),
    _stuck("at", "negative", [*_same(12, -7.0), *_VARIED[12:]], range(1, 13)),
    _stuck("inside", "not a number", _same(48, NAN)),
    _stuck("inside", "nulls", [None] * 48),
    _stuck("inside", "infinite", _same(48, float("inf"))),
    _stuck("inside", "broken by a missing one", [*_same(6), None, *_same(6), *_VARIED[13:]]),
    _stuck("at", "unknown quantity", _same(12), range(1, 13), columns={"measurement_quantity": "UN"}),
    _stuck("at", "without standing data", _same(12), range(1, 13), standing=()),
    _stuck("at", "two by policy", [1.0, 7.0, 7.0, 3.0], {2, 3}, rules="short_runs"),
    _stuck("inside", "no values", []),
]


def _spike(place: Any, title: str, values: Values, period: int | None = None, **options: Any) -> Case:
    row = reading_row(energy_kwh=values, **options.pop("columns", {}))
    answer: Any = "clear" if period is None else {period}
    return case("spike", place, title, answer, row, "" if period is None else "QUERY", **options)


def _over(third: float, highest: float) -> Values:
    """A day whose highest is in period 5, its second and third highest being `third`."""
    return [third, third, third / 2, third / 4, highest, *(third / (n + 2) for n in range(43))]


_KILO = standing_row(resolution_kwh=1.0)
SPIKE = [
    # (28 - 10) / 10 = 1.8; the floor is ten resolutions of 0.1 kWh.
    _spike("at", "2.8 times", _over(10.0, 28.0)),
    _spike("inside", "under 2.8 times", _over(10.0, 27.9)),
    _spike("inside", "within the tolerance", _over(10.0, 10 + 18 * INSIDE_TOLERANCE)),
    _spike("outside", "past the tolerance", _over(10.0, 10 + 18 * OUTSIDE_TOLERANCE), 5),
    _spike("outside", "far above", _over(10.0, 1000.0), 5),
    _spike("at", "at the floor", _over(1.0, 10.0), standing=_KILO),
    _spike("inside", "floor within the tolerance", _over(1.0, 10.0 * INSIDE_TOLERANCE), standing=_KILO),
    _spike("outside", "floor past the tolerance", _over(1.0, 10.0 * OUTSIDE_TOLERANCE), 5, standing=_KILO),
    _spike("outside", "above nothing", _over(0.0, 1.1), 5),
    _spike("at", "above nothing at the floor", _over(0.0, 1.0)),
    _spike("inside", "third highest below zero", [5.0, -1.0, -1.0, -2.0]),
    _spike("outside", "second highest does not matter", [10.0, 100.0, 99.0, 9.0, 8.0], 2),
    _spike("outside", "first of two highest", [10.0, 9.0, 50.0, 50.0, 8.0], 3),
    _spike("inside", "three highest alike", [50.0, 1.0, 50.0, 50.0]),
    _spike("outside", "missing ones aside", [None, 1.0, NAN, 9.0, float("inf"), 1.0], 4),
    _spike("outside", "reactive", _over(1.0, 50.0), 5, columns={"measurement_quantity": "RI"}),
    _spike("outside", "no governing Issue", _over(1.0, 50.0), 5, standing=standing_row(cop=None)),
    *(
        case("spike", "other", title, "not run", reading_row(energy_kwh=values), standing=on_file)
        for title, values, on_file in (
            ("two readings", [1.0, 99.0], standing_row()),
            ("two readings and a missing one", [1.0, 99.0, NAN], standing_row()),
            ("no values", [], standing_row()),
            ("no resolution", _over(1.0, 99.0), standing_row(resolution_kwh=None)),
            ("no standing data", _over(1.0, 99.0), ()),
        )
    ),
]


def _quantity(quantity: str, values: Values, **columns: Any) -> dict[str, Any]:
    return reading_row(measurement_quantity=quantity, energy_kwh=values, **columns)


def _reactive(place: Any, title: str, rows: list[dict[str, Any]], periods: Any = None, **options: Any) -> Case:
    outcome = "QUERY" if periods else ""
    return case("reactive_without_active", place, title, _answer(periods), rows, outcome, **options)


def _beside(reactive: float | None, *active: tuple[str, float | None]) -> list[dict[str, Any]]:
    """RI with that energy in period 2, beside active channels with theirs."""
    rows = [_quantity("RI", [0.0, reactive, 0.0])]
    return rows + [_quantity(quantity, [1.0, energy, 1.0]) for quantity, energy in active]


_NO_AI = ("AI", 0.0)
REACTIVE_WITHOUT_ACTIVE = [
    # Four resolutions of 0.1 kWh.
    _reactive("at", "four resolutions", _beside(0.4, _NO_AI)),
    _reactive("inside", "within the tolerance", _beside(0.4 + 5e-10, _NO_AI)),
    _reactive("outside", "past the tolerance", _beside(0.4 + 2e-9, _NO_AI), {2}),
    _reactive("outside", "beside import alone", _beside(0.5, _NO_AI), {2}),
    _reactive("outside", "beside export alone", _beside(0.5, ("AE", 0.0)), {2}),
    _reactive("outside", "beside both", _beside(0.5, _NO_AI, ("AE", -0.0)), {2}),
    _reactive("inside", "import runs", _beside(0.5, ("AI", 0.1), ("AE", 0.0))),
    _reactive("inside", "export runs", _beside(0.5, _NO_AI, ("AE", 0.1))),
    _reactive("inside", "import hardly runs", _beside(0.5, ("AI", 1e-12))),
    _reactive("inside", "import below zero", _beside(0.5, ("AI", -0.1))),
    _reactive("inside", "import missing", _beside(0.5, ("AI", NAN), ("AE", 0.0))),
    _reactive("inside", "reactive missing", _beside(None, _NO_AI)),
    _reactive("inside", "reactive below zero", _beside(-5.0, _NO_AI)),
    _reactive("outside", "reactive export", [_quantity("RE", [9.0]), _quantity("AI", [0.0])], {1}),
    _reactive("outside", "import shorter", [_quantity("RI", [9.0, 9.0]), _quantity("AI", [0.0])], {1}),
    _reactive("inside", "second of two import rows", [*_beside(0.5, ("AI", 0.1)), _quantity("AI", [1.0, 0.0, 1.0])]),
    _reactive("outside", "all limits confirmed", _beside(0.5, _NO_AI), {2}, rules="confirmed"),
    *(
        case("reactive_without_active", "other", title, "not run", rows, standing=on_file)
        for title, rows, on_file in (
            ("no active channel", _beside(9.0), standing_row()),
            (
                "import of the check meter",
                [*_beside(9.0), _quantity("AI", [0.0] * 3, role="CHECK")],
                standing_row(),
            ),
            ("import in UTC", [*_beside(9.0), _quantity("AI", [0.0] * 3, utc_day=True)], standing_row()),
            ("active row", _beside(9.0, _NO_AI)[::-1], standing_row()),
            ("no resolution", _beside(9.0, _NO_AI), standing_row(resolution_kwh=None)),
            ("no standing data", _beside(9.0, _NO_AI), ()),
        )
    ),
]

_OFF: dict[str, Any] = {"energised": False}


def _consuming(place: Any, title: str, value: float | None, found: bool = False, **options: Any) -> Case:
    on_file = standing_row(**{**_OFF, **options.pop("meter", {})})
    row = reading_row(energy_kwh=[0.0, value, -1.0], **options.pop("columns", {}))
    answer: Any = {2} if found else "clear"
    return case("deenergised_but_consuming", place, title, answer, row, "QUERY" if found else "", standing=on_file)


DEENERGISED_BUT_CONSUMING = [
    _consuming("at", "nothing", 0.0),
    _consuming("inside", "below zero", -5.0),
    _consuming("inside", "within the tolerance", 5e-10),
    _consuming("outside", "past the tolerance", 2e-9, True),
    _consuming("outside", "a resolution", 0.1, True),
    _consuming("outside", "export", 0.1, True, columns={"measurement_quantity": "AE"}),
    _consuming("inside", "not a number", NAN),
    _consuming("inside", "first day", 9.0, meter={"energised_from": WINTER_DAY}),
    _consuming("outside", "second day", 9.0, True, meter={"energised_from": WINTER_DAY - timedelta(days=1)}),
    _consuming(
        "outside",
        "before the date given",
        9.0,
        True,
        meter={"energised_from": WINTER_DAY + timedelta(days=1)},
    ),
    _consuming("inside", "first day on file", 9.0, meter={"effective_from": WINTER_DAY}),
    _consuming(
        "outside",
        "first day on file but not of it",
        9.0,
        True,
        meter={"effective_from": WINTER_DAY, "energised_from": date(2025, 1, 1)},
    ),
    _consuming("outside", "no governing Issue", 9.0, True, meter={"cop": None}),
    *(
        case("deenergised_but_consuming", "other", title, "not run", reading_row(**columns), standing=on_file)
        for title, columns, on_file in (
            ("energised", {}, standing_row()),
            ("energisation not said", {}, standing_row(energised=None)),
            ("reactive", {"measurement_quantity": "RE"}, standing_row(**_OFF)),
            ("no standing data", {}, ()),
        )
    ),
]


def _both(
    place: Any,
    title: str,
    imported: float | None,
    exported: float | None,
    found: bool = False,
    **options: Any,
) -> Case:
    on_file = standing_row(**{"direction": "IMPORT", **options.pop("meter", {})})
    rows = [_quantity("AI", [0.0, imported, 9.0]), _quantity("AE", [9.0, exported, 0.0])]
    answer: Any = {2} if found else "clear"
    outcome = "QUERY" if found else ""
    return case("import_export_both", place, title, answer, rows, outcome, standing=on_file, **options)


_ONE_WAY = standing_row(direction="IMPORT")
_PAIR = [_quantity("AI", [9.0]), _quantity("AE", [9.0])]
IMPORT_EXPORT_BOTH = [
    # Ten resolutions of 0.1 kWh.
    _both("at", "both at the floor", 1.0, 1.0),
    _both("at", "import at the floor", 1.0, 5.0),
    _both("at", "export at the floor", 5.0, 1.0),
    _both("inside", "import within the tolerance", 1.0 + 5e-10, 5.0),
    _both("inside", "export within the tolerance", 5.0, 1.0 + 5e-10),
    _both("outside", "both past the tolerance", 1.0 + 2e-9, 1.0 + 2e-9, True),
    _both("outside", "both above", 5.0, 5.0, True),
    _both("outside", "called export", 5.0, 5.0, True, meter={"direction": "EXPORT"}),
    _both("inside", "import missing", NAN, 5.0),
    _both("inside", "export missing", 5.0, None),
    case(
        "import_export_both",
        "inside",
        "export shorter",
        "clear",
        [_quantity("AI", [0.0, 9.0]), _quantity("AE", [9.0])],
        standing=_ONE_WAY,
    ),
    case(
        "import_export_both",
        "inside",
        "second of two export rows",
        "clear",
        [_quantity("AI", [9.0]), _quantity("AE", [0.0]), _quantity("AE", [9.0])],
        standing=_ONE_WAY,
    ),
    *(
        case("import_export_both", "other", title, "not run", rows, standing=on_file)
        for title, rows, on_file in (
            ("two-directional", _PAIR, standing_row(direction="BOTH")),
            ("direction not said", _PAIR, standing_row()),
            ("export row", _PAIR[::-1], _ONE_WAY),
            ("no export", _PAIR[:1], _ONE_WAY),
            ("export of the check meter", [*_PAIR[:1], _quantity("AE", [9.0], role="CHECK")], _ONE_WAY),
            ("export in UTC", [*_PAIR[:1], _quantity("AE", [9.0], utc_day=True)], _ONE_WAY),
            ("no resolution", _PAIR, standing_row(direction="IMPORT", resolution_kwh=None)),
            ("no standing data", _PAIR, ()),
        )
    ),
]

PLAUSIBILITY_CASES = [
    *ZERO_RUN,
    *STUCK,
    *SPIKE,
    *REACTIVE_WITHOUT_ACTIVE,
    *DEENERGISED_BUT_CONSUMING,
    *IMPORT_EXPORT_BOTH,
]
