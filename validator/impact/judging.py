"""Whether one metering system is certified on one day, and under which CoP Issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from validator.regulation import Decision, Governing, Regulation, Situation

CERTIFIED_WORDS = frozenset({"APPROVED", "DISPENSED"})
UNDECIDED_WORD = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What governs on the day, and what is decided; `decision` is None where no Issue governs."""

    governing: Governing
    decision: Decision | None

    @property
    def word(self) -> str:
        """The word of the decision, blank where there is none."""
        return self.decision.word if self.decision else ""

    @property
    def certified(self) -> bool | None:
        """None where it cannot be judged."""
        if self.decision is None or self.decision.word == UNDECIDED_WORD:
            return None
        return self.decision.word in CERTIFIED_WORDS

    @property
    def cop_issue(self) -> tuple[str, int] | None:
        cop, issue = self.governing.cop, self.governing.issue
        return None if cop is None or issue is None else (cop, issue)


def judge(regulation: Regulation, at: Situation, on: date) -> Judgement:
    """The governing Issue with its dispensations, and the certification for it, on one settlement date."""
    governing = regulation.ruling_on(at, on).governing
    if governing.cop is None or governing.issue is None:
        return Judgement(governing, None)
    decision = regulation.decide(
        at.meter_type,
        at.variant,
        at.firmware,
        governing.cop,
        governing.issue,
        on,
        at.first_registered_on,
        governing.dispensation,
        mpan_core=at.mpan_core,
        installed_on=at.installed_on,
    )
    return Judgement(governing, decision)
