"""One window through the scanner: its columns, and what was refused on the way."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels import pipes, usual_values
from validator.readings.pipes.layouts import Layout
from validator.readings.pipes.windows import Bytes

if TYPE_CHECKING:
    from validator.readings.pipes.columns import Prepared

Integers = npt.NDArray[np.int64]

# The shortest usual records: a value of 9 bytes, a row of 64 with its values; where more come, room is made.
_VALUE_BYTES, _ROW_BYTES = 9, 64
MOST_REFUSED = 100_000
"""Groups that a lenient reading leaves out; where more are wrong, the file is refused."""
_NO_TEXT_BYTES = 1 << 20
_TO_HEADER = -2
_PASSING = 3
"""Added to the level that ends what is passed over, so that 0 is nothing."""
_SPARE_VALUES = 2 * pipes.MOST_PERIOD
_SOME_EVENTS = 256


@dataclass(frozen=True)
class Start:
    """Where a scan begins: depth, line and bytes of the group open before it (see kernels.pipes.STATE_SIZE)."""

    state: Integers
    guessed: bool = False


def outside() -> Start:
    """Before any header."""
    state = np.zeros(pipes.STATE_SIZE, dtype=np.int64)
    state[pipes.DEPTH] = pipes.OUTSIDE
    state[pipes.DAY] = pipes.UNKNOWN_DAY
    return Start(state)


def guessed(data: Bytes, layout: Layout) -> Start | None:
    """What a window in the middle of a file begins in, going by its first record; None where that says nothing."""
    first = bytes(data[:4])
    start = outside()
    if first == f"{layout.header}|".encode():
        return Start(start.state, guessed=True)
    groups = [f"{group.record}|".encode() for group in layout.groups]
    if first in groups or first == f"{layout.trailer}|".encode():
        start.state[pipes.DEPTH] = len(layout.groups)
        return Start(start.state, guessed=True)
    return None


@dataclass(frozen=True)
class Refusal:
    """Bytes [begin, end) of a window that were left out, their lines (from 1 in the window), and the fault.

    Without a fault it goes on from the window before. `in_row`: a row is open where it begins, and is not in it.
    """

    begin: int
    end: int
    first_line: int
    lines: int
    channel_days: int
    fault: Integers | None
    in_row: bool = False


@dataclass
class Scanned:
    """A window's columns; shapes and units as kernels.pipes.scan says, cut to what was read.

    `prepared` is what could be made of them for Arrow at once; None where the window ends in a fault.
    """

    data: Bytes
    start: Start
    rows: Integers
    ranges: Integers
    energy_kwh: npt.NDArray[np.float64]
    flags: npt.NDArray[np.uint16]
    blanks: int
    events: Integers
    state: Integers
    xor: int
    current: Integers
    fault: Integers | None
    refusals: list[Refusal] = field(default_factory=list)
    prepared: Prepared | None = None

    @property
    def lines(self) -> int:
        """Lines of the window."""
        return int(self.state[pipes.LINES])

    def in_row(self, layout: Layout) -> bool:
        """Whether a row of this window is open where the scan ended."""
        return not self.state[pipes.PASSING] and _in_row(layout, self.state)


class _Scratch(threading.local):
    """Each thread's buffers, used again for every window: fresh memory costs more than what is written to it."""

    def __init__(self) -> None:
        self.rows = np.empty((0, pipes.ROW_SIZE), dtype=np.int64)
        self.ranges = np.empty((0, 0, 2), dtype=np.int64)
        self.events = np.empty((_SOME_EVENTS, pipes.EVENT_SIZE), dtype=np.int64)
        self.block = usual_values.block()
        self.places = np.zeros(pipes.PLACES_SIZE, dtype=np.int64)

    def makeroom(self, rows: int, texts: int, events: int) -> None:
        if len(self.rows) < rows or self.ranges.shape[1] != texts:
            self.rows = np.empty((rows, pipes.ROW_SIZE), dtype=np.int64)
            self.ranges = np.empty((rows, texts, 2), dtype=np.int64)
        if len(self.events) < events:
            self.events = np.empty((events, pipes.EVENT_SIZE), dtype=np.int64)


_SCRATCH = _Scratch()


