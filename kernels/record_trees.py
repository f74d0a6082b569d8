"""Records of several kinds that stand in a tree (D0010, D0268), straight into columns of each kind.

As in `kernels.pipes` a record is a line of fields, each ended by `|`, between a header and a trailer. Here every
kind of record is a table of its own: a row knows its line and the row that it stands under. The first kind is the
top of the tree. Which kinds there are, and what their fields hold, comes in as arrays: see `scan`. Faults, events
and packed record ids are those of `kernels.pipes`.
"""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, without_arrays
from kernels.loads import (
    HIGHS,
    LOWS,
    POINTS,
    ZEROS,
    eight_digits,
    load64,
    matches64,
    ones_in,
    over_nine,
    trailing_zeros,
    unprintable64,
)
from kernels.pipes import (
    BAD_DATE,
    BAD_NUMBER,
    BAD_STAMP,
    BLANK_TEXT,
    EVENT_BEGIN,
    EVENT_END,
    EVENT_GROUPS,
    EVENT_KIND,
    EVENT_LINE,
    EVENT_ROWS,
    EVENTS,
    FAULT_CODE,
    FIELD_COUNT,
    IS_HEADER,
    IS_TRAILER,
    LEVEL_OTHER,
    LONG_LINE,
    MOST_LINE,
    NO_FAULT,
    NO_HEADER,
    NO_PARENT,
    NO_ROOM,
    NO_TRAILER,
    NOT_ASCII,
    UNKNOWN_RECORD,
    bars_one_by_one,
    read_date,
    read_decimal,
    read_text,
    stop,
)
from kernels.usual_values import line_ends

OUTSIDE, HEADED, TOPPED = -1, 0, 1
"""Depths: outside an envelope, in one before its first record of the top kind, and after that."""
STATE_SIZE = 4
"""`state` int64: depth, records of the top kind since the header (or since the scan began), lines and bytes read."""
DEPTH, GROUPS, LINES, BYTES = range(STATE_SIZE)

CHECKED, TEXT, FILLED, DATE, STAMP, NUMBER, LOOSE = range(7)
"""Kinds of a field that is kept; all have to be printable ASCII. Looked at no further; a text, without the blanks
around it; the same, not blank; a date; a time as YYYYMMDDHHMMSS; a decimal number without a sign; the same, NaN where
it is none."""
FIELD_SIZE = 3
"""A kept field, int64: its place from 1 (0: no field), its kind, and its column among those of its sort."""
FIELD_PLACE, FIELD_KIND, FIELD_COLUMN = range(FIELD_SIZE)

OPEN_SIZE = 2
"""Of the last record of a kind under which others may still stand, int64: its row (-1: none) and first byte."""
OPEN_ROW, OPEN_BEGIN = range(OPEN_SIZE)

MOST_BARS = 32
# Of an index without a sign, Numba does not ask first whether it counts from the end.
_PLACE, _KIND, _COLUMN = np.uint64(FIELD_PLACE), np.uint64(FIELD_KIND), np.uint64(FIELD_COLUMN)
_ROW, _BEGIN = np.uint64(OPEN_ROW), np.uint64(OPEN_BEGIN)
_FIRST, _PAST = np.uint64(0), np.uint64(1)
# Exact doubles, as is a whole number of eight digits, so that one over the other is rounded only once.
_POWERS = np.array([10.0**k for k in range(8)])
_ID_BYTES = np.uint64(0xFFFFFFFF)
_DAY_S, _HOUR_S, _MINUTE_S = 86400, 3600, 60


