"""One change in the making: rows recorded and retracted, checked together, then written together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from validator.registry.facts import FACTS, check_texts, row_file
from validator.registry.models import Change
from validator.registry.names import Names
from validator.regulation.loading import checked
from validator.regulation.tables import RawTables, Row

BATCH = 5_000


class Writing:
    """What one change does. `tables` are the regulation tables as they will stand after it.

    The change is made known by `settle`: until then nothing has been checked.
    """

    def __init__(self, session: Session, change: Change, tables: RawTables) -> None:
        self.session = session
        self.change = change
        self.tables = dict(tables)
        self.unchecked = False
        self.wrote = False
        session.add(change)
        session.flush()
        self.names = Names(session, {"recorded_at": change.at, "recorded_in": change.revision})

    def retract(self, rows: Iterable[Row]) -> None:
        """Rows of the registry that no longer hold, from this change on; nothing is deleted."""
        by_table: dict[str, set[int]] = {}
        for row in rows:
            by_table.setdefault(row.table, set()).add(row.line)
        for table, numbers in by_table.items():
            self.retract_numbers(FACTS[table].model, numbers)
            self.tables[table] = tuple(
                row for row in self.tables[table] if row.file != row_file(table) or row.line not in numbers
            )
            self.unchecked = True

    def retract_numbers(self, model: type[Any], numbers: Iterable[int]) -> None:
        """As `retract`, by the rows' numbers."""
        retracted = {"retracted_at": self.change.at, "retracted_in": self.change.revision}
        ordered = sorted(numbers)
        self.wrote = self.wrote or bool(ordered)
        for first in range(0, len(ordered), BATCH):
            chosen = model.id.in_(ordered[first : first + BATCH])
            self.session.execute(update(model).where(chosen, model.retracted_at.is_(None)).values(retracted))

    def record(self, rows: Iterable[Row], *, always_known: bool = False) -> None:
        """New rows; what is wrong with one is told by its own file and line.

        `always_known` is for what the product ships: on record from the beginning.
        """
        by_table: dict[str, list[Row]] = {}
        for row in rows:
            by_table.setdefault(row.table, []).append(row)
        for table, added in by_table.items():
            for row in added:
                check_texts(row)
            # Checked before it is written: a cell that is no date would otherwise be the database's complaint.
            self.tables[table] = (*self.tables[table], *added)
            self.unchecked = True
        self._check()
        for table, added in by_table.items():
            fact = FACTS[table]
            values = [{**fact.writing(row.cells, self.names), **_knowledge(row)} for row in added]
            self.insert(fact.model, values, always_known=always_known)

    def insert(self, model: type[Any], rows: list[dict[str, Any]], *, always_known: bool = False) -> None:
        """Rows of values into a table, stamped with this change."""
        stamp = {"recorded_at": None if always_known else self.change.at, "recorded_in": self.change.revision}
        self.wrote = self.wrote or bool(rows)
        for first in range(0, len(rows), BATCH):
            batch = [{**stamp, **row} for row in rows[first : first + BATCH]]
            self.session.execute(insert(model), batch)

    def settle(self) -> None:
        """The last look before the commit: the tables together must be ones that can be relied on."""
        if self.unchecked:
            self._check()

    def _check(self) -> None:
        checked(self.tables)
        self.unchecked = False


def _knowledge(row: Row) -> dict[str, datetime]:
    """What a shipped row itself says of when it was known."""
    said = {"recorded_at": row.cells.get("recorded_on"), "retracted_at": row.cells.get("retracted_on")}
    return {name: datetime.combine(date.fromisoformat(on), time.min, UTC) for name, on in said.items() if on}
