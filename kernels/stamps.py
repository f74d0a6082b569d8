"""Dates and times out of digits."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined

DAY_S, HOUR_S, MINUTE_S = 86400, 3600, 60
NO_NUMBER = np.int64(-1_000_000)
"""Less than any sum of two parts of which one is a number."""
_SLASH, _COLON = 47, 58


@inlined
def two_digits(data, at):  # type: ignore[no-untyped-def]
    """The number of two digits; below zero where they are none."""
    tens, ones = np.int64(data[np.uint64(at)]) - 48, np.int64(data[np.uint64(at + 1)]) - 48
    return tens * 10 + ones if 0 <= tens <= 9 and 0 <= ones <= 9 else NO_NUMBER


@inlined
def days_of(year, month, day):  # type: ignore[no-untyped-def]
    """Days since 1970-01-01 of a date from year 1 on; NO_NUMBER where there is no such date."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    most = 31
    if month == 4 or month == 6 or month == 9 or month == 11:
        most = 30
    elif month == 2:
        most = 29 if leap else 28
    found = NO_NUMBER
    if year >= 1 and 1 <= month <= 12 and 1 <= day <= most:
        # Years that begin in March have the leap day last.
        of = year - np.int64(month <= 2)
        since_march = (month + 9) % 12
        found = of * 365 + of // 4 - of // 100 + of // 400 + (153 * since_march + 2) // 5 + day - 1 - 719468
    return found


@inlined
def slashed_days(data, at, year):  # type: ignore[no-untyped-def]
    """Days since 1970-01-01 of `dd/mm/` and a year that was read from behind it; NO_NUMBER where there is no date."""
    days = days_of(year, two_digits(data, at + 3), two_digits(data, at))
    marked = data[np.uint64(at + 2)] == _SLASH and data[np.uint64(at + 5)] == _SLASH
    return days if marked else NO_NUMBER


@inlined
def clock_s(data, at):  # type: ignore[no-untyped-def]
    """Seconds since midnight of `HH:MM`; below zero where it is none."""
    hour, minute = two_digits(data, at), two_digits(data, at + 3)
    there = data[np.uint64(at + 2)] == _COLON and 0 <= hour <= 23 and 0 <= minute <= 59
    return hour * HOUR_S + minute * MINUTE_S if there else np.int64(-1)
