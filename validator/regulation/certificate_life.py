"""The life of a certificate under BSCP601: events in, compliance approvals and papers out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from validator.regulation.certificate_rows import GRANTING_KINDS, CertificateEvent
from validator.regulation.placed import fault_of
from validator.regulation.rows import Approval, CopIssue


def replay(events: Sequence[CertificateEvent], issues: Sequence[CopIssue]) -> tuple[Approval, ...]:
    """The approvals that follow from events, in the order in which they were granted.

    A granted approval holds until a removal ends it. An amendment adds the new firmware and leaves the old
    one approved: only a removal withdraws. RegulationError where an event builds on what is not there.
    """
    committees = {(row.cop, row.issue): row.committees for row in issues}
    granted: list[Approval] = []
    for event in in_order(events):
        if event.kind == "CERTIFICATE_REMOVED":
            granted = _removed(granted, event)
        elif event.kind in GRANTING_KINDS:
            _check_builds_on(granted, event)
            granted.extend(_granted(event, committees))
    return tuple(granted)


def in_order(events: Iterable[CertificateEvent]) -> list[CertificateEvent]:
    """By the date from which they hold; those without one came first. Otherwise as written."""
    return sorted(events, key=lambda event: event.effective.on or date.min)


def papers_due(event: CertificateEvent, issues: Sequence[CopIssue]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Which CoP Issues of the event each committee is to be told of: by the committees that answer for them."""
    committees = {(row.cop, row.issue): row.committees for row in issues}
    due: dict[str, list[tuple[str, int]]] = {}
    for pair in event.cops:
        for committee in committees.get(pair, ()):
            due.setdefault(committee, []).append(pair)
    return {committee: tuple(pairs) for committee, pairs in sorted(due.items())}


def _granted(event: CertificateEvent, committees: Mapping[tuple[str, int], tuple[str, ...]]) -> Iterable[Approval]:
    for variant, mounting in event.variants:
        for cop, issue in event.cops:
            if (cop, issue) not in committees:
                raise fault_of(event, f"CoP {cop} Issue {issue} is not on file", "no such Issue can be certified for")
            yield Approval(
                manufacturer=event.manufacturer,
                meter_type=event.meter_type,
                variant=variant,
                mounting=mounting,
                outstation_integral=event.outstation_integral,
                firmware=event.firmware,
                replaces_firmware=event.replaces_firmware,
                cop=cop,
                issue=issue,
                committees=committees[cop, issue],
                valid_from=event.effective.on,
                valid_from_precision=event.effective.precision,
                valid_to=None,
                basis=event.basis,
                protocol_affected=event.protocol_affected,
                source=event.source,
                status=event.status,
                origin=event.origin,
            )


def _check_builds_on(granted: Sequence[Approval], event: CertificateEvent) -> None:
    own = [row for row in granted if (row.manufacturer, row.meter_type) == (event.manufacturer, event.meter_type)]
    if event.kind == "FIRMWARE_AMENDED":
        held = {(row.variant, row.cop, row.issue) for row in own if row.firmware == event.replaces_firmware}
        for variant, _ in event.variants:
            for cop, issue in event.cops:
                if (variant, cop, issue) not in held:
                    what = (
                        f"{event.replaces_firmware} is not certified on {variant or 'it'} for CoP {cop} Issue {issue}"
                    )
                    raise fault_of(event, what, "an amendment builds on a certificate; a new CoP is COP_ADDED")
    if event.kind == "VARIANT_ADDED" and not own:
        raise fault_of(event, f"{event.meter_type} has no certificate", "a variant is added to a CERTIFICATE_ISSUED")
    if event.kind == "COP_ADDED" and not any(row.firmware == event.firmware for row in own):
        raise fault_of(event, f"{event.firmware} has no certificate", "a CoP is added to a CERTIFICATE_ISSUED")


def _removed(granted: Sequence[Approval], event: CertificateEvent) -> list[Approval]:
    removed_on = event.removed_on.on
    assert removed_on is not None
    last_day = removed_on - timedelta(days=1)
    kept, ended = [], 0
    for row in granted:
        if not covers(event, row) or (row.valid_to and row.valid_to <= last_day):
            kept.append(row)
            continue
        ended += 1
        if row.valid_from is None or row.valid_from <= last_day:
            kept.append(replace(row, valid_to=last_day))
    if not ended:
        raise fault_of(event, "nothing that it removes is certified", "a removal ends a certificate that is there")
    return kept


def covers(event: CertificateEvent, row: Approval) -> bool:
    """Whether an approval is within what the event is about; blanks cover all."""
    variants = {variant for variant, _ in event.variants}
    return (
        (row.manufacturer, row.meter_type) == (event.manufacturer, event.meter_type)
        and (not event.firmware or row.firmware == event.firmware)
        and (not variants or row.variant in variants)
        and (not event.cops or (row.cop, row.issue) in event.cops)
    )
