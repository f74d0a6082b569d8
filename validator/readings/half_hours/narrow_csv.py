"""Narrow CSV into readings: a row per half hour, by our own column names."""

from __future__ import annotations

from validator.readings.csv_table import header_names, header_told
from validator.readings.half_hours.narrow import narrow_layout
from validator.readings.half_hours.row_csv import read_rows
from validator.readings.in_order import read_in_order
from validator.readings.source import Decoded, Submission


def read_csv_narrow(submission: Submission) -> Decoded:
    """Readings of a narrow CSV; header names in any case. Raises SubmissionError with line, row and column."""
    names = header_names(submission)
    with header_told():
        layout = narrow_layout(submission, names)
    return read_in_order(submission, lambda part: read_rows(part, layout))
