"""Rows of a Schneider export that are written in the usual way, straight from the file's bytes."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, without_arrays
from kernels.decimals import POWERS
from kernels.loads import load64
from kernels.stamps import DAY_S, NO_NUMBER, clock_s, slashed_days, two_digits

LEAST_ROW = 21
"""Bytes of the shortest row, `dd/mm/yyyy HH:MM,,,,`, of five cells, with its line end."""
NOT_USUAL = -1
MOST_DIGITS = 15
"""Whole numbers of so many are exact doubles."""
_NEWLINE, _RETURN, _SPACE, _QUOTE, _COMMA, _POINT, _COLON, _DELETE = 10, 13, 32, 34, 44, 46, 58, 127
_DATE_BYTES, _TO_MINUTES, _TO_SECONDS = 10, 16, 19


@inlined
def _days_at(data, at):  # type: ignore[no-untyped-def]
    """Days since 1970-01-01 of `dd/mm/yyyy`; NO_NUMBER where it is none."""
    return slashed_days(data, at, two_digits(data, at + 6) * 100 + two_digits(data, at + 8))


@inlined
def _time_at(data, at, with_seconds):  # type: ignore[no-untyped-def]
    """Seconds since midnight of ` HH:MM` or ` HH:MM:SS`; below zero where it is none."""
    minutes_s, second = clock_s(data, at + 1), np.int64(0)
    marked = data[np.uint64(at)] == _SPACE
    if with_seconds:
        marked = marked and data[np.uint64(at + 6)] == _COLON
        second = two_digits(data, at + 7)
    there = marked and minutes_s >= 0 and 0 <= second <= 59
    return minutes_s + second if there else np.int64(-1)


@without_arrays
def usual_rows(data, cells, seconds, reading):  # type: ignore[no-untyped-def]
    """How many rows there are, or NOT_USUAL, and then nothing is said of any.

    A usual row is `dd/mm/yyyy HH:MM`, with or without seconds; a number; and as many more cells of plain ASCII, without
    quotes, as make `cells` of them, which are five at least. The number has no sign and begins with a digit, has at
    most MOST_DIGITS of them, and is in quotes where its thousands are divided by commas; it may be missing, and so may
    digits behind its point. `data` uint8 ends with a line's end. Filled, with room for one row in each LEAST_ROW bytes
    and one more: `seconds` int64 since 1970-01-01, and `reading` float64, NaN where blank.
    """
    at, row, size = np.int64(0), np.int64(0), np.int64(data.size)
    date_head, date_rest, days = np.uint64(0), np.int64(0), np.int64(NO_NUMBER)
    while at < size:
        if at + LEAST_ROW > size:
            return NOT_USUAL
        # Rows of one date stand together.
        head = load64(data, np.uint64(at))
        rest = np.int64(data[np.uint64(at + 8)]) * 256 + np.int64(data[np.uint64(at + 9)])
        if head != date_head or rest != date_rest:
            date_head, date_rest, days = head, rest, _days_at(data, at)
        with_seconds = data[np.uint64(at + _TO_MINUTES)] != _COMMA
        time = _time_at(data, at + _DATE_BYTES, with_seconds)
        at += _TO_SECONDS if with_seconds else _TO_MINUTES
        if days <= NO_NUMBER or time < 0 or data[np.uint64(at)] != _COMMA:
            return NOT_USUAL
        at += 1
        quoted = data[np.uint64(at)] == _QUOTE
        at += np.int64(quoted)
        number, digits, since_comma, decimals = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
        grouped, pointed, right, within = False, False, True, True
        while within:
            byte = np.int64(data[np.uint64(at)])
            if 48 <= byte <= 57:
                digits += 1
                since_comma += 1
                decimals += np.int64(pointed)
                number = number * 10 + byte - 48
            elif byte == _POINT:
                right = bool(right and not pointed and (since_comma == 3 or (not grouped and digits > 0)))
                pointed = True
            elif byte == _COMMA and quoted:
                right = bool(right and not pointed and (since_comma == 3 or (not grouped and 1 <= since_comma <= 3)))
                grouped, since_comma = True, np.int64(0)
            else:
                within = False
            at += np.int64(within)
        right = bool(right and digits <= MOST_DIGITS and (digits > 0 or not (quoted or pointed)))
        right = bool(right and (pointed or not grouped or since_comma == 3))
        if not right or (quoted and data[np.uint64(at)] != _QUOTE):
            return NOT_USUAL
        at += np.int64(quoted)
        # What follows has to be another cell, for no other commas are counted.
        if data[np.uint64(at)] != _COMMA:
            return NOT_USUAL
        commas = np.int64(0)
        while _SPACE <= data[np.uint64(at)] < _DELETE and data[np.uint64(at)] != _QUOTE:
            commas += np.int64(data[np.uint64(at)] == _COMMA)
            at += 1
        at += np.int64(data[np.uint64(at)] == _RETURN)
        if commas != cells - 2 or data[np.uint64(at)] != _NEWLINE:
            return NOT_USUAL
        at += 1
        seconds[np.uint64(row)] = days * DAY_S + time
        reading[np.uint64(row)] = np.float64(number) / POWERS[np.uint64(decimals)] if digits > 0 else np.nan
        row += 1
    return row
