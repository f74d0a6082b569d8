"""Rows of a Stark DF2 that are written in the usual way, straight from the file's bytes."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, without_arrays
from kernels.decimals import POWERS
from kernels.loads import load64
from kernels.numbering import first_slot
from kernels.stamps import DAY_S, NO_NUMBER, clock_s, slashed_days, two_digits

SPARE_BYTES = 16
"""Bytes behind the last line that may be looked at."""
LEAST_ROW, LEAST_CHANNEL = 17, 5
"""Bytes of the shortest row, `dd/mm/yy,HH:MM,,`, and of `#S 1`, both with their line ends."""
FIRST, PAST, SENSOR, CHANNEL_SIZE = 0, 1, 2, 3
ROWS, CHANNELS, STAMPS, LINES, COUNTS_SIZE = 0, 1, 2, 3, 4
_MOST_DIGITS = 15
"""Whole numbers of so many are exact doubles."""
_NEWLINE, _RETURN, _SPACE, _HASH, _COMMA, _MINUS, _POINT = 10, 13, 32, 35, 44, 45, 46
_CENTURY_TURNS = 90
_SHORT_REST = np.uint64(0x0000FFFFFFFFFFFF)


@inlined
def _past_line(data, at):  # type: ignore[no-untyped-def]
    """Where the next line begins, where this one ends at `at`; -1 where it does not."""
    at += np.int64(data[np.uint64(at)] == _RETURN)
    return at + 1 if data[np.uint64(at)] == _NEWLINE else np.int64(-1)


@without_arrays
def _seconds_of(data, at, year_digits):  # type: ignore[no-untyped-def]
    """Seconds since 1970-01-01 of `dd/mm/yyyy,HH:MM` or `dd/mm/yy,HH:MM`; NO_NUMBER days where it is none."""
    year = two_digits(data, at + 6)
    if year_digits == 4:
        year = year * 100 + two_digits(data, at + 8)
    else:
        year += 1900 if year >= _CENTURY_TURNS else 2000
    time = at + 6 + year_digits
    days, since_midnight = slashed_days(data, at, year), clock_s(data, time + 1)
    found = np.int64(NO_NUMBER * DAY_S)
    if data[np.uint64(time)] == _COMMA and days > NO_NUMBER and since_midnight >= 0:
        found = days * DAY_S + since_midnight
    return found


@without_arrays
def _stamp_of(data, at, year_digits, head, rest, keys, seconds, slots, counts):  # type: ignore[no-untyped-def]
    """Number of the stamp of the bytes `head` and `rest`, a new one where it was not there; -1 where it is none."""
    mask = np.uint64(slots.size - 1)
    slot = first_slot(head ^ (rest * np.uint64(0x9E3779B97F4A7C15)), mask)
    while slots[slot] != 0:
        known = np.uint64(slots[slot] - 1)
        if keys[known, 0] == head and keys[known, 1] == rest:
            return np.int64(known)
        slot = (slot + np.uint64(1)) & mask
    read = _seconds_of(data, at, year_digits)
    if read <= NO_NUMBER * DAY_S:
        return np.int64(-1)
    new = counts[STAMPS]
    keys[np.uint64(new), 0], keys[np.uint64(new), 1] = head, rest
    seconds[np.uint64(new)] = read
    slots[slot] = new + 1
    counts[STAMPS] = new + 1
    return new


@without_arrays
def usual_rows(  # type: ignore[no-untyped-def]
    data, past, channels, channel, stamp, energy_kwh, status, line, keys, seconds, slots, counts,
):  # fmt: skip
    """Read the lines below `#F2` up to `past`; whether all are usual. If not, nothing is said of any.

    Usual are `#O` and digits, behind which a hyphen and a text may stand; `#S` and a number from 1 to 4; and below
    both rows of `dd/mm/yyyy,HH:MM` or `dd/mm/yy,HH:MM`, a number of at most 15 digits or none, and a capital letter
    or none. `data` uint8 has SPARE_BYTES beyond `past`, where a line has ended.

    Filled, with as many as `counts` int64 (COUNTS_SIZE,) then says: `channels` int64 (channels, CHANNEL_SIZE), the
    outstation's first byte, the byte past it, and the sensor. Of rows: `channel` int32; `stamp` int32, which of the
    distinct stamps; `energy_kwh` float64, NaN where blank; `status` uint8, 0 where blank; `line` int64, from 1. Of
    stamps: `keys` uint64 (stamps, 2), their bytes, and `seconds` int64 since 1970-01-01. `slots` int32 (a power of two,
    more than there can be stamps), all 0, is the table in which they are looked up.
    """
    at, row, lines, opened = np.int64(0), np.int64(0), np.int64(0), np.int64(-1)
    first, beyond, last = np.int64(-1), np.int64(-1), np.int64(-1)
    while at < past:
        lines += 1
        if data[np.uint64(at)] == _HASH:
            kind, sensor = data[np.uint64(at + 1)], np.int64(data[np.uint64(at + 3)]) - 48
            if data[np.uint64(at + 2)] != _SPACE:
                return False
            if kind == 83 and first >= 0 and 1 <= sensor <= 4:  # S
                opened = counts[CHANNELS]
                channels[np.uint64(opened), FIRST] = first
                channels[np.uint64(opened), PAST] = beyond
                channels[np.uint64(opened), SENSOR] = sensor
                counts[CHANNELS] = opened + 1
                at += 4
            elif kind == 79 and 0 <= sensor <= 9:  # O
                first, at, opened = at + 3, at + 4, np.int64(-1)
                while 48 <= data[np.uint64(at)] <= 57:
                    at += 1
                beyond = at
                if data[np.uint64(at)] == _MINUS:
                    while data[np.uint64(at)] != _NEWLINE:
                        at += 1
            else:
                return False
        else:
            year_digits = 2 if data[np.uint64(at + 8)] == _COMMA else 4
            head, rest = load64(data, np.uint64(at)), load64(data, np.uint64(at + 8))
            rest = rest & _SHORT_REST if year_digits == 2 else rest
            # Most often the stamp behind the last one comes next, as it did in the channel before.
            following = last + 1
            expected = following < counts[STAMPS]
            expected = expected and keys[np.uint64(following), 0] == head and keys[np.uint64(following), 1] == rest
            last = following
            if not expected:
                last = _stamp_of(data, at, year_digits, head, rest, keys, seconds, slots, counts)
            at += 12 + year_digits
            if last < 0 or opened < 0 or data[np.uint64(at)] != _COMMA:
                return False
            at += 1
            negative = data[np.uint64(at)] == _MINUS
            at += np.int64(negative)
            begun, number = at, np.int64(0)
            while 48 <= data[np.uint64(at)] <= 57:
                number = number * 10 + np.int64(data[np.uint64(at)]) - 48
                at += 1
            digits, decimals = at - begun, np.int64(0)
            if data[np.uint64(at)] == _POINT:
                at += 1
                begun = at
                while 48 <= data[np.uint64(at)] <= 57:
                    number = number * 10 + np.int64(data[np.uint64(at)]) - 48
                    at += 1
                decimals = at - begun
                if digits == 0 or decimals == 0:
                    return False
            if digits + decimals > _MOST_DIGITS or data[np.uint64(at)] != _COMMA or (digits == 0 and negative):
                return False
            at += 1
            value = np.float64(number) / POWERS[np.uint64(decimals)]
            letter = data[np.uint64(at)]
            sent = 65 <= letter <= 90
            at += np.int64(sent)
            to = np.uint64(row)
            channel[to] = opened
            stamp[to] = last
            energy_kwh[to] = np.nan if digits == 0 else (-value if negative else value)
            status[to] = letter if sent else 0
            line[to] = lines
            row += 1
        at = _past_line(data, at)
        if at < 0:
            return False
    counts[ROWS] = row
    counts[LINES] = lines
    return True
