"""The BSCP601 life of a certificate on the command line: noted, issued, amended, widened, withdrawn."""

from __future__ import annotations

from typing import Annotated

import typer

from validator.command.printing import print_json, print_table, say
from validator.command.source_options import ApplyOption, ByOption, IfRevisionOption, JsonOption, RegistryOption
from validator.command.sources import person, registry_at
from validator.errors import RegistryError

app = typer.Typer()

Event = Annotated[
    str | None, typer.Option("--event", help="A name for the event; made from type and firmware by default.")
]
Maker = Annotated[str, typer.Option("--manufacturer", help="The maker, by any of its names.")]
Type = Annotated[str, typer.Option("--type", help="Meter type.")]
Variants = Annotated[list[str] | None, typer.Option("--variant", help="Variant, or variant:mounting; repeat for more.")]
Cops = Annotated[list[str] | None, typer.Option("--cop", help="CoP and Issue as 5:6; repeat for more.")]
To = Annotated[str, typer.Option("--firmware", help="The firmware that it is about, to the letter.")]
Basis = Annotated[str, typer.Option(help="FULL_TEST, PARTIAL_TEST, MAKER_DECLARATION or UNKNOWN.")]
Protocol = Annotated[str, typer.Option("--protocol-affected", help="yes or no; blank where it is not said.")]
Received = Annotated[
    str, typer.Option("--received", help="When the application or notice came: YYYY-MM-DD or YYYY-MM.")
]
Issued = Annotated[str, typer.Option("--issued", help="When the certificate was issued.")]
Published = Annotated[str, typer.Option("--published", help="When the list was published.")]
Papers = Annotated[
    list[str] | None, typer.Option("--paper", help="COMMITTEE:NUMBER:DATE, as ISG:255/05:2022-07-05; repeat for more.")
]
Source = Annotated[str, typer.Option("--source", help="The document, as the registry's sources name it.")]
Title = Annotated[str, typer.Option("--source-title", help="Its title, where it is not on record yet.")]
Status = Annotated[str, typer.Option("--status", help="How well it is known: confirmed only if you read the document.")]
Note = Annotated[str, typer.Option("--note")]
Integral = Annotated[str, typer.Option("--outstation-integral", help="yes or no; blank where it is not said.")]


@app.command()
def amend(
    manufacturer: Maker,
    type: Type,  # noqa: A002
    from_firmware: Annotated[str, typer.Option(help="The firmware that is certified.")],
    to_firmware: Annotated[str, typer.Option(help="The firmware that is certified from now on, beside it.")],
    source: Source,
    variant: Variants = None,
    cop: Cops = None,
    basis: Basis = "UNKNOWN",
    protocol_affected: Protocol = "",
    received: Received = "",
    issued: Issued = "",
    published: Published = "",
    paper: Papers = None,
    source_title: Title = "",
    status: Status = "recalled",
    note: Note = "",
    outstation_integral: Integral = "",
    event: Event = None,
    registry: RegistryOption = None,
    by: ByOption = None,
    if_revision: IfRevisionOption = None,
    apply: ApplyOption = False,
    json: JsonOption = False,
) -> None:
    """Amend the firmware of a certified type; the old firmware stays approved. Variants and CoPs: all it has."""
    cells = {
        "kind": "FIRMWARE_AMENDED", "manufacturer": manufacturer, "meter_type": type, "firmware": to_firmware,
        "replaces_firmware": from_firmware, "basis": basis, "protocol_affected": protocol_affected,
        "received_on": received, "issued_on": issued, "published_on": published, "source": source,
        "status": status, "note": note, "outstation_integral": outstation_integral, "event": event or "",
    }  # fmt: skip
    _record(registry, cells, variant, cop, paper, source_title, by, if_revision, apply, json)


