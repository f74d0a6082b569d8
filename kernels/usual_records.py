"""Records of several kinds as they are usually written, many at once: which they are, and what their fields hold.

As in `kernels.usual_values` a block of lines is swept several times while it is in the nearest cache: once over all
of its lines, then once for each field that is kept, over the lines of its kind. A row is put where it will stand if
every line of a known kind before it is good. What is unusual about a line is only noted; `kernels.record_trees.scan`
looks at that line itself, and puts its row in the same place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from kernels.compile import inlined, without_arrays
from kernels.field_values import (
    DATE,
    FIELD_COLUMN,
    FIELD_KIND,
    FIELD_PLACE,
    FILLED,
    LOOSE,
    NUMBER,
    STAMP,
    TEXT,
    time_of_day,
)
from kernels.loads import LANES, equal_lanes, load64, matches64, ones_in, trailing_zeros, unprintable64
from kernels.pipes import read_date
from kernels.stamps import DAY_S
from kernels.usual_values import BLOCK_SIZE, numbers

OPEN_SIZE = 2
"""Of the last record of a kind under which others may still stand, int64: its row (-1: none) and first byte."""
OPEN_ROW, OPEN_BEGIN = range(OPEN_SIZE)
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_TWO, _SIX, _EIGHT, _CHUNK = np.uint64(2), np.uint64(6), np.uint64(8), np.uint64(64)
_TWO_BYTES = np.uint64(16)
_SIZE = np.uint64(BLOCK_SIZE)
_BAR, _SPACE = np.uint64(124), np.uint64(32)
_ID_BYTES = np.uint64(0xFFFFFFFF)
_PLACE, _KIND, _COLUMN = np.uint64(FIELD_PLACE), np.uint64(FIELD_KIND), np.uint64(FIELD_COLUMN)
_FIRST, _PAST = np.uint64(0), np.uint64(1)
_ROW, _BEGIN = np.uint64(OPEN_ROW), np.uint64(OPEN_BEGIN)
_KNOWN_DAYS = 64


def block(
    ids: npt.NDArray[np.int64], field_counts: npt.NDArray[np.int64]
) -> tuple[tuple[npt.NDArray[Any], ...], tuple[npt.NDArray[Any], ...]]:
    """Arrays for one block of records, each thread's own: what a record is known by, and what `sweep` works in.

    `ids` and `field_counts` int64 (kinds,) are those of `kernels.record_trees.scan`; ValueError for too many. The
    latter arrays are the lines' kinds and whether each is usual; of each kind, from place kind * BLOCK_SIZE on, its
    lines, their first bytes and bars, and up to which place; of each row the length and the last eight bytes of a
    number, the number, and whether it is not as usual; days that were read already, as text and number; and room for
    a day, and the time that was read last, as text and number.
    """
    kinds = len(ids)
    known = np.full(LANES, -1, dtype=np.int64)
    known[:kinds] = ids
    bars = np.append(field_counts + 1, 0)
    return (known, bars), (
        np.zeros(BLOCK_SIZE, dtype=np.uint8),
        np.zeros(BLOCK_SIZE, dtype=np.uint8),
        np.zeros((kinds + 1) * BLOCK_SIZE, dtype=np.uint16),
        np.zeros((kinds + 1) * BLOCK_SIZE, dtype=np.uint64),
        np.zeros((kinds + 1) * BLOCK_SIZE, dtype=np.uint64),
        np.zeros(kinds + 1, dtype=np.uint64),
        np.zeros(BLOCK_SIZE, dtype=np.uint64),
        np.zeros(BLOCK_SIZE, dtype=np.uint64),
        np.zeros(BLOCK_SIZE, dtype=np.float64),
        np.zeros(BLOCK_SIZE, dtype=np.uint8),
        np.zeros(_KNOWN_DAYS, dtype=np.uint64),
        np.zeros(_KNOWN_DAYS, dtype=np.int64),
        np.array([0, 0, -1]),
    )


@without_arrays
def sweep(  # type: ignore[no-untyped-def]
    data, ends, count, with_return, known, fields, counts, room, texts, stamps, values, arrays
):  # fmt: skip
    """Take in the lines of a block, `ends` and `count` as `kernels.usual_values.line_ends` has them.

    `known` and `arrays` are made by `block`; the others are those of `kernels.record_trees.scan`, `values` its
    numbers. The first of `arrays` is filled with each line's kind and the second with whether it is usual: its fields
    are right then, and written from row counts[kind] on. Nothing is usual where there is not room enough.
    """
    kinds, usual, members, begins, marks, upto, lengths, tails, kwh, odd, day_texts, days, times = arrays
    _recognise(data, ends, count, np.int64(with_return), known, kinds, usual, tails)
    _distribute(ends, count, kinds, tails, members, begins, marks, upto)
    for kind in range(np.uint64(counts.size)):
        first, row = kind * _SIZE, counts[kind]
        rows = upto[kind] - first
        if row + np.int64(rows) > room:
            for k in range(np.uint64(count)):
                usual[k] = 0
            return
        lines, first_bytes, bars = members[first:], begins[first:], marks[first:]
        bar = np.int64(0)
        for each in range(np.uint64(fields.shape[1])):
            place, what = fields[kind, each, _PLACE], fields[kind, each, _KIND]
            if place == 0:
                break
            if what not in (TEXT, FILLED, DATE, STAMP, NUMBER, LOOSE):
                continue
            _pass_over(bars, rows, place - 1 - bar)
            bar = place - 1
            to = np.uint64(fields[kind, each, _COLUMN] * room + row)
            if what in (TEXT, FILLED):
                _texts(first_bytes, bars, lines, rows, usual, what == FILLED, to, texts)
            elif what in (DATE, STAMP):
                _stamps(
                    data, first_bytes, bars, lines, rows, usual, what == STAMP, to, stamps, odd, day_texts, days, times
                )
            else:
                _tails(data, first_bytes, bars, rows, lengths, tails)
                numbers(lengths, tails, rows, kwh, odd)
                _numbers(lines, rows, usual, what == LOOSE, lengths, kwh, odd, to, values)


@without_arrays
def _recognise(data, ends, count, ended, known, kinds, usual, bars_of):  # type: ignore[no-untyped-def]
    """Each line's kind, and where its bars are.

    Usual is a short line of printable ASCII with the right fields, and no blank beside a bar.
    """
    ids, bars_due = known
    unknown = _ONE << np.uint64(bars_due.size - 1)
    for k in range(np.uint64(count)):
        begin = np.uint64(ends[k] + 1)
        length = np.uint64(ends[k + _ONE] - ended) - begin
        kept = (_ONE << (length & np.uint64(63))) - _ONE
        bars = matches64(data, begin, _BAR) & kept
        blanks = matches64(data, begin, _SPACE) & ((bars << _ONE) | (bars >> _ONE))
        strange = unprintable64(data, begin) & kept
        record = load64(data, begin) & _ID_BYTES
        kind = trailing_zeros(equal_lanes(ids, record) | unknown)
        kinds[k] = kind
        usual[k] = (length < _CHUNK) & ((strange | blanks) == _ZERO) & (np.int64(ones_in(bars)) == bars_due[kind])
        bars_of[k] = bars


@without_arrays
def _distribute(ends, count, kinds, bars_of, members, begins, marks, upto):  # type: ignore[no-untyped-def]
    """Number, first byte and bars of each line to where its kind's are; `upto` is where those of each kind end.

    Together with `_recognise`, the two took a quarter longer.
    """
    for of in range(np.uint64(upto.size)):
        upto[of] = of * _SIZE
    for k in range(np.uint64(count)):
        kind = np.uint64(kinds[k])
        at = upto[kind]
        upto[kind] = at + _ONE
        members[at] = k
        begins[at] = np.uint64(ends[k] + 1)
        marks[at] = bars_of[k]


@without_arrays
def _pass_over(bars, rows, fields):  # type: ignore[no-untyped-def]
    """Take the lowest marks away, so that `bars` begin with the one before the next field that is kept."""
    for _ in range(fields):
        for i in range(rows):
            bars[i] &= bars[i] - _ONE


@inlined
def _edges(begin, bars):  # type: ignore[no-untyped-def]
    """First byte of a line's field and past its last, between the lowest two of its `bars`."""
    return begin + trailing_zeros(bars) + _ONE, begin + trailing_zeros(bars & (bars - _ONE))


