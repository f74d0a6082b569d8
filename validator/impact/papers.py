"""Which paper goes to which committee, about which of an amendment's CoP Issues."""

from __future__ import annotations

from dataclasses import dataclass

from validator.impact.amendment import Amendment
from validator.impact.effect import Impact
from validator.regulation.certificate_rows import CertificateEvent, CommitteePaper
from validator.regulation.rows import Approval, CopIssue, Source, weakest_status

REQUIREMENT_SOURCES = ("ISG-255-05", "SECTION-L")
"""What the page's statement of requirements rests on."""


@dataclass(frozen=True, slots=True)
class Due:
    """What one committee is to be told of; `papers` are those on file, () where none is."""

    committee: str
    cops: tuple[tuple[str, int], ...]
    papers: tuple[CommitteePaper, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source that the paper relies on; `status` is the weakest of what is taken from it, blank for background."""

    source: str
    known: Source | None
    status: str


def due_of(amendment: Amendment) -> tuple[Due, ...]:
    """Every committee that answers for a CoP of the amendment, in alphabetical order."""
    events = {event.event for event in amendment.events}
    papers = [row for row in amendment.after.papers if row.event in events]
    return tuple(
        Due(committee, cops, tuple(row for row in papers if row.committee == committee))
        for committee, cops in amendment.due.items()
    )


def issues_of(impact: Impact) -> tuple[CopIssue, ...]:
    """The CoP Issues that the amendment is for, or that govern a meter considered, in the order on file.

    For one committee, those that it answers for.
    """
    named = {*impact.amendment.cops, *(meter.cop_issue for meter in impact.meters)}
    return tuple(
        row
        for row in impact.amendment.after.cop_issues
        if (row.cop, row.issue) in named and impact.committee in (None, *row.committees)
    )


def cited_in(impact: Impact) -> tuple[Cited, ...]:
    """The sources of the amendment, its papers, the Issues, the decisions and the dispensations at work."""
    amendment = impact.amendment
    rows: list[CertificateEvent | Approval | CopIssue | CommitteePaper] = [*amendment.events, *amendment.approvals]
    rows += [*issues_of(impact), *(paper for due in due_of(amendment) for paper in due.papers)]
    statuses: dict[str, list[str]] = {}
    for row in rows:
        statuses.setdefault(row.source, []).append(row.status)
    for assessment in dict.fromkeys(meter.assessment for meter in impact.meters):
        decision, dispensation = assessment.after.decision, assessment.after.governing.dispensation
        if decision and decision.source:
            statuses.setdefault(decision.source, []).append(decision.status)
        if dispensation:
            held = amendment.after.dispensations.by_ref[dispensation]
            statuses.setdefault(held.source, []).append(held.status)
    for source in REQUIREMENT_SOURCES:
        statuses.setdefault(source, [])
    return tuple(
        Cited(source, amendment.after.sources.get(source), weakest_status(*found) if found else "")
        for source, found in statuses.items()
        if source
    )
