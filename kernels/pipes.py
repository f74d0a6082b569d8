"""The bytes of `|`-separated trade files (DTC user files, IDD files), straight into columns.

A record is a line of fields, each ended by `|`, the first of them a record id of three characters. Between a
header and a trailer, groups stand in a tree of some levels; a group of the last level is a row, and value
records follow it. Which records these are, and what their fields hold, comes in as arrays: see `scan`.
Record ids come packed into an integer, first byte lowest (see `packed`).
"""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, without_arrays
from kernels.decimals import MOST_DECIMALS, POWERS
from kernels.loads import (
    SPACES,
    ZEROS,
    eight_digits,
    folded,
    load64,
    matches64,
    not_printable,
    ones_in,
    over_nine,
    store64,
    trailing_zeros,
)
from kernels.stamps import NO_NUMBER, days_of
from kernels.usual_values import first_unusual, line_ends, numbered_lines, numbers, plain_lines

NO_FAULT = 0
NO_ROOM = 1
NO_HEADER = 2
NO_TRAILER = 3
UNKNOWN_RECORD = 4
FIELD_COUNT = 5
NO_CHILD = 6
NO_PARENT = 7
BLANK_TEXT = 8
NOT_ASCII = 9
BAD_DATE = 10
EARLY_DATE = 11
LATE_DATE = 12
BAD_STATUS = 13
BAD_NUMBER = 14
BAD_ROLE = 15
BAD_PERIOD = 16
PERIOD_ORDER = 17
MANY_VALUES = 18
LONG_LINE = 19
BAD_STAMP = 20

FAULT_SIZE = 8
"""`fault` int64: code, line (from 1), level of the record (see LEVEL_), field (0 is the record id), first
byte, past its end, number due, first byte of the line."""
FAULT_CODE, FAULT_LINE, FAULT_LEVEL, FAULT_FIELD, FAULT_FROM, FAULT_TO, FAULT_DUE, FAULT_BEGIN = range(8)
LEVEL_VALUE, LEVEL_OTHER = -1, -2

STATE_SIZE = 10
"""`state` int64: where a scan stands. Depth (OUTSIDE, or the number of open levels), values in the open row,
its last period, top groups since the header, line and first byte of the last group opened, its date, lines
read, bytes read, and, for the caller, what is being passed over (see validator.readings.pipes.scanning)."""
DEPTH, IN_ROW, PERIOD, GROUPS, OPEN_LINE, OPEN_BEGIN, DAY, LINES, BYTES, PASSING = range(STATE_SIZE)
OUTSIDE = -1
UNKNOWN_DAY = -(2**31)

COUNTS_SIZE = 5
"""`counts` int64: rows, values, blank values, values for `float` to read, envelope records."""
ROWS, VALUES, BLANKS, INEXACT, EVENTS = range(COUNTS_SIZE)

LAYOUT_SIZE = 11
"""`layout` int64: levels, packed ids of header, trailer and value record, fields of a value record after its
id, places of status, value and period (0: position is the period) in it, 1 where a checksum is kept, and the
earliest and latest date."""
(
    LEVELS, HEADER, TRAILER, VALUE, VALUE_FIELDS, STATUS_AT, VALUE_AT, PERIOD_AT, CHECKSUM, EARLIEST, LATEST
) = range(LAYOUT_SIZE)  # fmt: skip
FREE, TEXT, DATE, ROLE, OPTIONAL = range(5)
"""Kinds of a group's field: not looked at, printable text, a date, M or C (main or check), text or blank."""

ROW_SIZE = 4
"""A row, int64: date (days since 1970-01-01), line, first byte, first value."""
ROW_DAY, ROW_LINE, ROW_BEGIN, ROW_VALUES = range(ROW_SIZE)
EVENT_SIZE = 7
"""A header or trailer, int64: its kind, line, first byte, past its end, rows before it, top groups since the
header (or since the scan began), and their XOR so far."""
EVENT_KIND, EVENT_LINE, EVENT_BEGIN, EVENT_END, EVENT_ROWS, EVENT_GROUPS, EVENT_XOR = range(EVENT_SIZE)
IS_HEADER, IS_TRAILER = 1, 2

