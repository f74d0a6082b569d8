"""Records of several kinds that stand in a tree (D0010, D0268), straight into columns of each kind.

As in `kernels.pipes` a record is a line of fields, each ended by `|`, between a header and a trailer. Here every
kind of record is a table of its own: a row knows its line and the row that it stands under. The first kind is the
top of the tree. Which kinds there are, and what their fields hold, comes in as arrays: see `scan`. Faults, events
and packed record ids are those of `kernels.pipes`.
"""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, without_arrays
from kernels.field_values import (
    FIELD_COLUMN,
    FIELD_KIND,
    FIELD_PLACE,
    read_field,
)
from kernels.loads import matches64, ones_in, trailing_zeros, unprintable64
from kernels.pipes import (
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
    read_text,
    stop,
)
from kernels.record_lines import OPEN_BEGIN, OPEN_ROW, take_usual
from kernels.usual_records import sweep
from kernels.usual_values import line_ends

OUTSIDE, HEADED, TOPPED = -1, 0, 1
"""Depths: outside an envelope, in one before its first record of the top kind, and after that."""
STATE_SIZE = 4
"""`state` int64: depth, records of the top kind since the header (or since the scan began), lines and bytes read."""
DEPTH, GROUPS, LINES, BYTES = range(STATE_SIZE)


MOST_BARS = 32
# Of an index without a sign, Numba does not ask first whether it counts from the end.
_PLACE, _KIND, _COLUMN = np.uint64(FIELD_PLACE), np.uint64(FIELD_KIND), np.uint64(FIELD_COLUMN)
_ROW, _BEGIN = np.uint64(OPEN_ROW), np.uint64(OPEN_BEGIN)


@without_arrays
def scan(  # type: ignore[no-untyped-def]
    data, header, trailer, ids, field_counts, parents, fields, counted, room,
    state, opened, lines, above, texts, stamps, numbers, number_bits, counts, events, tallies, fault,
    ends, bars, known, block,
):  # fmt: skip
    """Read all of `data` uint8 (bytes,); stop at the first fault, or where room ends.

    `header`, `trailer` and `ids` int64 (kinds,) are packed with their bar. `field_counts` int64 (kinds,): fields
    after the id. `parents` int64 (kinds,): the kind that has to stand above, or -1. `fields` int64 (kinds, fields,
    FIELD_SIZE), in order of place. Events count rows of the kind `counted`. `room` is how many rows each kind may
    have. `state` and `opened` int64 (kinds, OPEN_SIZE) say where the scan stands, and are left where it stopped.

    Filled, of each kind from place kind * room on: `lines` and `above` int32, line from 1 and row that it stands
    under. From place column * room on: `texts` int32 (places, 2), first byte and past the last, `stamps` int64, days
    since 1970-01-01 of a date and seconds since then of a time, and `numbers` float64, with marks as
    `kernels.pipes` has them. `counts` int64 (kinds,): rows. `events`, `tallies` (counts there) and `fault` as in
    `kernels.pipes`; a fault's level is the kind.

    `ends` int64 (kernels.usual_values.BLOCK_SIZE,), `bars` int64 (MOST_BARS,), and `known` and
    `block`, of kernels.usual_records.block, are room to work in, each thread's own.
    """
    size = np.int64(data.size)
    depth, line = state[DEPTH], state[LINES]
    with_return = False
    kinds, usual, upto, spare, latest = block[0], block[1], block[5], block[12], block[14]
    count, at, begin = np.int64(0), np.int64(0), np.int64(0)
    while begin < size:
        if at >= count:
            at = np.int64(0)
            count = line_ends(data, begin, with_return, ends)
            if count == 0:
                # This line may be the first that ends in the other way.
                with_return = not with_return
            else:
                sweep(
                    data, ends, count, with_return, known, fields, line, counts, opened, room,
                    lines, above, texts, stamps, numbers, block,
                )  # fmt: skip
        if at < count and depth != OUTSIDE and usual[np.uint64(at)]:
            past, groups = take_usual(kinds, usual, at, count, ends, upto, latest, counts, opened)
            state[GROUPS] += groups
            depth = np.int64(TOPPED)
            line += past - at
            at = past
            begin = ends[np.uint64(at)] + 1
            continue
        # Any other line, and whatever is unusual about a record.
        line += 1
        if at < count:
            at += 1
            newline = ends[np.uint64(at)]
            end = newline - np.int64(with_return)
            closed = True
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
        record = _record_id(data, begin, end)
        kind = np.int64(-1)
        for each in range(np.uint64(ids.size)):
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
            if odd and not _printable(data, bars, fields, kind, line, begin, fault):
                break
            under = np.int64(-1)
            if parents[of] >= 0:
                under = opened[np.uint64(parents[of]), _ROW]
                if under < 0:
                    stop(fault, NO_PARENT, line, kind, 0, begin, end, parents[of], begin)
                    break
            row = counts[of]
            if row >= room:
                fault[FAULT_CODE] = NO_ROOM
                break
            for each in range(np.uint64(fields.shape[1])):
                place = fields[of, each, _PLACE]
                if place == 0:
                    break
                first, past = bars[np.uint64(place - 1)] + 1, bars[np.uint64(place)]
                to = np.uint64(fields[of, each, _COLUMN] * room + row)
                wrong = read_field(
                    data, first, past, fields[of, each, _KIND], to,
                    texts, stamps, numbers, number_bits, tallies, spare,
                )  # fmt: skip
                if wrong != NO_FAULT:
                    stop(fault, wrong, line, kind, place, first, past, 0, begin)
                    break
            if fault[FAULT_CODE] != NO_FAULT:
                break
            at_row = np.uint64(kind * room + row)
            lines[at_row] = line
            above[at_row] = under
            counts[of] = row + 1
            if kind == 0:
                depth = np.int64(TOPPED)
                state[GROUPS] += 1
                # Whatever stood under the one before is not open any more.
                opened[:, OPEN_ROW] = -1
            opened[of, _ROW] = row
            opened[of, _BEGIN] = begin
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
            opened[:, OPEN_ROW] = -1
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
def _record_id(data, begin, end):  # type: ignore[no-untyped-def]
    """The first four bytes of a line, packed; 0 for a shorter line."""
    record = np.int64(0)
    if end - begin >= 4:
        for k in range(4):
            record |= np.int64(data[np.uint64(begin + k)]) << (8 * k)
    return record


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
def taken(values, rows, out):  # type: ignore[no-untyped-def]
    """`values` int32 of each of `rows` int32 (rows,), all of them rows of `values`, into `out` int32 (rows,)."""
    for i in range(np.uint64(out.size)):
        out[i] = values[np.uint64(rows[i])]
