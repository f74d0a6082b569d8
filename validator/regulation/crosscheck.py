"""Rows against each other: sources known, nothing twice, no overlap, nothing missing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations
from typing import Protocol, TypeVar

from validator.errors import RegulationError
from validator.regulation.certificate_life import check_builds_on, covers, effect_of, papers_due
from validator.regulation.certificate_rows import CertificateEvent, OutstationType
from validator.regulation.crosscheck_dispensations import check_dispensations, check_same_scopes
from validator.regulation.near import did_you_mean
from validator.regulation.placed import IssuesOnFile, Placed, check_on_file, fault_of, issues_on_file
from validator.regulation.rows import AccuracyLimit, Approval, CopIssue, spans_overlap
from validator.regulation.typed import Tables
from validator.regulation.vocabulary import POLICIES, Form, form_of


class Cited(Placed, Protocol):
    @property
    def source(self) -> str: ...


R = TypeVar("R", bound=Placed)


def check_conflicts(tables: Tables) -> None:
    """RegulationError where two rows known at the same time say two things about one."""
    _unique(tables.sources, lambda row: row.source, lambda row: f"source {row.source}")
    _unique(tables.cop_issues, lambda row: (row.cop, row.issue), lambda row: row.name)
    _unique(
        tables.format_limits,
        lambda row: (row.cop, row.from_issue, row.name),
        lambda row: f"limit CoP {row.cop} from Issue {row.from_issue} {row.name}",
    )
    _unique(tables.policies, lambda row: row.name, lambda row: f"policy {row.name}")
    _unique(tables.accuracy_classes, lambda row: row.name, lambda row: f"accuracy class {row.name}")
    _unique(tables.approval_lists, lambda row: row.manufacturer, lambda row: f"approvals list {row.manufacturer}")
    _unique(tables.dispensations, lambda row: row.ref, lambda row: f"dispensation {row.ref}")
    _unique(
        tables.protocol_events,
        lambda row: (row.collector, row.outstation_type, row.instation_software, row.on),
        lambda row: f"event of {row.collector} {row.outstation_type} on {row.on}",
    )
    _unique(tables.aliases, lambda row: row.alias, lambda row: f"manufacturer's name {row.alias}")
    _unique(tables.certificate_events, lambda row: row.event, lambda row: f"certificate event {row.event}")
    _unique(tables.papers, lambda row: (row.event, row.committee), lambda row: f"{row.committee} paper on {row.event}")
    _check_outstation_overlaps(tables.outstation_types)
    _check_issue_overlaps(tables.cop_issues)
    _check_band_overlaps(tables.accuracy_limits)
    _check_approval_overlaps(tables.approvals)
    check_same_scopes(tables.dispensations)


def check_references(tables: Tables) -> None:
    """RegulationError where a row names what is not on file, or a policy that the product uses is missing."""
    known = {row.source for row in tables.sources}
    for cited in _cited(tables):
        _check_source(cited, known)
    for event in tables.protocol_events:
        # The published list that these rows restate names no document, so the column may be blank.
        if event.source:
            _check_source(event, known)
    on_file = issues_on_file(tables.cop_issues)
    _check_limit_issues(tables, on_file)
    _check_classes(tables)
    for issue in tables.cop_issues:
        _check_committees(issue)
    _check_approvals(tables, on_file)
    check_dispensations(tables.dispensations, on_file)
    _check_policies(tables)
    _check_papers(tables)
    _check_events(tables, on_file)


def _cited(tables: Tables) -> Iterable[Cited]:
    yield from tables.cop_issues
    yield from tables.format_limits
    yield from tables.accuracy_limits
    yield from tables.policies
    yield from tables.accuracy_classes
    yield from tables.approval_lists
    yield from tables.approvals
    yield from tables.dispensations
    yield from tables.aliases
    yield from tables.outstation_types
    yield from tables.certificate_events
    yield from tables.papers


def _unique(rows: Sequence[R], key: Callable[[R], Hashable], name: Callable[[R], str]) -> None:
    first: dict[Hashable, R] = {}
    for row in rows:
        earlier = first.setdefault(key(row), row)
        if earlier is not row:
            raise fault_of(row, f"{name(row)} is there twice", f"it stands at {earlier.origin} already")


def _pairs(rows: Iterable[R], key: Callable[[R], Hashable]) -> Iterable[tuple[R, R]]:
    groups: dict[Hashable, list[R]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    for group in groups.values():
        yield from combinations(group, 2)


def _check_issue_overlaps(issues: Sequence[CopIssue]) -> None:
    for first, second in _pairs(issues, lambda row: row.cop):
        spans = [(row.in_force_from, row.in_force_to) for row in (first, second)]
        if spans_overlap(*spans):
            why = f"{first.name} of {first.origin} is in force on some of its days"
            raise fault_of(second, f"{second.name} overlaps another Issue", why)


def _check_band_overlaps(bands: Sequence[AccuracyLimit]) -> None:
    for first, second in _pairs(bands, lambda row: (row.cop, row.from_issue, row.energy, row.power_factor)):
        low, high = sorted((first, second), key=lambda row: row.load_from_pct)
        touching = low.load_to_pct == high.load_from_pct and low.load_to_inclusive
        if high.load_from_pct < low.load_to_pct or touching:
            what = f"the band {second.load_from_pct:g} to {second.load_to_pct:g} % overlaps another"
            why = f"{first.origin} has {first.load_from_pct:g} to {first.load_to_pct:g} % of the same limit"
            raise fault_of(second, what, why)


def _check_approval_overlaps(approvals: Sequence[Approval]) -> None:
    def key(row: Approval) -> Hashable:
        return (row.meter_type, row.variant, row.firmware, row.cop, row.issue)

    for first, second in _pairs(approvals, key):
        if spans_overlap((first.valid_from, first.valid_to), (second.valid_from, second.valid_to)):
            what = f"approval of {second.firmware} for CoP {second.cop} Issue {second.issue} overlaps another"
            raise fault_of(second, what, f"{first.origin} covers some of its days")


def _check_outstation_overlaps(types: Sequence[OutstationType]) -> None:
    for first, second in _pairs(types, lambda row: row.code):
        if spans_overlap((first.valid_from, first.valid_to), (second.valid_from, second.valid_to)):
            what = f"outstation type code {second.code} of {second.outstation_type} overlaps another"
            raise fault_of(second, what, f"{first.origin} gives it to {first.outstation_type} on some of its days")


def _check_events(tables: Tables, on_file: IssuesOnFile) -> None:
    """What an event builds on is on file, whether another event or a published list brought it there."""
    by_type: dict[tuple[str, str], list[Approval]] = {}
    for approval in tables.approvals if tables.certificate_events else ():
        by_type.setdefault((approval.manufacturer, approval.meter_type), []).append(approval)
    for event in tables.certificate_events:
        for cop, issue in event.cops:
            check_on_file(event, cop, issue, on_file)
    never_held = _removed_before_they_began(tables)
    for event in tables.certificate_events:
        kind = (event.manufacturer, event.meter_type)
        others = [row for granting, row in never_held.get(kind, ()) if granting is not event]
        check_builds_on(event, (*by_type.get(kind, ()), *others))


def _removed_before_they_began(tables: Tables) -> dict[tuple[str, str], list[tuple[CertificateEvent, Approval]]]:
    """Approvals that events granted and others removed before their first day, by maker and type.

    No such approval is held, and the events still say of it what they say.
    """
    never_held: dict[tuple[str, str], list[tuple[CertificateEvent, Approval]]] = {}
    removals = [event for event in tables.certificate_events if event.kind == "CERTIFICATE_REMOVED"]
    for event in tables.certificate_events if removals else ():
        for row in effect_of(event, (), tables.cop_issues).granted:
            if any(covers(removal, row) and _begins_after(row, removal) for removal in removals):
                never_held.setdefault((event.manufacturer, event.meter_type), []).append((event, row))
    return never_held


def _begins_after(row: Approval, removal: CertificateEvent) -> bool:
    removed_on = removal.removed_on.on
    return row.valid_from is not None and removed_on is not None and row.valid_from >= removed_on


def _check_papers(tables: Tables) -> None:
    """A paper goes to a committee that answers for one of the event's Codes of Practice."""
    events = {row.event: row for row in tables.certificate_events}
    for paper in tables.papers:
        event = events.get(paper.event)
        if event is None:
            raise fault_of(paper, f"unknown event {paper.event!r}", f"no such event{did_you_mean(paper.event, events)}")
        due = papers_due(event, tables.cop_issues)
        if paper.committee not in due:
            answer = " and ".join(due) or "no committee"
            raise fault_of(paper, f"{paper.committee} paper on {paper.event}", f"{answer} answers for its CoPs")