MOST_VALUES = 1000
"""Values of a row; no day has so many."""
MOST_LINE = 4096
MOST_PERIOD = 50
NULL_STATUS = 0xFFFF
"""In `flag_of`: the status says that there is no value."""
BAD_LETTER = 0xFFFE
"""In `flag_of`: no status may be this byte."""
INEXACT_MARK = 0x7FFC << 48
"""Upper bits of a value that `float` has to read; the lower ones say where its text begins."""

_MOST_FIELDS = 16
PLACES_SIZE = _MOST_FIELDS + 1
"""`places` int64: of a line's bars, and one number more."""
_FIRST_INEXACT = np.int64(1 << 53)


def packed(text: str) -> int:
    """The ASCII bytes of `text` as one integer, first byte lowest."""
    return int.from_bytes(text.encode("ascii"), "little")


@without_arrays
def scan(  # type: ignore[no-untyped-def]
    data, begin, layout, group_ids, group_fields, kinds, slots, flag_of,
    state, xor, current, rows, ranges, energy_kwh, energy_bits, flags, events, counts, fault,
    block, places,
):  # fmt: skip
    """Read `data` uint8 (bytes,) from byte `begin` to its end; stop at the first fault, or where room ends.

    `group_ids` and `group_fields` int64 (levels,): packed id, and fields after it. `kinds` and `slots` int64
    (levels, fields): what each field holds, and the text of a row that it is (-1: none). `flag_of` uint16
    (256,): period flags of each status byte. `state`, `xor` uint64 (1,), `current` int64 (texts, 2) and
    `counts` say where the scan stands, and are left where it stopped.

    Filled: `rows` int64 (rows, ROW_SIZE) and `ranges` int64 (rows, texts, 2), first byte and past the last
    byte of each text; a text, or a date, of a group that was open before the scan began is -1, or
    UNKNOWN_DAY. `energy_kwh` float64 (values,), NaN where blank, its bits seen again as `energy_bits` uint64,
    and `flags` uint16 (values,). `events` int64 (events, EVENT_SIZE). `fault` as FAULT_SIZE says.

    `block`, of kernels.usual_values.block, and `places` are room to work in, each thread's own.
    """
    size = np.int64(data.size)
    levels = layout[LEVELS]
    header_id, trailer_id, value_id = layout[HEADER], layout[TRAILER], layout[VALUE]
    value_word = np.uint64(value_id) | (np.uint64(124) << np.uint64(24))
    by_period = layout[PERIOD_AT] > 0
    summed = layout[CHECKSUM] > 0
    value_room = np.int64(energy_kwh.size) - 64
    row_room = np.int64(rows.shape[0])
    event_room = np.int64(events.shape[0])
    pipes, number = places[:_MOST_FIELDS], places[_MOST_FIELDS:]
    depth, in_row, period = state[DEPTH], state[IN_ROW], state[PERIOD]
    line = state[LINES]
    values, blanks = counts[VALUES], counts[BLANKS]
    begin = np.int64(begin)
    # The block of lines that is at hand, and which of them comes next: see kernels.usual_values.
    with_return = False
    ends, block_flags, unusual, lengths, tails, periods, words, kwh = block
    count = np.int64(0)
    at = np.int64(0)
    while begin < size:
        if at >= count:
            at = np.int64(0)
            count = line_ends(data, begin, with_return, ends)
            if count == 0:
                # This line may be the first that ends in the other way.
                with_return = not with_return
            elif by_period:
                numbered_lines(
                    data, ends, count, with_return, value_word, flag_of, BAD_LETTER,
                    block_flags, lengths, tails, periods, words,
                )  # fmt: skip
            else:
                plain_lines(
                    data, ends, count, with_return, value_word, flag_of, BAD_LETTER, block_flags, lengths, tails
                )
            numbers(lengths, tails, count, kwh, unusual)
        if depth == levels and at < count:
            # Nearly all lines are values as they are usually written.
            room = max(np.int64(0), min(value_room - values, MOST_VALUES - in_row))
            past = first_unusual(unusual, at, min(count, at + room))
            if by_period:
                past = _in_turn(periods, at, past, period)
                xor[0] ^= _folded_lines(words, at, past)
                period += past - at
            to, first = np.uint64(values), np.uint64(at)
            for k in range(np.uint64(past - at)):
                energy_kwh[to + k] = kwh[first + k]
                flags[to + k] = block_flags[first + k]
            values += past - at
            in_row += past - at
            line += past - at
            at = past
            begin = ends[at] + 1
            if at == count:
                continue
        line += 1
        # Any other line, and whatever is unusual about a value.
        found, end = np.int64(0), begin
        if at < count:
            found, end = _bars(data, begin, ends[at + 1], pipes)
            at += 1
        if found == 0:
            found, end = bars_one_by_one(data, begin, pipes)
        following = end + 1
        if end - begin > MOST_LINE:
            stop(fault, LONG_LINE, line, LEVEL_OTHER, 0, begin, end, MOST_LINE, begin)
            break
        if end > begin and data[np.uint64(end - 1)] == 13:
            end -= 1
        record = np.int64(0)
        if found > 0 and pipes[0] == begin + 3:
            record = np.int64(data[np.uint64(begin)]) | np.int64(data[np.uint64(begin + 1)]) << 8
            record |= np.int64(data[np.uint64(begin + 2)]) << 16
        closed = found > 0 and found <= _MOST_FIELDS and pipes[found - 1] == end - 1

        if depth == OUTSIDE and record != header_id:
            if end > begin:
                stop(fault, NO_HEADER, line, LEVEL_OTHER, 0, begin, end, 0, begin)
                break
        elif record == value_id:
            if depth != levels:
                stop(fault, NO_PARENT, line, LEVEL_VALUE, 0, begin, end, levels, begin)
                break
            if found != layout[VALUE_FIELDS] + 1 or not closed:
                stop(fault, FIELD_COUNT, line, LEVEL_VALUE, 0, begin, end, layout[VALUE_FIELDS] + 1, begin)
                break
            if in_row >= MOST_VALUES:
                stop(fault, MANY_VALUES, line, LEVEL_VALUE, 0, begin, end, MOST_VALUES, begin)
                break
            if values >= value_room:
                fault[FAULT_CODE] = NO_ROOM
                break
            this = period + 1
            if by_period:
                place = layout[PERIOD_AT]
                wrong = _period(data, pipes[place - 1] + 1, pipes[place], period, number)
                if wrong != NO_FAULT:
                    stop(fault, wrong, line, LEVEL_VALUE, place, pipes[place - 1] + 1, pipes[place], period, begin)
                    break
                this = number[0]
            place = layout[STATUS_AT]
            status_begin, status_end = pipes[place - 1] + 1, pipes[place]
            flag = flag_of[np.uint64(124)]
            if status_end - status_begin <= 1:
                # A bar stands for the blank status, which is no byte.
                flag = flag_of[np.uint64(data[np.uint64(status_begin)])]
                if status_end == status_begin:
                    flag = flag_of[np.uint64(0)]
            if status_end - status_begin > 1 or flag == BAD_LETTER:
                stop(fault, BAD_STATUS, line, LEVEL_VALUE, place, status_begin, status_end, 0, begin)
                break
            while period + 1 < this:
                energy_kwh[values] = np.nan
                flags[values] = 0
                values += 1
                blanks += 1
                in_row += 1
                period += 1
            place = layout[VALUE_AT]
            value_begin, value_end = pipes[place - 1] + 1, pipes[place]
            blank = value_end == value_begin
            if not blank:
                wrong = read_decimal(data, value_begin, value_end, energy_kwh, energy_bits, values, counts)
                if wrong != NO_FAULT:
                    stop(fault, wrong, line, LEVEL_VALUE, place, value_begin, value_end, 0, begin)
                    break
            if blank or flag == NULL_STATUS:
                energy_kwh[values] = np.nan
                blanks += 1
            flags[values] = 0 if flag == NULL_STATUS else flag
            values += 1
            in_row += 1
            period = this
        elif record == header_id or record == trailer_id:  # noqa: SIM109
            is_header = record == header_id
            if is_header and depth != OUTSIDE:
                stop(fault, NO_TRAILER, line, LEVEL_OTHER, 0, begin, end, 0, begin)
                break
            if not is_header and depth > 0 and depth < levels:
                stop(fault, NO_CHILD, state[OPEN_LINE], depth - 1, 0, begin, end, line, begin)
                break
            if counts[EVENTS] >= event_room:
                fault[FAULT_CODE] = NO_ROOM
                break
            if is_header:
                xor[0] = np.uint64(0)
                state[GROUPS] = 0
            event = counts[EVENTS]
            events[event, EVENT_KIND] = IS_HEADER if is_header else IS_TRAILER
            events[event, EVENT_LINE] = line
            events[event, EVENT_BEGIN] = begin
            events[event, EVENT_END] = end
            events[event, EVENT_ROWS] = counts[ROWS]
            events[event, EVENT_GROUPS] = state[GROUPS]
            events[event, EVENT_XOR] = np.int64(xor[0])
            counts[EVENTS] += 1
            depth = np.int64(0 if is_header else OUTSIDE)
        else:
            level = np.int64(-1)
            for each in range(levels):
                if record == group_ids[each]:
                    level = np.int64(each)
            if level < 0:
                stop(fault, UNKNOWN_RECORD, line, LEVEL_OTHER, 0, begin, end, 0, begin)
                break
            if depth > 0 and depth < levels and level < depth:
                stop(fault, NO_CHILD, state[OPEN_LINE], depth - 1, 0, begin, end, line, begin)
                break
            if level > depth:
                stop(fault, NO_PARENT, line, level, 0, begin, end, level, begin)
                break
            if found != group_fields[level] + 1 or not closed:
                stop(fault, FIELD_COUNT, line, level, 0, begin, end, group_fields[level] + 1, begin)
                break
            if counts[ROWS] >= row_room:
                fault[FAULT_CODE] = NO_ROOM
                break
            if not _group(
                data, begin, line, pipes, number, level, layout, group_fields, kinds, slots, current, state, fault
            ):
                break
            depth = level + 1
            state[OPEN_LINE] = line
            state[OPEN_BEGIN] = begin
            state[GROUPS] += level == 0
            if depth == levels:
                row = counts[ROWS]
                rows[row, ROW_DAY] = state[DAY]
                rows[row, ROW_LINE] = line
                rows[row, ROW_BEGIN] = begin
                rows[row, ROW_VALUES] = values
                for text in range(current.shape[0]):
                    ranges[row, text, 0] = current[text, 0]
                    ranges[row, text, 1] = current[text, 1]
                counts[ROWS] += 1
                in_row = np.int64(0)
                period = np.int64(0)
        if summed and record != trailer_id:
            xor[0] ^= folded(data, begin, end)
        begin = following
    if fault[FAULT_CODE] != NO_FAULT:
        line -= 1
    state[DEPTH] = depth
    state[IN_ROW] = in_row
    state[PERIOD] = period
    state[LINES] = line
    state[BYTES] = min(begin, size)
    counts[VALUES] = values
    counts[BLANKS] = blanks
    return


