"""A collector's daily D0036, which has no check meters, no alarms and no attributes."""

from __future__ import annotations

import copy
from datetime import date

from sample_data.estate_medium import MEDIUM
from sample_data.statuses import ESTIMATED, INVALID_LETTER, PADDING
from sample_data.submission import Raises, Submission, set_flags, set_values

COLLECTOR_DAY = date(2026, 9, 15)

_LARGE = ("Example Wind Farm", "Example Paper Mill")
_SMALL = (
    "Example Garage",
    "Example Gym",
    "Example Bandstand",
    "Example Chapel",
    "Example Empty Unit",
    "Example Boathouse",
    "Example Nursery",
    "Example Florist",
)
_GONE = ("Example Bus Garage", "Example Tram Shed")


def build() -> Submission:
    """Tuesday 15 September 2026: some forty systems, main channels only."""
    day = Submission("collector_day", "Tuesday 15 September 2026, a collector's daily D0036")
    medium = [system.name for system in MEDIUM if system.name not in _GONE]
    day.send([*_LARGE, *medium, *_SMALL], [COLLECTOR_DAY], roles=("MAIN",))
    _no_check_meters(day)
    _statuses(day)
    _values(day)
    _groups(day)
    return day


def _no_check_meters(day: Submission) -> None:
    for name in _LARGE:
        day.plant(
            [day.of(name)],
            "a D0036 has no check meters",
            "CoP 3 asks for a check meter and no CHECK channel came; recalled: QUERY",
            Raises("check_meter_absent", "QUERY"),
        )


def _statuses(day: Submission) -> None:
    hospital, museum, florist = (day.of(f"Example {name}") for name in ("Hospital", "Museum", "Florist"))
    set_flags(hospital, range(20, 26), ESTIMATED)
    set_flags(museum, range(1, 49), ESTIMATED)
    set_flags(florist, [6], PADDING)
    set_flags(florist, [7], INVALID_LETTER)
    day.plant([hospital], "periods 20-25 are E", "six estimates", Raises("estimated", "QUERY", tuple(range(20, 26))))
    day.plant([museum], "every period is E", "48 estimates", Raises("estimated", "QUERY", tuple(range(1, 49))))
    day.plant(
        [florist],
        "period 6 is C, period 7 is X",
        "no clock changes, so no padding is due; X is not A, E or C",
        Raises("invalid_flag", "FAIL", (6, 7)),
    )


def _values(day: Submission) -> None:
    laundry, nursery, garage = (day.of(f"Example {name}") for name in ("Laundry", "Nursery", "Garage"))
    set_values(laundry, {13: None, 14: None})
    set_values(nursery, {8: -0.4})
    set_values(garage, {37: 52.0})
    day.plant(
        [laundry], "periods 13 and 14 are blank", "blank is no reading", Raises("missing_period", "FAIL", (13, 14))
    )
    day.plant([nursery], "period 8 is -0.4 kWh", "below zero", Raises("negative_energy", "FAIL", (8,)))
    day.plant(
        [garage],
        "period 37 is 52 kWh",
        "CoP 10, whole-current: 50 kWh (policy: QUERY); 52 is 4 % above",
        Raises("above_max_permissible", "QUERY", (37,)),
    )


def _groups(day: Submission) -> None:
    chapel, boathouse, gym = (day.of(f"Example {name}") for name in ("Chapel", "Boathouse", "Gym"))
    assert chapel.flags is not None
    del chapel.values[2], chapel.flags[2]
    day.plant([chapel], "a 103 line was lost", "47 values; the day has 48", Raises("period_count", "FAIL"))
    again = copy.deepcopy(boathouse)
    day.days.insert(day.days.index(boathouse) + 1, again)
    day.plant([again], "the day came twice", "the second 102 group of it", Raises("duplicate_day", "FAIL"))
    unknown = copy.deepcopy(gym)
    unknown.quantity = "UN"
    day.days.insert(day.days.index(gym) + 1, unknown)
    day.plant([unknown], "a group of quantity UN", "UN is not AI, AE, RI or RE", Raises("unknown_quantity", "FAIL"))
