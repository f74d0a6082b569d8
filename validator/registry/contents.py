"""What a registry holds, and taking back what was recorded in error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from validator.errors import RegistryError
from validator.registry.facts import FACTS, as_text, known, row_file
from validator.registry.models import Change, StandingRow
from validator.registry.registry import Registry
from validator.regulation.loading import checked
from validator.regulation.near import did_you_mean
from validator.regulation.tables import Row

STANDING = "standing_data"


@dataclass(frozen=True)
class Contents:
    """`counts` has, for each table, its name, the rows held and the rows retracted."""

    name: str
    revision: int
    at: datetime
    by: str
    hash: str
    counts: tuple[tuple[str, int, int], ...]


def contents_of(registry: Registry) -> Contents:
    """What is in the registry now."""
    models: dict[str, type[Any]] = {fact.table.removesuffix(".csv"): fact.model for fact in FACTS.values()}
    models[STANDING] = StandingRow
    with registry.reading() as session:
        last = session.scalars(select(Change).order_by(Change.revision.desc()).limit(1)).one()
        counts = []
        for name, model in models.items():
            held = session.execute(select(func.count()).select_from(model).where(known(model, None))).scalar_one()
            every = session.execute(select(func.count()).select_from(model)).scalar_one()
            counts.append((name, held, every - held))
        revision, at, by = last.revision, last.at, last.by
    return Contents(registry.name, revision, at, by, registry.regulation().hash, tuple(counts))


def retract_row(registry: Registry, table: str, number: int, why: str, by: str, *, apply: bool) -> Row:
    """The row that is, or with `apply` was, taken back; RegistryError where it is not held or others rely on it."""
    names = [*(name.removesuffix(".csv") for name in FACTS), STANDING]
    if table == STANDING:
        return _retract_standing(registry, number, why, by, apply=apply)
    if table not in names:
        raise RegistryError(f"table {table!r}", f"one of {', '.join(names)}{did_you_mean(table, names)}")
    file = f"{table}.csv"
    if not apply:
        tables = registry.tables()
        row = _row(tables[file], table, number)
        checked({**tables, file: tuple(held for held in tables[file] if held.line != number)})
        return row
    with registry.changing("retract", by, f"{table}:{number} {why}") as writing:
        row = _row(writing.tables[file], table, number)
        writing.retract([row])
    return row


def _retract_standing(registry: Registry, number: int, why: str, by: str, *, apply: bool) -> Row:
    """As `retract_row`; nothing relies on a row of standing data."""
    if not apply:
        with registry.reading() as session:
            return _standing_row(session, number)
    with registry.changing("retract", by, f"{STANDING}:{number} {why}") as writing:
        row = _standing_row(writing.session, number)
        writing.retract_numbers(StandingRow, [number])
    return row


def _standing_row(session: Session, number: int) -> Row:
    held = session.scalars(select(StandingRow).where(StandingRow.id == number, known(StandingRow, None))).one_or_none()
    if held is None:
        raise RegistryError(f"no row {number} held in {STANDING}", "the number of a row, as `standing show` gives it")
    cells = {column.name: as_text(getattr(held, column.name)) for column in StandingRow.__table__.columns}
    return Row(STANDING, row_file(STANDING), number, cells, frozenset(cells))


def _row(rows: tuple[Row, ...], table: str, number: int) -> Row:
    row = next((held for held in rows if held.line == number), None)
    if row is None:
        raise RegistryError(f"no row {number} held in {table}", "the number of a row as its origin gives it")
    return row
