"""Reads a customer's text file without the lines that cannot be read, and keeps those with their bytes.

Of a file with a row per channel-day the channel-day is left out. Of one with a row per half hour the row is, and its
half hour is then missing: `missing_period` finds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings.refused import RefusedLines
from validator.readings.source import Decoded, Submission

MOST_LEFT_OUT = 1000
"""The file is read again after each fault: with more than these too little of it can be read."""

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
    lines = bytes(submission.data).split(b"\n")
    lines = [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
    kept = np.arange(len(lines))
    refused: list[RefusedLines] = []
    part = strict
    while True:
        try:
            decoded = read(part)
            break
        except SubmissionError as fault:
            line = fault.place.line
            if line is None or line <= lines_above or line > len(kept):
                raise _as_sent(fault, kept) from fault
            at = int(kept[line - 1])
            end = extent(lines, at)
            gone = kept[(kept >= at) & (kept < end)]
            days = len(gone) if row_is_day else 0
            content = b"".join(lines[index] for index in gone)
            refused.append(
                RefusedLines(submission.name, at + 1, int(gone[-1]) + 1, days, _as_sent(fault, kept), content)
            )
            kept = kept[(kept < at) | (kept >= end)]
            if len(refused) > MOST_LEFT_OUT:
                expected = f"at most {MOST_LEFT_OUT} rows to leave out"
                action = "Correct the file; too little of it can be read"
                above = _part(strict, lines, kept[kept < at])
                good = _readable(read, above) if len(above.data) else 0
                raise submission.refuse("yet another fault", expected, action, line=at + 1, good=good) from fault
            part = _part(strict, lines, kept)
    refused.sort(key=lambda each: each.first_line)
    if not refused:
        return decoded
    shift = 0 if by_line else lines_above
    rows = decoded.readings["source_row"].to_numpy() + shift
    return replace(decoded, readings=placed(decoded.readings, kept[rows - 1] + 1 - shift), refused=tuple(refused))


def _part(strict: Submission, lines: list[bytes], kept: npt.NDArray[np.int64]) -> Submission:
    """Some of the lines, as a submission of their own."""
    data = memoryview(b"".join(lines[index] for index in kept))
    return replace(strict, data=data, sent_lines=tuple((kept + 1).tolist()))


def _readable(read: Callable[[Submission], Decoded], above: Submission) -> int:
    """Channel-days of the lines above a fault; 0 where one of those is at fault as well."""
    try:
        return int(read(above).readings.num_rows)
    except SubmissionError:
        return 0


def placed(readings: pa.Table, source_row: npt.NDArray[np.int64]) -> pa.Table:
    """Readings with other lines or rows that they came from."""
    at = readings.column_names.index("source_row")
    return readings.set_column(at, readings.schema.field(at), pa.array(source_row, pa.int64()))


def _as_sent(fault: SubmissionError, kept: npt.NDArray[np.int64]) -> SubmissionError:
    """The fault with line and row of the file as sent."""
    place = fault.place
    if place.line is None or place.line > len(kept):
        return fault
    line = int(kept[place.line - 1]) + 1
    row = None if place.row is None else place.row + line - place.line
    return fault.again(place=replace(place, line=line, row=row))
