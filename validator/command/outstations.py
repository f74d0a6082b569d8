"""`copcheck outstations`: which outstation types are valid, and which collectors may read them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from validator.command.lists import show_imported
from validator.command.printing import print_json, print_table, say
from validator.command.source_options import (
    ApplyOption,
    ByOption,
    IfRevisionOption,
    JsonOption,
    KnownOnOption,
    OnOption,
    RegistryOption,
    RegulationOption,
)
from validator.command.sources import day_of, person, registry_at, regulation_of
from validator.regulation.rows import within

app = typer.Typer(no_args_is_help=True, help="Valid outstation types and protocol approvals.")


@app.command(name="list")
def list_(
    on: OnOption = None,
    every: Annotated[bool, typer.Option("--all", help="Those that have ended or not begun, too.")] = False,
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    regulation: RegulationOption = None,
    json: JsonOption = False,
) -> None:
    """List the valid outstation types."""
    rules = regulation_of(registry, known_on, regulation)
    day = day_of(on)
    rows = [row for row in rules.outstation_types if every or within(day, row.valid_from, row.valid_to)]
    if json:
        print_json(rows)
        return
    headings = ("code", "outstation type", "manufacturer", "valid from", "valid to", "source", "status", "row")
    print_table(
        headings,
        (
            (r.code, r.outstation_type, r.manufacturer, r.valid_from, r.valid_to, r.source, r.status, r.origin)
            for r in rows
        ),
    )
    held = len(rules.outstation_types)
    say(f"{len(rows):,} of {held:,} outstation types" if held else "No outstation types on file; import the list")


@app.command()
def protocols(
    collector: Annotated[str | None, typer.Option(help="Only this collector.")] = None,
    type: Annotated[str | None, typer.Option("--type", help="Only this outstation type.")] = None,  # noqa: A002
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    regulation: RegulationOption = None,
    json: JsonOption = False,
) -> None:
    """List protocol approvals given and removed."""
    rules = regulation_of(registry, known_on, regulation)
    rows = [
        row
        for row in rules.protocol_events
        if collector in (None, row.collector) and type in (None, row.outstation_type)
    ]
    if json:
        print_json(rows)
        return
    headings = ("collector", "outstation type", "action", "instation software", "on", "precision", "status", "row")
    print_table(
        headings,
        (
            (r.collector, r.outstation_type, r.action, r.instation_software, r.on, r.date_precision, r.status, r.origin)
            for r in rows
        ),
    )


@app.command()
def decide(
    collector: Annotated[str, typer.Option(help="Who reads.")],
    type: Annotated[str, typer.Option("--type", help="The outstation type that is read.")],  # noqa: A002
    on: OnOption = None,
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    regulation: RegulationOption = None,
    json: JsonOption = False,
) -> None:
    """Decide whether a collector may read an outstation type. Exit code 0 yes, 1 no or not known."""
    day = day_of(on)
    steps = regulation_of(registry, known_on, regulation).protocol(collector, type)
    step = next(step for step in reversed(steps) if step.from_date is None or step.from_date <= day)
    word = {True: "APPROVED", False: "NOT_APPROVED", None: "NOT_KNOWN"}[step.approved]
    if json:
        print_json({"word": word, "on": day, "reason": step.reason})
    else:
        say(f"{word} on {day}: {step.reason}")
    raise typer.Exit(0 if step.approved else 1)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="The list as CSV or XLSX.")],
    mapping: Annotated[Path | None, typer.Option(help="TOML file: which of their columns is which of ours.")] = None,
    protocol_approvals: Annotated[
        bool, typer.Option("--protocols", help="The file lists protocol approvals, not outstation types.")
    ] = False,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Day of the list (today): what it omits ended before it."),
    ] = None,
    keep_unlisted: Annotated[bool, typer.Option(help="Leave what the list no longer names as it is.")] = False,
    registry: RegistryOption = None,
    by: ByOption = None,
    if_revision: IfRevisionOption = None,
    apply: ApplyOption = False,
    json: JsonOption = False,
) -> None:
    """Compare the list of valid outstation types with the registry; write it with --apply."""
    show_imported(
        registry_at(registry), file, "protocols" if protocol_approvals else "outstations", person(by),
        mapping=mapping, on=on.date() if on else None, keep_unlisted=keep_unlisted, apply=apply,
        if_revision=if_revision, json=json,
    )  # fmt: skip
