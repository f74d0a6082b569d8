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
from kernels.loads import load64, trailing_zeros
from kernels.pipes import read_date
from kernels.record_lines import distribute, known_records, place_in_tree, recognise
from kernels.stamps import DAY_S
from kernels.usual_values import BLOCK_SIZE, numbers

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_TWO, _SIX, _EIGHT, _CHUNK = np.uint64(2), np.uint64(6), np.uint64(8), np.uint64(64)
_TWO_BYTES = np.uint64(16)
_SIZE = np.uint64(BLOCK_SIZE)
_PLACE, _KIND, _COLUMN = np.uint64(FIELD_PLACE), np.uint64(FIELD_KIND), np.uint64(FIELD_COLUMN)
_FIRST, _PAST = np.uint64(0), np.uint64(1)
_KNOWN_DAYS = 64


def block(
    ids: npt.NDArray[np.int64],
    field_counts: npt.NDArray[np.int64],
    parents: npt.NDArray[np.int64],
    fields: npt.NDArray[np.int64],
) -> tuple[tuple[npt.NDArray[Any], ...], tuple[npt.NDArray[Any], ...]]:
    """Arrays for one block of records, each thread's own: what a record is known by, and what `sweep` works in.

    The arguments are those of `kernels.record_trees.scan`; ValueError for too many kinds. The latter arrays are the
    lines' kinds and whether each is usual; of each kind, from place kind * BLOCK_SIZE on, its lines, their first bytes
    and bars, and up to which place; of each row the length and the last eight bytes of a number, the number, and
    whether it is not as usual; days that were read already, as text and number; room for a day, and the time that was
    read last, as text and number; and, as the third, fourth and sixth, the places of the records above, and the last
    line of each kind.
    """
    kinds = len(ids)
    return known_records(ids, field_counts, parents, fields), (
        np.zeros(BLOCK_SIZE, dtype=np.uint8),
        np.zeros(BLOCK_SIZE, dtype=np.uint8),
        np.zeros((kinds + 1) * BLOCK_SIZE, dtype=np.uint16),
        np.zeros((kinds + 1) * BLOCK_SIZE, dtype=np.uint64),
        np.zeros((kinds + 1) * BLOCK_SIZE, dtype=np.uint64),
        np.zeros(kinds + 3, dtype=np.uint64),
        np.zeros(BLOCK_SIZE, dtype=np.uint64),
        np.zeros(BLOCK_SIZE, dtype=np.uint64),
        np.zeros(BLOCK_SIZE, dtype=np.float64),
        np.zeros(BLOCK_SIZE, dtype=np.uint8),
        np.zeros(_KNOWN_DAYS, dtype=np.uint64),
        np.zeros(_KNOWN_DAYS, dtype=np.int64),
        np.array([0, 0, -1]),
        np.zeros((kinds + 1) * BLOCK_SIZE, dtype=np.uint64),
        np.zeros(kinds + 3, dtype=np.int64),
    )


@without_arrays
def sweep(  # type: ignore[no-untyped-def]
    data, ends, count, with_return, known, fields, line, counts, opened, room, lines, above, texts, stamps, values,
    arrays,
):  # fmt: skip
    """Take in the lines of a block, `ends` and `count` as `kernels.usual_values.line_ends` has them.

    `known` and `arrays` are made by `block`; `line` is the number of the line before the block. The others are those
    of `kernels.record_trees.scan`, `values` its numbers. The first of `arrays` is filled with each line's kind and the
    second with whether it is usual: it stands where it may and its fields are right then, and both are written from
    row counts[kind] on. Nothing is usual where there is not room enough.
    """
    kinds, usual, members, begins, marks, upto, lengths, tails, kwh, odd, day_texts, days, times, parents, latest = (
        arrays
    )
    recognise(data, ends, count, np.int64(with_return), known, kinds, usual, tails)
    distribute(
        ends, count, known, counts, opened, kinds, usual, tails, members, begins, marks, parents, upto, latest
    )  # fmt: skip
    for kind in range(np.uint64(counts.size)):
        first, row = kind * _SIZE, counts[kind]
        rows = upto[kind] - first
        if row + np.int64(rows) > room:
            for k in range(np.uint64(count)):
                usual[k] = 0
            return
        to = kind * np.uint64(room) + np.uint64(row)
        place_in_tree(first, rows, line, kind, known, counts, members, parents, lines, above, to)
        of_kind, first_bytes, bars = members[first:], begins[first:], marks[first:]
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
                _texts(first_bytes, bars, of_kind, rows, usual, what == FILLED, to, texts)
            elif what in (DATE, STAMP):
                _stamps(
                    data,
                    first_bytes,
                    bars,
                    of_kind,
                    rows,
                    usual,
                    what == STAMP,
                    to,
                    stamps,
                    odd,
                    day_texts,
                    days,
                    times,
                )
            else:
                _tails(data, first_bytes, bars, rows, lengths, tails)
                numbers(lengths, tails, rows, kwh, odd)
                _numbers(of_kind, rows, usual, what == LOOSE, lengths, kwh, odd, to, values)


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
