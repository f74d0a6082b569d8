"""Workbooks into readings: which of the known layouts the first sheet has."""

from __future__ import annotations

from validator.readings.customers.schneider import read_schneider_sheet
from validator.readings.customers.vital import read_vital_sheet
from validator.readings.customers.workbook import first_reading, first_sheet, header_row
from validator.readings.source import Decoded, Submission


def read_xlsx(submission: Submission) -> Decoded:
    """Readings of a workbook's first sheet, a Schneider export or a Vital one. Raises SubmissionError."""
    sheet = first_sheet(submission)
    header = header_row(sheet)
    if header is not None:
        return read_schneider_sheet(submission, sheet, header)
    first = first_reading(sheet)
    if first is not None:
        return read_vital_sheet(submission, sheet, first)
    raise submission.refuse(
        "a workbook whose first sheet is laid out in a way that is not known",
        "a Schneider export (a row that begins with Time stamp) or a Vital one (times in A, registers in H and I)",
        "Send one of these, or the data as CSV",
        row=1,
    )
