"""A dispensation put on record, or a new version of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from validator.errors import RegistryError
from validator.registry.registry import Registry
from validator.regulation.loading import checked
from validator.regulation.near import did_you_mean
from validator.regulation.tables import SHAPES, RawTables, Row

TABLE = "dispensations.csv"


@dataclass(frozen=True)
class Put:
    """`changes` gives each column that differs its text before and after."""

    changes: Mapping[str, tuple[str, str]]
    revision: int


def put(
    registry: Registry,
    cells: Mapping[str, str],
    by: str,
    *,
    apply: bool = False,
    if_revision: int | None = None,
    must_be_there: bool = False,
) -> Put:
    """Record the dispensation `cells["ref"]`; columns that are not given stay as they were.

    RegistryError or RegulationError where it cannot be; the registry is then as it was.
    """
    for column in cells:
        if column not in SHAPES[TABLE].columns:
            raise RegistryError(f"column {column!r}", f"one of {', '.join(SHAPES[TABLE].columns)}")
    if not apply:
        tables = registry.tables()
        held, row = _rows(tables, cells, must_be_there)
        checked({**tables, TABLE: (*(other for other in tables[TABLE] if other is not held), row)})
        return Put(_changes(held, row), registry.revision())
    with registry.changing("dispensation", by, cells["ref"], if_revision=if_revision) as writing:
        held, row = _rows(writing.tables, cells, must_be_there)
        changes = _changes(held, row)
        if changes:
            writing.retract([held] if held else [])
            writing.record([row])
        return Put(changes, writing.change.revision - (not changes))


def _rows(tables: RawTables, cells: Mapping[str, str], must_be_there: bool) -> tuple[Row | None, Row]:
    held = next((row for row in tables[TABLE] if row.cells["ref"] == cells["ref"]), None)
    if held is None and must_be_there:
        near = did_you_mean(cells["ref"], (row.cells["ref"] for row in tables[TABLE]))
        raise RegistryError(f"no dispensation {cells['ref']!r} on file", f"its reference{near}")
    before = held.cells if held else dict.fromkeys(SHAPES[TABLE].columns, "")
    return held, Row(TABLE, "new dispensation", 1, {**before, **cells}, frozenset(SHAPES[TABLE].columns))


def _changes(held: Row | None, row: Row) -> dict[str, tuple[str, str]]:
    before = held.cells if held else {}
    return {
        column: (before.get(column, ""), cell) for column, cell in row.cells.items() if before.get(column, "") != cell
    }
