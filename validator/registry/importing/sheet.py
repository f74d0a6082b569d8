"""A CSV or XLSX file as headings and rows of text, each row with the number that a person sees beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from validator.errors import RegistryError, RegulationError
from validator.registry.importing.workbook import worksheet
from validator.regulation.tables import records_of, text_of
from validator.sheet_columns import column_name

_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Sheet:
    """`rows` pairs a row's number, from 1 as in the file, with its cells; all rows are as wide as `headings`.

    A column without a heading that has text under it is called after its letter: `(column H)`.
    """

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
    if content.startswith(_OLE_MAGIC):
        found = f"{path.name} is an old Excel file (.xls), or has a password"
        raise RegistryError(found, "CSV or XLSX", "Save it as .xlsx without a password")
    return _csv(path.name, content, header_row)


def _csv(file: str, content: bytes, header_row: int) -> Sheet:
    lines = [(line, tuple(cell.strip() for cell in cells)) for line, cells in records_of(text_of(content, file), file)]
    header = next(((line, cells) for line, cells in lines if line >= header_row), None)
    if header is None:
        raise _no_headings(file, header_row)
    return _sheet(file, header, [row for row in lines if row[0] > header[0]])


def _workbook(file: str, content: bytes, sheet: str, header_row: int) -> Sheet:
    called, cells = worksheet(file, content, sheet, header_row)
    if len(cells) < header_row:
        raise _no_headings(called, header_row)
    below = cells[header_row - 1 :]
    # Excel's sheets are as wide as anything ever was: only columns with text in them count.
    width = max((k + 1 for row in below for k, text in enumerate(row) if text), default=0)
    rows = [(number, row[:width]) for number, row in enumerate(below, start=header_row)]
    return _sheet(called, rows[0], rows[1:])


def _no_headings(file: str, header_row: int) -> RegistryError:
    return RegistryError(f"{file} has no row {header_row}", "a row of headings, and rows under it")


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
    named = tuple(
        heading or (f"(column {column_name(at)})" if any(cells[at] for _, cells in kept) else "")
        for at, heading in enumerate(headings)
    )
    return Sheet(file, named, line, tuple(kept))


def _check_headings(file: str, line: int, headings: tuple[str, ...]) -> None:
    for heading in headings:
        if heading and headings.count(heading) > 1:
            raise RegulationError(file, line, f"heading {heading!r} is there twice", "a column has one meaning")
