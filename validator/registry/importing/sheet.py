"""A CSV or XLSX file as headings and rows of text, each row with the number that a person sees beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from validator.errors import RegistryError, RegulationError
from validator.regulation.tables import records_of, text_of

_ZIP_MAGIC = b"PK\x03\x04"
MOST_BYTES = 512 * 1024**2
"""Cap on what a workbook may unpack to: a few kilobytes of zip can hold gigabytes."""


@dataclass(frozen=True)
class Sheet:
    """`rows` pairs a row's number, from 1 as in the file, with its cells; all rows are as wide as `headings`."""

    file: str
    headings: tuple[str, ...]
    header_row: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_sheet(path: Path, *, sheet: str = "", header_row: int = 1) -> Sheet:
    """The file's table; RegistryError or RegulationError, with the row, where it cannot be read as one.

    `sheet` names a worksheet of a workbook (blank: its first visible one). Rows without any text are passed over.
    """
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise RegistryError(f"no readable file {path} ({fault.strerror})", "a CSV or XLSX file") from fault
    if content.startswith(_ZIP_MAGIC):
        return _workbook(path.name, content, sheet, header_row)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise RegistryError(f"{path.name} is an old Excel file (.xls)", "CSV or XLSX", "Save it as .xlsx")
    return _csv(path.name, content, header_row)


def _csv(file: str, content: bytes, header_row: int) -> Sheet:
    lines = [(line, tuple(cell.strip() for cell in cells)) for line, cells in records_of(text_of(content, file), file)]
    header = next(((line, cells) for line, cells in lines if line >= header_row), None)
    if header is None:
        raise RegistryError(f"{file} has no row {header_row}", "a row of headings, and rows under it")
    return _sheet(file, header, [row for row in lines if row[0] > header[0]])


def _sheet(file: str, header: tuple[int, tuple[str, ...]], rows: Sequence[tuple[int, tuple[str, ...]]]) -> Sheet:
    line, headings = header
    _check_headings(file, line, headings)
    kept = [(number, cells) for number, cells in rows if any(cells)]
    for number, cells in kept:
        if len(cells) != len(headings):
            why = f"the headings of row {line} are {len(headings)}"
            raise RegulationError(file, number, f"{len(cells)} cells", why)
    if not kept:
        raise RegistryError(f"{file} has headings only", "a row for each entry of the list")
    return Sheet(file, headings, line, tuple(kept))


def _check_headings(file: str, line: int, headings: tuple[str, ...]) -> None:
    for heading in headings:
        if heading and headings.count(heading) > 1:
            raise RegulationError(file, line, f"heading {heading!r} is there twice", "a column has one meaning")


def _workbook(file: str, content: bytes, sheet: str, header_row: int) -> Sheet:
    # Only here: a CSV needs no spreadsheet reader.
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    _check_size(file, content)
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        visible = [each.name for each in workbook.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
        chosen = sheet or next(iter(visible), "")
        if chosen not in workbook.sheet_names:
            known = ", ".join(workbook.sheet_names) or "none"
            raise RegistryError(f"no sheet {chosen!r} in {file}", f"one of {known}", "Name it in the mapping file")
        page = workbook.get_sheet_by_name(chosen)
        merged = page.merged_cell_ranges or []
        cells = page.to_python(skip_empty_area=False)
    except CalamineError as fault:
        raise RegistryError(f"{file} is not a workbook that can be read ({fault})", "XLSX") from fault
    called = f"{file}/{chosen}"
    _check_merged(called, merged, header_row)
    if len(cells) < header_row:
        raise RegistryError(f"{called} has no row {header_row}", "a row of headings, and rows under it")
    texts = [tuple(_text(cell) for cell in row) for row in cells]
    width = max((k + 1 for k, heading in enumerate(texts[header_row - 1]) if heading), default=0)
    rows = [(number, row[:width]) for number, row in enumerate(texts[header_row:], start=header_row + 1)]
    return _sheet(called, (header_row, texts[header_row - 1][:width]), rows)


def _check_size(file: str, content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
    except BadZipFile as fault:
        raise RegistryError(f"{file} is a damaged workbook ({fault})", "XLSX") from fault
    if unpacked > MOST_BYTES:
        raise RegistryError(f"{file} unpacks to {unpacked:,} bytes", f"at most {MOST_BYTES:,}")


def _check_merged(file: str, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]], header_row: int) -> None:
    """A merged cell has its text in one of the rows that it covers: the others would be read as blank."""
    for (top, left), (bottom, right) in merged:
        if bottom + 1 >= header_row:
            found = f"merged cells {_cell_name(top, left)}:{_cell_name(bottom, right)} in {file}"
            raise RegistryError(found, "a value in every cell", "Unmerge them and fill each cell, then import again")


def _cell_name(row: int, column: int) -> str:
    letters = ""
    left = column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def _text(cell: Any) -> str:
    """What a person sees in a cell: a number that is whole has no decimals, a midnight no time."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()
