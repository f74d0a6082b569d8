"""A worksheet of an XLSX file as rows of text, after a look at whether it can be opened without harm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as DeflateError  # noqa: N812 - it is one

from validator.errors import RegistryError
from validator.registry.importing.extent import Extent, last_cell
from validator.sheet_columns import column_name

MOST_BYTES = 512 * 1024**2
"""Cap on what a workbook may unpack to: a few kilobytes of zip can hold gigabytes."""
MOST_CELLS = 20_000_000
"""Cap on rows times columns: the reader holds every cell up to the last, and one stray cell can be far out."""

Rows = list[tuple[str, ...]]


def worksheet(file: str, content: bytes, sheet: str, header_row: int) -> tuple[str, Rows]:
    """What messages call the worksheet, and its rows from the first; RegistryError where it cannot be relied on.

    `sheet` is its name; blank stands for the first that is visible.
    """
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
    return called, [tuple(_text(cell) for cell in row) for row in cells]


def cell_name(row: int, column: int) -> str:
    """`A1` for 0, 0."""
    return f"{column_name(column)}{row + 1}"


def _check_size(file: str, content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
            if unpacked > MOST_BYTES:
                raise RegistryError(f"{file} unpacks to {unpacked:,} bytes", f"at most {MOST_BYTES:,}")
            names = packed.namelist()
            if "xl/workbook.xml" not in names:
                raise RegistryError(f"{file} is not a workbook", "CSV or XLSX")
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with packed.open(name) as page:
                        _check_extent(f"{file} ({name})", last_cell(page))
    except (BadZipFile, DeflateError, EOFError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise RegistryError(f"{file} is a damaged workbook ({fault})", "XLSX") from fault


def _check_extent(file: str, extent: Extent) -> None:
    rows, columns = extent
    if rows * columns > MOST_CELLS:
        found = f"cells down to row {rows:,} and across to column {column_name(columns - 1)} in {file}"
        raise RegistryError(found, f"at most {MOST_CELLS:,} cells", "Delete what stands far off, and import again")


def _check_merged(file: str, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]], header_row: int) -> None:
    """A merged cell has its text in one of the rows that it covers: the others would be read as blank."""
    for (top, left), (bottom, right) in merged:
        if bottom + 1 >= header_row:
            found = f"merged cells {cell_name(top, left)}:{cell_name(bottom, right)} in {file}"
            raise RegistryError(found, "a value in every cell", "Unmerge them and fill each cell, then import again")


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
