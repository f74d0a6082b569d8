"""What a text is whose first line does not tell: its reader can then name what is wrong with that line.

Nothing is read by this that would not be read otherwise: every reader asks for its own first line.
"""

from __future__ import annotations

import re

from validator.readings.customers.first_line import customers_row, nearly_customers_csv
from validator.schema import SENT_COLUMNS

_LINES = 8
"""Looked at, from the first."""
_PERIOD = re.compile(r"p[0-9]{1,2}")
_TELLING_PERIODS = 24
_MESSAGE_PARTS = (b'"payload"', b'"CustomBlock"')
_RECORDS = {
    **dict.fromkeys(("101", "102", "103"), "D0036"),
    "27B": "D0275",
    "66L": "D0379",
    **dict.fromkeys(("026", "028", "030"), "D0010"),
    **dict.fromkeys(("RMD", "MS9", "OS9", "CN9", "RMP"), "C0121"),
    **dict.fromkeys(("MSE", "SDE", "OSD", "CND", "SPE"), "C0101"),
    **dict.fromkeys(("PD8", "MSX", "ODF", "OSA", "MCD", "PSD", "DOL"), "C0541"),
}
"""The records of one flow or file type alone (formats.md B2 to B6)."""


def told_by_what_follows(start: bytes) -> str | None:
    """The format word that a text's first lines point to; None where they point nowhere."""
    if start.lstrip()[:1] in (b"[", b"{") and any(part in start for part in _MESSAGE_PARTS):
        return "dip"
    lines = [line.rstrip("\r") for line in start.decode("latin-1").split("\n")[:_LINES]]
    for line in lines:
        record, ended, _ = line.partition("|")
        if ended and record in _RECORDS:
            return _RECORDS[record]
        if line.startswith(("#F2", "#O ", "#S ")):
            return "df2"
    rows = [_cells(line) for line in lines[1:] if line]
    return next((word for word in map(customers_row, rows) if word), None) or _nearly(_cells(lines[0]))


def _nearly(header: list[str]) -> str | None:
    if sum(bool(_PERIOD.fullmatch(cell)) for cell in header) >= _TELLING_PERIODS or set(header) & {*SENT_COLUMNS, "p1"}:
        return "csv-wide"
    return nearly_customers_csv(header)


def _cells(line: str) -> list[str]:
    return [cell.strip().strip('"').strip().lower() for cell in line.split(",")]
