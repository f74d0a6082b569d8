"""Faults of format on the ordinary day."""

from __future__ import annotations

import copy
import math

from sample_data.days import collected
from sample_data.statuses import ESTIMATED, MEANINGLESS, PADDING
from sample_data.submission import Raises, Submission, set_flags, set_values


def plant_format(normal: Submission) -> None:
    """Faults that do not change which channel-days there are."""
    _identifiers(normal)
    _values(normal)
    _statuses(normal)
    _absent_check_meter(normal)
    _integration(normal)
    _storage(normal)


def plant_lost_and_repeated(normal: Submission) -> None:
    """Faults of transmission: they come after the registers have been settled."""
    newsagent = normal.of("Example Newsagent")
    for column in (newsagent.values, newsagent.flags, newsagent.durations_s):
        assert column is not None
        del column[2]
    normal.plant(
        [newsagent],
        "period 3 was lost on the way",
        "47 values; the day has 48",
        Raises("period_count", "FAIL"),
    )
    again = copy.deepcopy(normal.of("Example Barber"))
    normal.days.append(again)
    normal.plant([again], "the day came twice", "the second row of it", Raises("duplicate_day", "FAIL"))


def _identifiers(normal: Submission) -> None:
    kiosk = normal.of("Example Ticket Kiosk")
    normal.plant(
        [kiosk],
        "last digit of the MPAN core mistyped",
        "990000000090: 3 x 9 + 5 x 9 + 41 x 9 = 441; 441 mod 11 = 1; 1 mod 10 = 1; the thirteenth digit is 2",
        Raises("mpan_check_digit", "FAIL"),
    )
    unknown = copy.deepcopy(normal.of("Example Gym"))
    unknown.quantity = "UN"
    normal.days.insert(normal.days.index(normal.of("Example Gym")) + 1, unknown)
    normal.plant(
        [unknown],
        "sent once more as quantity UN",
        "UN is not AI, AE, RI or RE; it is a channel of its own, so no duplicate",
        Raises("unknown_quantity", "FAIL"),
    )


def _values(normal: Submission) -> None:
    laundry = normal.of("Example Laundry")
    set_values(laundry, {13: None, 27: math.nan, 28: math.inf})
    normal.plant(
        [laundry],
        "period 13 null, 27 NaN, 28 infinite",
        "none of the three is a reading",
        Raises("missing_period", "FAIL", (13, 27, 28)),
    )
    nursery = normal.of("Example Nursery")
    set_values(nursery, {8: -0.4, 9: 3.14})
    normal.plant(
        [nursery],
        "period 8 is -0.4 kWh; period 9 is 3.14 kWh at a resolution of 0.1",
        "-0.4 is below zero; 3.14 / 0.1 = 31.4 counts; -0.4 / 0.1 = -4 is whole",
        Raises("negative_energy", "FAIL", (8,)),
        Raises("off_resolution", "QUERY", (9,)),
    )


def _statuses(normal: Submission) -> None:
    florist = normal.of("Example Florist")
    set_flags(florist, [5], MEANINGLESS)
    set_flags(florist, [6, 7], PADDING)
    set_flags(florist, [7, 18, 19, 20], ESTIMATED)
    normal.plant(
        [florist],
        "period 5 has a status bit that means nothing, 6 is padding, 7 padding and estimated; 18-20 estimated",
        "48 periods and no clock change: no padding is due. Period 7 is estimated besides",
        Raises("invalid_flag", "FAIL", (5, 6, 7)),
        Raises("estimated", "QUERY", (7, 18, 19, 20)),
    )


def _absent_check_meter(normal: Submission) -> None:
    normal.days[:] = [day for day in normal.days if (day.system.name, day.role) != ("Example Cold Store", "CHECK")]
    normal.plant(
        [normal.of("Example Cold Store")],
        "the check meter sent nothing",
        "CoP 3 asks for a check meter; recalled: QUERY, on the MAIN AI channel only",
        Raises("check_meter_absent", "QUERY"),
    )


def _integration(normal: Submission) -> None:
    stadium, cinema = normal.all_of("Example Stadium"), normal.all_of("Example Cinema")
    for day in (*stadium, *cinema):
        day.integration_minutes = 15
    normal.plant(
        stadium,
        "15-minute integration under Issue 6",
        "CoP 5 Issue 6: 30 minutes (confirmed) and no selectable periods: FAIL",
        Raises("demand_period", "FAIL"),
    )
    normal.silent(cinema, "15-minute integration under Issue 7", "CoP 5 Issue 7: 15 is among 30, 20, 15, 10 and 5")


def _storage(normal: Submission) -> None:
    depot, supermarket = normal.all_of("Example Depot"), normal.all_of("Example Supermarket East")
    for day in depot:
        day.collected_at = collected(day.on, 21)
    for day in supermarket:
        day.collected_at = collected(day.on, 20)
    normal.plant(
        depot,
        "read on 2026-10-07, all actual",
        "21 days after 2026-09-16; CoP 5 Issue 6 by analogy: 20 days; analogue: QUERY",
        Raises("storage_exceeded", "QUERY"),
    )
    normal.silent(supermarket, "read on 2026-10-06, all actual", "20 days after 2026-09-16: at the limit")