def _check_source(row: Cited, known: set[str]) -> None:
    if row.source not in known:
        why = f"sources.csv does not list it{did_you_mean(row.source, known)}"
        raise fault_of(row, f"unknown source {row.source!r}", why)


def _check_limit_issues(tables: Tables, on_file: IssuesOnFile) -> None:
    for limit in tables.format_limits:
        check_on_file(limit, limit.cop or "", limit.from_issue, on_file)
    for band in tables.accuracy_limits:
        check_on_file(band, band.cop, band.from_issue, on_file)


def _check_classes(tables: Tables) -> None:
    known = [row.name for row in tables.accuracy_classes]
    replaced = (limit for row in tables.dispensations for limit in row.replaces_limits)
    for limit in (*tables.format_limits, *replaced):
        if form_of(limit.name) is not Form.CLASSES:
            continue
        for name in limit.text.split("|"):
            if name not in known:
                why = f"accuracy_classes.csv does not rank it{did_you_mean(name, known)}"
                raise fault_of(limit, f"unknown accuracy class {name!r}", why)


_COMMITTEES = {
    "1": ("ISG",),
    "2": ("ISG",),
    "3": ("ISG", "SVG"),
    **{str(number): ("SVG",) for number in range(5, 11)},
}
"""Who answers for which CoP: ISG paper 255/05, paragraph 2.3."""


def _check_committees(issue: CopIssue) -> None:
    expected = _COMMITTEES.get(issue.cop)
    if expected and issue.committees != expected:
        what = f"committees {'+'.join(issue.committees)} of {issue.name}"
        raise fault_of(issue, what, f"{'+'.join(expected)} answers for CoP {issue.cop}")


def _check_approvals(tables: Tables, on_file: IssuesOnFile) -> None:
    issues = {(row.cop, row.issue): row for row in tables.cop_issues}
    for approval in tables.approvals:
        check_on_file(approval, approval.cop, approval.issue, on_file)
        issue = issues[approval.cop, approval.issue]
        if approval.committees != issue.committees:
            what = f"committees {'+'.join(approval.committees)} of an approval for {issue.name}"
            raise fault_of(approval, what, f"{issue.origin} says {'+'.join(issue.committees)}")


def _check_policies(tables: Tables) -> None:
    known = {row.name: row for row in tables.policies}
    for name in POLICIES:
        if name not in known:
            raise RegulationError("policy.csv", 1, f"policy {name} is missing", "the checks use it")
    reset, investigate = known["clock_reset_remote"], known["clock_reset_site"]
    if reset.value >= investigate.value:
        what = f"clock_reset_site {investigate.text} s is not above clock_reset_remote {reset.text} s"
        raise fault_of(investigate, what, "a clock is reset before it is investigated")