@without_arrays
def _texts(begins, bars, lines, rows, usual, filled, to, texts):  # type: ignore[no-untyped-def]
    """A field's texts into `texts` from `to` on; where `filled`, a blank one is not usual."""
    for i in range(rows):
        first, past = _edges(begins[i], bars[i])
        texts[to + i, _FIRST] = np.int64(first)
        texts[to + i, _PAST] = np.int64(past)
    if filled:
        for i in range(rows):
            usual[np.uint64(lines[i])] &= texts[to + i, _FIRST] < texts[to + i, _PAST]


@without_arrays
def _stamps(data, begins, bars, lines, rows, usual, timed, to, stamps, odd, day_texts, days, times):  # type: ignore[no-untyped-def]
    """A field's dates, or `timed`, times of a day, into `stamps` from `to` on."""
    due = np.uint64(14 if timed else 8)
    time_text, time_s = np.uint64(times[_ONE]), times[_TWO]
    missed = False
    for i in range(rows):
        first, past = _edges(begins[i], bars[i])
        text = load64(data, first)
        # A file's readings are of few days: each has a place by the last two digits of its date.
        slot = _slot(text)
        new = (past - first != due) | (day_texts[slot] != text)
        stamp = days[slot]
        if timed:
            # Most are of the same time. What is left of it here is less the two digits of the day.
            new = new | (load64(data, first + _SIX) >> _TWO_BYTES != time_text)
            stamp = stamp * DAY_S + time_s
        stamps[to + i] = stamp
        odd[i] = new
        missed = missed | new
    if missed:
        _new_stamps(data, begins, bars, lines, rows, usual, timed, due, to, stamps, odd, day_texts, days, times)


