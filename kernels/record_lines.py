"""The lines of a block of records of several kinds: which kind each is, where its bars are, and under which it stands.

This is the first half of what `kernels.usual_records` does to a block; its names are explained there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from kernels.compile import without_arrays
from kernels.field_values import FIELD_PLACE
from kernels.loads import LANES, equal_lanes, load64, matches64, ones_in, trailing_zeros, unprintable64
from kernels.pipes import MOST_LINE
from kernels.usual_values import BLOCK_SIZE

OPEN_SIZE = 2
"""Of the last record of a kind under which others may still stand, int64: its row (-1: none) and first byte."""
OPEN_ROW, OPEN_BEGIN = range(OPEN_SIZE)
_ZERO, _ONE, _EIGHT, _CHUNK = np.uint64(0), np.uint64(1), np.uint64(8), np.uint64(64)
_SIZE = np.uint64(BLOCK_SIZE)
_BAR, _SPACE = np.uint64(124), np.uint64(32)
_ID_BYTES = np.uint64(0xFFFFFFFF)
_ALL_USUAL = np.uint64(0x0101010101010101)
_ROW, _BEGIN = np.uint64(OPEN_ROW), np.uint64(OPEN_BEGIN)
_BEFORE, _GONE, _ALWAYS = -1, -(1 << 62), 1 << 62
"""In place of a line of the block: one before it, one that is not open, and one that always is."""


def known_records(
    ids: npt.NDArray[np.int64],
    field_counts: npt.NDArray[np.int64],
    parents: npt.NDArray[np.int64],
    fields: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[Any], ...]:
    """What a record is known by, of arguments as `kernels.record_trees.scan` has them; ValueError for too many kinds.

    Of each kind, and one for all others: its id, its bars, how many of them end a field that is looked at, the place
    in `latest` of the kind above it, and whether nothing that stood before it is open after it.
    """
    kinds = len(ids)
    known = np.full(LANES, -1, dtype=np.int64)
    known[:kinds] = ids
    looked_at = np.append(fields[:, :, FIELD_PLACE].max(axis=1) + 1, 1)
    # A record of the top stands under nothing; any other that may is none that is usually written.
    above = np.append(np.where(parents >= 0, parents, kinds + 1), kinds + 1)
    above[0] = kinds + 2
    closes = np.zeros(kinds + 1, dtype=np.uint8)
    closes[[0, kinds]] = 1
    return known, np.append(field_counts + 1, 0), looked_at, above.astype(np.uint64), closes


@without_arrays
def recognise(data, ends, count, ended, known, kinds, usual, bars_of):  # type: ignore[no-untyped-def]
    """Each line's kind, and where its bars are among its first 64 bytes.

    Usual is one with the right fields, of which those that are looked at end in these bytes, of printable ASCII and
    with no blank beside a bar there.
    """
    ids, bars_due, looked_at, _, _ = known
    unknown = _ONE << np.uint64(bars_due.size - 1)
    for k in range(np.uint64(count)):
        begin = np.uint64(ends[k] + 1)
        length = np.uint64(ends[k + _ONE] - ended) - begin
        kept = (_ONE << (length & np.uint64(63))) - _ONE if length < _CHUNK else ~_ZERO
        bars = matches64(data, begin, _BAR) & kept
        blanks = matches64(data, begin, _SPACE) & ((bars << _ONE) | (bars >> _ONE))
        strange = unprintable64(data, begin) & kept
        record = load64(data, begin) & _ID_BYTES
        kind = trailing_zeros(equal_lanes(ids, record) | unknown)
        found = ones_in(bars)
        right = ((strange | blanks) == _ZERO) & (np.int64(found) >= looked_at[kind])
        if length > _CHUNK:
            right = right & (length < np.uint64(MOST_LINE))
            found += _later_bars(data, begin, length)
        kinds[k] = kind
        usual[k] = right & (np.int64(found) == bars_due[kind])
        bars_of[k] = bars


@without_arrays
def _later_bars(data, begin, length):  # type: ignore[no-untyped-def]
    """How many bars a line has beyond its first 64 bytes."""
    found = _ZERO
    at = _CHUNK
    while at < length:
        bars = matches64(data, begin + at, _BAR)
        left = length - at
        if left < _CHUNK:
            bars &= (_ONE << left) - _ONE
        found += ones_in(bars)
        at += _CHUNK
    return found


@without_arrays
def distribute(ends, count, known, counts, opened, kinds, usual, bars_of, members, begins, marks, above, upto, latest):  # type: ignore[no-untyped-def]
    """Number, first byte and bars of each line, and place of the one above it, to where its kind's are.

    `upto` is where those of each kind end, and `latest` the last line of each, or the first of all that are open.
    A line that would stand under nothing that is open is not usual. Together with `recognise`, it took a quarter
    longer.
    """
    above_of, closes = known[3], known[4]
    for of in range(np.uint64(counts.size)):
        upto[of] = of * _SIZE
        latest[of] = _BEFORE if opened[of, _ROW] >= 0 else _GONE
    others = np.uint64(counts.size)
    upto[others] = others * _SIZE
    latest[others], latest[others + _ONE], latest[others + np.uint64(2)] = _GONE, _GONE, _ALWAYS
    since = np.int64(_BEFORE)
    for k in range(np.uint64(count)):
        kind = np.uint64(kinds[k])
        at, parent = upto[kind], above_of[kind]
        upto[kind] = at + _ONE
        members[at] = k
        begins[at] = np.uint64(ends[k] + 1)
        marks[at] = bars_of[k]
        above[at] = upto[parent]
        usual[k] &= latest[parent] >= since
        latest[kind] = k
        since = np.int64(k) if closes[kind] else since
    latest[others] = since


@without_arrays
def place_in_tree(first, rows, line, kind, known, counts, members, above, lines, rows_above, to):  # type: ignore[no-untyped-def]
    """Number of the line and row above of each of a kind's lines, to `lines` and `rows_above` from `to` on."""
    parent = known[3][kind]
    for i in range(rows):
        lines[to + i] = line + 1 + np.int64(members[first + i])
    if parent >= np.uint64(counts.size):
        for i in range(rows):
            rows_above[to + i] = -1
        return
    # Rows of the kind above, as they will be when all lines before are taken.
    less = counts[parent] - np.int64(parent * _SIZE) - 1
    for i in range(rows):
        rows_above[to + i] = np.int64(above[first + i]) + less


