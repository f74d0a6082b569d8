"""Joins scanned windows in the order of the file: line numbers, envelopes, and groups that a cut goes through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kernels import pipes
from kernels import record_trees as kernel
from validator.errors import Place, SubmissionError
from validator.readings.damage import RESEND
from validator.readings.pipes.envelopes import Enclosed, Envelope, EnvelopeError, EnvelopeFault, close, opened
from validator.readings.pipes.scanning import line_end
from validator.readings.pipes.windows import Bytes, Window
from validator.readings.record_trees import scanning
from validator.readings.record_trees.faults import said
from validator.readings.record_trees.layouts import Layout
from validator.readings.record_trees.scanning import Scanned, Start, scan_window
from validator.readings.refused import Refuse


@dataclass(frozen=True)
class Terms:
    """On what terms a file is read; `refuse` takes what is left out, and None means that nothing may be."""

    name: str
    layout: Layout
    allow_test_data: bool = False
    refuse: Refuse | None = None


def refuse_endless(terms: Terms, data: Bytes, lines: int, good: int) -> None:
    """SubmissionError for a window with more bytes than a scan can place, after `lines` and `good` rows of the file."""
    if len(data) <= scanning.MOST_BYTES:
        return
    group = terms.layout.records[0].record
    raise SubmissionError(
        Place(terms.name, lines + 1), f"a group of {len(data)} bytes or more from its {group} line on",
        f"at most {scanning.MOST_BYTES} bytes under one {group} line", "Send it in several files",
        good=good, counted=terms.layout.counted,
    )  # fmt: skip


class Stitched:
    """The file so far: `lines` read, and `good` rows."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.lines = 0
        self.good = 0
        self._depth = kernel.OUTSIDE
        self._open: list[bytes] = []
        self._groups = 0
        self._envelope: Envelope | None = None
        self._headed = False
        self._good_before_envelope = 0

    def add(self, window: Window, scanned: Scanned | None) -> Iterator[tuple[int, Scanned]]:
        """The next window as it stands in the file, with the lines before it; SubmissionError at its first fault.

        `scanned` is what was made of it before its turn came, if anything was. Of a window with a fault the rows
        before it come first, unless it goes on with a group.
        """
        data, again = window.data, 0
        refuse_endless(self.terms, data, self.lines, self.good)
        if scanned is None or not self._begins_as_guessed(scanned):
            # What is open stands before a window that goes on with it, and is scanned with it once more.
            again = len(self._open)
            whole = np.frombuffer(b"".join([*self._open, data.tobytes()]), dtype=np.uint8) if again else data
            depth = kernel.HEADED if self._depth != kernel.OUTSIDE else kernel.OUTSIDE
            scanned = scan_window(whole, self.terms.layout, Start(depth))
        if again:
            self.lines -= again
            self._groups -= 1
            self.good -= self.terms.layout.row_is_group
        fault_line, error = self._first_fault(scanned)
        if error is not None:
            if not again:
                # Scanned anew: what a thread made of it before its turn is gone with the thread's next window.
                yield self.lines, scan_window(data, self.terms.layout, scanned.start).before(fault_line)
            raise error
        yield self.lines, scanned
        self._pass_on(scanned)

    def end(self) -> None:
        """The file ends here; SubmissionError where its envelope has not ended, or there was none."""
        layout, counted = self.terms.layout, self.terms.layout.counted
        if not self._headed:
            place, expected = Place(self.terms.name, 1), f"a {layout.header} header of {layout.word}"
            raise SubmissionError(
                place, "no header", expected, "Send the file with its envelope", good=self.good, counted=counted
            )
        if self._depth != kernel.OUTSIDE:
            place, expected = Place(self.terms.name, self.lines), f"a {layout.trailer} trailer; truncated?"
            raise SubmissionError(place, "the end of the file", expected, RESEND, good=self.good, counted=counted)

    def _begins_as_guessed(self, scanned: Scanned) -> bool:
        if not scanned.start.guessed:
            return True
        return (scanned.start.depth == kernel.OUTSIDE) == (self._depth == kernel.OUTSIDE)

    def _first_fault(self, scanned: Scanned) -> tuple[int, SubmissionError | None]:
        """Line in the window and error of the first fault, of an envelope or of the scanner's."""
        groups = self._groups
        for event in scanned.events.tolist():
            line = event[pipes.EVENT_LINE] + self.lines
            text = bytes(scanned.data[event[pipes.EVENT_BEGIN] : event[pipes.EVENT_END]]).decode("latin-1")
            is_header = event[pipes.EVENT_KIND] == pipes.IS_HEADER
            try:
                if is_header:
                    groups = 0
                    self._good_before_envelope = self.good + event[pipes.EVENT_ROWS]
                    self._envelope = opened(self.terms.layout.flow, text, line, self.terms.allow_test_data)
                    self._headed = True
                else:
                    assert self._envelope is not None, "the scanner lets no trailer stand without a header"
                    enclosed = Enclosed(line, event[pipes.EVENT_GROUPS] + groups, 0)
                    close(self.terms.layout.flow, text, self._envelope, enclosed)
                    groups = 0
            except EnvelopeError as error:
                record = self.terms.layout.header if is_header else self.terms.layout.trailer
                return event[pipes.EVENT_LINE], self._envelope_error(error.fault, record, line)
        if scanned.fault is None:
            return 0, None
        words = said(self.terms.layout, scanned.data, scanned.fault)
        line = int(scanned.fault[pipes.FAULT_LINE])
        place = Place(self.terms.name, line + self.lines, column=words.column)
        good, counted = self._good_before(scanned), self.terms.layout.counted
        return line, SubmissionError(place, words.found, words.expected, words.action, good=good, counted=counted)

    def _envelope_error(self, fault: EnvelopeFault, record: str, line: int) -> SubmissionError:
        place = Place(self.terms.name, line, column=fault.column(record))
        # Where a count is not right, no row of the envelope is known to be.
        good, counted = self._good_before_envelope, self.terms.layout.counted
        return SubmissionError(place, fault.found, fault.expected, fault.action, good=good, counted=counted)

    def _good_before(self, scanned: Scanned) -> int:
        """Whole rows before a fault; a group that is open where a line of it is wrong is not one."""
        assert scanned.fault is not None
        layout = self.terms.layout
        within = scanned.state[kernel.DEPTH] == kernel.TOPPED and scanned.fault[pipes.FAULT_LEVEL] != 0
        return self.good + scanned.rows(layout.row) - int(layout.row_is_group and within)

    def _pass_on(self, scanned: Scanned) -> None:
        layout = self.terms.layout
        headed = bool((scanned.events[:, pipes.EVENT_KIND] == pipes.IS_HEADER).any())
        self._groups = int(scanned.state[kernel.GROUPS]) + (0 if headed else self._groups)
        self._depth = int(scanned.state[kernel.DEPTH])
        self._open = [
            scanned.data[begin : line_end(scanned.data, begin)].tobytes()
            for kind, (row, begin) in enumerate(scanned.opened.tolist())
            if row >= 0 and (layout.parents == kind).any()
        ]
        self.lines += int(scanned.state[kernel.LINES])
        self.good += scanned.rows(layout.row)
