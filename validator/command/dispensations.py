"""`copcheck dispensations`: Metering Dispensations under BSCP32, what they cover and what they do."""

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
    RegistryOption,
    RegulationOption,
)
from validator.command.sources import person, registry_at, regulation_of
from validator.errors import RegistryError
from validator.regulation.near import did_you_mean
from validator.regulation.rows import within

app = typer.Typer(no_args_is_help=True, help="Metering Dispensations (BSCP32).")


@app.command(name="list")
def list_(
    cop: Annotated[str | None, typer.Option(help="Only those that cover this Code of Practice.")] = None,
    msid: Annotated[str | None, typer.Option(help="Only those that may cover this metering system.")] = None,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Only what is in force on this date.")
    ] = None,
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    regulation: RegulationOption = None,
    json: JsonOption = False,
) -> None:
    """List the dispensations on file."""
    rules = regulation_of(registry, known_on, regulation)
    rows = [
        row
        for row in rules.dispensations.by_ref.values()
        if (cop is None or not row.cops or cop in row.cops)
        and (msid is None or not row.msids or msid in row.msids)
        and (on is None or within(on.date(), row.valid_from, row.expiry))
    ]
    if json:
        print_json(rows)
        return
    headings = ("ref", "kind", "CoPs", "Issue", "from", "to", "subject", "source", "status", "row")
    print_table(
        headings,
        (
            (r.ref, r.kind, ", ".join(r.cops) or "all", r.issue, r.valid_from, r.expiry, r.subject, r.source, r.status,
             r.origin)
            for r in rows
        ),
    )  # fmt: skip
    say(f"{len(rows):,} of {len(rules.dispensations.by_ref):,} dispensations")


@app.command()
def show(
    ref: Annotated[str, typer.Argument(metavar="REF", help="Its reference, as D/535.")],
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    regulation: RegulationOption = None,
    json: JsonOption = False,
) -> None:
    """Show one dispensation: its scope, its effect and where it is known from."""
    by_ref = regulation_of(registry, known_on, regulation).dispensations.by_ref
    row = by_ref.get(ref)
    if row is None:
        raise RegistryError(f"no dispensation {ref!r} on file", f"its reference{did_you_mean(ref, by_ref)}")
    if json:
        print_json(row)
        return
    for name in row.__dataclass_fields__:
        value = getattr(row, name)
        if value not in (None, "", ()):
            say(f"{name.replace('_', ' ')}: {', '.join(map(str, value)) if isinstance(value, tuple) else value}")


@app.command()
def add(
    ref: Annotated[str, typer.Argument(metavar="REF", help="Its reference, as D/535.")],
    subject: Annotated[str, typer.Option(help="What it is about.")],
    source: Annotated[str, typer.Option(help="The document, as the registry's sources name it.")],
    status: Annotated[str, typer.Option(help="confirmed only if you read the document.")] = "recalled",
    kind: Annotated[str, typer.Option(help="generic or site.")] = "site",
    field: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="COLUMN=VALUE", help="A column of dispensations.csv, as msids=9900000000015."),
    ] = None,
    registry: RegistryOption = None,
    by: ByOption = None,
    if_revision: IfRevisionOption = None,
    apply: ApplyOption = False,
) -> None:
    """Put a dispensation on record, or a new version of one."""
    from validator.registry.dispensing import put

    cells = {"ref": ref, "kind": kind, "subject": subject, "source": source, "status": status, **_fields(field or [])}
    done = put(registry_at(registry), cells, person(by), apply=apply, if_revision=if_revision)
    for column, (before, after) in done.changes.items():
        say(f"{column}: {before or 'blank'} -> {after or 'blank'}")
    say(f"Applied; revision {done.revision}" if apply else "Nothing written; --apply records it")


@app.command()
def end(
    ref: Annotated[str, typer.Argument(metavar="REF")],
    expiry: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Its last day.")],
    registry: RegistryOption = None,
    by: ByOption = None,
    if_revision: IfRevisionOption = None,
    apply: ApplyOption = False,
) -> None:
    """Give a dispensation its last day."""
    from validator.registry.dispensing import put

    cells = {"ref": ref, "expiry": expiry.date().isoformat()}
    done = put(registry_at(registry), cells, person(by), apply=apply, if_revision=if_revision, must_be_there=True)
    say(f"{ref} expires {expiry.date()}; " + (f"revision {done.revision}" if apply else "--apply records it"))


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="Dispensations as CSV or XLSX.")],
    mapping: Annotated[Path | None, typer.Option(help="TOML file: which of their columns is which of ours.")] = None,
    registry: RegistryOption = None,
    by: ByOption = None,
    if_revision: IfRevisionOption = None,
    apply: ApplyOption = False,
    json: JsonOption = False,
) -> None:
    """Compare a list of dispensations with the registry; write it with --apply. What it omits stays."""
    show_imported(
        registry_at(registry), file, "dispensations", person(by), mapping=mapping, on=None,
        keep_unlisted=True, apply=apply, if_revision=if_revision, json=json,
    )  # fmt: skip


def _fields(texts: list[str]) -> dict[str, str]:
    fields = {}
    for text in texts:
        column, mark, value = text.partition("=")
        if not mark:
            raise RegistryError(f"--set {text!r}", "COLUMN=VALUE")
        fields[column] = value
    return fields
