"""Which settlement dates can be believed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from validator.calendar import day_number

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)
_DAYS_AHEAD = timedelta(days=1)


def date_of(text: str) -> date | None:
    """A date from YYYYMMDD; None where it is none."""
    if not re.fullmatch("[0-9]{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def latest_date(today: date) -> date:
    """The latest settlement date that can be believed: one day after `today`, for other time zones."""
    return min(today + _DAYS_AHEAD, LATEST)


def first_implausible(day_numbers: npt.NDArray[np.int32], today: date) -> tuple[int, str] | None:
    """Index of the first date outside what can be believed, and what was expected; None where all can.

    `day_numbers` are days since 1970-01-01, shape (rows,). A date may lie one day after `today`.
    """
    if not len(day_numbers):
        return None
    latest = latest_date(today)
    low, high = day_number(EARLIEST), day_number(latest)
    if day_numbers.min() >= low and day_numbers.max() <= high:
        return None
    first = int(np.flatnonzero((day_numbers < low) | (day_numbers > high))[0])
    if day_numbers[first] < low:
        return first, f"a date from {EARLIEST.isoformat()} on"
    return first, f"no dates in the far future: at the latest {latest.isoformat()}"
