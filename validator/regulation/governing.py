"""Which CoP Issue governs a metering system: BSC Section L, the Issue in force at first registration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from validator.regulation.dispensed import allowed_issues, issue_in_force
from validator.regulation.rows import Approval, CopIssue, Dispensation


@dataclass(frozen=True, slots=True)
class Governing:
    """The governing CoP Issue, both None where none governs; `reason` says why in words."""

    cop: str | None
    issue: int | None
    dispensation: str | None
    reason: str


def govern(
    cop: str | None,
    issue: int | None,
    registered_on: date | None,
    approval: Callable[[CopIssue], Approval | None],
    issues: Sequence[CopIssue],
    dispensations: Sequence[Dispensation],
) -> Governing:
    """The Issue that standing data declares; else that of first registration, or one that is dispensed.

    `approval` gives an approval of the meter type, variant and firmware for an Issue, if there is one.
    """
    if not cop:
        return _none("standing data names no Code of Practice")
    if issue is not None:
        return _declared(cop, issue, issues)
    if registered_on is None:
        return _none(f"standing data names CoP {cop}, but neither its Issue nor the date of first registration")
    in_force = issue_in_force(issues, cop, registered_on)
    if in_force is None:
        return _none(f"no Issue of CoP {cop} on file was in force on {registered_on}, the first registration")
    return _dispensed(in_force, registered_on, approval, issues, dispensations) or Governing(
        cop, in_force.issue, None, _by_registration(in_force, registered_on)
    )


def _none(reason: str) -> Governing:
    return Governing(None, None, None, reason)


def _declared(cop: str, issue: int, issues: Sequence[CopIssue]) -> Governing:
    held = next((row for row in issues if row.cop == cop and row.issue == issue), None)
    if held is None:
        return _none(f"standing data declares CoP {cop} Issue {issue}, which is not on file")
    return Governing(cop, issue, None, f"standing data declares {held.name} ({held.source}, {held.status})")


def _by_registration(issue: CopIssue, registered_on: date) -> str:
    return (
        f"{issue.name} was in force on {registered_on}, the first registration"
        f" (SECTION-L; {issue.origin}, {issue.source}, {issue.status})"
    )


def _dispensed(
    in_force: CopIssue,
    registered_on: date,
    approval: Callable[[CopIssue], Approval | None],
    issues: Sequence[CopIssue],
    dispensations: Sequence[Dispensation],
) -> Governing | None:
    if approval(in_force) is not None:
        return None
    for allowed in allowed_issues(dispensations, issues, in_force.cop, registered_on):
        earlier, row = allowed.issue, allowed.dispensation
        held = approval(earlier)
        if earlier.issue != in_force.issue and held is not None:
            reason = (
                f"{_by_registration(in_force, registered_on)}; {row.ref} allows {earlier.name}"
                f" ({row.origin}, {row.source}, {row.status}), for which the firmware is approved"
                f" ({held.origin}, {held.source}, {held.status})"
            )
            return Governing(earlier.cop, earlier.issue, row.ref, reason)
    return None
