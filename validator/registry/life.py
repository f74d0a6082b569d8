"""What befalls a certificate, put on record: the event, its papers, and the approvals that it grants or ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from validator.errors import RegistryError
from validator.registry.facts import row_file
from validator.registry.registry import Registry
from validator.registry.writing import Writing
from validator.regulation.certificate_life import check_builds_on, effect_of, papers_due, still_held
from validator.regulation.certificate_rows import CertificateEvent, certificate_event
from validator.regulation.loading import checked
from validator.regulation.regulation import Regulation
from validator.regulation.rows import Approval
from validator.regulation.suggestions import Listed
from validator.regulation.tables import SHAPES, RawTables, Row
from validator.regulation.typed import type_tables


@dataclass(frozen=True)
class RecordedEvent:
    """What an event does. `due` gives each committee the CoP Issues that its paper is about.

    `ended` pairs an approval with its last day. `revision` is the registry's that it was compared with, or
    that it made.
    """

    event: CertificateEvent
    granted: tuple[Approval, ...]
    ended: tuple[tuple[Approval, date], ...]
    due: Mapping[str, tuple[tuple[str, int], ...]]
    revision: int
    applied: bool


def record_event(
    registry: Registry,
    event: Mapping[str, str],
    by: str,
    *,
    papers: Sequence[Mapping[str, str]] = (),
    source: Mapping[str, str] | None = None,
    apply: bool = False,
    if_revision: int | None = None,
) -> RecordedEvent:
    """Work out what an event does and, with `apply`, record it in one transaction.

    `event` and `papers` have the columns of certificate_events.csv and committee_papers.csv, `source` those of
    sources.csv where the document is not on record yet. A maker may be called by another of its names.
    RegulationError or RegistryError where it cannot be; the registry is then as it was.
    """
    if not apply:
        # The revision first: a change that comes between the two is then not taken for one that was seen.
        revision, tables = registry.revision(), registry.tables()
        done, rows, ends = _worked_out(tables, event, papers, source)
        checked(_outcome(tables, rows, ends))
        return RecordedEvent(*done, revision, applied=False)
    with registry.changing(f"certificate {event['kind']}", by, event["event"], if_revision=if_revision) as writing:
        done, rows, ends = _worked_out(writing.tables, event, papers, source)
        _write(writing, rows, ends)
        return RecordedEvent(*done, writing.change.revision, applied=True)


Worked = tuple[
    CertificateEvent, tuple[Approval, ...], tuple[tuple[Approval, date], ...], dict[str, tuple[tuple[str, int], ...]]
]


def _worked_out(
    tables: RawTables,
    event: Mapping[str, str],
    papers: Sequence[Mapping[str, str]],
    source: Mapping[str, str] | None,
) -> tuple[Worked, list[Row], dict[int, date]]:
    """What it does; the rows to record; and the last days of approvals, by their numbers."""
    aliases = {row.cells["alias"]: row.cells["manufacturer"] for row in tables["manufacturers.csv"]}
    named = {**event, "manufacturer": aliases.get(event["manufacturer"], event["manufacturer"])}
    row = _row("certificate_events.csv", named)
    typed, known = certificate_event(row), type_tables(tables)
    own = [a for a in known.approvals if (a.manufacturer, a.meter_type) == (typed.manufacturer, typed.meter_type)]
    check_builds_on(typed, still_held(typed, own))
    effect = effect_of(typed, own, known.cop_issues)
    due = papers_due(typed, known.cop_issues)
    rows = [row, *(_row("committee_papers.csv", {**paper, "event": typed.event}) for paper in papers)]
    if source is not None and all(held.source != source["source"] for held in known.sources):
        rows.append(_row("sources.csv", source))
    rows.extend(_approval_row(approval) for approval in effect.granted)
    ends = {int(approval.origin.rpartition(":")[2]): last_day for approval, last_day in effect.ended}
    return (typed, effect.granted, effect.ended, due), rows, ends


def _row(table: str, cells: Mapping[str, str]) -> Row:
    unknown = sorted(set(cells) - set(SHAPES[table].own_columns))
    if unknown:
        raise RegistryError(f"{', '.join(unknown)} of {table}", f"the columns {', '.join(SHAPES[table].own_columns)}")
    return Row(table, f"new {_SAID[table]}", 1, {**dict.fromkeys(SHAPES[table].columns, ""), **cells}, frozenset(cells))


_SAID = {
    "certificate_events.csv": "event",
    "committee_papers.csv": "paper",
    "sources.csv": "source",
    "approvals.csv": "approval",
}


def _approval_row(approval: Approval) -> Row:
    cells = {name: str(getattr(approval, name) or "") for name in SHAPES["approvals.csv"].required}
    return _row("approvals.csv", {**cells, "committees": "+".join(approval.committees)})


def _outcome(tables: RawTables, rows: Sequence[Row], ends: Mapping[int, date]) -> RawTables:
    outcome = {name: (*held, *(row for row in rows if row.table == name)) for name, held in tables.items()}
    outcome["approvals.csv"] = tuple(_ended(row, ends) for row in outcome["approvals.csv"] if _holds(row, ends))
    return outcome


def _write(writing: Writing, rows: Sequence[Row], ends: Mapping[int, date]) -> None:
    old = [row for row in writing.tables["approvals.csv"] if row.line in ends]
    writing.retract(old)
    writing.record([*(_ended(row, ends) for row in old if _holds(row, ends)), *rows])


def _ended(row: Row, ends: Mapping[int, date]) -> Row:
    last_day = _last_day(row, ends)
    if last_day is None:
        return row
    return Row(row.table, row.file, row.line, {**row.cells, "valid_to": last_day.isoformat()}, row.carried)


def _last_day(row: Row, ends: Mapping[int, date]) -> date | None:
    """Of a row of the registry; a new one is not on record yet, and its line is that of another file."""
    return ends.get(row.line) if row.file == row_file(row.table) else None


def _holds(row: Row, ends: Mapping[int, date]) -> bool:
    """False for an approval that would end before it began: it is retracted and never held."""
    last_day = _last_day(row, ends)
    begins = row.cells["valid_from"]
    return last_day is None or not begins or date.fromisoformat(begins) <= last_day


def scope_of(
    registry: Registry, event: Mapping[str, str], variants: Sequence[str] | None, cops: Sequence[str] | None
) -> dict[str, str]:
    """The scope as columns of an event. An amendment covers, unless told, all that the amended firmware has.

    `variants` may carry a mounting, as `P3E:wall`.
    """
    given = [variant.partition(":") for variant in variants or ()]
    scope = {
        "variants": "|".join(name for name, _, _ in given),
        "mountings": "|".join(mounting for _, _, mounting in given) if any(m for _, _, m in given) else "",
        "cops": "|".join(cops or ()),
    }
    if event["kind"] != "FIRMWARE_AMENDED":
        return scope
    rules = registry.regulation()
    maker = rules.manufacturer(event["manufacturer"])
    own = [
        row
        for row in rules.listing.approvals
        if (row.manufacturer, row.meter_type, row.firmware) == (maker, event["meter_type"], event["replaces_firmware"])
    ]
    if not own:
        raise _nothing_to_amend(rules, maker, event)
    mountings = {row.variant: row.mounting for row in own}
    named = scope["variants"].split("|") if variants else list(mountings)
    held = dict.fromkeys(f"{row.cop}:{row.issue}" for row in own if row.variant in named)
    return {
        "variants": "|".join(named),
        "mountings": scope["mountings"] or "|".join(mountings.get(name, "") for name in named),
        "cops": scope["cops"] or "|".join(held),
        "outstation_integral": event.get("outstation_integral") or next((row.outstation_integral for row in own), ""),
    }


def _nothing_to_amend(rules: Regulation, maker: str, event: Mapping[str, str]) -> RegistryError:
    of_type = rules.listing.types.get(event["meter_type"])
    if of_type is None:
        near = rules.listing.type_names.suggestions(event["meter_type"])
        return RegistryError(f"no meter type {event['meter_type']!r} on file", "one that is certified", "; ".join(near))
    makers = {row.manufacturer for row in of_type.approvals}
    if maker not in makers:
        return RegistryError(f"maker {maker!r} of {event['meter_type']}", f"{' or '.join(sorted(makers))}")
    listed = Listed(row.firmware for row in of_type.approvals)
    return RegistryError(
        f"no approval of firmware {event['replaces_firmware']!r}",
        f"one that {event['meter_type']} is certified with: {', '.join(listed.names)}",
        "; ".join(listed.suggestions(event["replaces_firmware"])),
    )