@without_arrays
def scan(  # type: ignore[no-untyped-def]
    data, header, trailer, ids, field_counts, last_places, parents, fields, counted, room,
    state, opened, lines, above, texts, stamps, numbers, number_bits, counts, events, tallies, fault,
    ends, bars, spare,
):  # fmt: skip
    """Read all of `data` uint8 (bytes,); stop at the first fault, or where room ends.

    `header`, `trailer` and `ids` int64 (kinds,) are packed with their bar. `field_counts` int64 (kinds,): fields
    after the id, and `last_places`: the last of them whose value is taken. `parents` int64 (kinds,): the kind that
    has to stand above, or -1. `fields` int64 (kinds, fields, FIELD_SIZE). Events count rows of the kind `counted`.
    `room` is how many rows each kind may have. `state` and `opened` int64 (kinds, OPEN_SIZE) say where the scan
    stands, and are left where it stopped.

    Filled, of each kind from place kind * room on: `lines` and `above` int32, line from 1 and row that it stands
    under. From place column * room on: `texts` int64 (places, 2), first byte and past the last, `stamps` int64, days
    since 1970-01-01 of a date and seconds since then of a time, and `numbers` float64, with marks as
    `kernels.pipes` has them. `counts` int64 (kinds,): rows. `events`, `tallies` (counts there) and `fault` as in
    `kernels.pipes`; a fault's level is the kind.

    `ends` int64 (kernels.usual_values.BLOCK_SIZE,), `bars` int64 (MOST_BARS,) and `spare` int64 (1,) are room to
    work in, each thread's own.
    """
    size = np.int64(data.size)
    kinds = ids.size
    depth, line = state[DEPTH], state[LINES]
    with_return = False
    count, at, begin = np.int64(0), np.int64(0), np.int64(0)
    date_text, date_s = np.uint64(0), np.int64(0)
    time_text, time_s = np.uint64(0), np.int64(-1)
    while begin < size:
        if at >= count:
            at = np.int64(0)
            count = line_ends(data, begin, with_return, ends)
            if count == 0:
                # This line may be the first that ends in the other way.
                with_return = not with_return
        line += 1
        # Bars of a line that is short enough for one look, still to be told to `bars`.
        marks = np.uint64(0)
        if at < count:
            at += 1
            newline = ends[np.uint64(at)]
            end = newline - np.int64(with_return)
            closed = True
            if end - begin < 64:
                kept = (np.uint64(1) << np.uint64(end - begin)) - np.uint64(1)
                marks = matches64(data, np.uint64(begin), np.uint64(124)) & kept
                odd = unprintable64(data, np.uint64(begin)) & kept
                found = np.int64(ones_in(marks))
            else:
                found, odd = _marks(data, begin, end, bars)
        else:
            found, newline = bars_one_by_one(data, begin, bars)
            # Its bytes are looked at one by one as well.
            end, odd = newline, np.uint64(1)
            if end > begin and data[np.uint64(end - 1)] == 13:
                end -= 1
            closed = found > 0 and found <= MOST_BARS and bars[np.uint64(found - 1)] == end - 1
        if newline - begin > MOST_LINE:
            stop(fault, LONG_LINE, line, LEVEL_OTHER, 0, begin, newline, MOST_LINE, begin)
            break
        record = np.int64(0)
        if end - begin >= 4:
            if begin + 8 <= size:
                record = np.int64(load64(data, np.uint64(begin)) & _ID_BYTES)
            else:
                for k in range(4):
                    record |= np.int64(data[np.uint64(begin + k)]) << (8 * k)

        kind = np.int64(-1)
        for each in range(np.uint64(kinds)):
            if record == ids[each]:
                kind = np.int64(each)
        if depth == OUTSIDE and record != header:
            if end > begin:
                stop(fault, NO_HEADER, line, LEVEL_OTHER, 0, begin, end, 0, begin)
                break
        elif kind >= 0:
            of = np.uint64(kind)
            if depth == HEADED and kind > 0:
                stop(fault, NO_PARENT, line, kind, 0, begin, end, 0, begin)
                break
            if found != field_counts[of] + 1 or not closed:
                stop(fault, FIELD_COUNT, line, kind, 0, begin, end, field_counts[of] + 1, begin)
                break
            if marks:
                needed = field_counts[of] if odd else last_places[of]
                for k in range(np.uint64(needed + 1)):
                    bars[k] = begin + np.int64(trailing_zeros(marks))
                    marks &= marks - np.uint64(1)
            if odd and not _printable(data, bars, fields, kind, line, begin, fault):
                break
            parent = parents[of]
            row = counts[of]
            under = np.int64(-1)
            if parent >= 0:
                under = opened[np.uint64(parent), _ROW]
                if under < 0:
                    stop(fault, NO_PARENT, line, kind, 0, begin, end, parent, begin)
                    break
            if row >= room:
                fault[FAULT_CODE] = NO_ROOM
                break
            for each in range(np.uint64(fields.shape[1])):
                place, what = fields[of, each, _PLACE], fields[of, each, _KIND]
                if place == 0:
                    break
                if what == CHECKED:
                    continue
                first, past = bars[np.uint64(place - 1)] + 1, bars[np.uint64(place)]
                to = np.uint64(fields[of, each, _COLUMN] * room + row)
                wrong = NO_FAULT
                if what in (TEXT, FILLED):
                    while first < past and data[np.uint64(first)] == 32:
                        first += 1
                    while past > first and data[np.uint64(past - 1)] == 32:
                        past -= 1
                    texts[to, _FIRST] = first
                    texts[to, _PAST] = past
                    if what == FILLED and first == past:
                        wrong = BLANK_TEXT
                elif what == STAMP:
                    wrong = BAD_STAMP
                    if past - first == 14:
                        # Most readings are of the same few days, and taken at the same time.
                        text = load64(data, np.uint64(first))
                        if text != date_text and read_date(data, first, first + 8, spare):
                            date_text, date_s = text, spare[0] * _DAY_S
                        later = load64(data, np.uint64(first + 6))
                        if later != time_text:
                            time_text, time_s = later, _time_of_day(later)
                        if text == date_text and time_s >= 0:
                            stamps[to] = date_s + time_s
                            wrong = NO_FAULT
                elif what == DATE:
                    wrong = NO_FAULT if read_date(data, first, past, spare) else BAD_DATE
                    stamps[to] = spare[0]
                else:
                    wrong = BAD_NUMBER
                    number = _short_number(data, first, past)
                    if number >= 0.0:
                        numbers[to] = number
                        continue
                    if what == LOOSE:
                        while first < past and data[np.uint64(first)] == 32:
                            first += 1
                        while past > first and data[np.uint64(past - 1)] == 32:
                            past -= 1
                    if data[np.uint64(first)] != 45:
                        wrong = read_decimal(data, first, past, numbers, number_bits, to, tallies)
                    if wrong != NO_FAULT and what == LOOSE:
                        numbers[to] = np.nan
                        wrong = NO_FAULT
                if wrong != NO_FAULT:
                    first, past = bars[np.uint64(place - 1)] + 1, bars[np.uint64(place)]
                    stop(fault, wrong, line, kind, place, first, past, 0, begin)
                    break
            if fault[FAULT_CODE] != NO_FAULT:
                break
            at_row = np.uint64(kind * room + row)
            lines[at_row] = line
            above[at_row] = under
            counts[of] = row + 1
            opened[of, _ROW] = row
            opened[of, _BEGIN] = begin
            if kind == 0:
                depth = np.int64(TOPPED)
                state[GROUPS] += 1
                # Whatever stood under the one before is not open any more.
                for each in range(np.uint64(1), np.uint64(kinds)):
                    opened[each, _ROW] = -1
        elif record == header or record == trailer:  # noqa: SIM109
            is_header = record == header
            if is_header and depth != OUTSIDE:
                stop(fault, NO_TRAILER, line, LEVEL_OTHER, 0, begin, end, 0, begin)
                break
            if tallies[EVENTS] >= events.shape[0]:
                fault[FAULT_CODE] = NO_ROOM
                break
            if is_header:
                state[GROUPS] = 0
            event = tallies[EVENTS]
            events[event, EVENT_KIND] = IS_HEADER if is_header else IS_TRAILER
            events[event, EVENT_LINE] = line
            events[event, EVENT_BEGIN] = begin
            events[event, EVENT_END] = end
            events[event, EVENT_ROWS] = counts[counted]
            events[event, EVENT_GROUPS] = state[GROUPS]
            tallies[EVENTS] += 1
            depth = np.int64(HEADED if is_header else OUTSIDE)
            for each in range(kinds):
                opened[each, OPEN_ROW] = -1
        else:
            stop(fault, UNKNOWN_RECORD, line, LEVEL_OTHER, 0, begin, end, 0, begin)
            break
        begin = newline + 1
    if fault[FAULT_CODE] != NO_FAULT:
        line -= 1
    state[DEPTH] = depth
    state[LINES] = line
    state[BYTES] = min(begin, size)


