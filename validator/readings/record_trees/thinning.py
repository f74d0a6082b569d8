"""Reads a flow of record trees leniently: a top group that cannot be read is left out whole, with its bytes.

What is wrong with one line may be wrong with any other of its group, and a line that is none of the flow's may have
been a record that those after it stand under: so a group goes with everything up to the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kernels import pipes
from kernels import record_trees as kernel
from validator.errors import Place, SubmissionError
from validator.readings.damage import RESEND
from validator.readings.pipes.envelopes import Enclosed, Envelope, EnvelopeError, close, opened
from validator.readings.pipes.scanning import MOST_REFUSED, line_end
from validator.readings.pipes.windows import Bytes, Window
from validator.readings.record_trees.faults import said
from validator.readings.record_trees.layouts import Layout
from validator.readings.record_trees.scanning import Scanned, Start, scan_window
from validator.readings.record_trees.stitching import Terms, refuse_endless
from validator.readings.refused import RefusedLines


@dataclass(frozen=True)
class _Cut:
    """What a scan stops at, and why: line (from 1) and byte of the first row that is not kept.

    `past` is the byte of the window after what is left out; None where all up to the envelope's end is.
    """

    line: int
    begin: int
    past: int | None
    reason: SubmissionError


class _Text:
    """A window's bytes, to be searched for where things begin."""

    def __init__(self, data: Bytes, layout: Layout) -> None:
        self._data = data
        envelope = [layout.header.encode(), layout.trailer.encode()]
        self._header = _lines_of(envelope[:1])
        self._envelope = _lines_of(envelope)
        self._group = _lines_of([layout.records[0].record.encode(), *envelope])

    @cached_property
    def _bytes(self) -> bytes:
        return self._data.tobytes()

    def past_line(self, begin: int) -> int:
        """Past the end of the line that begins at a byte."""
        return line_end(self._data, begin)

    def header(self, begin: int) -> int:
        """The first header from a byte on; the window's end where there is none."""
        return self._first(self._header, begin)

    def envelope(self, begin: int) -> int:
        """The first header or trailer."""
        return self._first(self._envelope, begin)

    def group(self, begin: int) -> int:
        """The first top group, header or trailer."""
        return self._first(self._group, begin)

    def _first(self, lines: re.Pattern[bytes], begin: int) -> int:
        found = lines.search(self._bytes, begin)
        return len(self._data) if found is None else found.start()


def _lines_of(records: list[bytes]) -> re.Pattern[bytes]:
    return re.compile(rb"(?m)^(?:" + b"|".join(records) + rb")\|")


