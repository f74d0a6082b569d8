"""Text files read as wholes: the first fault in the file's own order is told, or left out leniently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from validator.readings.csv_table import HEADER_LINES
from validator.readings.first_fault import told_in_order
from validator.readings.leniently import Extent, one_line, read_leniently
from validator.readings.source import Decoded, Submission


def read_in_order(
    submission: Submission,
    read: Callable[[Submission], Decoded],
    *,
    row_is_day: bool = False,
    lines_above: int = HEADER_LINES,
    by_line: bool = False,
    extent: Extent = one_line,
) -> Decoded:
    """`told_in_order` for a text file, whose faults name lines; leniently, without the lines at fault."""
    if submission.lenient:
        return read_leniently(
            submission, read, lines_above=lines_above, row_is_day=row_is_day, by_line=by_line, extent=extent
        )
    return told_in_order(
        lambda lines: read(submission if lines is None else _lines(submission, lines)),
        lambda fault: fault.place.line,
        row_is_day=row_is_day,
    )


def _lines(submission: Submission, count: int) -> Submission:
    """The first lines of a submission."""
    text = bytes(submission.data)
    end = 0
    for _ in range(count):
        end = text.find(b"\n", end) + 1
        if not end:
            return submission
    return replace(submission, data=submission.data[:end])
