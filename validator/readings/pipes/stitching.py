"""Joins scanned windows in the order of the file: line numbers, envelopes, and what is carried across a cut."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kernels import pipes
from validator.calendar import day_number
from validator.errors import Place, SubmissionError
from validator.readings.damage import RESEND
from validator.readings.dates import EARLIEST, latest_date
from validator.readings.pipes.columns import Carried, PipeBatch, batch_of, kept_rows, one_after_another, prepared
from validator.readings.pipes.envelopes import (
    Enclosed,
    Envelope,
    EnvelopeError,
    EnvelopeFault,
    close,
    opened,
    with_article,
)
from validator.readings.pipes.faults import said
from validator.readings.pipes.layouts import Layout, flow_of, headers_in
from validator.readings.pipes.scanning import (
    MOST_REFUSED,
    Integers,
    Refusal,
    Scanned,
    Start,
    line_end,
    outside,
    scan_window,
)
from validator.readings.pipes.unfinished import Unfinished, unfinished_before
from validator.readings.pipes.windows import Bytes, Window
from validator.readings.refused import Refuse, RefusedLines


@dataclass(frozen=True)
class Terms:
    """On what terms a file is read; `refuse` takes what is left out, and None means that nothing may be.

    `with_supplier` asks for the supplier ids too.
    """

    name: str
    layout: Layout
    today: date
    allow_test_data: bool = False
    refuse: Refuse | None = None
    with_supplier: bool = False

    @property
    def latest(self) -> int:
        """Day number of the latest settlement date that is believed."""
        return day_number(latest_date(self.today))

    @cached_property
    def limits(self) -> Integers:
        """`layout` of kernels.pipes.scan."""
        return self.layout.scanned_as(day_number(EARLIEST), self.latest)

    def scan(self, data: Bytes, start: Start) -> Scanned:
        """A window's columns."""
        scanned = scan_window(data, self.layout, self.limits, start, self.refuse is not None)
        if scanned.fault is None:
            scanned.prepared = prepared(self.layout, scanned, self.with_supplier)
        return scanned