class Thinned:
    """The file so far: `lines` read, and `good` rows; what `Stitched` is, where groups may be left out."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.lines = 0
        self.good = 0
        self._refused = 0
        self._groups = 0
        self._envelope: Envelope | None = None
        self._headed = False
        self._headless: SubmissionError | None = None
        self._passing: SubmissionError | None = None
        self._good_before_envelope = 0

    def add(self, window: Window, scanned: Scanned | None) -> Iterator[tuple[int, Scanned]]:
        """The next window's good groups, stretch by stretch, with the lines before each; `scanned` as in `Stitched`."""
        data, begin = window.data, 0
        refuse_endless(self.terms, data, self.lines, self.good)
        text = _Text(data, self.terms.layout)
        if self._passing is not None:
            begin = self._pass_over(data, 0, text.envelope(0), text)
        while begin < len(data):
            stretch, start = data[begin:], Start(kernel.OUTSIDE if self._envelope is None else kernel.HEADED)
            ahead = scanned if begin == 0 and scanned is not None and scanned.start.depth == start.depth else None
            found = ahead or scan_window(stretch, self.terms.layout, start)
            cut = self._cut(found, text, begin)
            if cut is None and window.is_last and found.state[kernel.DEPTH] != kernel.OUTSIDE:
                cut = self._at_end(found, begin)
            if cut is None:
                yield self.lines, found
                lines, groups = (int(found.state[each]) for each in (kernel.LINES, kernel.GROUPS))
                self._pass_on(found, lines, groups, found.rows(self.terms.layout.row))
                return
            if found is ahead and ahead.fault is None:
                # Scanned anew: what a thread made of it before its turn is gone with the thread's next window.
                found = scan_window(stretch, self.terms.layout, start)
            kept = found.before(cut.line)
            groups, rows = _groups_of(kept, cut.line), len(kept.lines[self.terms.layout.kinds[self.terms.layout.row]])
            yield self.lines, kept
            self._pass_on(kept, cut.line - 1, groups, rows)
            begin += cut.begin
            if cut.past is None:
                self._passing = cut.reason
                begin = self._pass_over(data, begin, text.envelope(text.past_line(begin)), text)
            else:
                self._leave_out(data, begin, cut.past, cut.reason)
                begin = cut.past

    def end(self) -> None:
        """The file ends here, without its last trailer perhaps; SubmissionError where no header came."""
        layout, counted = self.terms.layout, self.terms.layout.counted
        if self._headed:
            if self._envelope is not None:
                # A group that the file's end has spoilt is left out already.
                expected = f"a {layout.trailer} trailer; truncated?"
                self._refuse(self.lines + 1, 0, self._error(self.lines, "the end of the file", expected, RESEND), b"")
            return
        if self._headless is not None:
            raise self._headless
        place, expected = Place(self.terms.name, 1), f"a {layout.header} header of {layout.word}"
        raise SubmissionError(place, "no header", expected, "Send the file with its envelope", good=0, counted=counted)

    def _cut(self, found: Scanned, text: _Text, base: int) -> _Cut | None:
        """The first thing that is not right in a stretch that begins at byte `base` of its window."""
        groups = self._groups
        for event in found.events.tolist():
            line, begin = event[pipes.EVENT_LINE], event[pipes.EVENT_BEGIN]
            said_in_full = bytes(found.data[begin : event[pipes.EVENT_END]]).decode("latin-1")
            is_header = event[pipes.EVENT_KIND] == pipes.IS_HEADER
            if is_header:
                self._good_before_envelope = self.good + event[pipes.EVENT_ROWS]
            reason = self._envelope_fault(said_in_full, is_header, line, event[pipes.EVENT_GROUPS] + groups)
            groups = 0
            if reason is not None:
                return _Cut(line, begin, None if is_header else text.past_line(base + begin), reason)
        return None if found.fault is None else self._of_fault(found, text, base)

    def _envelope_fault(self, line_sent: str, is_header: bool, line: int, groups: int) -> SubmissionError | None:
        """Open or close an envelope by its header or trailer; what is wrong with that line, if anything."""
        flow, line, envelope = self.terms.layout.flow, line + self.lines, self._envelope
        self._envelope, self._headed = None, True
        try:
            if is_header:
                self._envelope = opened(flow, line_sent, line, self.terms.allow_test_data)
            else:
                assert envelope is not None, "the scanner lets no trailer stand without a header"
                close(flow, line_sent, envelope, Enclosed(line, groups, 0))
        except EnvelopeError as error:
            fault, record = error.fault, self.terms.layout.header if is_header else self.terms.layout.trailer
            column, good = fault.column(record), self._good_before_envelope
            return self._error(line, fault.found, fault.expected, fault.action, column=column, good=good)
        return None

    def _of_fault(self, found: Scanned, text: _Text, base: int) -> _Cut:
        """What the scanner's fault takes with it: its group, from its first line on, up to the next."""
        assert found.fault is not None
        code, line, at = (int(found.fault[each]) for each in (pipes.FAULT_CODE, pipes.FAULT_LINE, pipes.FAULT_BEGIN))
        words = said(self.terms.layout, found.data, found.fault)
        reason = self._error(line + self.lines, words.found, words.expected, words.action, column=words.column)
        if code == pipes.NO_HEADER:
            if not self._headed and self._headless is None:
                self._headless = reason.again(good=self.good + found.rows(self.terms.layout.row))
            return _Cut(line, at, text.header(base + at + 1), reason)
        # A line that opens a group is no part of the one before.
        group = None if found.fault[pipes.FAULT_LEVEL] == 0 else _open_group(found)
        if code == pipes.NO_TRAILER:
            self._envelope = None
            if group is not None:
                reason = self._error(line + self.lines, words.found, words.expected, self._cut_short(group[0]))
            return _Cut(*(group or (line, at)), base + at, reason)
        return _Cut(*(group or (line, at)), text.group(base + at + 1), reason)

    def _at_end(self, found: Scanned, base: int) -> _Cut:
        """The file has ended where a record or its trailer should be: how much of its last group came is not known."""
        past, lines = len(found.data), int(found.state[kernel.LINES])
        group = _open_group(found)
        expected = f"a {self.terms.layout.trailer} trailer; truncated?"
        action = RESEND if group is None else self._cut_short(group[0])
        reason = self._error(lines + self.lines, "the end of the file", expected, action)
        self._envelope = None
        return _Cut(*(group or (lines + 1, past)), base + past, reason)

    def _cut_short(self, line: int) -> str:
        return f"{RESEND}. The group that line {line + self.lines} opens may be cut short: it is not kept"

    def _error(
        self, line: int, found: str, expected: str, action: str, column: str | None = None, good: int | None = None
    ) -> SubmissionError:
        place = Place(self.terms.name, line, column=column)
        return SubmissionError(place, found, expected, action, good=good, counted=self.terms.layout.counted)

    def _pass_over(self, data: Bytes, begin: int, end: int, text: _Text) -> int:
        """Leave out what a refused header takes along, up to `end`, a header or trailer; the byte after it."""
        assert self._passing is not None
        reason, ended = self._passing, end < len(data)
        if ended and bytes(data[end : end + 3]) == self.terms.layout.trailer.encode():
            end = text.past_line(end)
        if end > begin:
            self._leave_out(data, begin, end, reason)
        if ended:
            self._passing = None
        return end

    def _leave_out(self, data: Bytes, begin: int, end: int, reason: SubmissionError) -> None:
        layout, first_line = self.terms.layout, self.lines + 1
        lines, rows = pipes.count_records(data, begin, end, pipes.packed(layout.row))
        # Its groups count for the trailer, which was written of them all.
        self._groups += int(pipes.count_records(data, begin, end, pipes.packed(layout.records[0].record))[1])
        self.lines += int(lines)
        self._refuse(first_line, int(rows), reason, bytes(data[begin:end]))

    def _refuse(self, first_line: int, rows: int, reason: SubmissionError, content: bytes) -> None:
        counted = self.terms.layout.counted
        self._refused += 1
        if self._refused > MOST_REFUSED:
            expected, action = f"at most {MOST_REFUSED} groups to leave out", "Correct the file; too little can be read"
            raise self._error(first_line, "yet another fault", expected, action, good=self.good)
        assert self.terms.refuse is not None, "read strictly, it is for Stitched"
        self.terms.refuse(RefusedLines(self.terms.name, first_line, self.lines, rows, reason, content, counted))

    def _pass_on(self, found: Scanned, lines: int, groups: int, rows: int) -> None:
        """So many lines, groups since the last header in them, and rows have been read."""
        headed = any(
            event[pipes.EVENT_KIND] == pipes.IS_HEADER and event[pipes.EVENT_LINE] <= lines
            for event in found.events.tolist()
        )
        self._groups = groups + (0 if headed else self._groups)
        self.lines += lines
        self.good += rows


def _open_group(found: Scanned) -> tuple[int, int] | None:
    """Line and first byte of the top group that is open where a scan stopped; None where none is."""
    row, begin = (int(part) for part in found.opened[0])
    # Its lines themselves may be gone with the next window of the thread that scanned it.
    return None if row < 0 else (1 + int(pipes.count_records(found.data, 0, begin, 0)[0]), begin)


def _groups_of(kept: Scanned, line: int) -> int:
    """Top groups above a line, since the last header above it."""
    headers = [
        event[pipes.EVENT_LINE]
        for event in kept.events.tolist()
        if event[pipes.EVENT_KIND] == pipes.IS_HEADER and event[pipes.EVENT_LINE] < line
    ]
    return int(np.count_nonzero(kept.lines[0] > max(headers, default=0)))
