"""The stamps of rows into settlement dates and periods, or a SubmissionError for the first that cannot be one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from validator.errors import SubmissionError
from validator.readings.half_hours import clock
from validator.readings.half_hours.clock import HALF_HOUR_S, NO_SUCH_TIME, Seconds, Stamped, local_starts_of, starts_of
from validator.readings.half_hours.repeated_hour import told_apart
from validator.readings.half_hours.stamp_texts import Stamps
from validator.readings.source import TimeBase

Numbers = npt.NDArray[np.int32]
Refuse: TypeAlias = Callable[[int, str, str], SubmissionError]
"""The error for a row (from 0): what was expected, and what to do. What was found is the row's own text."""


@dataclass(frozen=True)
class Reckoning:
    """How stamps are to be taken.

    `zone` is the clock of stamps that do not state their own; `days` whose days they are put in: those of that
    clock, but those of `days` for stamps that state an offset, which say nothing about days.
    """

    stamped: Stamped
    zone: TimeBase
    days: TimeBase


def settled(
    stamps: Stamps, codes: Numbers, channels: Numbers, reckoning: Reckoning, refuse: Refuse
) -> tuple[Numbers, Numbers, bool]:
    """Day numbers and periods (from 1), both (rows,), and whether the days are of UTC.

    Row r has the stamp `codes[r]`. Raises for a text that is no stamp, a stamp off the half hour, a time that the
    clock never showed, and stamps of which some state their offset and some do not.
    """
    _check(stamps, codes, reckoning, refuse)
    zoned = bool(len(stamps.zoned)) and bool(stamps.zoned.all())
    utc_day = (reckoning.days if zoned else reckoning.zone) == "utc"
    instants, rows = _starts(stamps, codes, channels, reckoning)
    never = instants == NO_SUCH_TIME
    if never.any():
        expected = "a time that the clock showed: it went forward over this one"
        row = int(never[rows].argmax())
        raise refuse(row, expected, "Correct the time, or send times in UTC and say so")
    day, period = clock.settlement_of(instants, utc_day=utc_day)
    return day[rows], period[rows], utc_day


def instants_of(stamps: Stamps, codes: Numbers, channels: Numbers, zone: TimeBase) -> Seconds:
    """UTC instants of rows stamped with moments, not periods; NO_SUCH_TIME for what the local clock never showed."""
    instants, rows = _starts(stamps, codes, channels, Reckoning("start", zone, zone))
    return instants[rows]


def _starts(stamps: Stamps, codes: Numbers, channels: Numbers, reckoning: Reckoning) -> tuple[Seconds, Numbers | slice]:
    """UTC instants at which periods start, and which of them is each row's."""
    zoned = bool(len(stamps.zoned)) and bool(stamps.zoned.all())
    if reckoning.zone == "utc" or zoned:
        return starts_of(stamps.seconds - stamps.offset_s, reckoning.stamped), codes
    local = local_starts_of(stamps.seconds, reckoning.stamped)
    if local.tell_all:
        return local.alone, codes
    return told_apart(local, codes, channels), slice(None)


def check_readable(stamps: Stamps, codes: Numbers, refuse: Refuse, expected: str) -> None:
    """Raise for the first row whose text is no stamp, or differs from the others in stating its offset."""
    _refuse_first(~stamps.valid, codes, refuse, expected, "Correct the time")
    if stamps.zoned.any() and not stamps.zoned.all():
        first = bool(stamps.zoned[codes[0]])
        expected = f"a time {'with' if first else 'without'} an offset from UTC, as on the first row"
        _refuse_first(stamps.zoned != first, codes, refuse, expected, "Write all times in one way")


def _check(stamps: Stamps, codes: Numbers, reckoning: Reckoning, refuse: Refuse) -> None:
    kind = "end" if reckoning.stamped == "end" else "start"
    expected = f"the time of a half hour's {kind}, such as 2026-04-01 00:30 or 01/04/2026 00:30"
    check_readable(stamps, codes, refuse, expected)
    off = (stamps.seconds % HALF_HOUR_S != 0) | ((stamps.offset_s % HALF_HOUR_S) != 0)
    _refuse_first(off, codes, refuse, "a time on the hour or half hour", "Send half-hourly values; none is moved")


def _refuse_first(wrong: npt.NDArray[np.bool_], codes: Numbers, refuse: Refuse, expected: str, action: str) -> None:
    if wrong.any():
        raise refuse(int(wrong[codes].argmax()), expected, action)
