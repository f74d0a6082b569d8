"""Schneider PME/ION exports of a cumulative register, CSV and workbook, into readings (formats.md B8)."""

from __future__ import annotations

from array import array
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kernels import schneider as kernel
from validator.errors import SubmissionError
from validator.readings.casts import cast_or_refuse
from validator.readings.csv_table import HEADER_LINES, MOST_HEADER_BYTES, header_names, lines_told, text_table
from validator.readings.customers.registers import RegisterRows, advances
from validator.readings.customers.sheet_cells import Sheet, TextColumn
from validator.readings.customers.sheet_rows import read_sheet_rows, rows_at
from validator.readings.customers.units import other_unit
from validator.readings.customers.unnamed import only_channel
from validator.readings.customers.workbook import number_of, text_of
from validator.readings.half_hours import stamp_texts
from validator.readings.half_hours.channel_days import Channels, channel_days
from validator.readings.half_hours.clock import Seconds
from validator.readings.half_hours.row_csv import number_cells
from validator.readings.in_order import read_in_order
from validator.readings.rows_leniently import Rows
from validator.readings.source import Decoded, Submission

Floats: TypeAlias = npt.NDArray[np.float64]
_STAMP, _READING = 0, 1
_NEWLINE = np.uint8(ord("\n"))
_COLUMNS = 5
_MOST_SHOWN = 60
_GROUPED = r"\A[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?\z"
_NUMBER = "a register reading such as 123456.7 or 123,456.7"
_SHAPE = "dd/mm/yyyy HH:MM:SS"
_ION_SHAPE = "2026-07-01 00:30:00 +1H, DST"


def read_schneider_csv(submission: Submission) -> Decoded:
    """Readings of a Schneider CSV: its first two columns count, the time and the cumulative reading.

    The file names neither MPAN nor quantity: unnamed.py says where they come from. Nor does it say by which clock
    its times are: the caller does. It carries no statuses, so `period_flags` is null, and the registers at a day's
    ends are not handed on, for the periods are their differences and could not disagree. It is read whole: it is of one
    register, whose times may stand in any order. Raises SubmissionError with line and column.
    """
    names = header_names(submission)
    if len(names) < _COLUMNS or names[_STAMP].replace(" ", "") != "timestamp":
        expected = "Time stamp, the register, Events, Comment, User"
        found = f"the columns {', '.join(names)}"[:_MOST_SHOWN]
        raise submission.refuse(found, expected, "Send the export as it is", line=HEADER_LINES)
    unlike = other_unit(submission, names[_READING], line=HEADER_LINES)
    if unlike is not None:
        raise unlike
    mpan, quantity = only_channel(submission, names[_READING])
    columns = tuple(f"{index} {name}" for index, name in enumerate(names))

    def made(part: Submission, stamps: pa.ChunkedArray | Seconds, reading_kwh: Floats) -> Decoded:
        rows = RegisterRows(
            stamps=stamps,
            reading_kwh=reading_kwh.reshape(1, -1),
            place=np.arange(len(reading_kwh), dtype=np.int64) + HEADER_LINES + 1,
            forms=(stamp_texts.SLASHED,),
            shape=_SHAPE,
            zone=submission.time_base,
            days=submission.time_base,
            column=names[_STAMP],
            by_line=True,
            between=False,
        )
        return Decoded(channel_days(part, advances(part, rows, Channels.main([mpan], [quantity]))), names[2:])

    def read(part: Submission) -> Decoded:
        usual = _usual_rows(part, len(names))
        if usual is not None:
            try:
                return made(part, *usual)
            except SubmissionError:
                # As text, each stamp can be shown as it was sent.
                pass
        table = text_table(part, columns, columns[:2])
        with lines_told(HEADER_LINES):
            readings = cast_or_refuse(part, names[_READING], table[columns[_READING]], _grouped, _NUMBER)
        return made(part, table[columns[_STAMP]], readings.to_numpy())

    return read_in_order(submission, read, by_line=True)


def _usual_rows(submission: Submission, cells: int) -> tuple[Seconds, Floats] | None:
    """Stamps and readings of the rows below the header; None where there is none, or one is not usual."""
    data = np.frombuffer(submission.data, dtype=np.uint8)
    below = bytes(data[:MOST_HEADER_BYTES]).find(b"\n") + 1
    if not below or below == len(data):
        return None
    body = data[below:]
    if body[-1] != _NEWLINE:
        body = np.append(body, _NEWLINE)
    most = len(body) // kernel.LEAST_ROW + 1
    seconds, readings = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.float64)
    rows = int(kernel.usual_rows(body, cells, seconds, readings))
    return None if rows == kernel.NOT_USUAL else (seconds[:rows], readings[:rows])


def read_schneider_sheet(submission: Submission, sheet: Sheet, header: int) -> Decoded:
    """Readings of a Schneider sheet: its first two columns under row `header` (from 0), which says Time stamp.

    As the CSV, but each time states its clock's offset from UTC (`+1H, DST`), which is taken off; a time without one
    is in UTC. Days are the caller's. Raises SubmissionError with row and column of the sheet.
    """
    (named,) = sheet.rows(header, header + 1)
    title = text_of(named[_READING]) if len(named) > _READING else None
    unlike = other_unit(submission, title or "", row=header + 1)
    if unlike is not None:
        raise unlike
    mpan, quantity = only_channel(submission, title or "")

    def read(part: Submission, places: Rows) -> Decoded:
        rows = _sheet_rows(part, sheet, places)
        return Decoded(channel_days(part, advances(part, rows, Channels.main([mpan], [quantity]))))

    return read_sheet_rows(submission, sheet, header + 1, read)


def _sheet_rows(submission: Submission, sheet: Sheet, places: Rows) -> RegisterRows:
    readings = array("d")
    # A time without an offset is UTC: said in full, so that all are of one kind.
    stated = TextColumn()
    for place, row in rows_at(sheet, places):
        readings.append(number_of(submission, row, _READING, place + 1))
        text = text_of(row[_STAMP], "%Y-%m-%d %H:%M:%S")
        stated.append(text if text is None or "H" in text else f"{text} +0H")
    return RegisterRows(
        stamps=stated.whole(),
        reading_kwh=np.array(readings, dtype=np.float64).reshape(1, -1),
        place=places + 1,
        forms=(stamp_texts.ION,),
        shape=_ION_SHAPE,
        zone="utc",
        days=submission.time_base,
        column="A",
        by_line=False,
        between=False,
    )


def _grouped(column: Any) -> Any:
    """Readings whose thousands may be divided by commas; a comma anywhere else is not taken for a decimal point."""
    trimmed = pc.utf8_trim_whitespace(column)
    shaped = pc.fill_null(pc.match_substring_regex(trimmed, _GROUPED), True)
    if not pc.all(shaped, min_count=0).as_py():
        raise pa.ArrowInvalid("not a register reading")
    return number_cells(pc.replace_substring(trimmed, ",", ""), pa.float64())
