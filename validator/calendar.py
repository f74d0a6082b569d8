"""Settlement days: how many half hours a date has, and which day number it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

LONDON = ZoneInfo("Europe/London")
EPOCH = date(1970, 1, 1)
UTC_PERIODS = 48
_HALF_HOUR = timedelta(minutes=30)


@lru_cache(maxsize=65536)
def local_period_count(day: date) -> int:
    """Number of settlement periods in a local clock-time day: 46, 48 or 50 (SVA data catalogue)."""
    # Both midnights go through UTC: subtracting two aware times of one zone gives wall-clock time.
    start = datetime.combine(day, time(), LONDON).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), LONDON).astimezone(UTC)
    return int((end - start) / _HALF_HOUR)


def day_number(day: date) -> int:
    """Days since 1970-01-01, as Arrow's date32 counts them."""
    return (day - EPOCH).days


def day_of_number(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))


def expected_periods(day_numbers: npt.NDArray[np.int32], utc_day: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Periods that each channel-day should have; shape (rows,)."""
    distinct, inverse = np.unique(day_numbers, return_inverse=True)
    local = np.array([local_period_count(day_of_number(n)) for n in distinct], dtype=np.int32)
    counts = local[inverse] if len(distinct) else np.zeros(0, dtype=np.int32)
    return np.where(utc_day, np.int32(UTC_PERIODS), counts).astype(np.int32)


def period_start_clock(day: date, period: int, utc_day: bool) -> str:
    """Clock time at which a settlement period (from 1) starts, for people to read."""
    zone = UTC if utc_day else LONDON
    start = datetime.combine(day, time(), zone).astimezone(UTC) + (period - 1) * _HALF_HOUR
    return start.astimezone(zone).strftime("%H:%M")


def end_of(on: date) -> datetime:
    """The last moment of a day, UTC: what was recorded on it is known on it."""
    return datetime.combine(on, time.max, UTC)
