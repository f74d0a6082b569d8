"""What holds for a metering system over time: its governing CoP Issue, and the dispensations at work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from validator.regulation.certification import Dated
from validator.regulation.governing import Governing
from validator.regulation.rows import CopIssue, Dispensation, within
from validator.regulation.situation import Covered, prevails, strength


@dataclass(frozen=True, slots=True)
class Ruling:
    """The governing Issue and, by reference, what departs from it.

    `dispensations` replace limits or waive checks, the one that prevails first. `undecided` would do
    something if standing data gave the date that they ask for: they do not apply.
    """

    governing: Governing
    dispensations: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


def rule_over_time(
    base: Governing,
    cop: str | None,
    candidates: Sequence[tuple[Dispensation, Covered]],
    on_file: Callable[[str, int], CopIssue | None],
) -> tuple[Dated[Ruling], ...]:
    """The ruling as a step function of the settlement date, sorted; the first step is from None.

    `base` governs where no dispensation says otherwise; `candidates` cover the metering system (or might).
    """
    steps: list[Dated[Ruling]] = []
    strongest_first = sorted(candidates, key=lambda held: strength(held[0]))
    for day in (None, *_turning_days(row for row, _ in candidates)):
        held = [(row, said) for row, said in strongest_first if within(day or date.min, row.valid_from, row.expiry)]
        ruling = _rule(base, cop, held, on_file)
        if not steps or ruling != steps[-1].value:
            steps.append(Dated(day, ruling))
    return tuple(steps)


def _turning_days(rows: Iterable[Dispensation]) -> list[date]:
    days: set[date] = set()
    for row in rows:
        days |= {row.valid_from} if row.valid_from else set()
        days |= {row.expiry + timedelta(days=1)} if row.expiry else set()
    return sorted(days)


def _rule(
    base: Governing,
    cop: str | None,
    held: Sequence[tuple[Dispensation, Covered]],
    on_file: Callable[[str, int], CopIssue | None],
) -> Ruling:
    sure = [row for row, said in held if said is Covered.YES]
    setters = [row for row in sure if row.governs_issue not in (None, base.issue) and row.issue in (None, base.issue)]
    governing = _set(base, cop, setters, on_file) if cop and setters else base
    if governing.issue is None:
        return Ruling(governing)
    # The Issue that was departed from is the one that its scope names.
    own = {row.ref for row in setters if row.ref == governing.dispensation}
    applying = [
        row.ref
        for row in sure
        if (row.replaces_limits or row.waives_checks) and (row.ref in own or row.issue in (None, governing.issue))
    ]
    undecided = [
        row.ref for row, said in held if said is Covered.UNDECIDED and row.issue in (None, base.issue, governing.issue)
    ]
    return Ruling(governing, tuple(applying), tuple(undecided))


def _set(
    base: Governing, cop: str, setters: Sequence[Dispensation], on_file: Callable[[str, int], CopIssue | None]
) -> Governing:
    """The Issue that the strongest of `setters` has govern."""
    row = setters[0]
    issue = on_file(cop, row.governs_issue or 0)
    if issue is None:
        # Loading has checked every CoP that the row names.
        raise RuntimeError(f"{row.ref} has CoP {cop} Issue {row.governs_issue} govern, which is not on file")
    reason = f"{row.ref} has {issue.name} govern ({row.origin}, {row.source}, {row.status})"
    others = (other for other in setters[1:] if other.governs_issue != row.governs_issue)
    over = "".join(f"; {prevails(row, other)}, which has Issue {other.governs_issue} govern" for other in others)
    return Governing(cop, issue.issue, row.ref, f"{reason}{over}; without it: {base.reason}")
