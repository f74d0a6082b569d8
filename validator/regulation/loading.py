"""Loading the tables: read, overridden, cross-checked, and cut down to what was known."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from validator.regulation.crosscheck import check_conflicts, check_references
from validator.regulation.hashing import tables_hash
from validator.regulation.knowledge import knowledge_days, known_tables
from validator.regulation.overrides import merge, read_overrides
from validator.regulation.regulation import Regulation
from validator.regulation.rows import Override
from validator.regulation.tables import RawTables, read_tables
from validator.regulation.typed import Tables, type_tables

_PACKAGED = Path(__file__).parent


def load_regulation(overrides: Path | None = None, known_on: date | None = None) -> Regulation:
    """The packaged tables with the folder `overrides` over them, as known on `known_on` (None: last).

    RegulationError, `file:line: what, why`, where any row cannot be trusted.
    """
    return load_tables(_PACKAGED, overrides, known_on)


def load_tables(folder: Path, overrides: Path | None = None, known_on: date | None = None) -> Regulation:
    """As load_regulation, with the tables of `folder` in place of the packaged ones."""
    with _uncollected():
        return regulation_from(read_tables(folder), overrides, known_on)


def packaged_tables() -> RawTables:
    """The shipped tables as text."""
    return read_tables(_PACKAGED)


def regulation_from(raw: RawTables, overrides: Path | None = None, known_on: date | None = None) -> Regulation:
    """As load_regulation, from tables that were read already, wherever they are kept."""
    with _uncollected():
        return _regulation_from(raw, overrides, known_on)


def _regulation_from(raw: RawTables, overrides: Path | None, known_on: date | None) -> Regulation:
    done: tuple[Override, ...] = ()
    if overrides is not None:
        # The base stands by itself first, so that its own faults are not laid at the override's door.
        checked(raw, None)
        raw, done = merge(raw, read_overrides(overrides))
    tables = checked(raw, known_on)
    return Regulation(
        hash=tables_hash(raw),
        overrides=done,
        sources={row.source: row for row in tables.sources},
        cop_issues=tables.cop_issues,
        known_on=known_on,
        _tables=tables,
        _policies={row.name: row for row in tables.policies},
        _class_ranks={row.name: row.rank for row in tables.accuracy_classes},
        _aliases={row.alias: row.manufacturer for row in tables.aliases},
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without a search for cycles: rows make none, and 100,000 approvals took 6.4 s with searches and 3.5 s without.

    The switch is the whole process's: other threads do without the searches meanwhile, and whoever is last to find it
    off leaves it to whoever found it on.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def checked(raw: RawTables, known_on: date | None = None) -> Tables:
    """The rows as known, after a check of every row, and of what was known on each day knowledge changed.

    RegulationError where any of them cannot be relied on.
    """
    days = knowledge_days(raw)
    every = type_tables(raw)
    # date.min stands for the time before any of those days.
    for day in (date.min, *days) if days else ():
        check_conflicts(type_tables(known_tables(raw, day)))
    # Most tables say nothing of knowledge, and then all rows are known: typing them once is half the loading.
    tables = type_tables(known_tables(raw, known_on)) if days else every
    check_conflicts(tables)
    check_references(tables)
    return tables