@without_arrays
def _in_turn(periods, begin, end, period):  # type: ignore[no-untyped-def]
    """The first line of a block from `begin` on that is not of the period after the one before it; `end` if none."""
    k = begin
    due = np.uint64(period + 1)
    while k < end and periods[np.uint64(k)] == due and due <= np.uint64(MOST_PERIOD):
        due += np.uint64(1)
        k += 1
    return k


@without_arrays
def _folded_lines(words, begin, end):  # type: ignore[no-untyped-def]
    total = np.uint64(0)
    for k in range(np.uint64(begin), np.uint64(end)):
        total ^= words[0, k]
    return total


@without_arrays
def _bars(data, begin, newline, pipes):  # type: ignore[no-untyped-def]
    """Places of the bars of a block's line into `pipes`: (how many, the newline); (0, _) for a long line."""
    bytes_of_line = np.uint64(newline - begin)
    if bytes_of_line >= np.uint64(64):
        return np.int64(0), newline
    bars = matches64(data, np.uint64(begin), np.uint64(124)) & ((np.uint64(1) << bytes_of_line) - np.uint64(1))
    found = np.int64(ones_in(bars))
    if found > _MOST_FIELDS:
        return np.int64(0), newline
    for k in range(np.uint64(found)):
        pipes[k] = begin + np.int64(trailing_zeros(bars))
        bars &= bars - np.uint64(1)
    return found, newline


