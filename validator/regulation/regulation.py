"""The regulation as known on one day, and the questions that it answers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from validator.regulation.certificate_rows import CertificateEvent, CommitteePaper, OutstationType
from validator.regulation.certification import Dated, Decision, Question, decide_over_time
from validator.regulation.dispensed import allowed_issues, issue_in_force
from validator.regulation.governing import Governing, govern
from validator.regulation.hashing import supposed_hash
from validator.regulation.limits import IssueLimits, resolve_limits
from validator.regulation.listing import Listing
from validator.regulation.protocol import ProtocolStep, protocol_steps
from validator.regulation.replaced import waived_checks, with_dispensations
from validator.regulation.rows import Approval, CopIssue, Dispensation, Limit, Override, ProtocolEvent, Source
from validator.regulation.ruling import Ruling, rule_over_time
from validator.regulation.situation import Covered, Dispensations, Situation, covers
from validator.regulation.supposing import with_event, without_approvals, without_event
from validator.regulation.typed import Tables

T = TypeVar("T")
DecisionKey = tuple[str | None, str | None, str | None, str, int, date | None, str | None, tuple[str, ...]]
GoverningKey = tuple[str | None, int | None, date | None, str | None, str | None, str | None, tuple[str, ...]]
LimitsKey = tuple[str, int, tuple[str, ...]]


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
    _limits: dict[LimitsKey, IssueLimits] = field(default_factory=dict, repr=False)
    _rulings: dict[Situation, tuple[Dated[Ruling], ...]] = field(default_factory=dict, repr=False)
    _governing: dict[GoverningKey, Governing] = field(default_factory=dict, repr=False)
    _decisions: dict[DecisionKey, tuple[Dated[Decision], ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def listing(self) -> Listing:
        """The approvals on file, by meter type, variant and firmware."""
        return Listing(self._tables.approvals)

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """Compliance approvals, in the order on file."""
        return self._tables.approvals

    @property
    def certificate_events(self) -> tuple[CertificateEvent, ...]:
        """What befell the certificates, as on file."""
        return self._tables.certificate_events

    @property
    def papers(self) -> tuple[CommitteePaper, ...]:
        """The papers by which committees noted those events."""
        return self._tables.papers

    @property
    def outstation_types(self) -> tuple[OutstationType, ...]:
        """The list of valid outstation types."""
        return self._tables.outstation_types

    @property
    def protocol_events(self) -> tuple[ProtocolEvent, ...]:
        """Protocol approvals given and removed."""
        return self._tables.protocol_events

    @cached_property
    def _complete_makers(self) -> frozenset[str]:
        return frozenset(row.manufacturer for row in self._tables.approval_lists if row.complete)

    def without(self, event: CertificateEvent) -> Regulation:
        """As if an event on file had never been: what it granted is gone, and what it ended goes on."""
        return self._supposing(without_event(self._tables, event), f"without {event}")

    def without_approvals(self, approvals: Collection[Approval]) -> Regulation:
        """As if these approvals on file had never been granted."""
        return self._supposing(without_approvals(self._tables, approvals), f"without {approvals}")

    def with_event(self, event: CertificateEvent) -> Regulation:
        """As if the event were on file too; RegulationError where it builds on what is not there or overlaps it."""
        return self._supposing(with_event(self._tables, event), f"with {event}")

    def _supposing(self, tables: Tables, supposition: str) -> Regulation:
        """These tables in the place of those on file, under a hash of their own, and nothing answered yet."""
        return replace(
            self,
            hash=supposed_hash(self.hash, supposition),
            _tables=tables,
            _limits={},
            _governing={},
            _decisions={},
        )

    def issue_on_file(self, cop: str, issue: int) -> CopIssue | None:
        return next((row for row in self.cop_issues if (row.cop, row.issue) == (cop, issue)), None)

    def issue_in_force(self, cop: str, on: date) -> CopIssue | None:
        return issue_in_force(self.cop_issues, cop, on)

    @cached_property
    def dispensations(self) -> Dispensations:
        """Every dispensation on file, found by reference or by metering system."""
        return Dispensations(self._tables.dispensations)

    def limits_for(self, cop: str, issue: int, dispensations: tuple[str, ...] = ()) -> IssueLimits:
        """What holds for the Issue, inherited limits included; empty where none is on file.

        `dispensations` are references as in a Ruling: their limits stand in the places of the Issue's.
        """
        key = (cop, issue, dispensations)
        if key not in self._limits:
            self._limits[key] = (
                with_dispensations(self.limits_for(cop, issue), self._dispensed(dispensations))
                if dispensations
                else resolve_limits(cop, issue, self._tables.format_limits, self._tables.accuracy_limits)
            )
        return self._limits[key]

    def waived_checks(self, dispensations: tuple[str, ...]) -> Mapping[str, str]:
        """The codes of the checks that these references waive, each with the one that does."""
        return waived_checks(self._dispensed(dispensations))

    def _dispensed(self, references: tuple[str, ...]) -> tuple[Dispensation, ...]:
        return tuple(self.dispensations.by_ref[ref] for ref in references)

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
        of_type = self.listing.types.get(meter_type or "")
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
        *,
        mpan_core: str | None = None,
        installed_on: date | None = None,
    ) -> Governing:
        """Which CoP Issue governs a metering system, from what its standing data declares.

        A dispensation that has another Issue govern on some dates is in `rulings`. `mpan_core` and `installed_on`
        matter where one that allows an earlier Issue asks for them.
        """
        kind = (meter_type, variant, firmware)
        return self._govern(Situation(cop, issue, first_registered_on, *kind, mpan_core, installed_on))

    def rulings(self, at: Situation) -> tuple[Dated[Ruling], ...]:
        """What governs, and which dispensations are at work, as a step function of the settlement date.

        Sorted; the first step is from None.
        """
        if at not in self._rulings:
            self._rulings[at] = self._ruled(at)
        return self._rulings[at]

    def _ruled(self, at: Situation) -> tuple[Dated[Ruling], ...]:
        held = ((row, covers(row, at)) for row in self.dispensations.with_effect(at.mpan_core))
        candidates = [(row, said) for row, said in held if said is not Covered.NO]
        return rule_over_time(self._govern(at), at.cop, candidates, self.issue_on_file)

    def _govern(self, at: Situation) -> Governing:
        allowing = self._allowing(at)
        kind = (at.meter_type, at.variant, at.firmware)
        key = (at.cop, at.issue, at.first_registered_on, *kind, tuple(row.ref for row in allowing))
        if key not in self._governing:
            rows = self.listing.rows_for(*kind)
            approvals = {(row.cop, row.issue): row for row in rows}
            self._governing[key] = govern(
                at.cop,
                at.issue,
                at.first_registered_on,
                lambda held: approvals.get((held.cop, held.issue)),
                self.cop_issues,
                allowing,
            )
        return self._governing[key]

    def _allowing(self, at: Situation) -> tuple[Dispensation, ...]:
        """Those that cover the metering system and allow an earlier Issue, whatever their dates."""
        return tuple(row for row in self.dispensations.allowing(at.mpan_core) if covers(row, at) is Covered.YES)

    def decisions(
        self,
        meter_type: str | None,
        variant: str | None,
        firmware: str | None,
        cop: str,
        issue: int,
        first_registered_on: date | None = None,
        dispensation: str | None = None,
        *,
        mpan_core: str | None = None,
        installed_on: date | None = None,
    ) -> tuple[Dated[Decision], ...]:
        """The certification as a step function of the settlement date, sorted; the first step is from None.

        `dispensation` is that of Governing: an Issue that governs by it is DISPENSED rather than APPROVED.
        `mpan_core` and `installed_on` matter where a dispensation that allows an earlier Issue asks for them.
        """
        at = Situation(cop, issue, first_registered_on, meter_type, variant, firmware, mpan_core, installed_on)
        plain = self._decided(at, cop, issue, None)
        # A dispensation makes APPROVED into DISPENSED and nothing else: most of many thousand change nothing.
        if dispensation is None or all(step.value.word != "APPROVED" for step in plain):
            return plain
        return self._decided(at, cop, issue, dispensation)

    def _decided(self, at: Situation, cop: str, issue: int, dispensation: str | None) -> tuple[Dated[Decision], ...]:
        allowing = self._allowing(at)
        references = tuple(row.ref for row in allowing)
        kind = (at.meter_type, at.variant, at.firmware)
        key = (*kind, cop, issue, at.first_registered_on, dispensation, references)
        if key not in self._decisions:
            question = self._question(at, cop, issue, dispensation, allowing)
            self._decisions[key] = decide_over_time(self.listing, question)
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
        *,
        mpan_core: str | None = None,
        installed_on: date | None = None,
    ) -> Decision:
        """The certification on one settlement date; see `decisions`."""
        steps = self.decisions(
            meter_type, variant, firmware, cop, issue, first_registered_on, dispensation,
            mpan_core=mpan_core, installed_on=installed_on,
        )  # fmt: skip
        return on_day(steps, on)

    def ruling_on(self, at: Situation, on: date) -> Ruling:
        """What governs on one settlement date; see `rulings`."""
        return on_day(self.rulings(at), on)

    def protocol(self, collector: str | None, outstation_type: str | None) -> tuple[ProtocolStep, ...]:
        """Whether the collector may read the outstation type, as a step function of the settlement date."""
        return protocol_steps(self._tables.protocol_events, collector, outstation_type)

    def _question(
        self,
        at: Situation,
        cop: str,
        issue: int,
        dispensation: str | None,
        allowing: tuple[Dispensation, ...],
    ) -> Question:
        held = self.issue_on_file(cop, issue)
        return Question(
            at.meter_type,
            at.variant,
            at.firmware,
            cop,
            issue,
            held.committees if held else (),
            allowed_issues(allowing, self.cop_issues, cop, at.first_registered_on),
            self.dispensations.by_ref.get(dispensation or ""),
        )


def on_day(steps: Sequence[Dated[T]], on: date) -> T:
    """What a step function says of a day."""
    return steps[bisect_right(steps, on, key=lambda step: step.from_date or date.min) - 1].value