@app.command()
def issue(
    manufacturer: Maker,
    type: Type,  # noqa: A002
    firmware: To,
    source: Source,
    kind: Annotated[
        str, typer.Option(help="CERTIFICATE_ISSUED, VARIANT_ADDED, COP_ADDED or APPLICATION_NOTED.")
    ] = "CERTIFICATE_ISSUED",
    variant: Variants = None,
    cop: Cops = None,
    basis: Basis = "FULL_TEST",
    protocol_affected: Protocol = "",
    received: Received = "",
    issued: Issued = "",
    published: Published = "",
    paper: Papers = None,
    source_title: Title = "",
    status: Status = "recalled",
    note: Note = "",
    outstation_integral: Integral = "",
    event: Event = None,
    registry: RegistryOption = None,
    by: ByOption = None,
    if_revision: IfRevisionOption = None,
    apply: ApplyOption = False,
    json: JsonOption = False,
) -> None:
    """Note an application, issue a certificate, or add a variant or a CoP to one."""
    cells = {
        "kind": kind, "manufacturer": manufacturer, "meter_type": type, "firmware": firmware, "basis": basis,
        "protocol_affected": protocol_affected, "received_on": received, "issued_on": issued,
        "published_on": published, "source": source, "status": status, "note": note,
        "outstation_integral": outstation_integral, "event": event or "",
    }  # fmt: skip
    _record(registry, cells, variant, cop, paper, source_title, by, if_revision, apply, json)


@app.command()
def withdraw(
    manufacturer: Maker,
    type: Type,  # noqa: A002
    removed: Annotated[str, typer.Option(help="The first day on which it is no longer certified: YYYY-MM-DD.")],
    source: Source,
    firmware: Annotated[str, typer.Option(help="Only this firmware.")] = "",
    variant: Variants = None,
    cop: Cops = None,
    paper: Papers = None,
    source_title: Title = "",
    status: Status = "recalled",
    note: Note = "",
    event: Event = None,
    registry: RegistryOption = None,
    by: ByOption = None,
    if_revision: IfRevisionOption = None,
    apply: ApplyOption = False,
    json: JsonOption = False,
) -> None:
    """Remove a certificate, or part of one: firmware, variants and CoPs that are not named are all meant."""
    cells = {
        "kind": "CERTIFICATE_REMOVED", "manufacturer": manufacturer, "meter_type": type, "firmware": firmware,
        "basis": "UNKNOWN", "removed_on": removed, "source": source, "status": status, "note": note,
        "event": event or "",
    }  # fmt: skip
    _record(registry, cells, variant, cop, paper, source_title, by, if_revision, apply, json)


def _record(
    registry: str | None,
    cells: dict[str, str],
    variants: list[str] | None,
    cops: list[str] | None,
    papers: list[str] | None,
    source_title: str,
    by: str | None,
    if_revision: int | None,
    apply: bool,
    json: bool,
) -> None:
    from validator.registry.life import RecordedEvent, record_event, scope_of

    opened = registry_at(registry)
    scope = scope_of(opened, cells, variants, cops)
    named = "-".join((cells["meter_type"], cells["firmware"] or "ALL", cells["kind"])).replace(" ", "-").upper()
    source = {"source": cells["source"], "title": source_title} if source_title else None
    done: RecordedEvent = record_event(
        opened,
        {**cells, **scope, "event": cells["event"] or named},
        person(by),
        papers=[_paper(text, cells) for text in papers or ()],
        source=source,
        apply=apply,
        if_revision=if_revision,
    )
    if json:
        print_json(done)
        return
    rows = [("granted", a.variant, a.firmware, a.cop, a.issue, f"from {done.event.effective}") for a in done.granted]
    rows.extend(("ended", a.variant, a.firmware, a.cop, a.issue, f"last day {day}") for a, day in done.ended)
    print_table(("", "variant", "firmware", "CoP", "Issue", ""), rows)
    for committee, pairs in done.due.items():
        say(f"{committee} is to be told of {', '.join(f'CoP {c} Issue {i}' for c, i in pairs)}")
    if done.event.replaces_firmware:
        say(f"{done.event.replaces_firmware} stays approved: only a withdrawal ends it")
    say(f"Applied as {done.event.event}; revision {done.revision}" if apply else "Nothing written; --apply records it")


def _paper(text: str, cells: dict[str, str]) -> dict[str, str]:
    parts = text.split(":")
    if len(parts) != 3:
        raise RegistryError(f"--paper {text!r}", "COMMITTEE:NUMBER:DATE, as ISG:255/05:2022-07-05")
    committee, number, meeting = parts
    return {
        "committee": committee, "paper": number, "meeting_on": meeting,
        "source": cells["source"], "status": "confirmed" if cells["status"] == "inferred" else cells["status"],
    }  # fmt: skip