@without_arrays
def take_usual(kinds, usual, at, count, ends, upto, latest, counts, opened):  # type: ignore[no-untyped-def]
    """Count the usual lines of a block from line `at` on, and open them: (first that is none, groups begun)."""
    stop = _first_unusual(usual, at, count)
    if at == 0 and stop == np.uint64(count):
        since = latest[np.uint64(counts.size)]
        groups = np.int64(upto[0])
        for of in range(np.uint64(counts.size)):
            counts[of] += np.int64(upto[of] - of * _SIZE)
            if latest[of] < since:
                opened[of, _ROW] = -1
            elif latest[of] >= 0:
                opened[of, _ROW] = counts[of] - 1
                opened[of, _BEGIN] = ends[np.uint64(latest[of])] + 1
        return np.int64(stop), groups
    groups = np.int64(0)
    for k in range(np.uint64(at), stop):
        kind = np.uint64(kinds[k])
        if kind == _ZERO:
            groups += 1
            opened[:, OPEN_ROW] = -1
        opened[kind, _ROW] = counts[kind]
        opened[kind, _BEGIN] = ends[k] + 1
        counts[kind] += 1
    return np.int64(stop), groups


@without_arrays
def _first_unusual(usual, at, count):  # type: ignore[no-untyped-def]
    k, stop = np.uint64(at), np.uint64(count)
    while k < stop:
        marks = load64(usual, k) ^ _ALL_USUAL
        if marks:
            return min(k + (trailing_zeros(marks) >> np.uint64(3)), stop)
        k += _EIGHT
    return stop
