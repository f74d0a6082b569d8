"""Narrow CSV into readings: a row per half hour, by our own column names."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from validator.readings import pieces
from validator.readings.csv_table import header_names, header_told
from validator.readings.half_hours.csv_pieces import csv_days_in_pieces
from validator.readings.half_hours.narrow import narrow_layout
from validator.readings.half_hours.row_csv import read_rows
from validator.readings.half_hours.row_layout import RowLayout
from validator.readings.in_order import read_in_order
from validator.readings.pieces import whole_of
from validator.readings.source import Decoded, Submission


def read_csv_narrow(submission: Submission) -> Decoded:
    """Readings of a narrow CSV; header names in any case. Raises SubmissionError with line, row and column."""
    layout = _layout(submission)
    if len(submission.data) > pieces.BYTES_AT_ONCE and (readings := whole_of(csv_days_in_pieces(submission, layout))):
        return Decoded(readings, layout.ignored)
    return read_in_order(submission, lambda part: read_rows(part, layout))


def pieces_of_csv_narrow(submission: Submission) -> Iterator[pa.Table] | None:
    """The same as tables, with memory bounded by a piece of the file; None for one that is read as a whole.

    Raises SubmissionError for its header, and AsWholeError.
    """
    layout = _layout(submission)
    return csv_days_in_pieces(submission, layout) if len(submission.data) > pieces.BYTES_AT_ONCE else None


def _layout(submission: Submission) -> RowLayout:
    names = header_names(submission)
    with header_told():
        return narrow_layout(submission, names)