@without_arrays
def bars_one_by_one(data, begin, bars):  # type: ignore[no-untyped-def]
    """Places of any line's bars into `bars`: (how many, its newline or where the bytes or the longest line end).

    `bars` int64 has a power of two of places; those of a line with more are not all there.
    """
    last = np.uint64(bars.size - 1)
    found = np.int64(0)
    end = np.int64(begin)
    stop = min(np.int64(data.size), end + MOST_LINE + 1)
    while end < stop:
        byte = data[np.uint64(end)]
        if byte == 124:
            bars[np.uint64(found) & last] = end
            found += 1
        elif byte == 10:
            break
        end += 1
    return found, end


@without_arrays
def next_group(data, begin, least, header, trailer, group_ids):  # type: ignore[no-untyped-def]
    """First byte of the first line from `begin` on that opens a group of level `least` or above, or an envelope.

    `begin` is any byte; the line that it stands in counts only where it is that line's first. The number of
    bytes where there is no such line.
    """
    size = np.int64(data.size)
    i = np.int64(begin)
    opens = i == 0 or data[np.uint64(i - 1)] == 10
    while i + 4 <= size:
        if opens and data[np.uint64(i + 3)] == 124:
            record = np.int64(data[np.uint64(i)]) | np.int64(data[np.uint64(i + 1)]) << 8
            record |= np.int64(data[np.uint64(i + 2)]) << 16
            known = record in (header, trailer)
            for each in range(least + 1):
                known = known or record == group_ids[each]
            if known:
                return i
        while i < size and data[np.uint64(i)] != 10:
            i += 1
        i += 1
        opens = True
    return size


