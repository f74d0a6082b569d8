"""The life of a certificate under BSCP601: events in, compliance approvals and papers out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from validator.regulation.certificate_rows import GRANTING_KINDS, CertificateEvent
from validator.regulation.placed import fault_of
from validator.regulation.rows import Approval, CopIssue


@dataclass(frozen=True, slots=True)
class Effect:
    """What one event does to the approvals: those that it grants, and those that it ends, with their last day."""

    granted: tuple[Approval, ...] = ()
    ended: tuple[tuple[Approval, date], ...] = ()


def replay(events: Iterable[CertificateEvent], issues: Sequence[CopIssue]) -> tuple[Approval, ...]:
    """The approvals that follow from events alone, in the order in which they were granted.

    A granted approval holds until a removal ends it. An amendment adds the new firmware and leaves the old
    one approved: only a removal withdraws. RegulationError where an event builds on what is not there.
    """
    approvals: list[Approval] = []
    for event in in_order(events):
        check_builds_on(event, approvals)
        effect = effect_of(event, approvals, issues)
        last_days = {id(row): last_day for row, last_day in effect.ended}
        approvals = [_until(row, last_days.get(id(row))) for row in approvals]
        approvals.extend(effect.granted)
    return tuple(approvals)


def in_order(events: Iterable[CertificateEvent]) -> list[CertificateEvent]:
    """By the date from which they hold; those without one came first. Otherwise as written."""
    return sorted(events, key=lambda event: event.effective.on or date.min)


def effect_of(event: CertificateEvent, approvals: Iterable[Approval], issues: Sequence[CopIssue]) -> Effect:
    """What the event does to the approvals held before it; RegulationError for a CoP Issue that is not on file."""
    if event.kind in GRANTING_KINDS:
        return Effect(granted=tuple(_granted(event, {(row.cop, row.issue): row.committees for row in issues})))
    if event.kind == "CERTIFICATE_REMOVED":
        return Effect(ended=tuple(_ended(event, approvals)))
    return Effect()


def papers_due(event: CertificateEvent, issues: Sequence[CopIssue]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Which CoP Issues of the event each committee is to be told of: by the committees that answer for them."""
    return by_committee(event.cops, issues)


def by_committee(cops: Iterable[tuple[str, int]], issues: Sequence[CopIssue]) -> dict[str, tuple[tuple[str, int], ...]]:
    """The CoP Issues that each committee answers for; one with two committees stands under both."""
    committees = {(row.cop, row.issue): row.committees for row in issues}
    due: dict[str, list[tuple[str, int]]] = {}
    for pair in cops:
        for committee in committees.get(pair, ()):
            due.setdefault(committee, []).append(pair)
    return {committee: tuple(pairs) for committee, pairs in sorted(due.items())}


def check_builds_on(event: CertificateEvent, approvals: Sequence[Approval]) -> None:
    """RegulationError where what the event amends, adds to or removes is not among the approvals."""
    own = [row for row in approvals if (row.manufacturer, row.meter_type) == (event.manufacturer, event.meter_type)]
    if event.kind == "FIRMWARE_AMENDED":
        _check_amended(event, own)
    elif event.kind == "VARIANT_ADDED" and not own:
        raise fault_of(event, f"{event.meter_type} has no certificate", "a variant is added to one that is there")
    elif event.kind == "COP_ADDED" and not any(row.firmware == event.firmware for row in own):
        raise fault_of(event, f"{event.firmware} has no certificate", "a CoP is added to one that is there")
    elif event.kind == "CERTIFICATE_REMOVED" and not any(covers(event, row) for row in own):
        raise fault_of(event, "nothing that it removes is certified", "a removal ends a certificate that is there")


def covers(event: CertificateEvent, row: Approval) -> bool:
    """Whether an approval is within what the event is about; blanks cover all."""
    variants = {variant for variant, _ in event.variants}
    return (
        (row.manufacturer, row.meter_type) == (event.manufacturer, event.meter_type)
        and (not event.firmware or row.firmware == event.firmware)
        and (not variants or row.variant in variants)
        and (not event.cops or (row.cop, row.issue) in event.cops)
    )


def _check_amended(event: CertificateEvent, own: Sequence[Approval]) -> None:
    held = {(row.variant, row.cop, row.issue) for row in own if row.firmware == event.replaces_firmware}
    for variant, _ in event.variants:
        for cop, issue in event.cops:
            if (variant, cop, issue) not in held:
                on = f"{event.meter_type} {variant}".strip()
                what = f"{event.replaces_firmware} is not certified on {on} for CoP {cop} Issue {issue}"
                raise fault_of(event, what, "an amendment builds on a certificate; a new CoP is COP_ADDED")


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


def _ended(event: CertificateEvent, approvals: Iterable[Approval]) -> Iterable[tuple[Approval, date]]:
    removed_on = event.removed_on.on
    assert removed_on is not None, "the reader of events demands it"
    last_day = removed_on - timedelta(days=1)
    for row in approvals:
        if covers(event, row) and (row.valid_to is None or row.valid_to > last_day):
            yield row, last_day


def _until(row: Approval, last_day: date | None) -> Approval:
    return row if last_day is None else replace(row, valid_to=last_day)
