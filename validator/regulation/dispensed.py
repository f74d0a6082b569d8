"""Dispensations that let an outstation of an earlier CoP Issue still be installed, such as D/535."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from validator.regulation.rows import CopIssue, Dispensation, within


@dataclass(frozen=True, slots=True)
class AllowedIssue:
    """An earlier Issue that `dispensation` allows."""

    dispensation: Dispensation
    issue: CopIssue


def issue_in_force(issues: Iterable[CopIssue], cop: str, on: date) -> CopIssue | None:
    """The Issue of `cop` in force on the day, None where none is on file."""
    return next((row for row in issues if row.cop == cop and row.in_force(on)), None)


def allowed_issues(
    dispensations: Iterable[Dispensation], issues: Sequence[CopIssue], cop: str, registered_on: date | None
) -> tuple[AllowedIssue, ...]:
    """The earlier Issues of `cop` that a system first registered on that day may be held to."""
    if registered_on is None:
        return ()
    allowed = []
    for row in dispensations:
        if row.allows_issues_before is None or not _covers(row, cop, registered_on):
            continue
        issue = issue_in_force(issues, cop, row.allows_issues_before - timedelta(days=1))
        if issue is not None and row.issue in (None, issue.issue):
            allowed.append(AllowedIssue(row, issue))
    return tuple(allowed)


def _covers(row: Dispensation, cop: str, registered_on: date) -> bool:
    return (not row.cops or cop in row.cops) and within(registered_on, row.valid_from, row.expiry)
