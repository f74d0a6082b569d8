"""What `copcheck impact` answers: worked out, printed and written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from validator.command.printing import console, print_json, print_table, say
from validator.command.rules import rules_of
from validator.command.sources import day_of
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
from validator.regulation import Regulation
from validator.report.words import count, sentence
from validator.version import product_version

WAITING = ("metering system", "role", "variant", "firmware", "CoP Issue", "decision", "near")
METERS_SHOWN = 20
FIRMWARE_SHOWN = 3


def answer(
    *,
    firmware: str | None,
    amendment: str | None,
    event: Path | None,
    meter_type: str | None,
    standing: Path | None,
    registry: str | None,
    regulation: Path | None,
    on: datetime | None,
    known_on: str | None,
    committee: str | None,
    csv: Path | None,
    html: Path | None,
    json: bool,
) -> None:
    """Work out the impact, write the files that are asked for and print it; the arguments are the options."""
    _refuse_overwriting((standing, event), (csv, html))
    rules = rules_of(registry, standing, known_on, regulation)
    asked = _amendment(rules.regulation, firmware, amendment, event, meter_type)
    whole = impact_of(asked, rules.standing(lambda: None), day_of(on))
    found = whole.narrowed(committee) if committee else whole
    counts = counts_of(found)
    kept_in = f"the registry {rules.registry_name}" if rules.registry_name else "the shipped tables"
    making = Making(datetime.now(UTC), product_version(), rules.regulation.hash, kept_in)
    if csv is not None:
        write_whole(csv, csv_of(found))
    if html is not None:
        write_whole(html, page_of(found, counts, making))
    if json:
        print_json(document_of(found, counts, making))
    else:
        _show(found, counts)


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
    say(title_of(found.amendment))
    say(summary_of(found, counts))
    for due in due_of(found.amendment):
        numbers = ", ".join(paper.paper or "number not known" for paper in due.papers) or "none on file"
        say(f"{due.committee} answers for {issues_named(due.cops)}; paper: {numbers}")
    if counts.total.meters:
        say("")
        console().print(_groups(counts), "", _steps(counts), "")
    _show_meters([meter for meter in found.meters if meter.assessment.step.actor != NOBODY])
    for note in notes_of(found):
        say(f"- {note}")


def _show_meters(waiting: Sequence[Meter]) -> None:
    if waiting:
        print_table(WAITING, (_waiting(meter) for meter in waiting[:METERS_SHOWN]))
        left = len(waiting) - METERS_SHOWN
        say(f"and {count(left)} more: write them by --csv\n" if left > 0 else "")


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


def _waiting(meter: Meter) -> Sequence[object]:
    after = meter.assessment.after
    issue = _issue(after.governing.cop, after.governing.issue)
    near = "; ".join(suggestions_for(meter))
    return (meter.mpan_core, meter.role, meter.variant, meter.firmware, issue, after.word or "none governs", near)


def _issue(cop: str | None, issue: int | None) -> str:
    return f"CoP {cop} Issue {issue}" if cop else "none governs"


def _numbers(tally: Tally) -> Iterable[str]:
    numbers = (tally.meters, tally.metering_systems, tally.certified_before, tally.certified_after)
    return (count(number) for number in numbers)