@dataclass
class Stitched:
    """The file so far."""

    terms: Terms
    lines: int = 0
    good: int = 0
    state: Integers = field(default_factory=lambda: outside().state)
    envelope: Envelope | None = None
    first_header: Envelope | None = None
    last_trailer: str = ""
    envelopes: int = 0
    refused_because: SubmissionError | None = None
    refused: int = 0
    large: int = 0
    _childless: tuple[int, bytes] = (0, b"")
    _cut_off: tuple[int, bytes, str] | None = None
    _last_reason: SubmissionError | None = None
    _groups: int = 0
    _xor: int = 0
    _rows_before_envelope: int = 0
    _notes: tuple[str, ...] = ()
    _turned: bool = False
    _left_out_as: Layout | None = None
    _carried: Carried = field(init=False)

    def __post_init__(self) -> None:
        self._carried = Carried([b""] * len(self.terms.layout.texts))

    def add(self, window: Window, scanned: Scanned | None) -> PipeBatch:
        """The next window's readings; SubmissionError at its first fault, unless groups may be refused.

        `scanned` is what was made of it before its turn came, if anything was. An envelope of another flow is read as
        that flow.
        """
        if scanned is None or self._turned or not self._begins_as_guessed(scanned):
            scanned = self._scanned(window.data)
        if self._changes_flow(scanned):
            return self._read_by_flow(window)
        return self._read(window, scanned)

    def _scanned(self, data: Bytes) -> Scanned:
        state = self.state.copy()
        state[pipes.OPEN_LINE] -= self.lines
        return self.terms.scan(data, Start(state))

    def _read(self, window: Window, scanned: Scanned) -> PipeBatch:
        """The readings of a window in which the flow does not change."""
        keep = np.ones(len(scanned.rows), dtype=np.bool_)
        refused: list[RefusedLines] = [self._refusal(scanned, each, keep) for each in scanned.refusals]
        envelopes = self._envelopes(scanned, keep, refused)
        if scanned.fault is not None:
            raise self._error(scanned, scanned.fault)
        if window.is_last:
            self._cut_off = self._at_end(scanned, keep)
        batch = kept_rows(
            batch_of(self.terms.name, self.terms.layout, scanned, self._carried, self.lines, self.terms.with_supplier),
            keep,
        )
        for each in sorted([*refused, *envelopes], key=lambda one: (one.first_line, one.last_line)):
            self._refuse(each)
        self._pass_on(scanned, batch.readings.num_rows)
        return batch

    def end(self) -> None:
        """The file ends here; SubmissionError where its envelope has not ended, or there was none."""
        if self.state[pipes.DEPTH] == pipes.OUTSIDE and self.first_header is not None:
            return
        layout = self.terms.layout
        missing = layout.header if self.first_header is None else layout.trailer
        expected = (
            f"{with_article(missing)} header before anything else"
            if self.first_header is None
            else (f"a {missing} trailer before this; truncated?")
        )
        error = SubmissionError(
            Place(self.terms.name, max(1, self.lines)),
            "the end of the file",
            expected,
            _and_also(RESEND, self._cut_off and self._cut_off[2]),
            good=self.good,
        )
        if self.terms.refuse is None or self.first_header is None:
            raise error
        if self._cut_off is not None:
            line, content, _ = self._cut_off
            self._refuse(RefusedLines(self.terms.name, line, self.lines, 1, error, content))
            return
        if 0 < self.state[pipes.DEPTH] < len(layout.groups):
            line, content = self._childless
            self._refuse(RefusedLines(self.terms.name, line, line, 0, error, content))
            return
        self._refuse(RefusedLines(self.terms.name, self.lines + 1, self.lines, 0, error, b""))

    def notes(self) -> tuple[str, ...]:
        """What a person should know of the file, besides its readings."""
        if not self.large:
            return self._notes
        layout = self.terms.layout
        beyond = f"values above {layout.largest}, for which a {layout.word} may have no room"
        return (*self._notes, f"{self.terms.name}: {self.large} {beyond}; read as they stand")

    def _changes_flow(self, scanned: Scanned) -> bool:
        """Whether a header of another flow stands in a window, and is not the file's first: that is refused."""
        headers = scanned.events[scanned.events[:, pipes.EVENT_KIND] == pipes.IS_HEADER]
        places = headers[:, [pipes.EVENT_BEGIN, pipes.EVENT_END]].tolist()
        texts = [bytes(scanned.data[begin:end]) for begin, end in places[not self.envelopes :]]
        return any(flow_of(text, self.terms.layout) not in (None, self.terms.layout) for text in texts)

    def _read_by_flow(self, window: Window) -> PipeBatch:
        """A window in which the flow changes, cut where an envelope has ended and the next is of another flow."""
        batches: list[PipeBatch] = []
        begin = 0
        for at in headers_in(window.data, self.terms.layout):
            layout = flow_of(bytes(window.data[at : at + pipes.MOST_LINE]), self.terms.layout)
            if layout in (None, self.terms.layout) or not self._has_ended(window.data[begin:at]):
                continue
            assert layout is not None
            if at > begin:
                batches.append(self._part(window, begin, at))
            begin = at
            self._turn_to(layout)
        return one_after_another([*batches, self._part(window, begin, len(window.data))])

    def _has_ended(self, data: Bytes) -> bool:
        """Whether an envelope stands in `data`, or before it, and its trailer is the last record."""
        last_line = bytes(data[-pipes.MOST_LINE :]).rstrip(b"\r\n").rpartition(b"\n")[2]
        if last_line:
            return last_line.startswith(f"{self.terms.layout.trailer}|".encode())
        return self.envelopes > 0 and self.state[pipes.DEPTH] == pipes.OUTSIDE

    def _part(self, window: Window, begin: int, end: int) -> PipeBatch:
        data = window.data[begin:end]
        is_last = window.is_last and end == len(window.data)
        return self._read(Window(data, window.consumed, is_last), self._scanned(data))

    def _turn_to(self, layout: Layout) -> None:
        """What follows is of another flow; windows that were scanned ahead are of no use any more."""
        self._notes, self.large = self.notes(), 0
        self.terms, self._turned = replace(self.terms, layout=layout), True
        self._carried = Carried([b""] * len(layout.texts))

    def _at_end(self, scanned: Scanned, keep: npt.NDArray[np.bool_]) -> tuple[int, bytes, str] | None:
        """Take out the row that the end of the file may have cut short: its line, its bytes and what to say of it."""
        if not scanned.in_row(self.terms.layout) or not keep[-1]:
            return None
        row = self._unfinished(scanned, len(scanned.data))
        if row is None:
            return None
        keep[row.row] = False
        return row.line + self.lines, bytes(scanned.data[row.begin :]), row.words(self.lines)

    def _unfinished(self, scanned: Scanned, end: int) -> Unfinished | None:
        return unfinished_before(self.terms.layout, scanned, end, self._carried.day)

    def _refuse(self, refused: RefusedLines) -> None:
        assert self.terms.refuse is not None, "strictly, the first fault has been raised"
        self.refused += 1
        if self.refused > MOST_REFUSED:
            expected = f"at most {MOST_REFUSED} groups to leave out"
            action = "Correct the file; too little of it can be read"
            raise SubmissionError(refused.reason.place, "yet another fault", expected, action, good=self.good)
        self.terms.refuse(refused)

    def _begins_as_guessed(self, scanned: Scanned) -> bool:
        """Whether a window began in the state in which it was scanned, or in one that makes no difference."""
        if not scanned.start.guessed:
            return True
        if self.state[pipes.PASSING]:
            return False
        depth, deepest = int(self.state[pipes.DEPTH]), len(self.terms.layout.groups)
        supposed = int(scanned.start.state[pipes.DEPTH])
        if supposed == pipes.OUTSIDE or depth in (pipes.OUTSIDE, deepest):
            return supposed == depth
        first = pipes.packed(bytes(scanned.data[:3]).decode("latin-1")) if scanned.data[:3].max() < 128 else 0
        child = first == int(self.terms.layout.group_ids[depth])
        return child or (depth == 0 and first == pipes.packed(self.terms.layout.trailer))

    def _pass_on(self, scanned: Scanned, rows: int) -> None:
        self._carried.pass_on(scanned)
        assert scanned.prepared is not None
        self.large += scanned.prepared.large
        if 0 < scanned.state[pipes.DEPTH] < len(self.terms.layout.groups) and scanned.state[pipes.OPEN_LINE] > 0:
            begin = int(scanned.state[pipes.OPEN_BEGIN])
            content = bytes(scanned.data[begin : line_end(scanned.data, begin)])
            self._childless = (int(scanned.state[pipes.OPEN_LINE]) + self.lines, content)
        headed = bool((scanned.events[:, pipes.EVENT_KIND] == pipes.IS_HEADER).any())
        self._groups = int(scanned.state[pipes.GROUPS]) + (0 if headed else self._groups)
        self._xor = scanned.xor ^ (0 if headed else self._xor)
        self.state = scanned.state.copy()
        self.state[pipes.OPEN_LINE] += self.lines
        self.lines += scanned.lines
        self.good += rows

    def _envelopes(
        self, scanned: Scanned, keep: npt.NDArray[np.bool_], refused: list[RefusedLines]
    ) -> list[RefusedLines]:
        """Check headers and trailers in turn. A refused header takes along all up to its trailer, as one entry."""
        groups, xor = self._groups, self._xor
        entries: list[RefusedLines] = []
        since = 0 if self.refused_because else None
        since_row, since_line = 0, 1
        for event in scanned.events.tolist():
            line = event[pipes.EVENT_LINE] + self.lines
            begin, end, rows = event[pipes.EVENT_BEGIN], event[pipes.EVENT_END], event[pipes.EVENT_ROWS]
            text = bytes(scanned.data[begin:end]).decode("latin-1")
            if event[pipes.EVENT_KIND] == pipes.IS_HEADER:
                if since is not None:
                    entries.append(self._whole(scanned, since, begin, since_line, line - self.lines - 1, refused))
                    keep[since_row:rows] = False
                since, self.refused_because, groups, xor = None, None, 0, 0
                error = self._open(text, line, self.good + int(np.count_nonzero(keep[:rows])))
                if error is not None:
                    if self.terms.refuse is None:
                        raise error
                    self.refused_because, since, since_row, since_line = error, begin, rows, event[pipes.EVENT_LINE]
                continue
            if since is not None:
                past = min(len(scanned.data), _after(scanned.data, end))
                entries.append(self._whole(scanned, since, past, since_line, line - self.lines, refused))
                keep[since_row:rows] = False
                since, self.refused_because, self.envelope = None, None, None
                continue
            enclosed = Enclosed(line, event[pipes.EVENT_GROUPS] + groups, (event[pipes.EVENT_XOR] & (2**64 - 1)) ^ xor)
            error = self._close(text, enclosed)
            if error is not None:
                if self.terms.refuse is None:
                    raise error
                content = bytes(scanned.data[begin : _after(scanned.data, end)])
                entries.append(RefusedLines(self.terms.name, line, line, 0, error, content))
            self.envelope = None
            groups, xor = 0, 0
        if since is not None:
            entries.append(self._whole(scanned, since, len(scanned.data), since_line, scanned.lines, refused))
            keep[since_row:] = False
        return entries

    def _whole(
        self, scanned: Scanned, begin: int, end: int, first: int, last: int, refused: list[RefusedLines]
    ) -> RefusedLines:
        """Everything between two bytes, refused with its header; what was refused of it before is in it."""
        assert self.refused_because is not None
        first_line, last_line = first + self.lines, last + self.lines
        refused[:] = [each for each in refused if not first_line <= each.first_line <= last_line]
        row_id = int((self._left_out_as or self.terms.layout).group_ids[-1])
        _, channel_days = pipes.count_records(scanned.data, begin, end, row_id)
        content = bytes(scanned.data[begin:end])
        return RefusedLines(self.terms.name, first_line, last_line, int(channel_days), self.refused_because, content)

    def _open(self, text: str, line: int, good: int) -> SubmissionError | None:
        self._rows_before_envelope = good
        self.envelopes += 1
        try:
            self.envelope = opened(self.terms.layout.flow, text, line, self.terms.allow_test_data)
        except EnvelopeError as error:
            self.envelope = Envelope(line, (), None)
            self.first_header = self.first_header or self.envelope
            # What is left out with it is counted as what it says it is.
            self._left_out_as = flow_of(text.encode("latin-1"), self.terms.layout) or self.terms.layout
            return self._envelope_error(error.fault, self.terms.layout.header, line)
        self.first_header = self.first_header or self.envelope
        return None

    def _close(self, text: str, enclosed: Enclosed) -> SubmissionError | None:
        self.last_trailer = text
        assert self.envelope is not None, "the scanner lets no trailer stand without a header"
        try:
            close(self.terms.layout.flow, text, self.envelope, enclosed)
        except EnvelopeError as error:
            return self._envelope_error(error.fault, self.terms.layout.trailer, enclosed.line)
        return None

    def _envelope_error(self, fault: EnvelopeFault, record: str, line: int) -> SubmissionError:
        place = Place(self.terms.name, line, column=fault.column(record))
        # Where a count is not right, no channel-day of the envelope is known to be.
        return SubmissionError(place, fault.found, fault.expected, fault.action, good=self._rows_before_envelope)

    def _error(self, scanned: Scanned, fault: Integers) -> SubmissionError:
        in_row = scanned.in_row(self.terms.layout) and fault[pipes.FAULT_CODE] == pipes.NO_TRAILER
        unfinished = self._unfinished(scanned, int(fault[pipes.FAULT_BEGIN])) if in_row else None
        good = self._good_before(scanned, fault) - (unfinished is not None)
        return self._said(scanned, fault, unfinished, good)

    def _said(
        self, scanned: Scanned, fault: Integers, unfinished: Unfinished | None, good: int | None = None
    ) -> SubmissionError:
        words = said(self.terms.layout, scanned.data, fault, self.lines, self.terms.latest)
        place = Place(self.terms.name, int(fault[pipes.FAULT_LINE]) + self.lines, column=words.column)
        action = _and_also(words.action, None if unfinished is None else unfinished.words(self.lines))
        return SubmissionError(place, words.found, words.expected, action, good=good)

    def _good_before(self, scanned: Scanned, fault: Integers) -> int:
        """Channel-days that begin before a fault, without the one that it is in."""
        begin = int(fault[pipes.FAULT_BEGIN])
        rows = int(np.count_nonzero(scanned.rows[:, pipes.ROW_BEGIN] < begin))
        in_row = fault[pipes.FAULT_LEVEL] < 0 and scanned.state[pipes.DEPTH] == len(self.terms.layout.groups)
        return self.good + max(0, rows - int(in_row and fault[pipes.FAULT_CODE] != pipes.NO_TRAILER))

    def _refusal(self, scanned: Scanned, refusal: Refusal, keep: npt.NDArray[np.bool_]) -> RefusedLines:
        """What was left out, in lines of the file; a row that it shows to be cut short is taken out of `keep`."""
        first_line = refusal.first_line + self.lines
        last_line = first_line + refusal.lines - 1
        content = bytes(scanned.data[refusal.begin : refusal.end])
        name, fault = self.terms.name, refusal.fault
        if fault is None:
            assert self._last_reason is not None, "something was refused in a window before this one"
            return RefusedLines(name, first_line, last_line, refusal.channel_days, self._last_reason, content)
        row = self._unfinished(scanned, refusal.begin) if refusal.in_row else None
        reason = self._said(scanned, fault, row)
        self._last_reason = reason
        if row is not None:
            keep[row.row] = False
            content = bytes(scanned.data[row.begin : refusal.begin])
            return RefusedLines(name, row.line + self.lines, last_line, 1, reason, content)
        if fault[pipes.FAULT_CODE] == pipes.NO_CHILD and refusal.begin == refusal.end:
            # The group stands at the end of a window before this one.
            line, content = self._childless
            return RefusedLines(name, line, line, 0, reason, content)
        return RefusedLines(name, first_line, last_line, refusal.channel_days, reason, content)


def _and_also(action: str, words: str | None) -> str:
    return f"{action}. {words}" if words else action


def _after(data: Bytes, end: int) -> int:
    """Past the line end that follows byte `end`."""
    rest = bytes(data[end : end + 2])
    return end + (2 if rest == b"\r\n" else 1 if rest[:1] == b"\n" else 0)
