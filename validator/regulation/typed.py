"""All tables as typed rows; each cell is checked here, rows against each other in crosscheck.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from validator.regulation import cells
from validator.regulation.certificate_rows import (
    CertificateEvent,
    CommitteePaper,
    ManufacturerAlias,
    OutstationType,
    certificate_event,
    committee_paper,
    manufacturer_alias,
    outstation_type,
)
from validator.regulation.dispensation_rows import dispensation
from validator.regulation.limit_rows import accuracy_limit, cop, format_limit, policy
from validator.regulation.rows import (
    APPROVAL_STATUSES,
    STATUSES,
    AccuracyClass,
    AccuracyLimit,
    Approval,
    ApprovalList,
    CopIssue,
    Dispensation,
    Limit,
    ProtocolEvent,
    Source,
)
from validator.regulation.tables import RawTables, Row

T = TypeVar("T")

_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Tables:
    """Every table, typed, its rows in the order of the file."""

    sources: tuple[Source, ...]
    cop_issues: tuple[CopIssue, ...]
    format_limits: tuple[Limit, ...]
    accuracy_limits: tuple[AccuracyLimit, ...]
    policies: tuple[Limit, ...]
    accuracy_classes: tuple[AccuracyClass, ...]
    approval_lists: tuple[ApprovalList, ...]
    approvals: tuple[Approval, ...]
    dispensations: tuple[Dispensation, ...]
    protocol_events: tuple[ProtocolEvent, ...]
    aliases: tuple[ManufacturerAlias, ...]
    outstation_types: tuple[OutstationType, ...]
    certificate_events: tuple[CertificateEvent, ...]
    papers: tuple[CommitteePaper, ...]


def type_tables(raw: RawTables) -> Tables:
    """Typed rows of every table; RegulationError names the first cell that is wrong."""

    def typed(name: str, read: Callable[[Row], T]) -> tuple[T, ...]:
        return tuple(read(row) for row in raw[name])

    return Tables(
        sources=typed("sources.csv", _source),
        cop_issues=typed("cop_issues.csv", _cop_issue),
        format_limits=typed("format_limits.csv", format_limit),
        accuracy_limits=typed("accuracy_limits.csv", accuracy_limit),
        policies=typed("policy.csv", policy),
        accuracy_classes=typed("accuracy_classes.csv", _accuracy_class),
        approval_lists=typed("approval_lists.csv", _approval_list),
        approvals=typed("approvals.csv", _approval),
        dispensations=typed("dispensations.csv", dispensation),
        protocol_events=typed("protocol_approvals.csv", _protocol_event),
        aliases=typed("manufacturers.csv", manufacturer_alias),
        outstation_types=typed("outstation_types.csv", outstation_type),
        certificate_events=typed("certificate_events.csv", certificate_event),
        papers=typed("committee_papers.csv", committee_paper),
    )


def _source(row: Row) -> Source:
    return Source(
        source=cells.text(row, "source"),
        title=cells.text(row, "title"),
        publisher=row.cells["publisher"],
        dated=cells.day(row, "dated"),
        note=row.cells["note"],
        origin=row.origin,
    )


def _cop_issue(row: Row) -> CopIssue:
    begins, ends = cells.span(row, "in_force_from", "in_force_to")
    return CopIssue(
        cop=cop(row),
        issue=cells.whole(row, "issue"),
        title=cells.text(row, "title"),
        in_force_from=begins,
        in_force_to=ends,
        committees=cells.committees(row),
        source=row.cells["source"],
        status=cells.word(row, "status", STATUSES),
        origin=row.origin,
    )


def _accuracy_class(row: Row) -> AccuracyClass:
    return AccuracyClass(
        name=cells.text(row, "class"),
        rank=cells.number(row, "rank", row.cells["rank"]),
        source=row.cells["source"],
        status=cells.word(row, "status", STATUSES),
        note=row.cells["note"],
        origin=row.origin,
    )


def _approval_list(row: Row) -> ApprovalList:
    return ApprovalList(
        manufacturer=cells.text(row, "manufacturer"),
        complete=cells.yes_no(row, "complete"),
        source=row.cells["source"],
        status=cells.word(row, "status", STATUSES),
        note=row.cells["note"],
        origin=row.origin,
    )


def _approval(row: Row) -> Approval:
    begins, ends = cells.span(row, "valid_from", "valid_to")
    if row.cells["replaces_firmware"] == cells.text(row, "firmware"):
        raise row.fault(f"firmware {row.cells['firmware']} replaces itself", "it must replace another")
    return Approval(
        manufacturer=cells.text(row, "manufacturer"),
        meter_type=cells.text(row, "meter_type"),
        variant=row.cells["variant"],
        mounting=row.cells["mounting"],
        outstation_integral=cells.word(row, "outstation_integral", ("yes", "no"), blank=True),
        firmware=row.cells["firmware"],
        replaces_firmware=row.cells["replaces_firmware"],
        cop=cop(row),
        issue=cells.whole(row, "issue"),
        committees=cells.committees(row),
        valid_from=begins,
        valid_from_precision=_approval_precision(row, begins),
        valid_to=ends,
        basis=cells.text(row, "basis"),
        protocol_affected=cells.word(row, "protocol_affected", ("yes", "no"), blank=True),
        source=row.cells["source"],
        status=cells.word(row, "status", APPROVAL_STATUSES),
        origin=row.origin,
    )


def _approval_precision(row: Row, begins: date | None) -> str:
    precision = cells.word(row, "valid_from_precision", ("day", "month", "unknown"))
    if (precision == "unknown") != (begins is None):
        raise row.fault(f"valid_from_precision {precision}", "unknown goes with a blank valid_from, and only there")
    if precision == "month" and begins is not None and begins.day != 1:
        raise row.fault(f"valid_from {begins} of precision month", "a month is written as its first day")
    return precision


def _protocol_event(row: Row) -> ProtocolEvent:
    precision = cells.word(row, "date_precision", ("day", "month", "before"))
    return ProtocolEvent(
        collector=cells.text(row, "collector"),
        outstation_type=row.cells["outstation_type"],
        action=cells.word(row, "action", ("approved", "removed")),
        instation_software=row.cells["instation_software"],
        on=_event_date(row, precision),
        date_precision=precision,
        source=row.cells["source"],
        status=cells.word(row, "status", STATUSES),
        origin=row.origin,
    )


def _event_date(row: Row, precision: str) -> date:
    written = cells.text(row, "date")
    if precision != "month":
        return cells.day_from(row, "date", written)
    if not _MONTH.fullmatch(written):
        raise row.fault(f"date {written!r} of precision month", "a month is written YYYY-MM")
    return cells.day_from(row, "date", f"{written}-01")


READERS: dict[str, Callable[[Row], object]] = {
    "approvals.csv": _approval,
    "dispensations.csv": dispensation,
    "protocol_approvals.csv": _protocol_event,
    "outstation_types.csv": outstation_type,
}
"""Checks one row by itself, for the tables that lists are imported into."""
