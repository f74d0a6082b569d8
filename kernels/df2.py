"""Channel-days of a Stark DF2 that is written in the usual way, straight from the file's bytes."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, without_arrays
from kernels.decimals import POWERS
from kernels.loads import HIGHS, LOWS, POINTS, ZEROS, eight_digits, load64, over_nine, trailing_zeros
from kernels.numbering import first_slot
from kernels.stamps import DAY_S, NO_NUMBER, clock_s, slashed_days, two_digits

SPARE_BYTES = 24
"""Bytes behind the last line that may be looked at."""
LEAST_ROW, LEAST_CHANNEL = 16, 5
"""Bytes of the shortest row, `dd/mm/yy,HH:MM,`, and of `#S 1`, both with their line ends."""
FIRST, PAST, SENSOR, CHANNEL_SIZE = 0, 1, 2, 3
DAY_CHANNEL, DAY_NUMBER, DAY_LINE, DAY_FLAGS, DAY_SIZE = 0, 1, 2, 3, 4
LONG_PLACE, LONG_FIRST, LONG_PAST, LONG_SIZE = 0, 1, 2, 3
DAYS, CHANNELS, STAMPS, LINES, BLANKS, FLAGS, LONG, FULL, COUNTS_SIZE = 0, 1, 2, 3, 4, 5, 6, 7, 8
PERIODS = 48
"""Of a day of UTC."""
NO_FLAGS = -1
MOST_DIGITS = 15
"""Whole numbers of so many are exact doubles."""
MOST_LONG_DIGITS = 300
"""Numbers of so many are finite."""
_HALF_HOUR_S = 1800
_NEWLINE, _RETURN, _SPACE, _HASH, _COMMA, _MINUS, _POINT, _COLON = 10, 13, 32, 35, 44, 45, 46, 58
_CENTURY_TURNS = 90
_SHORT_REST = np.uint64(0x0000FFFFFFFFFFFF)
_BYTES = np.uint64(0x0101010101010101)
_ONE, _EIGHT, _ALL = np.uint64(1), np.uint64(8), np.uint64(0xFFFFFFFFFFFFFFFF)


@inlined
def _past_line(data, at):  # type: ignore[no-untyped-def]
    """Where the next line begins, where this one ends at `at`; -1 where it does not."""
    at += np.int64(data[np.uint64(at)] == _RETURN)
    return at + 1 if data[np.uint64(at)] == _NEWLINE else np.int64(-1)


@without_arrays
def _half_hour_of(data, at, year_digits):  # type: ignore[no-untyped-def]
    """Number since 1970-01-01 of the half hour that ends at `dd/mm/yyyy,HH:MM` or `dd/mm/yy,HH:MM`.

    NO_NUMBER where it is no such time, or off the half hour.
    """
    year = two_digits(data, at + 6)
    if year_digits == 4:
        year = year * 100 + two_digits(data, at + 8)
    else:
        year += 1900 if year >= _CENTURY_TURNS else 2000
    time = at + 6 + year_digits
    days, since_midnight = slashed_days(data, at, year), clock_s(data, time + 1)
    found = np.int64(NO_NUMBER)
    there = data[np.uint64(time)] == _COMMA and days > NO_NUMBER and since_midnight >= 0
    if there and since_midnight % _HALF_HOUR_S == 0:
        found = (days * DAY_S + since_midnight) // _HALF_HOUR_S - 1
    return found


@without_arrays
def _stamp_of(data, at, year_digits, head, rest, keys, half_hours, slots, counts):  # type: ignore[no-untyped-def]
    """Number of the stamp of the bytes `head` and `rest`, a new one where it was not there; -1 where it is none."""
    mask = np.uint64(slots.size - 1)
    slot = first_slot(head ^ (rest * np.uint64(0x9E3779B97F4A7C15)), mask)
    while slots[slot] != 0:
        known = np.uint64(slots[slot] - 1)
        if keys[known, 0] == head and keys[known, 1] == rest:
            return np.int64(known)
        slot = (slot + _ONE) & mask
    read = _half_hour_of(data, at, year_digits)
    if read <= NO_NUMBER:
        return np.int64(-1)
    new = counts[STAMPS]
    keys[np.uint64(new), 0], keys[np.uint64(new), 1] = head, rest
    half_hours[np.uint64(new)] = read
    slots[slot] = new + 1
    counts[STAMPS] = new + 1
    return new


@inlined
def _short_length(text, ended):  # type: ignore[no-untyped-def]
    """How many of the eight bytes stand before the first that is `ended`; 8 where none is."""
    other = text ^ (np.uint64(ended) * _BYTES)
    found = ~(((other & LOWS) + LOWS) | other) & HIGHS
    return trailing_zeros(found) >> np.uint64(3)


@inlined
def _short_number(text, length):  # type: ignore[no-untyped-def]
    """The number, without a sign, that the first `length` bytes are, from 1 to 7; below zero where they are none."""
    text = (text ^ ZEROS) << ((_EIGHT - length) << np.uint64(3))
    other = text ^ (POINTS ^ ZEROS)
    # 0x80 in each byte that is a point.
    point = ~(((other & LOWS) + LOWS) | other) & HIGHS
    digits, decimals = text, np.uint64(0)
    if point != np.uint64(0):
        at = trailing_zeros(point) >> np.uint64(3)
        decimals = np.uint64(7) - at
        digits = ((text & ((point >> np.uint64(7)) - _ONE)) << _EIGHT) | (text & ~((point << _ONE) - _ONE))
        # A digit has to stand on either side; two points leave one among the digits.
        if decimals == np.uint64(0) or decimals + _ONE == length:
            digits = _ALL
    number = np.float64(np.int64(eight_digits(digits))) / POWERS[decimals]
    return number if over_nine(digits) == np.uint64(0) else -1.0


@without_arrays
def _long_number(data, at):  # type: ignore[no-untyped-def]
    """Number, place behind it and how many digits it has; below zero places where there is none."""
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
            return 0.0, np.int64(-1), np.int64(0)
    if digits + decimals > MOST_LONG_DIGITS or (digits == 0 and negative):
        return 0.0, np.int64(-1), np.int64(0)
    if digits == 0:
        return np.nan, at, np.int64(0)
    if digits + decimals > MOST_DIGITS:
        return 0.0, at, digits + decimals
    value = np.float64(number) / POWERS[np.uint64(decimals)]
    return -value if negative else value, at, digits + decimals


@inlined
def _filled_up(energy_kwh, flags, begin, end, to_flags):  # type: ignore[no-untyped-def]
    """No values in places `begin` to `end`; flags stand `to_flags` places further on."""
    for k in range(begin, end):
        energy_kwh[np.uint64(k)] = np.nan
        flags[np.uint64(k + to_flags)] = 0


@inlined
def _closed(days, energy_kwh, flags, day, begun, place, to_flags, any_status, flagged):  # type: ignore[no-untyped-def]
    """End a channel-day whose next value would stand at `place`; where the flags of the next that has any begin."""
    _filled_up(energy_kwh, flags, place, begun + PERIODS, to_flags)
    if any_status:
        days[np.uint64(day), DAY_FLAGS] = flagged
        flagged += PERIODS
    return flagged


@without_arrays
def usual_days(  # type: ignore[no-untyped-def]
    data, past, with_status, bits_of, no_status, channels, days, energy_kwh, flags, keys, half_hours, slots,
    long_numbers, counts,
):  # fmt: skip
    """Read the lines below `#F2` up to `past`; whether all are usual. If not, nothing is said of any.

    Usual are `#O` and digits, behind which a hyphen and a text may stand; `#S` and a number from 1 to 4; and below
    both rows of `dd/mm/yyyy,HH:MM` or `dd/mm/yy,HH:MM`, with `:00` behind it or without, at the end of a half hour; a
    number of at most MOST_LONG_DIGITS or none; and, `with_status`, a capital letter or none. Half hours of a channel
    rise. `data` uint8 has SPARE_BYTES beyond `past`, where a line has ended. `counts[FULL]` is 1 where there are more
    channels, channel-days or long numbers than room for them, and nothing is said of what follows.

    Filled, with as many as `counts` int64 (COUNTS_SIZE,) then says: `channels` int64 (channels, CHANNEL_SIZE), the
    outstation's first byte, the byte past it, and the sensor. Of channel-days: `days` int64 (days, DAY_SIZE), its
    channel, days since 1970-01-01, the line of its first row, from 1, and the place of its first flag, NO_FLAGS where
    no row of it has a status; `energy_kwh` float64 (days * PERIODS,), NaN where there is no value, and `flags` uint16,
    only of days that have them: `bits_of` uint16 (256,) the row's letter, `no_status` where it has a value only.
    `long_numbers` int64 (numbers, LONG_SIZE): place in `energy_kwh`, first byte and past it of numbers of more than
    MOST_DIGITS, which are still to be read. Of stamps: `keys` uint64 (stamps, 2), their bytes, and `half_hours` int64,
    their number since 1970-01-01. `slots` int32 (a power of two, more than there can be stamps), all 0, is the table
    in which they are looked up.
    """
    at, lines, opened = np.int64(0), np.int64(0), np.int64(-1)
    first, beyond, last = np.int64(-1), np.int64(-1), np.int64(-1)
    # Of the channel-day that is open: the first place of its values, the next of them, and how far on its flags are.
    day, day_number, begun, place, to_flags = np.int64(-1), np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    blanks, flagged, any_status, is_open = np.int64(0), np.int64(0), False, False
    while at < past:
        lines += 1
        if data[np.uint64(at)] == _HASH:
            kind, sensor = data[np.uint64(at + 1)], np.int64(data[np.uint64(at + 3)]) - 48
            if data[np.uint64(at + 2)] != _SPACE:
                return False
            if is_open:
                blanks += begun + PERIODS - place
                flagged = _closed(days, energy_kwh, flags, day, begun, place, to_flags, any_status, flagged)
                is_open = False
            if kind == 83 and first >= 0 and 1 <= sensor <= 4:  # S
                opened = counts[CHANNELS]
                if opened >= channels.shape[0]:
                    counts[FULL] = 1
                    return False
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
                last = _stamp_of(data, at, year_digits, head, rest, keys, half_hours, slots, counts)
            at += 12 + year_digits
            if last < 0 or opened < 0:
                return False
            if data[np.uint64(at)] == _COLON:
                if data[np.uint64(at + 1)] != 48 or data[np.uint64(at + 2)] != 48:
                    return False
                at += 3
            if data[np.uint64(at)] != _COMMA:
                return False
            at += 1
            half_hour = half_hours[np.uint64(last)]
            if is_open and half_hour - day_number * PERIODS >= PERIODS:
                blanks += begun + PERIODS - place
                flagged = _closed(days, energy_kwh, flags, day, begun, place, to_flags, any_status, flagged)
                is_open = False
            if not is_open:
                day = counts[DAYS]
                if day >= days.shape[0]:
                    counts[FULL] = 1
                    return False
                counts[DAYS] = day + 1
                day_number = half_hour // PERIODS
                begun, place, any_status, is_open = day * PERIODS, day * PERIODS, False, True
                to_flags = flagged - begun
                days[np.uint64(day), DAY_CHANNEL] = opened
                days[np.uint64(day), DAY_NUMBER] = day_number
                days[np.uint64(day), DAY_LINE] = lines
                days[np.uint64(day), DAY_FLAGS] = NO_FLAGS
            due = begun + half_hour - day_number * PERIODS
            if due != place:
                if due < place:
                    return False
                blanks += due - place
                _filled_up(energy_kwh, flags, place, due, to_flags)
                place = due
            text = load64(data, np.uint64(at))
            length = _short_length(text, _COMMA if with_status else _NEWLINE)
            value = -1.0
            if length - _ONE < np.uint64(7):
                # Without statuses the line ends behind the number.
                returned = not with_status and data[np.uint64(at) + length - _ONE] == _RETURN
                length -= np.uint64(returned)
                value = _short_number(text, length) if length > np.uint64(0) else -1.0
            if value >= 0.0:
                at += np.int64(length)
            else:
                from_at = at
                value, at, digits = _long_number(data, at)
                if at < 0:
                    return False
                if digits > MOST_DIGITS:
                    many = np.uint64(counts[LONG])
                    if many >= np.uint64(long_numbers.shape[0]):
                        counts[FULL] = 1
                        return False
                    long_numbers[many, LONG_PLACE] = place
                    long_numbers[many, LONG_FIRST] = from_at
                    long_numbers[many, LONG_PAST] = at
                    counts[LONG] = np.int64(many) + 1
                blanks += np.int64(digits == 0)
            energy_kwh[np.uint64(place)] = value
            if with_status:
                if data[np.uint64(at)] != _COMMA:
                    return False
                at += 1
                letter = data[np.uint64(at)]
                sent = 65 <= letter <= 90
                at += np.int64(sent)
                any_status = bool(any_status or sent)
                flag = bits_of[np.uint64(letter)] if sent else (no_status if value == value else np.uint16(0))
                flags[np.uint64(place + to_flags)] = flag
            place += 1
        at = _past_line(data, at)
        if at < 0:
            return False
    if is_open:
        blanks += begun + PERIODS - place
        flagged = _closed(days, energy_kwh, flags, day, begun, place, to_flags, any_status, flagged)
    counts[LINES], counts[BLANKS], counts[FLAGS] = lines, blanks, flagged
    return True