def scan_window(data: Bytes, layout: Layout, limits: Integers, start: Start, lenient: bool) -> Scanned:
    """Scan a window from `start`; `limits` is the kernel's `layout`.

    Strictly, the first fault ends the scan. Leniently, what it concerns is left out and the scan goes on.
    """
    rows, values, events = len(data) // _ROW_BYTES + 64, len(data) // _VALUE_BYTES + _SPARE_VALUES, _SOME_EVENTS
    while True:
        _SCRATCH.makeroom(rows, len(layout.texts), events)
        # Handed on as they are: pages that are not written cost no memory, and a copy would write all of them.
        energy_kwh, flags = room(values, np.float64), room(values, np.uint16)
        scanned = _scan(data, layout, limits, start, lenient, energy_kwh, flags)
        if scanned is not None:
            return scanned
        # Rows of next to nothing, periods left out or an envelope around every row: rare, so scanned anew.
        rows, values, events = rows * 4, values * 4, events * 16


def room(size: int, kind: type[Any]) -> npt.NDArray[Any]:
    """An array in memory of Arrow's: it keeps what is given back, and fresh pages cost a third of a scan."""
    return np.frombuffer(pa.allocate_buffer(size * np.dtype(kind).itemsize), dtype=kind)


def _scan(
    data: Bytes, layout: Layout, limits: Integers, start: Start, lenient: bool,
    energy_kwh: npt.NDArray[np.float64], flags: npt.NDArray[np.uint16],
) -> Scanned | None:  # fmt: skip
    """As `scan_window`; None where there is not room enough."""
    scratch = _SCRATCH
    state = start.state.copy()
    state[pipes.GROUPS] = 0
    state[pipes.LINES] = 0
    xor = np.zeros(1, dtype=np.uint64)
    current = np.full((len(layout.texts), 2), -1, dtype=np.int64)
    counts = np.zeros(pipes.COUNTS_SIZE, dtype=np.int64)
    fault = np.zeros(pipes.FAULT_SIZE, dtype=np.int64)
    refusals: list[Refusal] = []
    going_on = _go_on_passing(data, layout, state) if lenient else None
    if going_on is not None and going_on.end > 0:
        refusals.append(going_on)
    begin = 0 if going_on is None else going_on.end
    bits = energy_kwh.view(np.uint64)
    while True:
        pipes.scan(
            data, begin, limits, layout.group_ids, layout.group_fields, layout.kinds, layout.slots, layout.flag_of,
            state, xor, current, scratch.rows, scratch.ranges, energy_kwh, bits, flags,
            scratch.events, counts, fault, scratch.block, scratch.places,
        )  # fmt: skip
        if fault[pipes.FAULT_CODE] == pipes.NO_ROOM:
            return None
        if fault[pipes.FAULT_CODE] == pipes.NO_FAULT or not lenient:
            break
        if len(refusals) == MOST_REFUSED or _is_no_text(data, fault):
            break
        refusal, begin = _leave_out(data, layout, state, counts, scratch.rows, fault.copy())
        refusals.append(refusal)
        fault[:] = 0
    value_count = int(counts[pipes.VALUES])
    energy_kwh, flags = energy_kwh[:value_count], flags[:value_count]
    if counts[pipes.INEXACT]:
        read_inexact(data, energy_kwh)
    row_count = int(counts[pipes.ROWS])
    return Scanned(
        data=data,
        start=start,
        rows=scratch.rows[:row_count].copy(),
        ranges=scratch.ranges[:row_count].copy(),
        energy_kwh=energy_kwh,
        flags=flags,
        blanks=int(counts[pipes.BLANKS]),
        events=scratch.events[: int(counts[pipes.EVENTS])].copy(),
        state=state,
        xor=int(xor[0]),
        current=current,
        fault=fault if fault[pipes.FAULT_CODE] != pipes.NO_FAULT else None,
        refusals=refusals,
    )


def read_inexact(data: Bytes, energy_kwh: npt.NDArray[np.float64]) -> None:
    """Read the numbers that have more digits than the scanner rounds rightly."""
    bits = energy_kwh.view(np.uint64)
    for place in np.flatnonzero((bits >> np.uint64(48)) == pipes.INEXACT_MARK >> 48):
        begin = int(bits[place]) & ((1 << 48) - 1)
        text = bytes(data[begin : begin + pipes.MOST_LINE])
        energy_kwh[place] = float(text[: text.index(b"|")])


