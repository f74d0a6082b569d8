"""`copcheck impact`: what an amendment of a certificate does to an estate."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from validator.calendar import LONDON
from validator.command.written import write_whole
from validator.errors import Place, SubmissionError
from validator.impact import (
    Amendment,
    Impact,
    Meter,
    amendment_by_event,
    amendment_by_firmware,
    impact_of,
    read_event,
    supposed_amendment,
)
from validator.impact.counts import Counts, Tally, counts_of
from validator.impact.document import document_of
from validator.impact.making import Making
from validator.impact.notes import issues_named, notes_of, suggestions_for
from validator.impact.page import page_of
from validator.impact.papers import due_of
from validator.impact.steps import NOBODY
from validator.impact.tables import csv_of
from validator.impact.titles import summary_of, title_of
from validator.regulation import Regulation, load_regulation
from validator.report.document import product_version
from validator.report.words import count, sentence
from validator.standing import StandingData, read_standing

app = typer.Typer()

Committee: TypeAlias = Literal["ISG", "SVG"]
PIPE_WIDTH = 200
METERS_SHOWN = 20
FIRMWARE_SHOWN = 3


@app.command()
def impact(
    firmware: Annotated[str | None, typer.Option(help="The amendment that brought this firmware.")] = None,
    amendment: Annotated[str | None, typer.Option(metavar="EVENT", help="The amendment of this event on file.")] = None,
    event: Annotated[
        Path | None, typer.Option(help="An event not on file: CSV, one row of the columns of certificate_events.csv.")
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="The meter type, where several have the firmware.")
    ] = None,
    standing: Annotated[Path | None, typer.Option(help="Standing data: CSV or Parquet; else the registry's.")] = None,
    registry: Annotated[
        str | None, typer.Option(envvar="COPCHECK_DATABASE_URL", help="Registry to ask: a database URL or SQLite path.")
    ] = None,
    regulation: Annotated[Path | None, typer.Option(help="Folder of your own rows over the tables.")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to judge; today by default.")
    ] = None,
    known_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Judge by what was on record on this date.")
    ] = None,
    committee: Annotated[Committee | None, typer.Option(help="Only the Codes of Practice that it answers for.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write one row per meter to this file.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write an information paper to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of tables.")] = False,
) -> None:
    """Show which meters an amendment certifies, before and after it, under which CoP and committee.

    Exit code 0; 2 where something could not be read.
    """
    _refuse_overwriting((standing, event), (csv, html))
    day = None if known_on is None else known_on.date()
    rules, held, kept_in = _facts(standing, registry, regulation, day)
    asked = _amendment(rules, firmware, amendment, event, type_)
    whole = impact_of(asked, held, datetime.now(LONDON).date() if on is None else on.date())
    found = whole.narrowed(committee) if committee else whole
    counts = counts_of(found)
    making = Making(datetime.now(UTC), product_version(), rules.hash, kept_in)
    for path, content in ((csv, csv_of), (html, None)):
        if path is not None:
            write_whole(path, content(found) if content else page_of(found, counts, making))
    if as_json:
        typer.echo(json.dumps(document_of(found, counts, making), indent=2, allow_nan=False))
    else:
        _show(found, counts)


def _facts(
    standing: Path | None, registry: str | None, overrides: Path | None, known_on: date | None
) -> tuple[Regulation, StandingData, str]:
    """The regulation, the standing data, and where the regulation is kept."""
    if registry is None:
        if standing is None:
            expected = "--standing FILE, or --registry ADDRESS of a registry that keeps it"
            raise SubmissionError(Place("impact"), "no standing data", expected)
        return load_regulation(overrides, known_on), read_standing(standing, known_on), "the shipped tables"
    # SQLAlchemy takes long to import: only where a registry is asked for.
    from validator.registry.registry import end_of, open_registry

    opened = open_registry(registry)
    known_at = None if known_on is None else end_of(known_on)
    held = opened.standing(known_at) if standing is None else read_standing(standing, known_on)
    return opened.regulation(overrides, known_at), held, f"the registry {opened.name}"


def _amendment(
    regulation: Regulation, firmware: str | None, name: str | None, event: Path | None, meter_type: str | None
) -> Amendment:
    if sum(asked is not None for asked in (firmware, name, event)) != 1:
        raise SubmissionError(
            Place("impact"), "not exactly one amendment", "one of --firmware, --amendment and --event"
        )
    if firmware is not None:
        return amendment_by_firmware(regulation, firmware, meter_type)
    if meter_type is not None:
        raise SubmissionError(Place("--type"), "a meter type without --firmware", "--type beside --firmware alone")
    if name is not None:
        return amendment_by_event(regulation, name)
    assert event is not None
    return supposed_amendment(regulation, read_event(event))


def _refuse_overwriting(read: Iterable[Path | None], written: Iterable[Path | None]) -> None:
    taken = {path.resolve() for path in read if path is not None}
    for path in written:
        if path is not None and path.resolve() in taken:
            raise SubmissionError(Place(str(path)), "a file that is named twice", "a file of its own for each output")
        taken |= {path.resolve()} if path else set()


def _show(found: Impact, counts: Counts) -> None:
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        # A pipe gets whole lines: width is for a screen only.
        console = Console(highlight=False, width=PIPE_WIDTH)
    console.print(Text(title_of(found.amendment), style="bold"))
    console.print(Text(summary_of(found, counts)))
    for due in due_of(found.amendment):
        numbers = ", ".join(paper.paper or "number not known" for paper in due.papers) or "none on file"
        console.print(Text(f"{due.committee} answers for {issues_named(due.cops)}; paper: {numbers}"))
    if counts.total.meters:
        console.print(_groups(counts), "", _steps(counts), "")
    waiting = [meter for meter in found.meters if meter.assessment.step.actor != NOBODY]
    if waiting:
        console.print(_to_act_on(waiting[:METERS_SHOWN]))
        left = len(waiting) - METERS_SHOWN
        console.print(f"and {count(left)} more: see --csv\n" if left > 0 else "")
    for note in notes_of(found):
        console.print(Text(f"- {note}"))


def _groups(counts: Counts) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("CoP Issue", "committee", "firmware", ""):
        table.add_column(name)
    for name in ("meters", "systems", "certified before", "after"):
        table.add_column(name, justify="right")
    table.add_column("decision after")
    for group in counts.groups:
        more = " ..." if len(group.firmware) > FIRMWARE_SHOWN else ""
        table.add_row(
            _issue(group.cop, group.issue),
            "+".join(group.committees),
            sentence(group.kind.value),
            Text(", ".join(group.firmware[:FIRMWARE_SHOWN]) + more),
            *_numbers(group.tally),
            ", ".join(f"{word or 'none governs'} {count(meters)}" for word, meters in group.words),
        )
    table.add_row("all", "", "", "", *_numbers(counts.total), "", style="bold")
    return table


def _steps(counts: Counts) -> Table:
    table = Table("who acts", "next step", box=None, pad_edge=False)
    table.add_column("meters", justify="right")
    for step, meters in counts.steps:
        table.add_row(step.actor, Text(step.text), count(meters))
    return table


def _to_act_on(meters: Sequence[Meter]) -> Table:
    table = Table(
        "metering system", "role", "variant", "firmware", "CoP Issue", "decision", "near", box=None, pad_edge=False
    )
    for meter in meters:
        after = meter.assessment.after
        table.add_row(
            Text(meter.mpan_core),
            meter.role,
            Text(meter.variant or "not said"),
            Text(meter.firmware or "not said"),
            _issue(after.governing.cop, after.governing.issue),
            after.word or "none governs",
            Text("; ".join(suggestions_for(meter))),
        )
    return table


def _issue(cop: str | None, issue: int | None) -> str:
    return f"CoP {cop} Issue {issue}" if cop else "none governs"


def _numbers(tally: Tally) -> Iterable[str]:
    numbers = (tally.meters, tally.metering_systems, tally.certified_before, tally.certified_after)
    return (count(number) for number in numbers)
