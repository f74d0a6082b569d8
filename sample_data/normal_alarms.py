"""Alarms on the ordinary day, one story at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sample_data.days import ChannelDay
from sample_data.statuses import ALARM_BITS
from sample_data.submission import Raises, Submission, set_flags


def plant_alarms(normal: Submission) -> None:
    """Every alarm once, one that the meter cannot raise, and a long period that a set clock excuses."""
    _alarms(
        normal,
        [normal.of("Example Ice Rink")],
        "a power cut: the supply fails, the battery holds, the outstation restarts and its clock is set",
        {"supply_failure": (14, 15), "battery": (14, 15, 16), "equipment_reset": (16,), "time_set": (17,)},
    )
    _alarms(
        normal,
        [normal.of("Example Cathedral")],
        "a phase fails, and the meter runs backwards meanwhile",
        {"phase_failure": (20, 21, 22, 23, 24), "reverse_running": (22,)},
    )
    tannery = normal.of("Example Tannery")
    _alarms(
        normal,
        [tannery],
        "somebody at the meter changes data",
        {"local_access": (29, 30), "data_changed": (30,), "other_error": (40,)},
    )
    _synchronised(normal)
    _not_capable(normal)


def _synchronised(normal: Submission) -> None:
    days = normal.all_of("Example Tannery")
    for day in days:
        assert day.durations_s is not None
        day.durations_s[8] = 1795.0
    what = "the clock is synchronised in period 9, which lasts 1,795 s"
    _alarms(normal, days, what, {"time_synchronised": (9,)})
    normal.silent(days, what, "5 s is more than 1.8 s, but the period carries the synchronisation flag")


def _not_capable(normal: Submission) -> None:
    laundry = normal.of("Example Laundry")
    set_flags(laundry, [33], ALARM_BITS["reverse_running"])
    normal.silent(
        [laundry],
        "reverse running flagged in period 33",
        "on file this meter can raise phase_failure, supply_failure and battery only: not run",
    )
    _alarms(normal, [laundry], "a battery alarm, which the meter can raise", {"battery": (34,)})


def _alarms(normal: Submission, days: Sequence[ChannelDay], what: str, periods: dict[str, tuple[int, ...]]) -> None:
    for day in days:
        for alarm, flagged in periods.items():
            set_flags(day, flagged, ALARM_BITS[alarm])
    raises = [Raises(alarm, "QUERY", flagged) for alarm, flagged in periods.items()]
    normal.plant(days, what, "flagged on these periods", *raises)
