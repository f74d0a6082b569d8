"""Stamps of one fixed shape, day/month/year or year-month-day with the time behind it, into seconds."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, without_arrays

DAY_FIRST, YEAR_FIRST = 0, 1
"""01/04/2026 00:30 and 2026-04-01 00:30, the latter also with a T between; both with or without seconds."""
_DATE_BYTES, _TO_MINUTES, _TO_SECONDS = 10, 16, 19
_DAY_S = 86400
_SLASH, _DASH, _SPACE, _COLON, _T = 47, 45, 32, 58, 84
NO_NUMBER = np.int64(-1_000_000)
"""Less than any sum of two parts of which one is a number."""


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


@without_arrays
def read_stamps(data, offsets, shape, seconds):  # type: ignore[no-untyped-def]
    """Seconds since 1970-01-01 of each text into `seconds` int64 (texts,); whether all are stamps of that shape.

    Text k is the bytes `offsets[k]` to `offsets[k + 1] - 1` of `data`, uint8. All have to be as long as the first.
    Where one is not, or is no date and time that there is, nothing is said of those after it.
    """
    if seconds.size == 0:
        return True
    length = offsets[1] - offsets[0]
    if length != _TO_MINUTES and length != _TO_SECONDS:
        return False
    year_at, month_at, day_at = (6, 3, 0) if shape == DAY_FIRST else (0, 5, 8)
    first_mark, second_mark = (2, 5) if shape == DAY_FIRST else (4, 7)
    mark = _SLASH if shape == DAY_FIRST else _DASH
    for k in range(np.uint64(seconds.size)):
        begin = np.int64(offsets[k])
        if np.int64(offsets[k + np.uint64(1)]) - begin != length:
            return False
        between = data[np.uint64(begin + _DATE_BYTES)]
        right = data[np.uint64(begin + first_mark)] == mark and data[np.uint64(begin + second_mark)] == mark
        right = right and (between == _SPACE or (between == _T and shape == YEAR_FIRST))
        right = right and data[np.uint64(begin + 13)] == _COLON
        year = two_digits(data, begin + year_at) * 100 + two_digits(data, begin + year_at + 2)
        days = days_of(year, two_digits(data, begin + month_at), two_digits(data, begin + day_at))
        hour, minute, second = two_digits(data, begin + 11), two_digits(data, begin + 14), np.int64(0)
        if length == _TO_SECONDS:
            right = right and data[np.uint64(begin + 16)] == _COLON
            second = two_digits(data, begin + 17)
        if not (right and days > NO_NUMBER and 0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
            return False
        seconds[k] = days * _DAY_S + hour * 3600 + minute * 60 + second
    return True