@inlined
def _slot(text):  # type: ignore[no-untyped-def]
    """A date's place among the days known, by its last two digits."""
    return ((text >> np.uint64(44)) & np.uint64(0x30)) | ((text >> np.uint64(56)) & np.uint64(0x0F))


@without_arrays
def _new_stamps(data, begins, bars, lines, rows, usual, timed, due, to, stamps, odd, day_texts, days, times):  # type: ignore[no-untyped-def]
    """The stamps of the rows marked in `odd`, whose days or time were not known."""
    time_text, time_s = np.uint64(times[_ONE]), times[_TWO]
    for i in range(rows):
        if odd[i] == 0:
            continue
        first, past = _edges(begins[i], bars[i])
        right = past - first == due
        text = load64(data, first)
        slot = _slot(text)
        if day_texts[slot] != text:
            if read_date(data, np.int64(first), np.int64(first) + 8, times):
                day_texts[slot], days[slot] = text, times[_ZERO]
            else:
                right = False
        stamp = days[slot]
        if timed:
            later = load64(data, first + _SIX)
            if later >> _TWO_BYTES != time_text:
                time_text, time_s = later >> _TWO_BYTES, time_of_day(later)
            right = right & (time_s >= 0)
            stamp = stamp * DAY_S + time_s
        stamps[to + i] = stamp
        usual[np.uint64(lines[i])] &= right
    # No wrong time is known: whatever is, is good.
    if time_s >= 0:
        times[_ONE], times[_TWO] = np.int64(time_text), time_s


@without_arrays
def _tails(data, begins, bars, rows, lengths, tails):  # type: ignore[no-untyped-def]
    """Length of a field, and eight bytes that end with it, of each row."""
    for i in range(rows):
        first, past = _edges(begins[i], bars[i])
        # Eight bytes that end near a file's begin are not all there.
        lengths[i] = past - first if past >= _EIGHT else _CHUNK
        tails[i] = load64(data, max(past, _EIGHT) - _EIGHT)


@without_arrays
def _numbers(lines, rows, usual, loose, lengths, kwh, odd, to, values):  # type: ignore[no-untyped-def]
    """A field's numbers into `values` from `to` on; where `loose`, a blank is a usual NaN."""
    missed = np.uint8(0)
    for i in range(rows):
        values[to + i] = kwh[i]
        missed |= odd[i]
    if missed == 0:
        return
    for i in range(rows):
        blank = loose & (lengths[i] == _ZERO)
        values[to + i] = np.nan if blank else kwh[i]
        usual[np.uint64(lines[i])] &= blank | (odd[i] == 0)


@without_arrays
def take_usual(  # type: ignore[no-untyped-def]
    kinds, usual, at, count, ends, line, parents, room, counts, opened, lines, above
):  # fmt: skip
    """Give the usual lines of a block from line `at` on their places in the tree: (first that is none, groups begun).

    A line is no usual one either where nothing that it may stand under is open. `line` is the number of the line
    before. The other arguments are those of `kernels.record_trees.scan`.
    """
    k, stop = np.uint64(at), np.uint64(count)
    groups = np.int64(0)
    while k < stop and usual[k]:
        kind = np.uint64(kinds[k])
        row = counts[kind]
        under = np.int64(-1)
        if kind == _ZERO:
            groups += 1
            for each in range(_ONE, np.uint64(parents.size)):
                opened[each, _ROW] = -1
        else:
            if parents[kind] >= 0:
                under = opened[np.uint64(parents[kind]), _ROW]
            if under < 0:
                break
        line += 1
        to = kind * np.uint64(room) + np.uint64(row)
        lines[to] = line
        above[to] = under
        counts[kind] = row + 1
        opened[kind, _ROW] = row
        opened[kind, _BEGIN] = ends[k] + 1
        k += _ONE
    return np.int64(k), groups