@without_arrays
def _marks(data, begin, end, bars):  # type: ignore[no-untyped-def]
    """Places of a block's line's bars into `bars`, and not 0 where a byte is not printable: (how many, which)."""
    found, odd = np.int64(0), np.uint64(0)
    i, stop_at = np.uint64(begin), np.uint64(end)
    while i < stop_at:
        marks, wrong = matches64(data, i, np.uint64(124)), unprintable64(data, i)
        left = stop_at - i
        if left < np.uint64(64):
            kept = (np.uint64(1) << left) - np.uint64(1)
            marks &= kept
            wrong &= kept
        odd |= wrong
        more = np.int64(ones_in(marks))
        if found + more > MOST_BARS:
            return np.int64(MOST_BARS + 1), odd
        for k in range(np.uint64(found), np.uint64(found + more)):
            bars[k] = np.int64(i + trailing_zeros(marks))
            marks &= marks - np.uint64(1)
        found += more
        i += np.uint64(64)
    return found, odd


@inlined
def _printable(data, bars, fields, kind, line, begin, fault):  # type: ignore[no-untyped-def]
    """Whether all kept fields are printable ASCII; `fault` is set where one is not."""
    right = True
    for each in range(fields.shape[1]):
        place = fields[kind, each, FIELD_PLACE]
        if place == 0:
            break
        first, past = bars[np.uint64(place - 1)] + 1, bars[np.uint64(place)]
        if read_text(data, first, past) == NOT_ASCII:
            stop(fault, NOT_ASCII, line, kind, place, first, past, 0, begin)
            right = False
            break
    return right