@without_arrays
def next_cut(data, begin, stop, header, trailer, group_ids):  # type: ignore[no-untyped-def]
    """Where to cut between windows: a line, begun in data[begin:stop], that opens a group or an envelope.

    The line before it opens no group, so that no group is cut off from its first child; and a header comes after
    a trailer, so that a row which no record ends is not cut off from what says so. `begin` is a line's first byte.
    `stop` where there is no such line.
    """
    after_group, after_trailer = True, False
    i = np.int64(begin)
    while i + 4 <= stop:
        grouped, ended = False, False
        if data[np.uint64(i + 3)] == 124:
            record = np.int64(data[np.uint64(i)]) | np.int64(data[np.uint64(i + 1)]) << 8
            record |= np.int64(data[np.uint64(i + 2)]) << 16
            for each in range(group_ids.size):
                grouped = grouped or record == group_ids[each]
            ended = record == trailer
            if not after_group and (grouped or ended or (record == header and after_trailer)):
                return i
        after_group, after_trailer = grouped, ended
        while i < stop and data[np.uint64(i)] != 10:
            i += 1
        i += 1
    return stop


@without_arrays
def count_records(data, begin, end, wanted):  # type: ignore[no-untyped-def]
    """(lines that begin in data[begin:end], those of them with the packed record id `wanted`)."""
    lines = np.int64(0)
    records = np.int64(0)
    i = np.int64(begin)
    while i < end:
        lines += 1
        if i + 4 <= end and data[np.uint64(i + 3)] == 124:
            record = np.int64(data[np.uint64(i)]) | np.int64(data[np.uint64(i + 1)]) << 8
            record |= np.int64(data[np.uint64(i + 2)]) << 16
            records += record == wanted
        while i < end and data[np.uint64(i)] != 10:
            i += 1
        i += 1
    return lines, records


