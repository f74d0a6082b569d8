"""A plain-Python registry: what was on record after each change, kept as whole copies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.registry import made_up
from validator.errors import RegistryError, RegulationError
from validator.registry.registry import Registry
from validator.regulation.tables import Row

Cells = tuple[tuple[str, str], ...]
Held = frozenset[tuple[str, Cells]]
TABLES = ("approvals.csv", "dispensations.csv", "manufacturers.csv")


def held_in(registry: Registry, at: datetime | None = None) -> Held:
    """The made-up rows that the registry has on record at a moment."""
    tables = registry.tables(at)
    return frozenset(
        (table, tuple((c, v) for c, v in row.cells.items() if v))
        for table in TABLES
        for row in tables[table]
        if any("made-up" in cell.casefold() for cell in row.cells.values())
    )


@dataclass
class History:
    """`states` pairs the moment of each change with what was on record from then on."""

    registry: Registry
    states: list[tuple[datetime, Held]] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self.registry.changing("clear", "tests") as writing:
            rows = [row for table in TABLES for row in writing.tables[table] if _is_made_up(row)]
            writing.retract(rows)
        self._remember(frozenset())

    @property
    def now(self) -> Held:
        return self.states[-1][1]

    def _remember(self, held: Held) -> None:
        self.states.append((self.registry.last_change_at(), held))

    def record(self, table: str, cells: dict[str, str]) -> None:
        self._change(table, None, cells)

    def replace(self, choice: int, cells: dict[str, str]) -> None:
        """A new version of one of the rows on record, if there is any."""
        self._change_one(choice, cells)

    def retract(self, choice: int) -> None:
        self._change_one(choice, None)

    def _change_one(self, choice: int, cells: dict[str, str] | None) -> None:
        if not self.now:
            return
        table, before = sorted(self.now)[choice % len(self.now)]
        known = dict(before)
        after = None if cells is None else {**known, **{c: v for c, v in cells.items() if c in known}}
        self._change(table, before, after)

    def _change(self, table: str, before: Cells | None, after: dict[str, str] | None) -> None:
        """Both the registry and the model; where the registry refuses, nothing happened."""
        revision = self.registry.revision()
        try:
            with self.registry.changing("change", "tests") as writing:
                if before is not None:
                    old = next(row for row in writing.tables[table] if _cells(row) == before)
                    writing.retract([old])
                if after is not None:
                    writing.record([made_up.row(table, after)])
        except (RegulationError, RegistryError):
            assert self.registry.revision() == revision
            assert held_in(self.registry) == self.now
            return
        gone = frozenset() if before is None else frozenset({(table, before)})
        new = frozenset() if after is None else frozenset({(table, tuple((c, v) for c, v in _in_order(table, after)))})
        self._remember((self.now - gone) | new)


def _is_made_up(row: Row) -> bool:
    return any("made-up" in cell.casefold() for cell in row.cells.values())


def _cells(row: Row) -> Cells:
    return tuple((column, cell) for column, cell in row.cells.items() if cell)


def _in_order(table: str, cells: dict[str, str]) -> Cells:
    return _cells(made_up.row(table, cells))
