"""Workbooks (.xlsx): what is opened, and how large it may become."""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from validator.errors import SubmissionError
from validator.readings.damage import Where, damaged
from validator.readings.half_hours.stamp_texts import SLASHED
from validator.readings.source import Submission
from validator.sheet_columns import column_name, column_number

MOST_WORKBOOK_BYTES = 256 * 1024**2
MOST_CELLS = 16 * 1024**2
"""A sheet of a million rows, the most that there can be, with sixteen columns."""
MOST_EMPTY = 16
"""Cells that a sheet may reach over for each that it has: a Vital sheet has three in nine columns."""
FEW_CELLS = 1024**2
"""What a sheet may reach over whatever it has: about 50 MB and a quarter of a second."""
_NEEDED = re.compile(r"\[Content_Types\]\.xml|_rels/.*|xl/(?:[^/]+\.xml|_rels/.*|worksheets/[^/]+\.xml)")
_SHEETS = "xl/worksheets/"
_PLACE = re.compile(rb"""\br\s*=\s*["']([^"']*)["']""")
_CELL = re.compile(rb"([A-Za-z]{0,3})([0-9]{1,7})")
_ZIP_FAULTS = (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError)
_IN_SHEET = Where("in its first sheet", byte=0)
_TITLE_ROWS = 30
VITAL_REGISTERS = {"AI": 7, "AE": 8}
"""Columns H and I of a Vital sheet: import and export."""
_IS_STAMP = re.compile(SLASHED)
_MOST_SHOWN = 200
_HALF_SECOND = timedelta(milliseconds=500)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?")


@dataclass(frozen=True)
class Sheet:
    """The first sheet's rows, each a list of cells: text, number, truth value, date or time; "" where blank."""

    rows: list[list[Any]]


def first_sheet(submission: Submission) -> Sheet:
    """The first sheet's cells from A1 on. Raises SubmissionError for what is no workbook, damaged or too large."""
    # Only here: the command must start quickly, and few inputs are workbooks.
    from python_calamine import CalamineError, CalamineWorkbook

    plain = _unpacked(submission)
    try:
        with CalamineWorkbook.from_filelike(plain) as book:
            rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, LookupError, ValueError) as error:
        raise _damaged(submission, str(error), _IN_SHEET) from error
    except BaseException as error:
        # What the Rust library did not foresee comes as an exception of its own that is no Exception.
        if isinstance(error, Exception) or type(error).__name__ != "PanicException":
            raise
        raise _damaged(submission, "what it says of its cells cannot be followed", _IN_SHEET) from error
    while rows and all(cell == "" for cell in rows[-1]):
        rows.pop()
    return Sheet([row or [""] for row in rows])


def _damaged(submission: Submission, reason: str, where: Where | None = None) -> SubmissionError:
    return damaged(submission, "workbook", reason[:_MOST_SHOWN], where)


def _unpacked(submission: Submission) -> io.BytesIO:
    """The workbook with its parts as they are when unpacked, each no longer than its list of members says.

    The reader of sheets is given this, and so never meets compressed bytes: a few of them may stand for very many.
    """
    plain = io.BytesIO()
    where: Where | None = Where(byte=submission.data.nbytes)
    try:
        with zipfile.ZipFile(io.BytesIO(submission.data)) as packed, zipfile.ZipFile(plain, "w") as stored:
            where = None
            members = [each for each in packed.infolist() if _NEEDED.fullmatch(each.filename)]
            _check_size(submission, members)
            for each in members:
                where = Where(f"in its part {each.filename}", byte=min(each.header_offset, submission.data.nbytes))
                content = packed.read(each)
                if each.filename.startswith(_SHEETS):
                    _check_cells(submission, content)
                stored.writestr(each.filename, content)
    except (*_ZIP_FAULTS, zlib.error) as error:
        no_list = isinstance(error, zipfile.BadZipFile) and where is not None and not where.words
        reason = "no list of its parts at its end; truncated?" if no_list else str(error)
        raise _damaged(submission, reason, where) from error
    plain.seek(0)
    return plain


def _check_size(submission: Submission, members: list[zipfile.ZipInfo]) -> None:
    most = min(MOST_WORKBOOK_BYTES, submission.most_bytes)
    size = sum(each.file_size for each in members)
    if size > most:
        found = f"a workbook that becomes {size} bytes"
        raise submission.too_large(found, f"at most {most} bytes")


def _check_cells(submission: Submission, sheet: bytes) -> None:
    """Two cells far apart make the reader of sheets lay out all that lie between them; so does a row far down."""
    width, height, cells = 1, 1, 0
    # One by one: a list of all of them would be larger than the sheet.
    for place in _PLACE.finditer(sheet):
        cell = _CELL.fullmatch(place[1])
        if not cell:
            found = f"a cell at {ascii(place[1].decode('latin-1'))[:_MOST_SHOWN]}"
            raise submission.refuse(
                found, "a place such as B12", "Send the export as it is", column=found.removeprefix("a cell at ")
            )
        cells += bool(cell[1])
        width = max(width, column_number(cell[1].decode("ascii")))
        height = max(height, int(cell[2]))
    reach = f"a sheet that reaches to {column_name(width - 1)}{height}"
    if width * height > MOST_CELLS:
        raise submission.refuse(reach, f"at most {MOST_CELLS} cells", "Send the export as it is", row=height)
    if width * height > max(FEW_CELLS, MOST_EMPTY * cells):
        expected = f"at most {MOST_EMPTY} cells for each that is there, and there are {cells}"
        raise submission.refuse(reach, expected, "Take out the cells that stand apart", row=height)


def header_row(sheet: Sheet) -> int | None:
    """The row (from 0) near the top whose first cell says Time stamp; None where there is none."""
    for index, row in enumerate(sheet.rows[:_TITLE_ROWS]):
        if (text_of(row[0]) or "").lower().replace(" ", "") == "timestamp":
            return index
    return None


def first_reading(sheet: Sheet) -> int | None:
    """The first row (from 0) with a time in column A or a number in H or I, if a row near the top has both.

    None where no row there has. A row that has one of them is no title: it is a reading that is not right.
    """
    said = [(_IS_STAMP.fullmatch(text_of(row[0]) or ""), _has_register(row)) for row in sheet.rows[:_TITLE_ROWS]]
    if not any(stamp and number for stamp, number in said):
        return None
    return next(index for index, (stamp, number) in enumerate(said) if stamp or number)


def _has_register(row: list[Any]) -> bool:
    cells = (row[column] for column in VITAL_REGISTERS.values() if column < len(row))
    return any(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells)


def text_of(cell: Any, time_as: str = "%d/%m/%Y %H:%M:%S") -> str | None:
    """A cell as text; a cell that is a time of its own kind as `time_as`. None where blank."""
    if isinstance(cell, date):
        # A sheet keeps a time as a fraction of a day, which is not exact to the microsecond.
        at = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
        return (at + _HALF_SECOND).replace(microsecond=0).strftime(time_as)
    return str(cell).strip() or None


def number_of(submission: Submission, row: list[Any], column: int, place: int) -> float:
    """A cell of a row as a number; NaN where blank. Raises SubmissionError for anything else."""
    cell = row[column] if column < len(row) else ""
    if isinstance(cell, str):
        text = cell.strip()
        if not text:
            return math.nan
        if _NUMBER.fullmatch(text):
            return float(text.replace(",", ""))
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        return float(cell)
    raise submission.refuse(
        repr(cell)[:60], "a register reading", "Correct the cell", row=place, column=column_name(column)
    )
