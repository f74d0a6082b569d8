"""One window through the scanner: a table of each kind of record."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels import pipes, record_lines, usual_records, usual_values
from kernels import record_trees as kernel
from validator.cores import cores
from validator.readings.pipes.scanning import read_inexact, room
from validator.readings.pipes.windows import Bytes
from validator.readings.record_trees.layouts import Integers, Layout

_SHORT_LINE_BYTES = 24
"""Where lines are shorter on average, room is made for them."""
_SOME_EVENTS = 256
MOST_BYTES = 2**31 - 2**20
"""Of a window: where a text stands in it is kept in 32 bits, half of what is written otherwise. What a window goes on
with may be scanned before it."""


@dataclass(frozen=True)
class Start:
    """Where a scan begins: its depth, and whether that was guessed."""

    depth: int
    guessed: bool = False


def guessed(data: Bytes, layout: Layout) -> Start | None:
    """What a window in the middle of a file begins in, going by its first record; None where that says nothing."""
    first = bytes(data[:4]).decode("latin-1")
    if first == f"{layout.header}|":
        return Start(kernel.OUTSIDE, guessed=True)
    if first in (f"{layout.records[0].record}|", f"{layout.trailer}|"):
        return Start(kernel.HEADED, guessed=True)
    return None


@dataclass(frozen=True)
class Scanned:
    """A window's rows; shapes and units as kernels.record_trees.scan says, each kind cut to what was read.

    `lines` and `above` are by kind of record, the others by name of column. Lines count from 1 in the window. All
    five stand in the thread's own buffers, and are gone with its next scan: see `kept`.
    """

    layout: Layout
    data: Bytes
    start: Start
    lines: tuple[npt.NDArray[np.int32], ...]
    above: tuple[npt.NDArray[np.int32], ...]
    texts: dict[str, npt.NDArray[np.int32]]
    stamps: dict[str, Integers]
    numbers: dict[str, npt.NDArray[np.float64]]
    counts: Integers
    events: Integers
    state: Integers
    opened: Integers
    fault: Integers | None

    def rows(self, record: str) -> int:
        """How many records of that id were read."""
        return int(self.counts[self.layout.kinds[record]])

    def kept(self) -> Scanned:
        """The same, with rows that stay."""
        return self._each(lambda rows, _: rows.copy())

    def before(self, line: int) -> Scanned:
        """The rows above a line of the window."""
        kept = [int(np.searchsorted(lines, line)) for lines in self.lines]
        return self._each(lambda rows, kind: rows[: kept[kind]])

    def _each(self, made: Callable[[npt.NDArray[Any], int], npt.NDArray[Any]]) -> Scanned:
        """The same, with what is made of each array and the kind of record that it is of."""

        def by_name(columns: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
            return {name: made(column, self.layout.kind_of(name)) for name, column in columns.items()}

        return replace(
            self,
            lines=tuple(made(lines, kind) for kind, lines in enumerate(self.lines)),
            above=tuple(made(above, kind) for kind, above in enumerate(self.above)),
            texts=by_name(self.texts),
            stamps=by_name(self.stamps),
            numbers=by_name(self.numbers),
        )

    def text(self, name: str) -> pa.StringArray:
        """A column of texts."""
        ranges = self.texts[name].reshape(-1, 1, 2)
        offsets = room(len(ranges) + 1, np.int32)
        pipes.text_offsets(ranges, 0, 0, offsets)
        out = room(int(offsets[-1]) + 8, np.uint8)
        pipes.copy_texts(self.data, ranges, 0, 0, offsets, out)
        return pa.StringArray.from_buffers(len(ranges), pa.py_buffer(offsets), pa.py_buffer(out))


class _Buffers:
    """What a scan is made in, used again for every window: fresh memory costs more than what is written to it."""

    def __init__(self) -> None:
        self.layout: Layout | None = None
        self.room = 0
        self.events = np.empty((_SOME_EVENTS, pipes.EVENT_SIZE), dtype=np.int64)
        self.ends = np.zeros(usual_values.BLOCK_SIZE, dtype=np.int64)
        self.bars = np.zeros(kernel.MOST_BARS, dtype=np.int64)

    def make_room(self, layout: Layout, room: int, events: int) -> None:
        if self.layout is not layout or self.room < room:
            kinds, places = len(layout.records), layout.places
            self.layout, self.room = layout, room
            self.known, self.block = usual_records.block(layout.ids, layout.field_counts, layout.parents, layout.fields)
            self.lines = np.empty(kinds * room, dtype=np.int32)
            self.above = np.empty(kinds * room, dtype=np.int32)
            self.texts = np.empty((len(places["texts"]) * room, 2), dtype=np.int32)
            self.stamps = np.empty(len(places["stamps"]) * room, dtype=np.int64)
            self.numbers = np.empty(len(places["numbers"]) * room, dtype=np.float64)
        if len(self.events) < events:
            self.events = np.empty((events, pipes.EVENT_SIZE), dtype=np.int64)


_SPARE: list[_Buffers] = []
"""Those of threads that have ended, for the next ones: a file's threads end with it."""


