"""The records of a CDCA report in their envelope, one after another; leniently, without those that cannot be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from kernels.loads import folded
from validator.errors import SubmissionError
from validator.readings.damage import RESEND
from validator.readings.pipes.envelopes import (
    Enclosed,
    Envelope,
    EnvelopeError,
    Flow,
    close,
    opened,
    shown,
)
from validator.readings.pipes.scanning import MOST_REFUSED
from validator.readings.refused import RefusedLines
from validator.readings.source import Submission

BOM = b"\xef\xbb\xbf"
HEADER, TRAILER = "AAA", "ZZZ"
CdcaRecord: TypeAlias = tuple[int, str, list[str]]
"""Line, record id and fields."""


@dataclass(frozen=True)
class Report:
    """A report's file type, its records in words (one, and several), and the one that names a metering system.

    `depths` says how deep in the tree each record stands. `counted` are the records of which each tells one thing, in
    the plural `words`. The first record is the top.
    """

    word: str
    title: str
    systems: str
    records: dict[str, tuple[str, str] | None]
    depths: dict[str, int]
    counted: tuple[str, ...]
    words: str

    @property
    def top(self) -> str:
        """The record that opens a group."""
        return next(iter(self.records))

    def not_below(self, record: str) -> frozenset[str]:
        """The records that end what stands under one; under a line that is none, only the next metering system does."""
        depth = self.depths.get(record, self.depths[self.systems])
        return frozenset(each for each, its in self.depths.items() if its <= depth) | {HEADER, TRAILER}


@dataclass
class _Passing:
    """Lines that are being left out: up to one of `ends_at`, or up to `last`, which goes with them."""

    first_line: int
    reason: SubmissionError
    ends_at: frozenset[str]
    last: str = ""
    lines: list[bytes] = field(default_factory=list)


class Records:
    """Records of one report as they come, so that whoever takes them tells of a fault before one that comes after it.

    `counts` of each record id, `good` things told and `systems` are those so far that were not left out; `refused`
    is what was. Trailers are held against the records before them and do not come.
    """

    def __init__(self, submission: Submission, report: Report) -> None:
        self.counts: Counter[str] = Counter()
        self.systems: set[str] = set()
        self.refused: list[RefusedLines] = []
        self.good = 0
        self._submission = submission
        self._report = report
        self._flow = Flow(report.word, "IDD", report.top)
        self._envelope: Envelope | None = None
        self._headed = False
        self._groups = self._xor = 0
        # Of an envelope whose count or checksum is not right, no record is known to be.
        self._before_envelope = 0
        self._passing: _Passing | None = None
        self._at: tuple[int, str, bytes] = (0, "", b"")

    def leave_out(self, fault: SubmissionError) -> None:
        """The record that came last is not right: read leniently, it goes, and what stands under it.

        Raises `fault` where nothing may be left out.
        """
        self._leave_out(fault, self._report.not_below(self._at[1]))

    def __iter__(self) -> Iterator[CdcaRecord]:
        for line, raw in enumerate(self._lines(), 1):
            content = raw.removesuffix(b"\n").removesuffix(b"\r")
            text = content.decode("latin-1")
            record, *fields = text.split("|")
            self._at = line, record, raw
            if self._pass_over(record, raw, content) or not self._is_record(text, record, fields, content):
                continue
            yield line, record, fields[:-1]
            if self._passing is None:
                self._take(record, fields)
        self._end()

    def _lines(self) -> list[bytes]:
        data = bytes(self._submission.data).removeprefix(BOM)
        lines = data.split(b"\n")
        return [each + b"\n" for each in lines[:-1]] + [each for each in lines[-1:] if each or len(lines) == 1]

    def _is_record(self, text: str, record: str, fields: list[str], content: bytes) -> bool:
        """Whether a line is a record that whoever takes them should have; a header is."""
        if self._envelope is not None and record == HEADER and self._submission.lenient:
            # What has lost its trailer ends here.
            self._add(self._at[0], self._at[0] - 1, self._no_record(text), b"")
            self._envelope = None
        if self._envelope is None:
            return bool(content) and self._is_header(text, record, content)
        if record == TRAILER:
            self._close(text)
            return False
        self._enclose(record, content)
        if record in self._report.records and fields and not fields[-1]:
            return True
        self._leave_out(self._no_record(text), self._report.not_below(""))
        return False

    def _is_header(self, text: str, record: str, content: bytes) -> bool:
        line, good = self._at[0], self.good
        if record != HEADER:
            fault = self._submission.refuse(
                shown(text), f"an {HEADER} header before this", RESEND, line=line, good=good
            )
            if not self._headed:
                raise fault
            self._leave_out(fault, frozenset({HEADER}))
            return False
        self._before_envelope, self._headed = good, True
        try:
            self._envelope = opened(self._flow, text, line, self._submission.allow_test_data)
        except EnvelopeError as error:
            self._leave_out(self._of_envelope(error), frozenset({HEADER}), TRAILER)
            return False
        self._groups = self._xor = 0
        self._enclose(record, content)
        return True

    def _close(self, text: str) -> None:
        envelope, line = self._envelope, self._at[0]
        assert envelope is not None, "a trailer is looked at within its envelope"
        self._envelope = None
        try:
            close(self._flow, text, envelope, Enclosed(line, self._groups, self._xor))
        except EnvelopeError as error:
            fault = self._of_envelope(error)
            if not self._submission.lenient:
                raise fault from None
            self._add(line, line, fault, self._at[2])

    def _enclose(self, record: str, content: bytes) -> None:
        """Count a record for its trailer."""
        self._groups += record == self._report.top
        self._xor ^= int(folded(np.frombuffer(content, dtype=np.uint8), 0, len(content)))

    def _take(self, record: str, fields: list[str]) -> None:
        self.counts[record] += 1
        self.good += record in self._report.counted
        if record == self._report.systems and len(fields) > 1:
            self.systems.add(fields[0])

    def _no_record(self, text: str) -> SubmissionError:
        known = ", ".join([*self._report.records, TRAILER])
        found = shown(text) if text else "a blank line"
        return self._submission.refuse(
            found, f"one of {known}, each field ended by |", "Correct the line", line=self._at[0], good=self.good
        )

    def _of_envelope(self, error: EnvelopeError) -> SubmissionError:
        fault, (line, record, _) = error.fault, self._at
        column, good = fault.column(record), self._before_envelope
        return self._submission.refuse(fault.found, fault.expected, fault.action, line=line, column=column, good=good)

    def _leave_out(self, fault: SubmissionError, ends_at: frozenset[str], last: str = "") -> None:
        if not self._submission.lenient:
            raise fault from None
        line, _, raw = self._at
        self._passing = _Passing(line, fault, ends_at, last, [raw])

    def _pass_over(self, record: str, raw: bytes, content: bytes) -> bool:
        """Whether a line is left out with those before it."""
        passing = self._passing
        if passing is not None and record in passing.ends_at:
            self._end_passing()
            passing = None
        if passing is None:
            return False
        passing.lines.append(raw)
        if self._envelope is not None:
            self._enclose(record, content)
        if record == passing.last:
            self._end_passing()
        return True

    def _end_passing(self) -> None:
        passing = self._passing
        if passing is not None:
            self._passing = None
            last_line = passing.first_line + len(passing.lines) - 1
            self._add(passing.first_line, last_line, passing.reason, b"".join(passing.lines))

    def _add(self, first_line: int, last_line: int, reason: SubmissionError, content: bytes) -> None:
        if len(self.refused) == MOST_REFUSED:
            expected, action = (
                f"at most {MOST_REFUSED} records to leave out",
                "Correct the file; too little can be read",
            )
            raise self._submission.refuse("yet another fault", expected, action, line=self._at[0], good=self.good)
        told = tuple(f"{record}|".encode() for record in self._report.counted)
        count = sum(line.startswith(told) for line in content.split(b"\n"))
        name, counted = self._submission.name, self._report.words
        self.refused.append(RefusedLines(name, first_line, last_line, count, reason, content, counted))

    def _end(self) -> None:
        """The file ends here; its envelope has to have ended, and one to have been there."""
        self._end_passing()
        if self._envelope is None and self._headed:
            return
        missing = f"a {TRAILER} trailer; truncated?" if self._headed else f"an {HEADER} header"
        line = max(1, self._at[0])
        fault = self._submission.refuse("the end of the file", missing, RESEND, line=line, good=self.good)
        if not (self._headed and self._submission.lenient):
            raise fault
        self._add(line + 1, line, fault, b"")
