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
    """What holds for all meters of one kind: same type, variant, firmware, CoP, Issue and registration."""

    kind: FirmwareKind
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
    """One meter on file, by its row of standing data; None where that says nothing.

    `committees` answer for the CoP that governs it; () where none governs.
    """

    mpan_core: str
    role: str
    standing_row: int
    manufacturer: str | None
    meter_type: str
    variant: str | None
    firmware: str | None
    committees: tuple[str, ...]
    assessment: Assessment

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
    listed = frozenset(
        row.firmware
        for regulation in (amendment.before, amendment.after)
        for row in regulation.approvals
        if row.meter_type == amendment.meter_type
    )
    known: dict[Situation, tuple[Assessment, tuple[str, ...]]] = {}
    rows = estate.considered.select(_CARRIED).iter_rows()
    for row, at in zip(rows, situations(estate.considered, amendment.after), strict=True):
        if at not in known:
            assessment = _assess(amendment, at, listed, on)
            known[at] = assessment, _committees(amendment, assessment)
        assessment, committees = known[at]
        mpan_core, role, standing_row, manufacturer, meter_type, variant, firmware = row
        yield Meter(mpan_core, role, standing_row, manufacturer, meter_type, variant, firmware, committees, assessment)


def _assess(amendment: Amendment, at: Situation, listed: frozenset[str], on: date) -> Assessment:
    kind = _kind(amendment, at.firmware, listed)
    before, after = judge(amendment.before, at, on), judge(amendment.after, at, on)
    if_new = judge(amendment.after, replace(at, firmware=amendment.new), on) if amendment.new else None
    return Assessment(kind, before, after, next_step(kind, after, amendment.new, if_new))


def _kind(amendment: Amendment, firmware: str | None, listed: frozenset[str]) -> FirmwareKind:
    if not firmware:
        return FirmwareKind.UNKNOWN
    if firmware == amendment.new:
        return FirmwareKind.NEW
    if firmware in amendment.old:
        return FirmwareKind.OLD
    return FirmwareKind.OTHER_LISTED if firmware in listed else FirmwareKind.UNLISTED


def _committees(amendment: Amendment, assessment: Assessment) -> tuple[str, ...]:
    governing = assessment.after.cop_issue
    held = amendment.after.issue_on_file(*governing) if governing else None
    return held.committees if held else ()