def _leave_out(
    data: Bytes, layout: Layout, state: Integers, counts: Integers, rows: Integers, fault: Integers
) -> tuple[Refusal, int]:
    """What a fault concerns, taken out of the columns, and the byte at which the scan may go on."""
    at_line = int(state[pipes.LINES]) + 1
    in_row = _in_row(layout, state) and fault[pipes.FAULT_CODE] == pipes.NO_TRAILER
    begin, end, first_line, resume = _concerned(data, layout, state, fault)
    if counts[pipes.ROWS] and begin == int(rows[counts[pipes.ROWS] - 1, pipes.ROW_BEGIN]) and end > begin:
        counts[pipes.ROWS] -= 1
        counts[pipes.VALUES] = rows[counts[pipes.ROWS], pipes.ROW_VALUES]
    lines, channel_days = _counted(data, layout, begin, end)
    passed, _ = _counted(data, layout, int(fault[pipes.FAULT_BEGIN]), resume)
    state[pipes.LINES] = at_line - 1 + passed
    return Refusal(begin, end, first_line, lines, channel_days, fault, in_row), resume


def _in_row(layout: Layout, state: Integers) -> bool:
    return bool(state[pipes.DEPTH] == len(layout.groups) and state[pipes.OPEN_LINE] >= 1)


def _is_no_text(data: Bytes, fault: Integers) -> bool:
    """Whether a line is so long that there is nothing to go on with after it."""
    begin = int(fault[pipes.FAULT_BEGIN])
    stretch = bytes(data[begin : begin + _NO_TEXT_BYTES]) if fault[pipes.FAULT_CODE] == pipes.LONG_LINE else b"\n"
    return len(stretch) == _NO_TEXT_BYTES and b"\n" not in stretch


def _counted(data: Bytes, layout: Layout, begin: int, end: int) -> tuple[int, int]:
    lines, channel_days = pipes.count_records(data, begin, end, int(layout.group_ids[-1]))
    return int(lines), int(channel_days)


def _passed_over(data: Bytes, layout: Layout, state: Integers, begin: int, least: int) -> int:
    """The next line of a level of `least` or above; where there is none, the next window is to go on looking."""
    header, trailer = pipes.packed(layout.header), pipes.packed(layout.trailer)
    last = header if least == _TO_HEADER else trailer
    end = int(pipes.next_group(data, begin, max(least, -1), header, last, layout.group_ids))
    state[pipes.PASSING] = least + _PASSING if end == len(data) else 0
    return end


def _go_on_passing(data: Bytes, layout: Layout, state: Integers) -> Refusal | None:
    """The rest of what a window before this one has left out."""
    if not state[pipes.PASSING]:
        return None
    end = _passed_over(data, layout, state, 0, int(state[pipes.PASSING]) - _PASSING)
    lines, channel_days = _counted(data, layout, 0, end)
    state[pipes.LINES] = lines
    return Refusal(0, end, 1, lines, channel_days, None)


def line_end(data: Bytes, begin: int) -> int:
    """Past the end of the line that begins at `begin`."""
    end = bytes(data[begin : begin + pipes.MOST_LINE + 2]).find(b"\n")
    return begin + end + 1 if end >= 0 else len(data)


def _concerned(data: Bytes, layout: Layout, state: Integers, fault: Integers) -> tuple[int, int, int, int]:
    """First byte, past the last byte and first line of what a fault makes unusable; where the scan goes on."""
    code, level = int(fault[pipes.FAULT_CODE]), int(fault[pipes.FAULT_LEVEL])
    at, line = int(fault[pipes.FAULT_BEGIN]), int(state[pipes.LINES]) + 1
    deepest = len(layout.groups)
    opened, open_line = int(state[pipes.OPEN_BEGIN]), int(state[pipes.OPEN_LINE])

    def following(least: int) -> int:
        # The faulty line may itself begin like a group.
        return _passed_over(data, layout, state, at + 1, least)

    if code == pipes.NO_HEADER:
        end = following(_TO_HEADER)
        return at, end, line, end
    if code == pipes.NO_TRAILER:
        childless = 0 < state[pipes.DEPTH] < deepest and open_line >= 1
        state[pipes.DEPTH] = pipes.OUTSIDE
        return (opened, line_end(data, opened), open_line, at) if childless else (at, at, line, at)
    if code == pipes.NO_CHILD:
        # Its sibling comes next, as if it had had a child.
        state[pipes.DEPTH] = deepest
        state[pipes.OPEN_LINE] = 0
        return (at, at, line, at) if open_line < 1 else (opened, line_end(data, opened), open_line, at)
    end = following(level if level >= 0 else deepest - 1)
    if level >= 0 and code != pipes.NO_PARENT:
        # What comes next is a sibling of this group, or of a group above it.
        state[pipes.DEPTH] = deepest
        state[pipes.OPEN_LINE] = 0
    elif state[pipes.DEPTH] == deepest:
        state[pipes.OPEN_LINE] = 0
        if open_line >= 1:
            return opened, end, open_line, end
    return at, end, line, end
