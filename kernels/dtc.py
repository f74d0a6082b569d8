"""The bytes of a Data Transfer Catalogue user file (D0036, D0275, D0379), straight into columns.

Shapes: `data` uint8 (bytes,) is the whole file. A record is a line of fields, each ended by `|`. The group
tree is three deep: a channel (101 or 25B), its days (102 or 26B), their values (103, 27B or 66L). Record ids
and flow names come in as their bytes packed into an integer, first byte highest (see `packed`).
"""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel

NO_FAULT = 0
NO_HEADER = 1
OTHER_FLOW = 2
NO_TRAILER = 3
AFTER_TRAILER = 4
UNKNOWN_RECORD = 5
FIELD_COUNT = 6
NO_DAY = 7
DAY_WITHOUT_CHANNEL = 8
VALUE_WITHOUT_DAY = 9
BLANK_TEXT = 10
NOT_ASCII = 11
BAD_DATE = 12
BAD_STATUS = 13
BAD_NUMBER = 14
TOO_MANY_DIGITS = 15
OTHER_IDENTIFIER = 16
BAD_COUNT = 17
BODY_LINES = 18
CHANNEL_GROUPS = 19

ZHV = (90 << 16) | (72 << 8) | 86
ZPT = (90 << 16) | (80 << 8) | 84

FLAG_ESTIMATED = 1 << 0
FLAG_PADDING = 1 << 1
FLAG_INVALID_STATUS = 1 << 15

_OUTSIDE, _HEADED, _IN_CHANNEL, _IN_DAY = 0, 1, 2, 3
_IDENTIFIER_FROM, _IDENTIFIER_TO, _HEADER_LINE, _FIRST_CHANNEL = 0, 1, 2, 3
_MOST_FIELDS = 16
_MOST_DECIMALS = 22
_FIRST_INEXACT = 1 << 53
# Powers of ten up to 10**22 are exact doubles, so an exact mantissa over one of them is rounded only once.
_POWERS = np.array([10.0**k for k in range(_MOST_DECIMALS + 1)])

FAULT_SIZE = 6
"""`fault` int64: code, line (from 1), field (0 is the record id), first byte, past its end, number due."""
COUNTS_SIZE = 4
"""`counts` int64: channels, days, values, blank values."""


def packed(text: str) -> int:
    """The ASCII bytes of `text` as one integer, first byte highest."""
    return int.from_bytes(text.encode("ascii"), "big")


@kernel
def line_count(data):  # type: ignore[no-untyped-def]
    """Number of lines, the last one counted also without its line end."""
    newlines = np.int64(0)
    for i in range(np.uint64(data.size)):
        newlines += np.int64(data[i] == 10)
    return newlines + np.int64(data.size > 0 and data[data.size - 1] != 10)


