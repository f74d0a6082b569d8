"""Workbooks (.xlsx): what is opened, and how large it may become."""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from tempfile import NamedTemporaryFile
from typing import IO, Any

from validator.errors import SubmissionError
from validator.readings.customers.sheet_cells import Sheet
from validator.readings.customers.sheet_reach import Reach
from validator.readings.damage import Where, damaged
from validator.readings.half_hours.stamp_texts import SLASHED
from validator.readings.source import Submission
from validator.sheet_columns import column_name

MOST_WORKBOOK_BYTES = 256 * 1024**2
_PIECE_BYTES = 1024 * 1024
_NEEDED = re.compile(r"\[Content_Types\]\.xml|_rels/.*|xl/(?:[^/]+\.xml|_rels/.*|worksheets/[^/]+\.xml)")
_SHEETS = "xl/worksheets/"
_ZIP_FAULTS = (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError)
_IN_SHEET = Where("in its first sheet", byte=0)
_TITLE_ROWS = 30
VITAL_REGISTERS = {"AI": 7, "AE": 8}
"""Columns H and I of a Vital sheet: import and export."""
_IS_STAMP = re.compile(SLASHED)
_MOST_SHOWN = 200
_HALF_SECOND = timedelta(milliseconds=500)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?")


def first_sheet(submission: Submission) -> Sheet:
    """The first sheet's cells from A1 on. Raises SubmissionError for what is no workbook, damaged or too large."""
    # Only here: the command must start quickly, and few inputs are workbooks.
    from python_calamine import CalamineError, CalamineWorkbook

    with NamedTemporaryFile(prefix="copcheck-", suffix=".xlsx") as plain:
        _unpack(submission, plain)
        try:
            # By its name, as it would be copied into memory from here.
            with CalamineWorkbook.from_path(plain.name) as book:
                found = book.get_sheet_by_index(0)
                return Sheet.of(found.iter_rows(), found.start or (0, 0))
        except (CalamineError, OSError, LookupError, ValueError) as error:
            raise _damaged(submission, str(error), _IN_SHEET) from error
        except BaseException as error:
            # What the Rust library did not foresee comes as an exception of its own that is no Exception.
            if isinstance(error, Exception) or type(error).__name__ != "PanicException":
                raise
            raise _damaged(submission, "what it says of its cells cannot be followed", _IN_SHEET) from error


def _damaged(submission: Submission, reason: str, where: Where | None = None) -> SubmissionError:
    return damaged(submission, "workbook", reason[:_MOST_SHOWN], where)


def _unpack(submission: Submission, plain: IO[bytes]) -> None:
    """The workbook into a file, its parts as they are when unpacked, each no longer than its list of members says.

    The reader of sheets is given this, and so never meets compressed bytes: a few of them may stand for very many. No
    part is ever whole in memory.
    """
    where: Where | None = Where(byte=submission.data.nbytes)
    try:
        with zipfile.ZipFile(io.BytesIO(submission.data)) as packed, zipfile.ZipFile(plain, "w") as stored:
            where = None
            members = [each for each in packed.infolist() if _NEEDED.fullmatch(each.filename)]
            _check_size(submission, members)
            for each in members:
                where = Where(f"in its part {each.filename}", byte=min(each.header_offset, submission.data.nbytes))
                cells = Reach(submission) if each.filename.startswith(_SHEETS) else None
                with packed.open(each) as content, stored.open(each.filename, "w", force_zip64=True) as part:
                    while piece := content.read(_PIECE_BYTES):
                        part.write(piece)
                        if cells is not None:
                            cells.take(piece)
                if cells is not None:
                    cells.end()
    except (*_ZIP_FAULTS, zlib.error) as error:
        no_list = isinstance(error, zipfile.BadZipFile) and where is not None and not where.words
        reason = "no list of its parts at its end; truncated?" if no_list else str(error)
        raise _damaged(submission, reason, where) from error
    plain.flush()


def _check_size(submission: Submission, members: list[zipfile.ZipInfo]) -> None:
    most = min(MOST_WORKBOOK_BYTES, submission.most_bytes)
    size = sum(each.file_size for each in members)
    if size > most:
        found = f"a workbook that becomes {size} bytes"
        raise submission.too_large(found, f"at most {most} bytes")


def header_row(sheet: Sheet) -> int | None:
    """The row (from 0) near the top whose first cell says Time stamp; None where there is none."""
    for index, row in enumerate(sheet.rows(0, _TITLE_ROWS)):
        if (text_of(row[0]) or "").lower().replace(" ", "") == "timestamp":
            return index
    return None


def first_reading(sheet: Sheet) -> int | None:
    """The first row (from 0) with a time in column A or a number in H or I, if a row near the top has both.

    None where no row there has. A row that has one of them is no title: it is a reading that is not right.
    """
    said = [(_IS_STAMP.fullmatch(text_of(row[0]) or ""), _has_register(row)) for row in sheet.rows(0, _TITLE_ROWS)]
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
    if type(cell) is float and math.isfinite(cell):
        return cell
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
