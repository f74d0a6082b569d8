"""The regulation as known on one day, and the questions that it answers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from validator.regulation.certification import Dated, Decision, Question, decide_over_time
from validator.regulation.dispensed import allowed_issues, issue_in_force
from validator.regulation.governing import Governing, govern
from validator.regulation.limits import IssueLimits, resolve_limits
from validator.regulation.listing import Listing
from validator.regulation.protocol import ProtocolStep, protocol_steps
from validator.regulation.rows import CopIssue, Limit, Override, Source
from validator.regulation.typed import Tables

DecisionKey = tuple[str | None, str | None, str | None, str, int, date | None, str | None]


@dataclass(frozen=True, eq=False)
class Regulation:
    """The rules as known on one day. Questions are answered from caches: ask once for each distinct key.

    `hash` is SHA-256 in hexadecimal over all rows, overrides included; `overrides` says what they changed.
    """

    hash: str
    overrides: tuple[Override, ...]
    sources: Mapping[str, Source]
    cop_issues: tuple[CopIssue, ...]
    known_on: date | None
    _tables: Tables = field(repr=False)
    _policies: Mapping[str, Limit] = field(repr=False)
    _class_ranks: Mapping[str, float] = field(repr=False)
    _aliases: Mapping[str, str] = field(repr=False)
    _limits: dict[tuple[str, int], IssueLimits] = field(default_factory=dict, repr=False)
    _decisions: dict[DecisionKey, tuple[Dated[Decision], ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def _listing(self) -> Listing:
        return Listing(self._tables.approvals)

    @cached_property
    def _complete_makers(self) -> frozenset[str]:
        return frozenset(row.manufacturer for row in self._tables.approval_lists if row.complete)

    def issue_on_file(self, cop: str, issue: int) -> CopIssue | None:
        return next((row for row in self.cop_issues if (row.cop, row.issue) == (cop, issue)), None)

    def issue_in_force(self, cop: str, on: date) -> CopIssue | None:
        return issue_in_force(self.cop_issues, cop, on)

    def limits_for(self, cop: str, issue: int) -> IssueLimits:
        """What holds for the Issue, inherited limits included; empty where none is on file."""
        key = (cop, issue)
        if key not in self._limits:
            self._limits[key] = resolve_limits(cop, issue, self._tables.format_limits, self._tables.accuracy_limits)
        return self._limits[key]

    def policy(self, name: str) -> Limit:
        """A policy by name. Loading demands all that the product uses: a KeyError is a fault in the code."""
        return self._policies[name]

    def class_rank(self, text: str) -> float | None:
        """The rank of an accuracy class, lower is better; None where it is not known."""
        return self._class_ranks.get(text)

    def list_complete(self, manufacturer: str | None, meter_type: str | None) -> bool:
        """Whether approvals.csv has all approvals of the maker, or of every known maker of the meter type."""
        if manufacturer:
            return self.manufacturer(manufacturer) in self._complete_makers
        of_type = self._listing.types.get(meter_type or "")
        makers = {row.manufacturer for row in of_type.approvals} if of_type else set()
        return bool(makers) and makers <= self._complete_makers

    def manufacturer(self, name: str) -> str:
        """The name that the approvals use for a maker known by `name`; `name` itself where no alias says."""
        return self._aliases.get(name, name)

    def govern(
        self,
        cop: str | None,
        issue: int | None,
        first_registered_on: date | None,
        meter_type: str | None,
        variant: str | None,
        firmware: str | None,
    ) -> Governing:
        """Which CoP Issue governs a metering system, from what its standing data declares."""
        rows = self._listing.rows_for(meter_type, variant, firmware)
        approvals = {(row.cop, row.issue): row for row in rows}
        return govern(
            cop,
            issue,
            first_registered_on,
            lambda held: approvals.get((held.cop, held.issue)),
            self.cop_issues,
            self._tables.dispensations,
        )

    def decisions(
        self,
        meter_type: str | None,
        variant: str | None,
        firmware: str | None,
        cop: str,
        issue: int,
        first_registered_on: date | None = None,
        dispensation: str | None = None,
    ) -> tuple[Dated[Decision], ...]:
        """The certification as a step function of the settlement date, sorted; the first step is from None.

        `dispensation` is that of Governing: an Issue that governs by it is DISPENSED rather than APPROVED.
        """
        key = (meter_type, variant, firmware, cop, issue, first_registered_on, dispensation)
        if key not in self._decisions:
            self._decisions[key] = decide_over_time(self._listing, self._question(*key))
        return self._decisions[key]

    def decide(
        self,
        meter_type: str | None,
        variant: str | None,
        firmware: str | None,
        cop: str,
        issue: int,
        on: date,
        first_registered_on: date | None = None,
        dispensation: str | None = None,
    ) -> Decision:
        """The certification on one settlement date; see `decisions`."""
        steps = self.decisions(meter_type, variant, firmware, cop, issue, first_registered_on, dispensation)
        return steps[bisect_right(steps, on, key=lambda step: step.from_date or date.min) - 1].value

    def protocol(self, collector: str | None, outstation_type: str | None) -> tuple[ProtocolStep, ...]:
        """Whether the collector may read the outstation type, as a step function of the settlement date."""
        return protocol_steps(self._tables.protocol_events, collector, outstation_type)

    def _question(
        self,
        meter_type: str | None,
        variant: str | None,
        firmware: str | None,
        cop: str,
        issue: int,
        first_registered_on: date | None,
        dispensation: str | None,
    ) -> Question:
        allowed = allowed_issues(self._tables.dispensations, self.cop_issues, cop, first_registered_on)
        held = self.issue_on_file(cop, issue)
        return Question(
            meter_type,
            variant,
            firmware,
            cop,
            issue,
            held.committees if held else (),
            allowed,
            next((row for row in self._tables.dispensations if row.ref == dispensation), None),
        )
