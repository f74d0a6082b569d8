"""What was known on a day: rows carry when they were recorded and when they were withdrawn from knowledge."""

from __future__ import annotations

from datetime import date

from validator.regulation import cells
from validator.regulation.tables import RawTables, Row


def known_tables(raw: RawTables, known_on: date | None) -> RawTables:
    """The rows known on `known_on`; None is the latest knowledge: every row that was not retracted.

    A row is known from `recorded_on` to the day before `retracted_on`.
    """
    return {name: tuple(row for row in rows if _known(row, known_on)) for name, rows in raw.items()}


def knowledge_days(raw: RawTables) -> tuple[date, ...]:
    """The days on which what is known changes, sorted; malformed or reversed dates are a RegulationError."""
    spans = (_span(row) for rows in raw.values() for row in rows)
    return tuple(sorted({day for span in spans for day in span if day is not None}))


def recorded_on(row: Row) -> date | None:
    return cells.day(row, "recorded_on")


def retracted_on(row: Row) -> date | None:
    return cells.day(row, "retracted_on")


def _known(row: Row, on: date | None) -> bool:
    recorded, retracted = _span(row)
    if on is None:
        return retracted is None
    return (recorded is None or recorded <= on) and (retracted is None or on < retracted)


def _span(row: Row) -> tuple[date | None, date | None]:
    recorded, retracted = recorded_on(row), retracted_on(row)
    if recorded and retracted and retracted <= recorded:
        raise row.fault(f"retracted_on {retracted} is not after recorded_on {recorded}", "it was never known")
    return recorded, retracted
