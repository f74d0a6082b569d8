"""What an amendment does to each meter of its type: judged before it and after it, once for each distinct kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from validator.errors import Place, SubmissionError
from validator.impact.amendment import Amendment
from validator.impact.estate import Estate, estate_on, situations
from validator.impact.judging import Judgement, judge
from validator.impact.kinds import Effect, FirmwareKind
from validator.impact.steps import Step, next_step
from validator.regulation import Situation
from validator.standing import StandingData

_CARRIED = ("mpan_core", "role", "row", "manufacturer", "meter_type", "variant", "firmware")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What holds for all meters of one kind: same type, variant, firmware, CoP, Issue and registration.

    `committees` answer for the CoP that governs after the amendment; () where none governs.
    """

    kind: FirmwareKind
    committees: tuple[str, ...]
    before: Judgement
    after: Judgement
    step: Step

    @property
    def effect(self) -> Effect:
        was, now = self.before.certified, self.after.certified
        if now is None:
            return Effect.UNDECIDED
        if now:
            return Effect.STAYS_CERTIFIED if was else Effect.GAINED
        return Effect.LOST if was else Effect.STAYS_UNCERTIFIED


@dataclass(frozen=True, slots=True)
class Meter:
    """One meter on file, by its row of standing data; None where that says nothing."""

    mpan_core: str
    role: str
    standing_row: int
    manufacturer: str | None
    meter_type: str
    variant: str | None
    firmware: str | None
    assessment: Assessment

    @property
    def committees(self) -> tuple[str, ...]:
        """Those that answer for the CoP that governs it; () where none governs."""
        return self.assessment.committees

    @property
    def cop_issue(self) -> tuple[str, int] | None:
        """What governs it after the amendment."""
        return self.assessment.after.cop_issue


@dataclass(frozen=True)
class Impact:
    """The meters that an amendment is about, as they are on `on`.

    With `committee` only those for which it answers, and those for which nobody can say who does;
    `left_to_others` counts the rest.
    """

    amendment: Amendment
    on: date
    estate: Estate
    meters: tuple[Meter, ...]
    standing_name: str
    standing_sha256: str
    committee: str | None = None
    left_to_others: int = 0

    def narrowed(self, committee: str) -> Impact:
        """For one committee; SubmissionError where it answers for none of the amendment's CoPs."""
        due = self.amendment.due
        if committee not in due:
            answer = " and ".join(due) or "no committee"
            verb = "answer" if len(due) > 1 else "answers"
            found = f"{committee}, which answers for none of the amendment's CoPs"
            raise SubmissionError(Place("--committee"), found, f"{answer}, which {verb} for them")
        own = tuple(meter for meter in self.meters if committee in meter.committees or not meter.committees)
        return replace(self, committee=committee, meters=own, left_to_others=len(self.meters) - len(own))


def impact_of(amendment: Amendment, standing: StandingData, on: date) -> Impact:
    """The effect of the amendment on the standing rows in force on the day."""
    estate = estate_on(standing, amendment, on)
    meters = tuple(_meters(estate, amendment, on))
    return Impact(amendment, on, estate, meters, standing.name, standing.sha256)


def _meters(estate: Estate, amendment: Amendment, on: date) -> Iterator[Meter]:
    assessing = _Assessing(amendment, on)
    rows = estate.considered.select(_CARRIED).iter_rows()
    for row, at in zip(rows, situations(estate.considered, amendment.after), strict=True):
        mpan_core, role, standing_row, manufacturer, meter_type, variant, firmware = row
        yield Meter(mpan_core, role, standing_row, manufacturer, meter_type, variant, firmware, assessing.of(at))


class _Assessing:
    """Assesses each distinct kind of meter once."""

    def __init__(self, amendment: Amendment, on: date) -> None:
        self._amendment = amendment
        self._on = on
        self._listed = frozenset(
            row.firmware
            for regulation in (amendment.before, amendment.after)
            for row in regulation.approvals
            if row.meter_type == amendment.meter_type
        )
        self._known: dict[Situation, Assessment] = {}
        self._with_new: dict[Situation, Judgement] = {}

    def of(self, at: Situation) -> Assessment:
        if at not in self._known:
            self._known[at] = self._assess(at)
        return self._known[at]

    def _assess(self, at: Situation) -> Assessment:
        amendment, on = self._amendment, self._on
        kind = self._kind(at.firmware)
        before, after = judge(amendment.before, at, on), judge(amendment.after, at, on)
        held = amendment.after.issue_on_file(*after.cop_issue) if after.cop_issue else None
        step = next_step(kind, after, amendment.new, self._if_new(at))
        return Assessment(kind, held.committees if held else (), before, after, step)

    def _if_new(self, at: Situation) -> Judgement | None:
        """What would be judged if it ran the firmware that the amendment brings; None where it brings none."""
        if not self._amendment.new:
            return None
        supposed = replace(at, firmware=self._amendment.new)
        if supposed not in self._with_new:
            self._with_new[supposed] = judge(self._amendment.after, supposed, self._on)
        return self._with_new[supposed]

    def _kind(self, firmware: str | None) -> FirmwareKind:
        if not firmware:
            return FirmwareKind.UNKNOWN
        if firmware == self._amendment.new:
            return FirmwareKind.NEW
        if firmware in self._amendment.old:
            return FirmwareKind.OLD
        return FirmwareKind.OTHER_LISTED if firmware in self._listed else FirmwareKind.UNLISTED
