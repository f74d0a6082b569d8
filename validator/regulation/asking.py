"""Decisions as a person asks for them: one meter, or every variant and CoP Issue of its type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from validator.regulation.certification import Decision
from validator.regulation.regulation import Regulation
from validator.regulation.situation import Situation


@dataclass(frozen=True)
class Asked:
    """What is asked; None is for "every one that is on file", and for what standing data would not say."""

    meter_type: str
    firmware: str
    on: date
    variant: str | None = None
    cop: str | None = None
    issue: int | None = None
    first_registered_on: date | None = None
    installed_on: date | None = None
    mpan_core: str | None = None


@dataclass(frozen=True)
class Answer:
    """One decision. `issue` is None where no Issue governs; `governing` says why that Issue does."""

    meter_type: str
    variant: str
    firmware: str
    cop: str
    issue: int | None
    on: date
    governing: str
    dispensations: tuple[str, ...]
    decision: Decision | None

    @property
    def word(self) -> str:
        """The word of the decision, NOT_ASSESSED where no Issue governs."""
        return self.decision.word if self.decision else "NOT_ASSESSED"


def answers_to(asked: Asked, regulation: Regulation) -> tuple[Answer, ...]:
    """The decisions for the variants and CoP Issues asked about, in the order on file.

    Without a CoP: those for which the type is approved, or all on file where it is for none. With a CoP but
    neither Issue nor first registration: each Issue of it.
    """
    return tuple(
        _answer(asked, variant, cop, issue, regulation)
        for variant in _variants(asked, regulation)
        for cop, issue in _issues(asked, regulation)
    )


def _variants(asked: Asked, regulation: Regulation) -> Sequence[str]:
    if asked.variant is not None:
        return (asked.variant,)
    of_type = regulation.listing.types.get(asked.meter_type)
    return tuple(of_type.variants) if of_type else ("",)


def _issues(asked: Asked, regulation: Regulation) -> Sequence[tuple[str, int | None]]:
    if asked.cop and (asked.issue is not None or asked.first_registered_on is not None):
        return ((asked.cop, asked.issue),)
    on_file = [(row.cop, row.issue) for row in regulation.cop_issues if asked.cop in (None, row.cop)]
    if asked.cop:
        return on_file or ((asked.cop, None),)
    of_type = regulation.listing.types.get(asked.meter_type)
    approved = {(row.cop, row.issue) for row in of_type.approvals} if of_type else set(on_file)
    return [pair for pair in on_file if pair in approved]


def _answer(asked: Asked, variant: str, cop: str, issue: int | None, regulation: Regulation) -> Answer:
    kind = (asked.meter_type, variant, asked.firmware)
    at = Situation(cop, issue, asked.first_registered_on, *kind, asked.mpan_core, asked.installed_on)
    ruling = regulation.ruling_on(at, asked.on)
    governing = ruling.governing
    decision = None
    if governing.cop is not None and governing.issue is not None:
        decision = regulation.decide(
            *kind,
            governing.cop,
            governing.issue,
            asked.on,
            asked.first_registered_on,
            governing.dispensation,
            mpan_core=asked.mpan_core,
            installed_on=asked.installed_on,
        )
    return Answer(*kind, cop, governing.issue, asked.on, governing.reason, tuple(ruling.dispensations), decision)
