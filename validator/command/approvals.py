"""`copcheck approvals`: what is certified, decided as a person asks, and how a list or an event changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from validator.command.certificates import app as certificates
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
from validator.errors import RegistryError
from validator.regulation.asking import Answer, Asked, answers_to
from validator.regulation.rows import Approval
from validator.regulation.searching import describe, search

app = typer.Typer(no_args_is_help=True, help="Compliance approvals and Certificates of Compliance.")
app.add_typer(certificates)

GOOD_WORDS = ("APPROVED", "DISPENSED")
_HEADINGS = ("maker", "type", "variant", "firmware", "CoP", "Issue", "valid", "basis", "committees", "status", "row")


@app.command(name="list")
def list_(
    manufacturer: Annotated[str | None, typer.Option(help="Only this maker, by any of its names.")] = None,
    type: Annotated[str | None, typer.Option("--type", help="Only this meter type.")] = None,  # noqa: A002
    variant: Annotated[str | None, typer.Option(help="Only this variant.")] = None,
    firmware: Annotated[str | None, typer.Option(help="Only this firmware, to the letter.")] = None,
    cop: Annotated[str | None, typer.Option(help="Only this Code of Practice.")] = None,
    issue: Annotated[int | None, typer.Option(help="Only this Issue.")] = None,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Only what is in force on this date.")
    ] = None,
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    regulation: RegulationOption = None,
    json: JsonOption = False,
) -> None:
    """List the approvals on file."""
    rules = regulation_of(registry, known_on, regulation)
    maker = rules.manufacturer(manufacturer) if manufacturer else None
    rows = [
        row
        for row in rules.listing.approvals
        if maker in (None, row.manufacturer)
        and type in (None, row.meter_type)
        and variant in (None, row.variant)
        and firmware in (None, row.firmware)
        and cop in (None, row.cop)
        and issue in (None, row.issue)
        and (on is None or row.in_force(on.date()))
    ]
    if json:
        print_json(rows)
        return
    print_table(_HEADINGS, map(_cells, rows))
    say(f"{len(rows):,} of {len(rules.listing.approvals):,} approvals")


@app.command()
def show(
    type: Annotated[str, typer.Argument(metavar="TYPE", help="A meter type, as 'Prometer 100'.")],  # noqa: A002
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    regulation: RegulationOption = None,
    json: JsonOption = False,
) -> None:
    """Show all that is on file about a meter type: approvals, certificate events and the papers on them."""
    told = describe(regulation_of(registry, known_on, regulation), type)
    if json:
        print_json(told)
        return
    say(f"{told.meter_type}, {', '.join(told.manufacturers)}; list complete: {'yes' if told.list_complete else 'no'}")
    print_table(_HEADINGS, map(_cells, told.approvals))
    for event in told.events:
        say(f"\n{event.event.event}: {event.event.kind.replace('_', ' ').lower()}, {event.told}")
        for line in event.lines:
            say(f"  {line}")


@app.command()
def find(
    text: Annotated[str, typer.Argument(help="Part of a maker's name, a type, a variant or a firmware.")],
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    regulation: RegulationOption = None,
    json: JsonOption = False,
) -> None:
    """Find approvals by any part of a name; what looks alike is offered too."""
    found = search(regulation_of(registry, known_on, regulation), text)
    if json:
        print_json(found)
    else:
        print_table(_HEADINGS, map(_cells, found.approvals))
        say(f"{len(found.approvals):,} approvals")
        for suggestion in found.suggestions:
            say(suggestion)
    raise typer.Exit(0 if found.approvals else 1)


@app.command()
def decide(
    type: Annotated[str, typer.Option("--type", help="Meter type.")],  # noqa: A002
    firmware: Annotated[str, typer.Option(help="Firmware, to the letter.")],
    variant: Annotated[str | None, typer.Option(help="Variant; every one on file without it.")] = None,
    cop: Annotated[str | None, typer.Option(help="Code of Practice; every one it is approved for without it.")] = None,
    issue: Annotated[int | None, typer.Option(help="Issue; each Issue of the CoP without it.")] = None,
    on: OnOption = None,
    registered_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First registration: the Issue in force then governs."),
    ] = None,
    installed_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of installation.")] = None,
    msid: Annotated[str | None, typer.Option(help="Metering system, for a dispensation of its own.")] = None,
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    regulation: RegulationOption = None,
    json: JsonOption = False,
) -> None:
    """Decide whether a meter is certified, with the chain of reasons. Exit code 1 where any is not."""
    rules = regulation_of(registry, known_on, regulation)
    if issue is not None and not cop:
        raise RegistryError(f"Issue {issue} without a Code of Practice", "--cop beside --issue")
    asked = Asked(type, firmware, day_of(on), variant, cop, issue, _date(registered_on), _date(installed_on), msid)
    answers = answers_to(asked, rules)
    if json:
        print_json([{**asdict(answer), "word": answer.word} for answer in answers])
    elif len(answers) == 1:
        _say_one(answers[0])
    else:
        _say_many(answers)
    raise typer.Exit(0 if all(answer.word in GOOD_WORDS for answer in answers) else 1)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="The list as CSV or XLSX.")],
    mapping: Annotated[Path | None, typer.Option(help="TOML file: which of their columns is which of ours.")] = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on", formats=["%Y-%m-%d"], help="Day of the list (today): what it no longer names ended before."
        ),
    ] = None,
    keep_unlisted: Annotated[bool, typer.Option(help="Leave what the list no longer names as it is.")] = False,
    registry: RegistryOption = None,
    by: ByOption = None,
    if_revision: IfRevisionOption = None,
    apply: ApplyOption = False,
    json: JsonOption = False,
) -> None:
    """Compare the compliance and protocol approval list with the registry; write it with --apply."""
    show_imported(
        registry_at(registry), file, "approvals", person(by), mapping=mapping, on=_date(on),
        keep_unlisted=keep_unlisted, apply=apply, if_revision=if_revision, json=json,
    )  # fmt: skip


def _date(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _cells(row: Approval) -> tuple[object, ...]:
    begins = {"unknown": "?", "month": f"{row.valid_from:%Y-%m}" if row.valid_from else "?"}.get(
        row.valid_from_precision, row.valid_from
    )
    return (
        row.manufacturer, row.meter_type, row.variant, row.firmware, row.cop, row.issue,
        f"{begins} to {row.valid_to or '...'}", row.basis, "+".join(row.committees), row.status, row.origin,
    )  # fmt: skip


def _say_one(answer: Answer) -> None:
    issue = f"CoP {answer.cop} Issue {answer.issue}" if answer.issue else f"CoP {answer.cop}"
    say(f"{answer.word}: {answer.meter_type} {answer.variant} {answer.firmware} for {issue} on {answer.on}")
    say(f"  governing: {answer.governing}")
    if answer.decision is None:
        return
    for reason in answer.decision.reasons:
        say(f"  because: {reason}")
    if answer.decision.dispensation:
        say(f"  dispensation: {answer.decision.dispensation}")
    for suggestion in answer.decision.suggestions:
        say(f"  {suggestion}")
    if answer.decision.source:
        say(f"  source: {answer.decision.source} ({answer.decision.status})")


def _say_many(answers: tuple[Answer, ...]) -> None:
    """A table of CoP Issues by variant, then the suggestions once."""
    variants = list(dict.fromkeys(answer.variant for answer in answers))
    by_issue: dict[tuple[str, int | None], dict[str, Answer]] = {}
    for answer in answers:
        by_issue.setdefault((answer.cop, answer.issue), {})[answer.variant] = answer
    say(f"{answers[0].meter_type} {answers[0].firmware} on {answers[0].on}")
    rows = [
        (f"CoP {cop} Issue {issue or '?'}", *(_word(of[variant]) for variant in variants), _committees(of))
        for (cop, issue), of in by_issue.items()
    ]
    print_table(("", *(variant or "(no variant)" for variant in variants), "answered for by"), rows)
    said = (suggestion for answer in answers if answer.decision for suggestion in answer.decision.suggestions)
    for suggestion in dict.fromkeys(said):
        say(suggestion)


def _committees(of: Mapping[str, Answer]) -> str:
    return next(("+".join(answer.decision.committees) for answer in of.values() if answer.decision), "")


def _word(answer: Answer) -> str:
    if answer.decision is None:
        return answer.word
    # Of what is not listed, the status is that of the list: it says nothing about the meter.
    weak = answer.word.startswith("APPROVED") and answer.decision.status != "confirmed"
    status = f" ({answer.decision.status})" if weak else ""
    reference = f" {answer.decision.dispensation}" if answer.decision.dispensation else ""
    return f"{answer.word}{reference}{status}"
