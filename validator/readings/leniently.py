"""Reads a customer's text file without the lines that cannot be read, and keeps those with their bytes.

Of a file with a row per channel-day the channel-day is left out. Of one with a row per half hour the row is, and its
half hour is then missing: `missing_period` finds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings.refused import CHANNEL_DAYS, ROWS, RefusedLines
from validator.readings.source import Decoded, Submission

MOST_LEFT_OUT = 1000
"""With more faults than these too little of a file can be read."""

_FEW = 8
"""Faults that are met one by one, all being read again after each; then they are looked for among fewer lines."""
_AT_ONCE = 8192

Places: TypeAlias = npt.NDArray[np.int64]
Extent: TypeAlias = Callable[[list[bytes], int], int]
"""Past the last line (from 0) that a faulty one takes with it."""


def one_line(_: list[bytes], at: int) -> int:
    """A row stands for itself."""
    return at + 1


def read_leniently(
    submission: Submission,
    read: Callable[[Submission], Decoded],
    *,
    lines_above: int,
    row_is_day: bool,
    by_line: bool,
    extent: Extent = one_line,
) -> Decoded:
    """`read` of what can be read. The first `lines_above` lines cannot be left out; nor can a fault without a line.

    `source_row` of what `read` returns is a line where `by_line`, else a row below `lines_above`; in what is returned
    it is that of the file as sent. `refused` has what was left out, in order.
    """
    strict = replace(submission, lenient=False)
    data, stand_alone = bytes(submission.data), extent is one_line
    file = _Lines(strict, read, _lines_of(data, at_returns=stand_alone))
    # A line that opens others is not read without them, nor is a line end within quotes the end of a row.
    may_be_screened = stand_alone and b'"' not in data
    counted = CHANNEL_DAYS if row_is_day else ROWS
    refused: list[RefusedLines] = []
    kept = file.every
    while True:
        try:
            decoded = read(file.part(kept))
            break
        except SubmissionError as fault:
            faults = {file.line_of(fault, kept, lines_above): _as_sent(fault, kept)}
            if len(refused) == _FEW and may_be_screened:
                faults = file.at_fault_alone(kept, lines_above) or faults
            for at, its in faults.items():
                end = extent(file.lines, at)
                gone = kept[(kept >= at) & (kept < end)]
                content = b"".join(file.lines[index] for index in gone)
                refused.append(
                    RefusedLines(submission.name, at + 1, int(gone[-1]) + 1, len(gone), its, content, counted)
                )
                kept = kept[(kept < at) | (kept >= end)]
            if len(refused) > MOST_LEFT_OUT:
                line = max(each.first_line for each in refused)
                raise too_many(submission, file.readable(kept[kept < line - 1]), line=line) from fault
    refused.sort(key=lambda each: each.first_line)
    if not refused:
        return decoded
    shift = 0 if by_line else lines_above
    rows = decoded.readings["source_row"].to_numpy() + shift
    return replace(decoded, readings=placed(decoded.readings, kept[rows - 1] + 1 - shift), refused=tuple(refused))


def too_many(submission: Submission, good: int, *, line: int | None = None, row: int | None = None) -> SubmissionError:
    """The error of one fault more than may be left out, with what is good above it."""
    expected = f"at most {MOST_LEFT_OUT} rows to leave out"
    action = "Correct the file; too little of it can be read"
    return submission.refuse("yet another fault", expected, action, line=line, row=row, good=good)


def _lines_of(data: bytes, *, at_returns: bool) -> list[bytes]:
    """Its lines, each with its end; a return alone ends a row for the reader of tables, and no other reader's."""
    if at_returns:
        return data.splitlines(keepends=True)
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


@dataclass(frozen=True)
class _Lines:
    """The lines of a text, and how it is read strictly."""

    strict: Submission
    read: Callable[[Submission], Decoded]
    lines: list[bytes]

    @property
    def every(self) -> Places:
        """All of them, counted from 0."""
        return np.arange(len(self.lines))

    def part(self, kept: Places) -> Submission:
        """Some of the lines, as a submission of their own."""
        if len(kept) == len(self.lines):
            return self.strict
        data = memoryview(b"".join(self.lines[index] for index in kept))
        return replace(self.strict, data=data, sent_lines=tuple((kept + 1).tolist()))

    def line_of(self, fault: SubmissionError, kept: Places, lines_above: int) -> int:
        """The line at fault, from 0; raises the fault where it is of none that may be left out."""
        line = fault.place.line
        if line is None or line <= lines_above or line > len(kept):
            raise _as_sent(fault, kept) from fault
        return int(kept[line - 1])

    def readable(self, above: Places) -> int:
        """Channel-days of the lines above a fault; 0 where one of those is at fault as well."""
        return 0 if not len(above) or self._fault(above) is not None else self.read(self.part(above)).readings.num_rows

    def at_fault_alone(self, kept: Places, lines_above: int) -> dict[int, SubmissionError]:
        """Those of some lines that cannot be read whatever stands around them, up to one too many, and why."""
        above, body, found = kept[:lines_above], kept[lines_above:], dict[int, SubmissionError]()
        for begin in range(0, len(body), _AT_ONCE):
            few = body[begin : begin + _AT_ONCE]
            while len(few) and len(found) <= MOST_LEFT_OUT:
                fault = self._fault(np.concatenate([above, few]))
                line = None if fault is None else fault.place.line
                if line is None or not lines_above < line <= lines_above + len(few):
                    break
                at = int(few[line - lines_above - 1])
                alone = np.append(above, at)
                its = self._fault(alone)
                if its is not None and its.place.line == len(alone):
                    found[at] = _as_sent(its, alone)
                few = few[few != at]
        return found

    def _fault(self, kept: Places) -> SubmissionError | None:
        try:
            self.read(self.part(kept))
        except SubmissionError as fault:
            return fault
        return None


def placed(readings: pa.Table, source_row: Places) -> pa.Table:
    """Readings with other lines or rows that they came from."""
    at = readings.column_names.index("source_row")
    return readings.set_column(at, readings.schema.field(at), pa.array(source_row, pa.int64()))


def _as_sent(fault: SubmissionError, kept: Places) -> SubmissionError:
    """The fault with line and row of the file as sent."""
    place = fault.place
    if place.line is None or place.line > len(kept):
        return fault
    line = int(kept[place.line - 1]) + 1
    row = None if place.row is None else place.row + line - place.line
    return fault.again(place=replace(place, line=line, row=row))
