"""What is known of an amendment, told alike whether an event is on file or only approvals are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from validator.impact.amendment import Amendment
from validator.regulation.certificate_rows import CertificateEvent, PartialDate
from validator.regulation.rows import Approval, weakest_status

KIND_MEANINGS = {
    "APPLICATION_NOTED": "application noted",
    "CERTIFICATE_ISSUED": "Certificate of Compliance issued",
    "FIRMWARE_AMENDED": "firmware amended under a Certificate of Compliance",
    "VARIANT_ADDED": "variant added to a Certificate of Compliance",
    "COP_ADDED": "Code of Practice added to a Certificate of Compliance",
    "CERTIFICATE_REMOVED": "Certificate of Compliance removed",
    "": "compliance approvals; no event is on file for them",
}
BASIS_MEANINGS = {
    "FULL_TEST": "full compliance test",
    "PARTIAL_TEST": "partial compliance test",
    "MAKER_DECLARATION": "the maker's declaration that compliance is not affected",
    "UNKNOWN": "not known",
}
PROTOCOL_MEANINGS = {"yes": "affected", "no": "not affected", "": "not said"}


@dataclass(frozen=True, slots=True)
class Facts:
    """`event` is blank where only approvals are on file. `variants` pairs each with its mounting."""

    event: str
    kind: str
    manufacturer: str
    meter_type: str
    variants: tuple[tuple[str, str], ...]
    outstation_integral: str
    firmware: str
    replaces_firmware: str
    basis: str
    protocol_affected: str
    dates: tuple[tuple[str, PartialDate], ...]
    effective: PartialDate
    source: str
    status: str
    note: str


def facts_of(amendment: Amendment) -> tuple[Facts, ...]:
    """One for each event, in order of effect; one for all approvals where there is no event."""
    if amendment.events:
        return tuple(_of_event(event) for event in amendment.events)
    return (_of_approvals(amendment.approvals),)


def _of_event(event: CertificateEvent) -> Facts:
    dates = (
        ("notified", event.received_on),
        ("issued", event.issued_on),
        ("list published", event.published_on),
        ("removed", event.removed_on),
    )
    removal = event.kind == "CERTIFICATE_REMOVED"
    return Facts(
        event=event.event,
        kind=event.kind,
        manufacturer=event.manufacturer,
        meter_type=event.meter_type,
        variants=event.variants,
        outstation_integral=event.outstation_integral,
        firmware=event.firmware,
        replaces_firmware=event.replaces_firmware,
        basis=event.basis,
        protocol_affected=event.protocol_affected,
        dates=tuple((name, when) for name, when in dates if removal or name != "removed"),
        effective=event.effective,
        source=event.source,
        status=event.status,
        note=event.note,
    )


def _of_approvals(rows: tuple[Approval, ...]) -> Facts:
    begins = min(
        (PartialDate(row.valid_from, row.valid_from_precision) for row in rows),
        key=lambda when: (when.on is not None, when.on),
    )
    return Facts(
        event="",
        kind="",
        manufacturer=rows[0].manufacturer,
        meter_type=rows[0].meter_type,
        variants=tuple(dict.fromkeys((row.variant, row.mounting) for row in rows)),
        outstation_integral=_said(row.outstation_integral for row in rows),
        firmware=rows[0].firmware,
        replaces_firmware=_said(row.replaces_firmware for row in rows),
        basis=_said(row.basis for row in rows) or "UNKNOWN",
        protocol_affected=_said(row.protocol_affected for row in rows),
        dates=(("approved from", begins),),
        effective=begins,
        source=rows[0].source,
        status=weakest_status(*(row.status for row in rows)),
        note="",
    )


def _said(texts: Iterable[str]) -> str:
    """What they all say, blank where they differ."""
    distinct = set(texts)
    return distinct.pop() if len(distinct) == 1 else ""
