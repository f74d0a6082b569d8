"""How far a worksheet reaches, read without holding it."""

from __future__ import annotations

import re
from typing import IO, NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate

from validator.sheet_columns import column_number

_AT_ONCE = 1 << 20
_MOST_SHOWN = 60
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


class Extent(NamedTuple):
    rows: int
    columns: int


def last_cell(page: IO[bytes]) -> Extent:
    """Rows and columns of a worksheet's XML, up to its last cells.

    A cell or row without a reference follows the one before it. ValueError where it is not XML, or a cell stands at a
    place that no sheet has: what the reader of sheets makes of that may be very far off.
    """
    row = column = rows = columns = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, rows, columns
        kind = name.rpartition(":")[2]
        if kind == "row":
            row, column = _number(attributes.get("r", ""), row + 1), 0
        elif kind == "c":
            place = attributes.get("r", "")
            named = _CELL.fullmatch(place)
            if place and not named:
                raise ValueError(f"a cell at {ascii(place)[:_MOST_SHOWN]}")
            column = column_number(named[1]) if named else column + 1
            rows, columns = max(rows, int(named[2]) if named else row), max(columns, column)

    parser = ParserCreate()
    parser.StartElementHandler = start
    try:
        while part := page.read(_AT_ONCE):
            parser.Parse(part, False)
        parser.Parse(b"", True)
    except ExpatError as fault:
        raise ValueError(str(fault)) from fault
    return Extent(rows, columns)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 7 else otherwise