@without_arrays
def text_offsets(ranges, slot, carried, offsets):  # type: ignore[no-untyped-def]
    """Where the texts of `slot` begin, one after another, into `offsets` int32 (rows + 1,); how many are carried.

    `ranges` as `scan` fills it; a text that it has not has `carried` bytes.
    """
    total, before = np.int32(0), np.int64(0)
    offsets[0] = 0
    for row in range(np.uint64(ranges.shape[0])):
        begin = ranges[row, slot, 0]
        missing = begin < 0
        before += missing
        total += np.int32(carried if missing else ranges[row, slot, 1] - begin)
        offsets[row + np.uint64(1)] = total
    return before


@without_arrays
def copy_texts(data, ranges, slot, before, offsets, out):  # type: ignore[no-untyped-def]
    """Copy the texts of `slot` from row `before` on to where `offsets` says in `out` uint8 (bytes,).

    `out` has eight bytes to spare.
    """
    eight = np.uint64(8)
    room = np.int64(data.size)
    for row in range(np.uint64(before), np.uint64(ranges.shape[0])):
        begin = np.uint64(ranges[row, slot, 0])
        to = np.uint64(offsets[row])
        length = np.uint64(offsets[row + np.uint64(1)]) - to
        i = np.uint64(0)
        if np.int64(begin + length) + 8 <= room:
            # Eight bytes at a time; what is written beyond a text's end, the next text overwrites.
            while i < length:
                store64(out, to + i, load64(data, begin + i))
                i += eight
        else:
            while i < length:
                out[to + i] = data[begin + i]
                i += np.uint64(1)


@without_arrays
def count_above(values, limit):  # type: ignore[no-untyped-def]
    """How many of `values` float64 (values,) are above `limit`; NaN is not."""
    found = np.int64(0)
    for i in range(np.uint64(values.size)):
        found += values[i] > limit
    return found


@inlined
def _group(  # type: ignore[no-untyped-def]
    data, begin, line, pipes, number, level, layout, group_fields, kinds, slots, current, state, fault
):  # fmt: skip
    """Take in the fields of a group; False where `fault` was set."""
    for field in range(1, group_fields[level] + 1):
        kind = kinds[level, field - 1]
        if kind == FREE:
            continue
        first, past = pipes[field - 1] + 1, pipes[field]
        wrong = NO_FAULT
        if kind == DATE:
            if not read_date(data, first, past, number):
                wrong = BAD_DATE
            elif number[0] < layout[EARLIEST]:
                wrong = EARLY_DATE
            elif number[0] > layout[LATEST]:
                wrong = LATE_DATE
            state[DAY] = number[0]
        elif kind == ROLE:
            letter = data[np.uint64(first)]
            wrong = NO_FAULT if past - first == 1 and (letter == 77 or letter == 67) else BAD_ROLE
        else:
            wrong = read_text(data, first, past)
            if kind == OPTIONAL and wrong == BLANK_TEXT:
                wrong = NO_FAULT
        if wrong != NO_FAULT:
            stop(fault, wrong, line, level, field, first, past, 0, begin)
            return False
    for field in range(1, group_fields[level] + 1):
        slot = slots[level, field - 1]
        if slot >= 0:
            current[slot, 0] = pipes[field - 1] + 1
            current[slot, 1] = pipes[field]
    return True


