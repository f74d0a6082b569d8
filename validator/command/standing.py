"""`copcheck standing`: standing data in the registry, imported from CSV, Parquet or D0268."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from validator.command.printing import print_json, print_table, say
from validator.command.source_options import (
    ApplyOption,
    ByOption,
    IfRevisionOption,
    JsonOption,
    KnownOnOption,
    RegistryOption,
)
from validator.command.sources import moment_of, person, registry_at
from validator.errors import RegistryError

if TYPE_CHECKING:
    import polars as pl

    from validator.registry.standing import StandingDifference

app = typer.Typer(no_args_is_help=True, help="Standing data in the registry.")

SHOWN = 40
File = Annotated[Path, typer.Argument(help="CSV, Parquet or a D0268; of the last, passwords are never read.")]
TestData = Annotated[bool, typer.Option("--allow-test-data", help="Take a D0268 that is marked as test data.")]


@app.command(name="import")
def import_(
    file: File,
    source: Annotated[str, typer.Option(help="Where it comes from (the file's name by default).")] = "",
    status: Annotated[str, typer.Option(help="How well it is known.")] = "declared",
    allow_test_data: TestData = False,
    registry: RegistryOption = None,
    by: ByOption = None,
    if_revision: IfRevisionOption = None,
    apply: ApplyOption = False,
    json: JsonOption = False,
) -> None:
    """Compare standing data with the registry; write it with --apply. Meters that the file omits stay."""
    from validator.registry.standing import import_standing

    opened = registry_at(registry)
    done = import_standing(
        opened, file, person(by), source=source, status=status, apply=apply, if_revision=if_revision,
        allow_test_data=allow_test_data,
    )  # fmt: skip
    _show(done, opened.name, json)


@app.command()
def diff(
    file: File, allow_test_data: TestData = False, registry: RegistryOption = None, json: JsonOption = False
) -> None:
    """Show what a file would change. Exit code 1 where it would change anything."""
    from validator.registry.standing import import_standing

    opened = registry_at(registry)
    done = import_standing(opened, file, "", allow_test_data=allow_test_data)
    _show(done, opened.name, json)
    raise typer.Exit(0 if done.empty else 1)


@app.command()
def show(
    mpan: Annotated[str, typer.Argument(help="MPAN core or CVA MSID.")],
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    json: JsonOption = False,
) -> None:
    """Show what is on file about one metering system."""
    standing = registry_at(registry).standing(moment_of(known_on) if known_on else None, [mpan])
    if not standing.frame.height:
        raise RegistryError(f"no standing data of {mpan!r}", "a metering system on file")
    rows = [
        {column: value for column, value in row.items() if value is not None}
        for row in standing.frame.iter_rows(named=True)
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        say(", ".join(f"{column} {value}" for column, value in row.items()))


def _show(done: StandingDifference, name: str, json: bool) -> None:
    from validator.registry.standing import HELD

    if json:
        print_json(
            {
                "file": done.file, "rows": done.rows, "added": done.added.select(HELD).to_dicts(),
                "changed": done.changed.select(HELD).to_dicts(), "before": done.before.select(HELD).to_dicts(),
                "unchanged": done.unchanged, "unlisted": done.unlisted, "notes": list(done.notes),
                "revision": done.revision, "applied": done.applied,
            }
        )  # fmt: skip
        return
    rows = [*_added(done.added), *_changed(done.before, done.changed)]
    if rows:
        print_table(("", "MPAN", "role", "from", "how"), rows[:SHOWN])
    if len(rows) > SHOWN:
        say(f"and {len(rows) - SHOWN:,} more; --json has them all")
    for note in done.notes:
        say(note)
    say(
        f"{done.file}, {done.rows:,} rows: {done.added.height:,} added, {done.changed.height:,} changed "
        f"({done.ended:,} of them ended), {done.unchanged:,} unchanged; {done.unlisted:,} on file that it omits stay"
    )
    if done.empty:
        say(f"{name} says the same already; revision {done.revision}")
    elif done.applied:
        say(f"Applied to {name}; revision {done.revision}")
    else:
        say(f"Nothing written to {name} at revision {done.revision}; `standing import --apply` writes it")


def _added(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return [
        ("added", row["mpan_core"], row["role"], row["effective_from"], _told(row))
        for row in frame.head(SHOWN + 1).iter_rows(named=True)
    ]


def _told(row: dict[str, object]) -> str:
    named = ("meter_type", "variant", "firmware", "cop", "issue", "outstation_id", "effective_to")
    return ", ".join(f"{column} {row[column]}" for column in named if row[column] is not None)


def _changed(before: pl.DataFrame, after: pl.DataFrame) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for old, new in zip(before.iter_rows(named=True), after.iter_rows(named=True), strict=True):
        changes = [
            f"{c} {old[c] if old[c] is not None else 'blank'} -> {new[c] if new[c] is not None else 'blank'}"
            for c in new
            if c != "row" and old[c] != new[c]
        ]
        rows.append(("changed", new["mpan_core"], new["role"], new["effective_from"], ", ".join(changes)))
    return rows
