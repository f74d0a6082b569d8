"""Made-up equipment, plainly named so, and files that list it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from validator.regulation.tables import SHAPES, Row

MAKER = "Made-up Meters Ltd"
TYPE = "MADE-UP 1"
HEADINGS = SHAPES["approvals.csv"].required
COMMITTEES = {"1": "ISG", "2": "ISG", "3": "ISG+SVG", "5": "SVG", "10": "SVG"}


def approval(firmware: str = "MU-1", cop: str = "5", issue: str = "6", **cells: str) -> dict[str, str]:
    """The cells of an approval, as approvals.csv has them."""
    plain = {
        "manufacturer": MAKER,
        "meter_type": TYPE,
        "variant": "V1",
        "mounting": "wall",
        "outstation_integral": "yes",
        "firmware": firmware,
        "replaces_firmware": "",
        "cop": cop,
        "issue": issue,
        "committees": COMMITTEES.get(cop, "SVG"),
        "valid_from": "2020-01-01",
        "valid_from_precision": "day",
        "valid_to": "",
        "basis": "FULL_TEST",
        "protocol_affected": "no",
        "source": "RECALLED",
        "status": "recalled",
    }
    unknown = set(cells) - set(plain)
    if unknown:
        raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
    return {**plain, **cells}


def row(table: str, cells: Mapping[str, str], line: int = 1) -> Row:
    """A row for the registry to record."""
    shape = SHAPES[table]
    return Row(table, "made-up", line, {**dict.fromkeys(shape.columns, ""), **cells}, frozenset(shape.required))


def event(kind: str = "CERTIFICATE_ISSUED", **cells: str) -> dict[str, str]:
    """The cells of a certificate event about MADE-UP 1."""
    plain = {
        "event": f"MADE-UP-{kind}",
        "kind": kind,
        "manufacturer": MAKER,
        "meter_type": TYPE,
        "variants": "V1",
        "mountings": "",
        "firmware": "MU-1",
        "cops": "5:6",
        "basis": "FULL_TEST",
        "issued_on": "2020-01-01",
        "source": "RECALLED",
        "status": "recalled",
    }
    return {**plain, **cells}


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Rows as a CSV file with the columns of the first."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_lines(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], merge: str = "") -> Path:
    """A workbook with the sheets given, cell by cell; `merge` joins a range of the first."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(list(cells))
    if merge:
        book.worksheets[0].merge_cells(merge)
    book.save(path)
    return path


def table_of(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Headings and rows for a workbook."""
    return [list(rows[0]), *([*each.values()] for each in rows)]