@without_arrays
def stop(fault, code, line, level, field, first, past, due, begin):  # type: ignore[no-untyped-def]
    fault[FAULT_CODE] = code
    fault[FAULT_LINE] = line
    fault[FAULT_LEVEL] = level
    fault[FAULT_FIELD] = field
    fault[FAULT_FROM] = first
    fault[FAULT_TO] = past
    fault[FAULT_DUE] = due
    fault[FAULT_BEGIN] = begin


@without_arrays
def _period(data, first, past, before, out):  # type: ignore[no-untyped-def]
    """A settlement period later than `before` into out[0]; returns a fault code."""
    if past <= first or past - first > 2:
        return BAD_PERIOD
    number = np.int64(0)
    for i in range(first, past):
        digit = np.int64(data[np.uint64(i)]) - 48
        if digit < 0 or digit > 9:
            return BAD_PERIOD
        number = number * 10 + digit
    # No number has a needless leading zero in this family.
    if number < 1 or number > MOST_PERIOD or data[np.uint64(first)] == 48:
        return BAD_PERIOD
    if number <= before:
        return PERIOD_ORDER
    out[0] = number
    return NO_FAULT


@without_arrays
def read_decimal(data, first, past, out, bits, at, counts):  # type: ignore[no-untyped-def]
    """The decimal number in data[first:past] to out[at], or a mark for `float` to read it; a fault code."""
    i = first
    negative = data[np.uint64(i)] == 45
    if negative:
        i += 1
    mantissa = np.int64(0)
    digits = 0
    decimals = -1
    while i < past:
        digit = np.int64(data[np.uint64(i)]) - 48
        i += 1
        if digit >= 0 and digit <= 9:
            digits += 1
            decimals += decimals >= 0
            mantissa = min(mantissa * 10 + digit, _FIRST_INEXACT)
        elif digit == -2 and decimals < 0:
            decimals = 0
        else:
            return BAD_NUMBER
    if digits == 0:
        return BAD_NUMBER
    if mantissa >= _FIRST_INEXACT or decimals > MOST_DECIMALS:
        bits[at] = np.uint64(INEXACT_MARK) | np.uint64(first)
        counts[INEXACT] += 1
        return NO_FAULT
    value = np.float64(mantissa)
    if decimals > 0:
        value /= POWERS[decimals]
    out[at] = -value if negative else value
    return NO_FAULT


@without_arrays
def read_date(data, begin, end, out):  # type: ignore[no-untyped-def]
    """Days since 1970-01-01 of YYYYMMDD into out[0]; False where it is no such date."""
    if end - begin != 8:
        return False
    text = load64(data, np.uint64(begin))
    if over_nine(text ^ ZEROS):
        return False
    number = np.int64(eight_digits(text ^ ZEROS))
    days = days_of(number // 10000, number // 100 % 100, number % 100)
    if days == NO_NUMBER:
        return False
    out[0] = days
    return True


@without_arrays
def read_text(data, begin, end):  # type: ignore[no-untyped-def]
    """Fault code of a text field: blank, or other than printable ASCII."""
    if end <= begin:
        return BLANK_TEXT
    eight = np.uint64(8)
    first, past = np.uint64(begin), np.uint64(end)
    while first + eight <= past:
        if not_printable(load64(data, first)):
            return NOT_ASCII
        first += eight
    rest = past - first
    if rest == 0:
        return NO_FAULT
    if past < eight:
        for i in range(first, past):
            if data[i] < 32 or data[i] > 126:
                return NOT_ASCII
        return NO_FAULT
    # The eight bytes that end with the text; those before it become spaces.
    word = load64(data, past - eight) >> ((eight - rest) * eight)
    return NOT_ASCII if not_printable(word | (SPACES << (rest * eight))) else NO_FAULT