class _Lent:
    """Buffers for as long as a thread lives."""

    def __init__(self) -> None:
        try:
            self.buffers = _SPARE.pop()
        except IndexError:
            self.buffers = _Buffers()

    def __del__(self, spare: list[_Buffers] = _SPARE, most: int = cores()) -> None:
        # Both are looked up beforehand: where Python ends, they may be gone. What is more is given back for good.
        if len(spare) < most:
            spare.append(self.buffers)


class _Scratch(threading.local):
    """Each thread's own."""

    def __init__(self) -> None:
        self.lent = _Lent()


_SCRATCH = _Scratch()


def scan_window(data: Bytes, layout: Layout, start: Start) -> Scanned:
    """Scan a window from `start`; the first fault ends the scan."""
    rows, events = len(data) // _SHORT_LINE_BYTES + usual_values.BLOCK_LINES, _SOME_EVENTS
    while True:
        _SCRATCH.lent.buffers.make_room(layout, rows, events)
        scanned = _scan(data, layout, start)
        if scanned is not None:
            return scanned
        # Very short lines, or an envelope around every group: rare, so scanned anew.
        rows, events = rows * 4, events * 16


def owned(values: npt.NDArray[Any], kind: type[Any]) -> npt.NDArray[Any]:
    """A copy as `kind`, in memory of Arrow's."""
    copy = room(len(values), kind)
    copy[:] = values
    return copy


def _scan(data: Bytes, layout: Layout, start: Start) -> Scanned | None:
    """As `scan_window`; None where there is not room enough."""
    scratch = _SCRATCH.lent.buffers
    rows, kinds = scratch.room, len(layout.records)
    state = np.zeros(kernel.STATE_SIZE, dtype=np.int64)
    state[kernel.DEPTH] = start.depth
    opened = np.full((kinds, record_lines.OPEN_SIZE), -1, dtype=np.int64)
    counts = np.zeros(kinds, dtype=np.int64)
    tallies = np.zeros(pipes.COUNTS_SIZE, dtype=np.int64)
    fault = np.zeros(pipes.FAULT_SIZE, dtype=np.int64)
    header, trailer = (pipes.packed(f"{word}|") for word in (layout.header, layout.trailer))
    kernel.scan(
        data, header, trailer, layout.ids, layout.field_counts, layout.parents, layout.fields,
        layout.kinds[layout.row], rows, state, opened, scratch.lines, scratch.above, scratch.texts, scratch.stamps,
        scratch.numbers, scratch.numbers.view(np.uint64), counts, scratch.events, tallies, fault,
        scratch.ends, scratch.bars, scratch.known, scratch.block,
    )  # fmt: skip
    if fault[pipes.FAULT_CODE] == pipes.NO_ROOM:
        return None
    numbers = _cut(layout, "numbers", scratch.numbers, counts, rows)
    if tallies[pipes.INEXACT]:
        for column in numbers.values():
            read_inexact(data, column)
    return Scanned(
        layout=layout,
        data=data,
        start=start,
        lines=tuple(scratch.lines[k * rows : k * rows + counts[k]] for k in range(kinds)),
        above=tuple(scratch.above[k * rows : k * rows + counts[k]] for k in range(kinds)),
        texts=_cut(layout, "texts", scratch.texts, counts, rows),
        stamps=_cut(layout, "stamps", scratch.stamps, counts, rows),
        numbers=numbers,
        counts=counts,
        events=scratch.events[: int(tallies[pipes.EVENTS])].copy(),
        state=state,
        opened=opened,
        fault=fault if fault[pipes.FAULT_CODE] != pipes.NO_FAULT else None,
    )


def _cut(
    layout: Layout, sort: str, filled: npt.NDArray[Any], counts: Integers, rows: int
) -> dict[str, npt.NDArray[Any]]:
    """Columns of one sort by name, each as long as its kind of record has rows."""
    return {
        name: filled[place * rows : place * rows + int(counts[layout.kind_of(name)])]
        for name, place in layout.places[sort].items()
    }
