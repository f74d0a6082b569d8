"""The dispensations at work in a run, with what each is about and what it did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from validator.regulation import Dispensation, Regulation
from validator.report.words import many
from validator.validation.dispensed import DispensationTally


@dataclass(frozen=True, slots=True)
class DispensationCount:
    """One dispensation, its row of the table and its tally."""

    row: Dispensation
    tally: DispensationTally

    @property
    def did(self) -> tuple[str, ...]:
        """What it did, in words, each with its channel-days."""
        return tuple(self._did())

    def _did(self) -> Iterable[str]:
        if self.tally.governs:
            issue = self.row.governs_issue
            named = f"Issue {issue}" if issue else "an earlier Issue"
            yield f"{named} governs: {many(self.tally.governs, 'channel-day')}"
        if self.tally.certifies:
            yield f"certification DISPENSED: {many(self.tally.certifies, 'channel-day')}"
        set_to = {
            limit.name: f"{limit.text.replace('|', ', ')} {limit.unit}".strip() for limit in self.row.replaces_limits
        }
        for name, days in self.tally.limits.items():
            yield f"limit {name} is {set_to[name]}: {many(days, 'channel-day')}"
        for code, days in self.tally.checks.items():
            yield f"check {code} waived: {many(days, 'channel-day')}"
        if self.tally.undecided:
            asked = " or ".join(_asked(self.row))
            yield f"not applied for want of {asked} in the standing data: {many(self.tally.undecided, 'channel-day')}"


def _asked(row: Dispensation) -> Iterable[str]:
    if row.installed_before or row.installed_from:
        yield "installed_on"
    if row.registered_before or row.registered_from:
        yield "first_registered_on"


def dispensation_counts(tallies: Iterable[DispensationTally], regulation: Regulation) -> tuple[DispensationCount, ...]:
    """In the order of the table."""
    return tuple(DispensationCount(regulation.dispensations.by_ref[tally.ref], tally) for tally in tallies)


def dispensation_document(counted: DispensationCount) -> dict[str, Any]:
    """As it stands in report.json."""
    row, tally = counted.row, counted.tally
    return {
        "ref": row.ref,
        "kind": row.kind,
        "subject": row.subject,
        "clause": row.clause or None,
        "source": row.source,
        "status": row.status,
        "origin": row.origin,
        "channel_days": tally.channel_days,
        "governs_issue": tally.governs,
        "dispenses_certification": tally.certifies,
        "replaces_limits": tally.limits,
        "waives_checks": tally.checks,
        "undecided": tally.undecided,
    }
