"""A list against the registry: what it adds, changes and no longer names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from validator.registry.writing import Writing
from validator.regulation.tables import SHAPES, Row

Key = tuple[str, ...]

_ENDS = {"approvals.csv": "valid_to", "outstation_types.csv": "valid_to"}
"""Tables whose list is the whole truth of a day: what it no longer names has ended."""
_ENDABLE = frozenset({"valid_to", "expiry"})
"""Columns in which a blank says something: that there is no end."""


@dataclass(frozen=True)
class Changed:
    """One row of the registry, and what the list makes of it; `columns` are those that differ."""

    before: Row
    after: Row
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """What a list changes in one table.

    `removed` are rows that it should name and does not, `ended` the same with the last day that they hold.
    A removed row that had not begun is only retracted. `unchanged` counts the rest.
    """

    table: str
    added: tuple[Row, ...]
    changed: tuple[Changed, ...]
    removed: tuple[Row, ...]
    ended: tuple[Row, ...]
    unchanged: int

    @property
    def empty(self) -> bool:
        return not (self.added or self.changed or self.removed)

    def apply(self, writing: Writing, beside: Sequence[Row] = ()) -> None:
        """Write it, and the rows of other tables that it relies on, as one."""
        writing.retract([*(change.before for change in self.changed), *self.removed])
        writing.record([*beside, *self.added, *(change.after for change in self.changed), *self.ended])


def difference_of(held: Sequence[Row], listed: Sequence[Row], on: date, *, keep_unlisted: bool = False) -> Difference:
    """The difference between the rows of one table in the registry and those of a list published on a day.

    A row is the same by its table's key, and among several of one key by `valid_from`. Only what the list
    carries is compared; a blank in it says nothing, but for an end. Approvals that it no longer names are
    removed for the makers that it does name, outstation types for all.
    """
    table = listed[0].table
    by_key = _grouped(held)
    added: list[Row] = []
    changed: list[Changed] = []
    kept: set[int] = set()
    for key, rows in _grouped(listed).items():
        for row, before in _pair(rows, by_key.get(key, [])):
            if before is None:
                added.append(row)
                continue
            kept.add(before.line)
            columns = tuple(c for c in SHAPES[table].columns if _differs(c, before, row))
            if columns:
                changed.append(Changed(before, _overlaid(before, row, columns), columns))
    removed = [] if keep_unlisted else [row for row in _removable(held, listed, on) if row.line not in kept]
    ended = [_ending(row, on) for row in removed if not row.cells["valid_from"] or _begins(row) < on]
    changed_lines = {change.before.line for change in changed}
    return Difference(table, tuple(added), tuple(changed), tuple(removed), tuple(ended), len(kept - changed_lines))


def _grouped(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.cells[column] for column in SHAPES[row.table].key), []).append(row)
    return groups


def _pair(listed: list[Row], held: list[Row]) -> Iterable[tuple[Row, Row | None]]:
    if len(listed) == 1 and len(held) == 1:
        return [(listed[0], held[0])]
    by_start = {row.cells.get("valid_from", ""): row for row in held}
    return [(row, by_start.get(row.cells.get("valid_from", ""))) for row in listed]


def _differs(column: str, before: Row, after: Row) -> bool:
    if column not in after.carried or before.cells[column] == after.cells[column]:
        return False
    # A list that gives the date only as unknown does not take back one that we know.
    silent = not after.cells[column] or (column == "valid_from_precision" and after.cells[column] == "unknown")
    return not silent or column in _ENDABLE


def _overlaid(before: Row, after: Row, columns: tuple[str, ...]) -> Row:
    return replace(after, cells={**before.cells, **{column: after.cells[column] for column in columns}})


def _removable(held: Sequence[Row], listed: Sequence[Row], on: date) -> list[Row]:
    end = _ENDS.get(listed[0].table)
    if end is None:
        return []
    in_force = [row for row in held if not row.cells[end] or date.fromisoformat(row.cells[end]) >= on]
    if listed[0].table != "approvals.csv":
        return in_force
    makers = {row.cells["manufacturer"] for row in listed}
    return [row for row in in_force if row.cells["manufacturer"] in makers]


def _begins(row: Row) -> date:
    return date.fromisoformat(row.cells["valid_from"])


def _ending(row: Row, on: date) -> Row:
    """The row with its last day the day before the list."""
    return replace(row, cells={**row.cells, "valid_to": (on - timedelta(days=1)).isoformat()})
