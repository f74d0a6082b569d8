"""What one field of a record says: a text, a date, a time or a number."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, without_arrays
from kernels.decimals import POWERS
from kernels.loads import (
    HIGHS,
    LOWS,
    POINTS,
    ZEROS,
    eight_digits,
    load64,
    over_nine,
    trailing_zeros,
)
from kernels.pipes import BAD_DATE, BAD_NUMBER, BAD_STAMP, BLANK_TEXT, NO_FAULT, read_date, read_decimal
from kernels.stamps import DAY_S, HOUR_S, MINUTE_S

CHECKED, TEXT, FILLED, DATE, STAMP, NUMBER, LOOSE = range(7)
"""Kinds of a field that is kept; all have to be printable ASCII. Looked at no further; a text, without the blanks
around it; the same, not blank; a date; a time as YYYYMMDDHHMMSS; a decimal number without a sign; the same, NaN where
it is none."""
FIELD_SIZE = 3
"""A kept field, int64: its place from 1 (0: no field), its kind, and its column among those of its sort."""
FIELD_PLACE, FIELD_KIND, FIELD_COLUMN = range(FIELD_SIZE)

_FIRST, _PAST = np.uint64(0), np.uint64(1)
_LAST_SIX = np.uint64(0xFFFFFFFFFFFF0000)


@inlined
def read_field(  # type: ignore[no-untyped-def]
    data, first, past, what, to, texts, stamps, numbers, number_bits, tallies, spare
):  # fmt: skip
    """The field data[first:past] of kind `what` to its column at `to`; a fault code.

    The columns are those of `kernels.record_trees.scan`.
    """
    wrong = NO_FAULT
    if what in (TEXT, FILLED):
        inner, outer = without_blanks(data, first, past)
        texts[to, _FIRST] = inner
        texts[to, _PAST] = outer
        if what == FILLED and inner == outer:
            wrong = BLANK_TEXT
    elif what == STAMP:
        wrong = _read_stamp(data, first, past, to, stamps, spare)
    elif what == DATE:
        wrong = NO_FAULT if read_date(data, first, past, spare) else BAD_DATE
        stamps[to] = spare[0]
    elif what == NUMBER:
        wrong = _read_number(data, first, past, to, numbers, number_bits, tallies)
    elif what == LOOSE:
        inner, outer = without_blanks(data, first, past)
        if _read_number(data, inner, outer, to, numbers, number_bits, tallies) != NO_FAULT:
            numbers[to] = np.nan
    return wrong


@without_arrays
def without_blanks(data, first, past):  # type: ignore[no-untyped-def]
    """The same text less the spaces around it: (first byte, past the last)."""
    while first < past and data[np.uint64(first)] == 32:
        first += 1
    while past > first and data[np.uint64(past - 1)] == 32:
        past -= 1
    return first, past


@without_arrays
def _read_stamp(data, first, past, to, stamps, spare):  # type: ignore[no-untyped-def]
    if past - first != 14 or not read_date(data, first, first + 8, spare):
        return BAD_STAMP
    second = time_of_day(load64(data, np.uint64(first + 6)))
    stamps[to] = spare[0] * DAY_S + second
    return NO_FAULT if second >= 0 else BAD_STAMP


@without_arrays
def time_of_day(text):  # type: ignore[no-untyped-def]
    """Seconds since midnight of the HHMMSS in the last six of eight bytes; -1 where there is no such time."""
    digits = (text ^ ZEROS) & _LAST_SIX
    if over_nine(digits):
        return np.int64(-1)
    number = np.int64(eight_digits(digits))
    hour, minute, second = number // 10000, number // 100 % 100, number % 100
    if hour > 23 or minute > 59 or second > 59:
        return np.int64(-1)
    return hour * HOUR_S + minute * MINUTE_S + second


@without_arrays
def _read_number(data, first, past, to, numbers, number_bits, tallies):  # type: ignore[no-untyped-def]
    """A decimal number without a sign to numbers[to], or a mark there as `kernels.pipes.read_decimal` has it."""
    number = _short_number(data, first, past)
    if number >= 0.0:
        numbers[to] = number
        return NO_FAULT
    if data[np.uint64(first)] == 45:
        return BAD_NUMBER
    return read_decimal(data, first, past, numbers, number_bits, to, tallies)


@without_arrays
def _short_number(data, first, past):  # type: ignore[no-untyped-def]
    """A number without a sign of at most eight bytes, digits and after the first of them perhaps a point; -1 if none.

    As `kernels.usual_values.numbers` reads many at once; what is no such number may still be one.
    """
    length = np.uint64(past - first)
    if length - np.uint64(1) >= np.uint64(8) or past < 8:
        return -1.0
    kept = np.uint64(0xFFFFFFFFFFFFFFFF) << ((np.uint64(8) - length) << np.uint64(3))
    text = (load64(data, np.uint64(past - 8)) ^ ZEROS) & kept
    other = text ^ (POINTS ^ ZEROS)
    # 0x80 in each byte that is a point.
    point = ~(((other & LOWS) + LOWS) | other) & HIGHS
    digits, power = text, 1.0
    if point:
        digits = ((text & ((point >> np.uint64(7)) - np.uint64(1))) << np.uint64(8)) | (
            text & ~((point << np.uint64(1)) - np.uint64(1))
        )
        decimals = np.uint64(7) - (trailing_zeros(point) >> np.uint64(3))
        if decimals == 0 or point & (point - np.uint64(1)):
            return -1.0
        power = POWERS[decimals]
    if over_nine(digits):
        return -1.0
    return np.float64(np.int64(eight_digits(digits))) / power
