"""When a half hour is: the one place where stamps become settlement dates and periods.

A stamp is seconds since 1970-01-01 00:00, on the clock that the file keeps: UTC, or the clocks of Great
Britain. Period-ending stamps become period-starting in `starts_of` and nowhere else; an instant becomes a
settlement date and period in `settlement_of` and nowhere else (settlement calendar: SVA data catalogue; 46, 48
or 50 half hours of a local day, always 48 of a UTC day).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from validator.calendar import EPOCH, LONDON, day_number
from validator.readings.dates import EARLIEST, LATEST

HALF_HOUR_S = 1800
DAY_S = 86400
_HOUR_S = 3600
_SUMMER_OFFSET_S = 3600
"""The clocks of Great Britain have been at UTC or an hour ahead of it since 1972."""

Stamped: TypeAlias = Literal["start", "end"]
Seconds: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.int32]

NO_SUCH_TIME = np.iinfo(np.int64).min
"""In place of an instant: the clocks never showed this time, for they went forward over it."""


@dataclass(frozen=True)
class Candidates:
    """The instants at which half hours may start that a local stamp stands for; int64 (stamps,).

    `first` is the earlier; `second` the later, equal to it for all stamps but those of a repeated hour. `alone`
    is the one meant by a stamp that comes once only. All are NO_SUCH_TIME for a time that never was.
    """

    first: Seconds
    second: Seconds
    alone: Seconds

    @property
    def tell_all(self) -> bool:
        """Whether no stamp is of a repeated hour, so that each says all."""
        return bool((self.first == self.second).all())


def starts_of(stamps_s: Seconds, stamped: Stamped) -> Seconds:
    """UTC instants at which periods start, from UTC stamps of their start or their end."""
    return stamps_s - HALF_HOUR_S if stamped == "end" else stamps_s


def local_starts_of(stamps_s: Seconds, stamped: Stamped) -> Candidates:
    """UTC instants at which periods start, from stamps on the local clock.

    A period's end may be written as the clock then shows it, or as half an hour after its start; on the days on
    which the clocks change these differ, and both are understood. On the long day 01:30 comes twice by either,
    and so does 01:00 (as the clock shows it) or 02:00 (half an hour after the start).
    """
    if stamped == "start":
        first, second = _instants(stamps_s)
        return Candidates(first, second, first)
    shown_first, shown_second = _instants(stamps_s)
    labelled_first, labelled_second = (_later(each) for each in _instants(stamps_s - HALF_HOUR_S))
    every = np.stack([shown_first, shown_second, labelled_first, labelled_second])
    never = every == NO_SUCH_TIME
    first = np.where(never, np.iinfo(np.int64).max, every).min(axis=0)
    second = every.max(axis=0)
    none = never.all(axis=0)
    # A time that the clock showed once ended there, whatever else the other way of writing could mean.
    shown_once = (shown_first == shown_second) & (shown_first != NO_SUCH_TIME)
    labelled_once = (labelled_first == labelled_second) & (labelled_first != NO_SUCH_TIME)
    alone = np.where(shown_once, shown_first, np.where(labelled_once, labelled_first, first))
    return Candidates(*(np.where(none, NO_SUCH_TIME, each - HALF_HOUR_S) for each in (first, second, alone)))


def settlement_of(starts_s: Seconds, *, utc_day: bool) -> tuple[Numbers, Numbers]:
    """Settlement dates (days since 1970-01-01) and periods (from 1) of half hours that start at UTC instants."""
    if utc_day:
        days = np.floor_divide(starts_s, DAY_S)
        return days.astype(np.int32), ((starts_s - days * DAY_S) // HALF_HOUR_S + 1).astype(np.int32)
    midnights = _midnights()
    index = np.clip(np.searchsorted(midnights, starts_s, side="right") - 1, 0, len(midnights) - 1)
    days = index + day_number(EARLIEST) - _MARGIN_DAYS
    periods = (starts_s - midnights[index]) // HALF_HOUR_S + 1
    # Beyond the table no date can be believed: it need only be told which.
    outside = (starts_s < midnights[0]) | (starts_s >= midnights[-1])
    days = np.where(outside, np.floor_divide(starts_s, DAY_S), days)
    return days.astype(np.int32), np.where(outside, 1, periods).astype(np.int32)


def _later(instants: Seconds) -> Seconds:
    return np.where(instants == NO_SUCH_TIME, NO_SUCH_TIME, instants + HALF_HOUR_S)


def _instants(clock_s: Seconds) -> tuple[Seconds, Seconds]:
    """The first and the last instant at which the local clock shows each time."""
    in_summer, in_winter = clock_s - _SUMMER_OFFSET_S, clock_s
    summer = _is_summer(in_summer)
    winter = ~_is_summer(in_winter)
    first = np.where(summer, in_summer, np.where(winter, in_winter, NO_SUCH_TIME))
    second = np.where(winter, in_winter, np.where(summer, in_summer, NO_SUCH_TIME))
    return first, second


def _is_summer(instants: Seconds) -> npt.NDArray[np.bool_]:
    """Whether summer time is kept at each instant: after an odd number of changes, for the first is in spring."""
    return np.asarray(np.searchsorted(_changes(), instants, side="right") % 2 == 1)


_MARGIN_DAYS = 400
"""Days before the earliest date believed, and after the latest, for which the tables are made."""


@lru_cache(maxsize=1)
def _midnights() -> Seconds:
    """The UTC instant of each local midnight, from `_MARGIN_DAYS` before the earliest date that is believed."""
    first, last = day_number(EARLIEST) - _MARGIN_DAYS, day_number(LATEST) + _MARGIN_DAYS
    days = np.arange(first, last + 1, dtype=np.int64)
    return days * DAY_S - np.where(_is_summer(days * DAY_S - _HOUR_S), _SUMMER_OFFSET_S, 0)


@lru_cache(maxsize=1)
def _changes() -> Seconds:
    """Instants at which the clocks changed, from a spring on: each lies between two midnights that differ."""
    first, last = day_number(EARLIEST) - 2 * _MARGIN_DAYS, day_number(LATEST) + 2 * _MARGIN_DAYS
    changes: list[int] = []
    before = _offset_s(first * DAY_S)
    for week in range(first, last, 7):
        after = _offset_s((week + 7) * DAY_S)
        if after != before and (changes or after > before):
            changes.append(_change_between(week * DAY_S, (week + 7) * DAY_S))
        before = after
    return np.array(changes, dtype=np.int64)


def _change_between(low: int, high: int) -> int:
    """The first instant of the new offset, to the half hour."""
    old = _offset_s(low)
    while high - low > HALF_HOUR_S:
        middle = (low + high) // (2 * HALF_HOUR_S) * HALF_HOUR_S
        if _offset_s(middle) == old:
            low = middle
        else:
            high = middle
    return high


def _offset_s(instant: int) -> int:
    moment = datetime.combine(EPOCH, time(), UTC) + timedelta(seconds=instant)
    offset = moment.astimezone(LONDON).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