@without_arrays
def _time_of_day(text):  # type: ignore[no-untyped-def]
    """Seconds since midnight of the HHMMSS in the last six of eight digits; -1 where there is no such time."""
    digits = text ^ ZEROS
    if over_nine(digits):
        return np.int64(-1)
    number = np.int64(eight_digits(digits))
    hour, minute, second = number // 10000 % 100, number // 100 % 100, number % 100
    if hour > 23 or minute > 59 or second > 59:
        return np.int64(-1)
    return hour * _HOUR_S + minute * _MINUTE_S + second


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
        power = _POWERS[decimals]
    if over_nine(digits):
        return -1.0
    return np.float64(np.int64(eight_digits(digits))) / power


@without_arrays
def small_wholes(data, texts, most_digits, out):  # type: ignore[no-untyped-def]
    """Whole numbers of at most `most_digits` digits into `out` int64 (rows,); -1 where a text is none, -2 where blank.

    `texts` int64 (rows, 2): first byte and past the last.
    """
    for row in range(np.uint64(out.size)):
        first, past = texts[row, 0], texts[row, 1]
        number = np.int64(-2 if past == first else 0)
        if past - first > most_digits:
            number = np.int64(-1)
        else:
            for i in range(first, past):
                digit = np.int64(data[np.uint64(i)]) - 48
                number = number * 10 + digit if number >= 0 and digit >= 0 and digit <= 9 else np.int64(-1)
        out[row] = number


@without_arrays
def same_texts(data, texts, rows, others, other_rows, out):  # type: ignore[no-untyped-def]
    """Whether the texts of `rows` and those of `other_rows` among `others` are the same, into `out` uint8 (pairs,).

    `texts` and `others` int64 (rows, 2); `rows` and `other_rows` int64 (pairs,).
    """
    for pair in range(np.uint64(out.size)):
        one, other = rows[pair], other_rows[pair]
        first, second = texts[one, 0], others[other, 0]
        length = texts[one, 1] - first
        same = others[other, 1] - second == length
        i = np.int64(0)
        while same and i < length:
            same = data[np.uint64(first + i)] == data[np.uint64(second + i)]
            i += 1
        out[pair] = same
