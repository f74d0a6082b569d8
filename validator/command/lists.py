"""Importing a list on the command line: the difference as a table or as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from validator.command.printing import print_json, print_table, say
from validator.regulation.tables import SHAPES, Row

if TYPE_CHECKING:
    from validator.registry.lists import Imported
    from validator.registry.registry import Registry

SHOWN = 40
"""Rows of a difference on the terminal; JSON has them all."""


def show_imported(
    registry: Registry,
    file: Path,
    kind: str,
    by: str,
    *,
    mapping: Path | None,
    on: date | None,
    keep_unlisted: bool,
    apply: bool,
    if_revision: int | None,
    json: bool,
) -> None:
    """Import, and say what it changes or changed."""
    from validator.registry.lists import import_list

    done = import_list(
        registry, file, kind, by, mapping=mapping, on=on,
        keep_unlisted=keep_unlisted, apply=apply, if_revision=if_revision,
    )  # fmt: skip
    if json:
        print_json(_as_json(done))
        return
    _say(done, registry.name)


def _as_json(done: Imported) -> Mapping[str, object]:
    difference = done.difference
    return {
        "file": done.file,
        "rows": done.rows,
        "added": [_told(row) for row in difference.added],
        "changed": [
            {"before": _told(change.before), "after": _told(change.after), "columns": list(change.columns)}
            for change in difference.changed
        ],
        "removed": [_told(row) for row in difference.removed],
        "unchanged": difference.unchanged,
        "unread": list(done.unread),
        "revision": done.revision,
        "applied": done.applied,
    }


def _told(row: Row) -> dict[str, str]:
    return {"origin": row.origin, **{column: cell for column, cell in row.cells.items() if cell}}


def _say(done: Imported, name: str) -> None:
    difference = done.difference
    rows = [("added", row.origin, _key(row), _rest(row)) for row in difference.added]
    rows.extend(
        (
            "changed",
            change.after.origin,
            _key(change.before),
            ", ".join(
                f"{c} {change.before.cells[c] or 'blank'} -> {change.after.cells[c] or 'blank'}" for c in change.columns
            ),
        )
        for change in difference.changed
    )
    last_days = {row.line: row.cells["valid_to"] for row in difference.ended}
    rows.extend(
        ("removed", row.origin, _key(row), f"ends {last_days[row.line]}" if row.line in last_days else "never held")
        for row in difference.removed
    )
    if rows:
        print_table(("", "row", "what", "how"), rows[:SHOWN])
    if len(rows) > SHOWN:
        say(f"and {len(rows) - SHOWN:,} more; --json has them all")
    if done.unread:
        say(f"Not read: {', '.join(done.unread)}")
    counts = (
        f"{len(difference.added):,} added, {len(difference.changed):,} changed, "
        f"{len(difference.removed):,} removed, {difference.unchanged:,} unchanged"
    )
    say(f"{done.file}, {done.rows:,} rows: {counts}")
    say(_outcome(done, name))


def _outcome(done: Imported, name: str) -> str:
    if done.difference.empty:
        return f"{name} says the same already; revision {done.revision}"
    if done.applied:
        return f"Applied to {name}; revision {done.revision}"
    return f"Nothing written to {name}; --apply writes it (--if-revision {done.revision}, if it is still at that)"


def _key(row: Row) -> str:
    return " ".join(row.cells[column] for column in SHAPES[row.table].key if row.cells[column])


def _rest(row: Row) -> str:
    key = SHAPES[row.table].key
    return ", ".join(f"{column} {cell}" for column, cell in row.cells.items() if cell and column not in key)
