"""Numbers whose thousands may be divided by commas: `123,456.7` or `123456.7`."""

from __future__ import annotations

import numpy as np

from kernels.compile import without_arrays

MOST_DIGITS = 15
"""Whole numbers of so many digits, and powers of ten below them, are exact doubles: their quotient is rounded once."""
_POWERS = np.array([10.0**k for k in range(MOST_DIGITS + 1)])
_COMMA, _POINT = 44, 46


@without_arrays
def grouped_numbers(data, offsets, out):  # type: ignore[no-untyped-def]
    """Each text into `out` float64 (texts,), NaN of an empty one; whether all others are such numbers.

    Text k is the bytes `offsets[k]` to `offsets[k + 1] - 1` of `data`, uint8. A number has no sign and begins with a
    digit, has at most MOST_DIGITS of them, and three after each comma, of which the first stands behind one to three;
    behind a point there may be none. Where one is not so, nothing is said of those after it.
    """
    for k in range(np.uint64(out.size)):
        begin, past = np.int64(offsets[k]), np.int64(offsets[k + np.uint64(1)])
        number, digits, since_comma, decimals = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
        grouped, pointed, right = False, False, True
        for i in range(begin, past):
            byte = np.int64(data[np.uint64(i)])
            if 48 <= byte <= 57:
                digits += 1
                since_comma += 1
                decimals += np.int64(pointed)
                number = number * 10 + byte - 48 if digits <= MOST_DIGITS else number
            elif byte == _COMMA:
                right = bool(right and not pointed and (since_comma == 3 or (not grouped and 1 <= since_comma <= 3)))
                grouped, since_comma = True, np.int64(0)
            else:
                right = bool(right and byte == _POINT and not pointed)
                right = bool(right and (since_comma == 3 or (not grouped and digits > 0)))
                pointed = True
        if past > begin:
            right = bool(right and 0 < digits <= MOST_DIGITS and (pointed or not grouped or since_comma == 3))
            if not right:
                return False
            out[k] = np.float64(number) / _POWERS[decimals]
        else:
            out[k] = np.nan
    return True
