"""The tables as they would be without something on file, or with an event that is not: to see what it does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from validator.regulation.certificate_life import check_builds_on, covers, effect_of, in_order
from validator.regulation.certificate_rows import GRANTING_KINDS, CertificateEvent
from validator.regulation.crosscheck import check_conflicts
from validator.regulation.rows import Approval
from validator.regulation.typed import Tables


def without_event(tables: Tables, event: CertificateEvent) -> Tables:
    """As if an event on file had never been: what it granted is gone, and what it ended goes on."""
    supposed = (
        replace(tables, approvals=_reopened(tables.approvals, event))
        if event.kind == "CERTIFICATE_REMOVED"
        else without_approvals(tables, brought_by(event, tables.approvals, tables.certificate_events))
    )
    return replace(
        supposed,
        certificate_events=tuple(row for row in tables.certificate_events if row.event != event.event),
        papers=tuple(row for row in tables.papers if row.event != event.event),
    )


def without_approvals(tables: Tables, approvals: Collection[Approval]) -> Tables:
    """As if these approvals had never been granted."""
    gone = set(approvals)
    return replace(tables, approvals=tuple(row for row in tables.approvals if row not in gone))


def with_event(tables: Tables, event: CertificateEvent) -> Tables:
    """As if the event were on file too; RegulationError where it builds on what is not there or overlaps it."""
    check_builds_on(event, tables.approvals)
    effect = effect_of(event, tables.approvals, tables.cop_issues)
    last_days = {id(row): last_day for row, last_day in effect.ended}
    held = (_until(row, last_days.get(id(row))) for row in tables.approvals)
    supposed = replace(
        tables,
        approvals=(*(row for row in held if row is not None), *effect.granted),
        certificate_events=(*tables.certificate_events, event),
    )
    check_conflicts(supposed)
    return supposed


def brought_by(
    event: CertificateEvent, approvals: Iterable[Approval], events: Iterable[CertificateEvent]
) -> tuple[Approval, ...]:
    """The approvals on file that `event` granted, wherever they were read from.

    Of several events that cover an approval, it was the last to take effect by the day on which it begins.
    """
    if event.kind not in GRANTING_KINDS:
        return ()
    kind = (event.meter_type, event.firmware)
    rivals = [row for row in events if row.kind in GRANTING_KINDS and (row.meter_type, row.firmware) == kind]
    ordered = in_order(rivals)
    return tuple(row for row in approvals if covers(event, row) and _granted_by(row, ordered) == event)


def _granted_by(row: Approval, in_order_of_effect: Sequence[CertificateEvent]) -> CertificateEvent:
    covering = [event for event in in_order_of_effect if covers(event, row)]
    begun = [event for event in covering if (event.effective.on or date.min) <= (row.valid_from or date.min)]
    return begun[-1] if begun else covering[0]


def _reopened(approvals: Iterable[Approval], removal: CertificateEvent) -> tuple[Approval, ...]:
    assert removal.removed_on.on is not None
    last_day = removal.removed_on.on - timedelta(days=1)
    return tuple(
        replace(row, valid_to=None) if row.valid_to == last_day and covers(removal, row) else row for row in approvals
    )


def _until(row: Approval, last_day: date | None) -> Approval | None:
    """None for one that would end before it begins: it never holds."""
    if last_day is None:
        return row
    return replace(row, valid_to=last_day) if row.valid_from is None or row.valid_from <= last_day else None
