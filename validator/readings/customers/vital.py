"""Vital workbooks of cumulative import and export registers into readings (formats.md B8)."""

from __future__ import annotations

from array import array

import numpy as np

from validator.readings.customers.registers import RegisterRows, advances
from validator.readings.customers.sheet_cells import Sheet, TextColumn
from validator.readings.customers.sheet_rows import read_sheet_rows, rows_at
from validator.readings.customers.unnamed import mpan_of
from validator.readings.customers.workbook import (
    VITAL_REGISTERS,
    number_of,
    text_of,
)
from validator.readings.half_hours import stamp_texts
from validator.readings.half_hours.channel_days import Channels, channel_days
from validator.readings.rows_leniently import Rows
from validator.readings.source import Decoded, Submission
from validator.sheet_columns import column_name

_SHAPE = "dd/mm/yyyy HH:MM:SS"


def read_vital_sheet(submission: Submission, sheet: Sheet, first: int) -> Decoded:
    """Readings of a Vital sheet from row `first` (from 0) on: column A the time, H the import register, I the export.

    Readings stand a quarter of an hour apart; those on the hour and half hour are the ends of half hours, and the
    others are not needed. A gap is missing, and is not spread. A register without any reading gives no channel. The
    sheet names no MPAN (unnamed.py) and no clock (the caller's). There are no statuses. Raises SubmissionError with
    row and column of the sheet.
    """

    return read_sheet_rows(submission, sheet, first, lambda part, places: _read(part, sheet, places))


def _read(submission: Submission, sheet: Sheet, places: Rows) -> Decoded:
    stamps, width = TextColumn(), 0
    registers = {quantity: array("d") for quantity in VITAL_REGISTERS}
    for place, row in rows_at(sheet, places):
        for quantity, column in VITAL_REGISTERS.items():
            registers[quantity].append(number_of(submission, row, column, place + 1))
        stamps.append(text_of(row[0]))
        width = max(width, len(row))
    sent = {quantity: readings for quantity, readings in registers.items() if not np.isnan(readings).all()}
    rows = RegisterRows(
        stamps=stamps.whole(),
        reading_kwh=np.array(list(sent.values()), dtype=np.float64).reshape(len(sent), len(stamps)),
        place=places + 1,
        forms=(stamp_texts.SLASHED,),
        shape=_SHAPE,
        zone=submission.time_base,
        days=submission.time_base,
        column="A",
        by_line=False,
        between=True,
    )
    channels = Channels.main([mpan_of(submission, quantity) for quantity in sent], list(sent))
    ignored = tuple(column_name(index) for index in range(1, width) if index not in VITAL_REGISTERS.values())
    return Decoded(channel_days(submission, advances(submission, rows, channels)), ignored)
