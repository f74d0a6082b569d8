"""Certificates of Compliance and what surrounds them, as typed rows: events, papers, makers' names, outstations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from validator.regulation import cells
from validator.regulation.rows import APPROVAL_STATUSES, STATUSES
from validator.regulation.tables import Row

KINDS = (
    "APPLICATION_NOTED",
    "CERTIFICATE_ISSUED",
    "FIRMWARE_AMENDED",
    "VARIANT_ADDED",
    "COP_ADDED",
    "CERTIFICATE_REMOVED",
)
"""What can befall a certificate under BSCP601."""
GRANTING_KINDS = frozenset({"CERTIFICATE_ISSUED", "FIRMWARE_AMENDED", "VARIANT_ADDED", "COP_ADDED"})
BASES = ("FULL_TEST", "PARTIAL_TEST", "MAKER_DECLARATION", "UNKNOWN")
COMMITTEES = ("ISG", "SVG")

_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_OUTSTATION_CODE = re.compile(r"[A-Z0-9]{3}")


class PartialDate(NamedTuple):
    """A date as far as it is known. `precision` is day, month (`on` is then its first day) or unknown (None)."""

    on: date | None
    precision: str

    def __str__(self) -> str:
        if self.on is None:
            return "not known"
        return f"{self.on:%Y-%m}" if self.precision == "month" else self.on.isoformat()

    @property
    def written(self) -> str:
        """As a table writes it: YYYY-MM-DD, YYYY-MM or blank."""
        return "" if self.on is None else str(self)


UNKNOWN_DATE = PartialDate(None, "unknown")


@dataclass(frozen=True, slots=True)
class CertificateEvent:
    """One event in the life of the certificate of one maker's equipment type, known by `event`.

    `variants` pairs each variant with its mounting; a type without variants has one that is blank. `cops` are
    the (CoP, Issue) covered. For a removal, () and a blank firmware stand for all of them.
    """

    event: str
    manufacturer: str
    meter_type: str
    kind: str
    variants: tuple[tuple[str, str], ...]
    outstation_integral: str
    firmware: str
    replaces_firmware: str
    cops: tuple[tuple[str, int], ...]
    basis: str
    protocol_affected: str
    received_on: PartialDate
    issued_on: PartialDate
    published_on: PartialDate
    removed_on: PartialDate
    source: str
    status: str
    note: str
    origin: str

    @property
    def effective(self) -> PartialDate:
        """From when it holds: issued, else the publication of the list; a removal from the day of removal."""
        if self.kind == "CERTIFICATE_REMOVED":
            return self.removed_on
        return self.issued_on if self.issued_on.on else self.published_on


@dataclass(frozen=True, slots=True)
class CommitteePaper:
    """The paper by which a committee noted an event; `paper` is blank where its number is not known."""

    event: str
    committee: str
    paper: str
    meeting_on: date | None
    source: str
    status: str
    note: str
    origin: str


@dataclass(frozen=True, slots=True)
class ManufacturerAlias:
    """Another name of a maker, and when it was used."""

    manufacturer: str
    alias: str
    valid_from: date | None
    valid_to: date | None
    source: str
    status: str
    note: str
    origin: str


@dataclass(frozen=True, slots=True)
class OutstationType:
    """An entry of the list of valid outstation types."""

    code: str
    outstation_type: str
    manufacturer: str
    valid_from: date | None
    valid_to: date | None
    source: str
    status: str
    note: str
    origin: str


def certificate_event(row: Row) -> CertificateEvent:
    """A row of certificate_events.csv; RegulationError where it contradicts itself."""
    event = CertificateEvent(
        event=cells.text(row, "event"),
        manufacturer=cells.text(row, "manufacturer"),
        meter_type=cells.text(row, "meter_type"),
        kind=cells.word(row, "kind", KINDS),
        variants=_variants(row),
        outstation_integral=cells.word(row, "outstation_integral", ("yes", "no"), blank=True),
        firmware=row.cells["firmware"],
        replaces_firmware=row.cells["replaces_firmware"],
        cops=_cop_issues(row),
        basis=cells.word(row, "basis", BASES),
        protocol_affected=cells.word(row, "protocol_affected", ("yes", "no"), blank=True),
        received_on=partial_date(row, "received_on"),
        issued_on=partial_date(row, "issued_on"),
        published_on=partial_date(row, "published_on"),
        removed_on=partial_date(row, "removed_on"),
        source=row.cells["source"],
        status=cells.word(row, "status", APPROVAL_STATUSES),
        note=row.cells["note"],
        origin=row.origin,
    )
    _check_event(row, event)
    return event


def _check_event(row: Row, event: CertificateEvent) -> None:
    if event.kind in GRANTING_KINDS and not (event.firmware and event.cops):
        raise row.fault(f"{event.kind} without firmware or cops", "it says what is certified, and for what")
    if (event.kind == "FIRMWARE_AMENDED") != bool(event.replaces_firmware):
        raise row.fault(
            f"replaces_firmware {event.replaces_firmware!r} on {event.kind}",
            "FIRMWARE_AMENDED names the firmware that it amends, and nothing else does",
        )
    if event.firmware and event.firmware == event.replaces_firmware:
        raise row.fault(f"firmware {event.firmware} replaces itself", "it must replace another")
    if event.kind == "CERTIFICATE_REMOVED" and event.removed_on.precision != "day":
        raise row.fault(f"removed_on {event.removed_on} on CERTIFICATE_REMOVED", "a removal has a day, YYYY-MM-DD")
    if event.kind != "CERTIFICATE_REMOVED" and event.removed_on.on:
        raise row.fault(f"removed_on {event.removed_on} on {event.kind}", "only CERTIFICATE_REMOVED removes")
    received, issued = event.received_on.on, event.issued_on.on
    if received and issued and event.issued_on.precision == "day" and issued < received:
        raise row.fault(f"issued_on {issued} is before received_on {received}", "it would be issued before it came")


def _variants(row: Row) -> tuple[tuple[str, str], ...]:
    variants, mountings = _parts(row, "variants"), row.cells["mountings"].split("|")
    if not variants and row.cells["kind"] in GRANTING_KINDS:
        variants = ("",)
    if row.cells["mountings"] and len(mountings) != len(variants):
        raise row.fault(f"{len(mountings)} mountings for {len(variants)} variants", "there is one for each, in order")
    given = mountings if row.cells["mountings"] else [""] * len(variants)
    return tuple(zip(variants, given, strict=True))


def _cop_issues(row: Row) -> tuple[tuple[str, int], ...]:
    pairs = []
    for part in _parts(row, "cops"):
        cop, _, issue = part.partition(":")
        if not (cop.isdecimal() and issue.isdecimal()):
            raise row.fault(f"cops {part!r} is not a CoP and Issue", "write CoP 5 Issue 6 as 5:6")
        pairs.append((cop, int(issue)))
    return tuple(pairs)


def _parts(row: Row, column: str) -> tuple[str, ...]:
    written = row.cells[column]
    parts = tuple(written.split("|")) if written else ()
    if len(set(parts)) != len(parts):
        raise row.fault(f"{column} {written!r} repeats itself", "each stands once")
    return parts


def partial_date(row: Row, column: str) -> PartialDate:
    """A date written YYYY-MM-DD or YYYY-MM, or not at all."""
    written = row.cells[column]
    if not written:
        return UNKNOWN_DATE
    if _MONTH.fullmatch(written):
        return PartialDate(cells.day_from(row, column, f"{written}-01"), "month")
    return PartialDate(cells.day_from(row, column, written), "day")


def committee_paper(row: Row) -> CommitteePaper:
    return CommitteePaper(
        event=cells.text(row, "event"),
        committee=cells.word(row, "committee", COMMITTEES),
        paper=row.cells["paper"],
        meeting_on=cells.day(row, "meeting_on"),
        source=row.cells["source"],
        status=cells.word(row, "status", STATUSES),
        note=row.cells["note"],
        origin=row.origin,
    )


def manufacturer_alias(row: Row) -> ManufacturerAlias:
    begins, ends = cells.span(row, "valid_from", "valid_to")
    if row.cells["alias"] == row.cells["manufacturer"]:
        raise row.fault(f"alias {row.cells['alias']} of itself", "an alias is another name")
    return ManufacturerAlias(
        manufacturer=cells.text(row, "manufacturer"),
        alias=cells.text(row, "alias"),
        valid_from=begins,
        valid_to=ends,
        source=row.cells["source"],
        status=cells.word(row, "status", STATUSES),
        note=row.cells["note"],
        origin=row.origin,
    )


def outstation_type(row: Row) -> OutstationType:
    begins, ends = cells.span(row, "valid_from", "valid_to")
    code = cells.text(row, "code")
    if not _OUTSTATION_CODE.fullmatch(code):
        raise row.fault(f"code {code!r}", "an outstation type's code is three capital letters or digits")
    return OutstationType(
        code=code,
        outstation_type=cells.text(row, "outstation_type"),
        manufacturer=row.cells["manufacturer"],
        valid_from=begins,
        valid_to=ends,
        source=row.cells["source"],
        status=cells.word(row, "status", STATUSES),
        note=row.cells["note"],
        origin=row.origin,
    )