@kernel
def scan(  # type: ignore[no-untyped-def]
    data, start, flow, channel_id, day_id, value_id,
    text_ranges, day_number, day_line, day_channel, day_offset, energy_kwh, flags, counts, fault,
):  # fmt: skip
    """Read all of `data` from byte `start`; stop at the first fault.

    `text_ranges` int64 (channels, 4) gets first byte and past the last byte of identifier and quantity.
    `day_number` int32 (days,), days since 1970-01-01; `day_line` int64 (days,); `day_channel` int32 (days,)
    the row of `text_ranges`; `day_offset` int32 (days + 1,) where each day's values begin. `energy_kwh`
    float64 (values,), NaN where blank, and `flags` uint16 (values,). The caller sizes them for the most
    records that this many bytes can hold. `counts` and `fault` as COUNTS_SIZE and FAULT_SIZE say.
    """
    size = np.int64(data.size)
    pipes = np.zeros(_MOST_FIELDS, dtype=np.int64)
    envelope = np.zeros(4, dtype=np.int64)
    number = np.zeros(1, dtype=np.int64)
    channels = np.int64(0)
    days = np.int64(0)
    values = np.int64(0)
    blanks = np.int64(0)
    line = np.int64(0)
    channel_line = np.int64(0)
    state = _OUTSIDE
    begin = np.int64(start)
    while begin < size:
        line += 1
        found = 0
        i = np.uint64(begin)
        while i < np.uint64(size):
            byte = data[i]
            if byte == 124:
                pipes[np.uint64(found & 15)] = i
                found += 1
            elif byte == 10:
                break
            i += np.uint64(1)
        end = np.int64(i)
        following = end + 1
        if end > begin and data[end - 1] == 13:
            end -= 1
        record = _record_id(data, begin, pipes, found)
        closed = found > 0 and found <= _MOST_FIELDS and pipes[found - 1] == end - 1

        if state == _OUTSIDE and record != ZHV:
            if end > begin:
                wrong = AFTER_TRAILER if envelope[_HEADER_LINE] > 0 else NO_HEADER
                return _stop(fault, wrong, line, 0, begin, end, 0)
        elif record == value_id:
            if state != _IN_DAY:
                return _stop(fault, VALUE_WITHOUT_DAY, line, 0, begin, end, 0)
            if found != 3 or not closed:
                return _stop(fault, FIELD_COUNT, line, 0, begin, end, 3)
            flag = _status(data, pipes[0] + 1, pipes[1])
            if flag < 0:
                return _stop(fault, BAD_STATUS, line, 1, pipes[0] + 1, pipes[1], 0)
            if pipes[2] == pipes[1] + 1:
                energy_kwh[values] = np.nan
                blanks += 1
            else:
                wrong = _decimal(data, pipes[1] + 1, pipes[2], energy_kwh, values)
                if wrong != NO_FAULT:
                    return _stop(fault, wrong, line, 2, pipes[1] + 1, pipes[2], 0)
            flags[values] = flag
            values += 1
        elif record == day_id:
            if state == _HEADED:
                return _stop(fault, DAY_WITHOUT_CHANNEL, line, 0, begin, end, 0)
            if found != 2 or not closed:
                return _stop(fault, FIELD_COUNT, line, 0, begin, end, 2)
            if not _date(data, pipes[0] + 1, pipes[1], number):
                return _stop(fault, BAD_DATE, line, 1, pipes[0] + 1, pipes[1], 0)
            day_number[days] = number[0]
            day_line[days] = line
            day_channel[days] = channels - 1
            day_offset[days] = values
            days += 1
            state = _IN_DAY
        elif record == channel_id or record == ZPT:  # noqa: SIM109
            if state == _IN_CHANNEL:
                return _stop(fault, NO_DAY, channel_line, 0, begin, end, line)
            if record == ZPT:
                if not _trailer(data, begin, end, line, pipes, found, closed, channels, envelope, fault):
                    return None
                state = _OUTSIDE
            else:
                if not _channel(data, begin, end, line, pipes, found, closed, text_ranges, channels, fault):
                    return None
                channels += 1
                channel_line = line
                state = _IN_CHANNEL
        elif record == ZHV:
            if state != _OUTSIDE:
                return _stop(fault, NO_TRAILER, line, 0, begin, end, 0)
            if not _header(data, begin, end, line, pipes, found, closed, channels, flow, envelope, fault):
                return None
            state = _HEADED
        else:
            return _stop(fault, UNKNOWN_RECORD, line, 0, begin, end, 0)
        begin = following
    if state != _OUTSIDE or envelope[_HEADER_LINE] == 0:
        wrong = NO_TRAILER if envelope[_HEADER_LINE] > 0 else NO_HEADER
        return _stop(fault, wrong, line, 0, size, size, 0)
    day_offset[days] = values
    counts[0] = channels
    counts[1] = days
    counts[2] = values
    counts[3] = blanks
    return None


@kernel
def copy_texts(data, begins, offsets, out):  # type: ignore[no-untyped-def]
    """Copy the texts that begin at `begins` int64 (rows,) one after another into `out` uint8 (bytes,).

    `offsets` int64 (rows + 1,) says where each text begins in `out`.
    """
    for row in range(begins.size):
        begin = np.uint64(begins[row])
        to = np.uint64(offsets[row])
        for i in range(np.uint64(offsets[row + 1]) - to):
            out[to + i] = data[begin + i]


@kernel
def _record_id(data, begin, pipes, found):  # type: ignore[no-untyped-def]
    """The packed three-character record id that opens a line; 0 where there is none."""
    if found == 0 or pipes[0] != begin + 3:
        return np.int64(0)
    i = np.uint64(begin)
    high = np.int64(data[i]) << 16
    middle = np.int64(data[i + np.uint64(1)]) << 8
    return high | middle | np.int64(data[i + np.uint64(2)])


