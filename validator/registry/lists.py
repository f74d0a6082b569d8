"""Importing a published list: read, compared with the registry, and written when that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from validator.registry.difference import Difference, difference_of
from validator.registry.importing.mapping import ColumnMapping, identity_mapping, read_mapping
from validator.registry.importing.rows import rows_of
from validator.registry.importing.sheet import Sheet, read_sheet
from validator.registry.registry import Registry
from validator.regulation.loading import checked
from validator.regulation.tables import SHAPES, RawTables, Row

LISTS = {
    "approvals": "approvals.csv",
    "outstations": "outstation_types.csv",
    "protocols": "protocol_approvals.csv",
    "dispensations": "dispensations.csv",
}
"""What can be imported, and the table that it becomes."""


@dataclass(frozen=True)
class Imported:
    """What an import found. `revision` is the registry's that it was compared with, or that it made."""

    file: str
    rows: int
    difference: Difference
    unread: tuple[str, ...]
    revision: int
    applied: bool


def import_list(
    registry: Registry,
    path: Path,
    kind: str,
    by: str,
    *,
    mapping: Path | None = None,
    on: date | None = None,
    keep_unlisted: bool = False,
    apply: bool = False,
    if_revision: int | None = None,
) -> Imported:
    """Compare a list with the registry and, with `apply`, make it so in one transaction.

    `kind` is one of LISTS. `on` is the day of the list (default today): what it no longer names ended the day
    before. RegistryError or RegulationError where any row cannot be relied on; the registry is then as it was.
    """
    table = LISTS[kind]
    mapped = identity_mapping(table) if mapping is None else read_mapping(mapping, table)
    sheet = read_sheet(path, sheet=mapped.sheet, header_row=mapped.header_row)
    day = on or date.today()  # noqa: DTZ011 - a settlement date has no zone
    if not apply:
        tables, revision = registry.tables(), registry.revision()
        difference, beside = _compare(tables, sheet, mapped, day, keep_unlisted)
        checked(_outcome(tables, difference, beside))
        return Imported(sheet.file, len(sheet.rows), difference, _unread(sheet, mapped), revision, applied=False)
    detail = f"{path.name} sha256 {sha256(path.read_bytes()).hexdigest()}"
    with registry.changing(f"import {kind}", by, detail, if_revision=if_revision) as writing:
        difference, beside = _compare(writing.tables, sheet, mapped, day, keep_unlisted)
        if not difference.empty:
            difference.apply(writing, beside)
        revision = writing.change.revision - difference.empty
    return Imported(sheet.file, len(sheet.rows), difference, _unread(sheet, mapped), revision, applied=True)


def _compare(
    tables: RawTables, sheet: Sheet, mapping: ColumnMapping, on: date, keep_unlisted: bool
) -> tuple[Difference, list[Row]]:
    derive = {f"{row.cells['cop']}:{row.cells['issue']}": row.cells["committees"] for row in tables["cop_issues.csv"]}
    aliases = {row.cells["alias"]: row.cells["manufacturer"] for row in tables["manufacturers.csv"]}
    listed = rows_of(sheet, mapping, derive, aliases)
    difference = difference_of(tables[mapping.shape.name], listed, on, keep_unlisted=keep_unlisted)
    return difference, _new_source(tables, mapping, sheet)


def _new_source(tables: RawTables, mapping: ColumnMapping, sheet: Sheet) -> list[Row]:
    """The document that the mapping describes, where it is not on record yet."""
    said = mapping.source
    if not said or any(row.cells["source"] == said.get("source") for row in tables["sources.csv"]):
        return []
    cells = {**dict.fromkeys(SHAPES["sources.csv"].columns, ""), **said}
    return [Row("sources.csv", sheet.file, sheet.header_row, cells, frozenset(said))]


def _outcome(tables: RawTables, difference: Difference, beside: list[Row]) -> RawTables:
    """The tables as they would stand."""
    gone = {*(change.before.line for change in difference.changed), *(row.line for row in difference.removed)}
    kept = [row for row in tables[difference.table] if row.line not in gone]
    new = [*difference.added, *(change.after for change in difference.changed), *difference.ended]
    return {
        **tables,
        "sources.csv": (*tables["sources.csv"], *beside),
        difference.table: (*kept, *new),
    }


def _unread(sheet: Sheet, mapping: ColumnMapping) -> tuple[str, ...]:
    """Headings that the mapping does not name: said, so that nothing is passed over in silence."""
    read = {*mapping.columns.values(), *mapping.patterns}
    return tuple(heading for heading in sheet.headings if heading and heading not in read)