@kernel
def _channel(data, begin, end, line, pipes, found, closed, text_ranges, channel, fault):  # type: ignore[no-untyped-def]
    """Take down where identifier and quantity stand; False where `fault` was set."""
    if found != 4 or not closed:
        _stop(fault, FIELD_COUNT, line, 0, begin, end, 4)
        return False
    for field in range(1, 3):
        wrong = _text(data, pipes[field - 1] + 1, pipes[field])
        if wrong != NO_FAULT:
            _stop(fault, wrong, line, field, pipes[field - 1] + 1, pipes[field], 0)
            return False
        text_ranges[channel, 2 * field - 2] = pipes[field - 1] + 1
        text_ranges[channel, 2 * field - 1] = pipes[field]
    return True


@kernel
def _header(data, begin, end, line, pipes, found, closed, channels, flow, envelope, fault):  # type: ignore[no-untyped-def]
    """Open an envelope (ZHV); False where `fault` was set."""
    if found < 11 or found > 12 or not closed:
        _stop(fault, FIELD_COUNT, line, 0, begin, end, 12)
        return False
    if _is_flow(data, pipes[1] + 1, pipes[2], flow):
        envelope[_IDENTIFIER_FROM] = pipes[0] + 1
        envelope[_IDENTIFIER_TO] = pipes[1]
    elif _is_flow(data, pipes[0] + 1, pipes[1], flow):
        # A header without a file identifier: the flow stands one field early.
        envelope[_IDENTIFIER_TO] = -1
    else:
        _stop(fault, OTHER_FLOW, line, 2, pipes[1] + 1, pipes[2], 0)
        return False
    envelope[_FIRST_CHANNEL] = channels
    envelope[_HEADER_LINE] = line
    return True


@kernel
def _trailer(data, begin, end, line, pipes, found, closed, channels, envelope, fault):  # type: ignore[no-untyped-def]
    """Close an envelope (ZPT) and hold it against its counts; False where `fault` was set."""
    number = np.zeros(1, dtype=np.int64)
    if found < 3 or found > 6 or not closed:
        _stop(fault, FIELD_COUNT, line, 0, begin, end, 5)
        return False
    opened, opened_to = envelope[_IDENTIFIER_FROM], envelope[_IDENTIFIER_TO]
    if opened_to >= 0 and not _same(data, opened, opened_to, pipes[0] + 1, pipes[1]):
        _stop(fault, OTHER_IDENTIFIER, line, 1, pipes[0] + 1, pipes[1], envelope[_HEADER_LINE])
        return False
    body_lines = line - envelope[_HEADER_LINE] - 1
    if not _whole(data, pipes[1] + 1, pipes[2], number):
        _stop(fault, BAD_COUNT, line, 2, pipes[1] + 1, pipes[2], 0)
        return False
    if number[0] != body_lines:
        _stop(fault, BODY_LINES, line, 2, pipes[1] + 1, pipes[2], body_lines)
        return False
    if found < 5 or pipes[4] == pipes[3] + 1:
        return True
    if not _whole(data, pipes[3] + 1, pipes[4], number):
        _stop(fault, BAD_COUNT, line, 4, pipes[3] + 1, pipes[4], 0)
        return False
    groups = channels - envelope[_FIRST_CHANNEL]
    if number[0] != groups:
        _stop(fault, CHANNEL_GROUPS, line, 4, pipes[3] + 1, pipes[4], groups)
        return False
    return True


@kernel
def _stop(fault, code, line, field, begin, end, due):  # type: ignore[no-untyped-def]
    fault[0] = code
    fault[1] = line
    fault[2] = field
    fault[3] = begin
    fault[4] = end
    fault[5] = due


@kernel
def _status(data, begin, end):  # type: ignore[no-untyped-def]
    """Flag bits of a status field; -1 where it is longer than one character."""
    if end - begin > 1:
        return -1
    if end == begin:
        return FLAG_INVALID_STATUS
    letter = data[np.uint64(begin)]
    if letter == 65:
        return 0
    if letter == 69:
        return FLAG_ESTIMATED
    if letter == 67:
        return FLAG_PADDING
    return FLAG_INVALID_STATUS


@kernel
def _decimal(data, begin, end, out, at):  # type: ignore[no-untyped-def]
    """Write the decimal number in data[begin:end] to out[at]; returns a fault code."""
    i = np.uint64(begin)
    stop = np.uint64(end)
    negative = data[i] == 45
    if negative:
        i += np.uint64(1)
    mantissa = np.int64(0)
    digits = 0
    decimals = -1
    while i < stop:
        digit = np.int64(data[i]) - 48
        i += np.uint64(1)
        if digit >= 0 and digit <= 9:
            digits += 1
            decimals += decimals >= 0
            mantissa = mantissa * 10 + digit
            if mantissa >= _FIRST_INEXACT:
                # Read on: a wrong character further along is the better thing to say.
                mantissa = np.int64(_FIRST_INEXACT)
        elif digit == -2 and decimals < 0:
            decimals = 0
        else:
            return BAD_NUMBER
    if digits == 0:
        return BAD_NUMBER
    if mantissa >= _FIRST_INEXACT or decimals > _MOST_DECIMALS:
        return TOO_MANY_DIGITS
    value = np.float64(mantissa)
    if decimals > 0:
        value /= _POWERS[decimals]
    out[at] = -value if negative else value
    return NO_FAULT


@kernel
def _date(data, begin, end, out):  # type: ignore[no-untyped-def]
    """Days since 1970-01-01 of YYYYMMDD into out[0]; False where it is no such date."""
    if end - begin != 8 or not _digits(data, begin, end):
        return False
    year = np.int64(0)
    for i in range(begin, begin + 4):
        year = year * 10 + np.int64(data[i]) - 48
    month = (np.int64(data[begin + 4]) - 48) * 10 + np.int64(data[begin + 5]) - 48
    day = (np.int64(data[begin + 6]) - 48) * 10 + np.int64(data[begin + 7]) - 48
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    if month < 1 or month > 12 or day < 1 or year < 1:
        return False
    length = 30 + ((month + (month >> 3)) & 1)
    if month == 2:
        length = np.int64(29 if leap else 28)
    if day > length:
        return False
    # Years counted from March put the leap day last, so that one formula gives the day of the year.
    if month <= 2:
        year -= 1
    shifted = (month + 9) % 12
    out[0] = 365 * year + year // 4 - year // 100 + year // 400 + (153 * shifted + 2) // 5 + day - 719469
    return True


@kernel
def _digits(data, begin, end):  # type: ignore[no-untyped-def]
    """True where data[begin:end] holds nothing but ASCII digits."""
    others = 0
    for i in range(begin, end):
        others += data[i] < 48 or data[i] > 57
    return others == 0


@kernel
def _whole(data, begin, end, out):  # type: ignore[no-untyped-def]
    """A whole number of 1 to 18 digits into out[0]; False where it is none."""
    if end <= begin or end - begin > 18 or not _digits(data, begin, end):
        return False
    number = np.int64(0)
    for i in range(begin, end):
        number = number * 10 + np.int64(data[i]) - 48
    out[0] = number
    return True


@kernel
def _text(data, begin, end):  # type: ignore[no-untyped-def]
    """Fault code of a text field: blank, or other than printable ASCII."""
    if end <= begin:
        return BLANK_TEXT
    for i in range(begin, end):
        if data[i] < 32 or data[i] > 126:
            return NOT_ASCII
    return NO_FAULT


@kernel
def _same(data, begin, end, other_begin, other_end):  # type: ignore[no-untyped-def]
    if end - begin != other_end - other_begin:
        return False
    different = 0
    for i in range(end - begin):
        different += data[begin + i] != data[other_begin + i]
    return different == 0


@kernel
def _is_flow(data, begin, end, flow):  # type: ignore[no-untyped-def]
    """True where the field is the packed five-character `flow` followed by a version in digits."""
    if end - begin < 5:
        return False
    name = np.int64(0)
    for i in range(begin, begin + 5):
        name = (name << 8) | np.int64(data[i])
    if name != flow:
        return False
    return _digits(data, begin + 5, end)
