"""Exact counts of an impact. Every meter is counted once in each table, whether or not an Issue governs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from validator.impact.effect import Impact, Meter
from validator.impact.kinds import Effect, FirmwareKind
from validator.impact.steps import NOBODY, Step

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Tally:
    """Meters, the metering systems they are at, and how many are certified before and after; the rest is not.

    `undecided` after the amendment: no Issue governs, or standing data gives no firmware.
    """

    meters: int
    metering_systems: int
    certified_before: int
    certified_after: int
    undecided: int


@dataclass(frozen=True, slots=True)
class Group:
    """The meters of one firmware kind under one CoP Issue. `cop` and `issue` are None where none governs."""

    cop: str | None
    issue: int | None
    committees: tuple[str, ...]
    kind: FirmwareKind
    firmware: tuple[str, ...]
    words: tuple[tuple[str, int], ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class IssueCount:
    """All meters under one CoP Issue; `amended` where the amendment is for that Issue."""

    cop: str | None
    issue: int | None
    committees: tuple[str, ...]
    amended: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class Counts:
    """`changes` are (word before, word after), blank where no Issue governs. The most frequent come first."""

    total: Tally
    issues: tuple[IssueCount, ...]
    groups: tuple[Group, ...]
    kinds: tuple[tuple[FirmwareKind, Tally], ...]
    effects: tuple[tuple[Effect, int], ...]
    changes: tuple[tuple[str, str, int], ...]
    steps: tuple[tuple[Step, int], ...]
    to_act_on: int


def counts_of(impact: Impact) -> Counts:
    meters = impact.meters
    by_issue = _grouped(sorted(meters, key=_by_issue), lambda meter: meter.cop_issue)
    by_kind = _grouped(meters, lambda meter: meter.assessment.kind)
    effects = Counter(meter.assessment.effect for meter in meters)
    changes = Counter((m.assessment.before.word, m.assessment.after.word) for m in meters)
    steps = Counter(meter.assessment.step for meter in meters)
    cops = set(impact.amendment.cops)
    return Counts(
        total=_tally(meters),
        issues=tuple(_issue(own, own[0].cop_issue in cops) for own in by_issue.values()),
        groups=tuple(group for own in by_issue.values() for group in _groups(own)),
        kinds=tuple((kind, _tally(by_kind[kind])) for kind in FirmwareKind if kind in by_kind),
        effects=tuple((effect, effects[effect]) for effect in Effect if effect in effects),
        changes=tuple((*pair, many) for pair, many in _most_first(changes)),
        steps=tuple(sorted(_most_first(steps), key=lambda item: item[0].actor == NOBODY)),
        to_act_on=sum(many for step, many in steps.items() if step.actor != NOBODY),
    )


def _groups(of_issue: Sequence[Meter]) -> Iterable[Group]:
    by_kind = _grouped(of_issue, lambda meter: meter.assessment.kind)
    for kind in FirmwareKind:
        own = by_kind.get(kind)
        if own:
            cop, issue = own[0].cop_issue or (None, None)
            words = Counter(meter.assessment.after.word for meter in own)
            firmware = sorted({meter.firmware for meter in own if meter.firmware})
            yield Group(cop, issue, own[0].committees, kind, tuple(firmware), tuple(_most_first(words)), _tally(own))


def _issue(own: Sequence[Meter], amended: bool) -> IssueCount:
    cop, issue = own[0].cop_issue or (None, None)
    return IssueCount(cop, issue, own[0].committees, amended, _tally(own))


def _tally(meters: Sequence[Meter]) -> Tally:
    return Tally(
        meters=len(meters),
        metering_systems=len({meter.mpan_core for meter in meters}),
        certified_before=sum(meter.assessment.before.certified is True for meter in meters),
        certified_after=sum(meter.assessment.after.certified is True for meter in meters),
        undecided=sum(meter.assessment.after.certified is None for meter in meters),
    )


def _by_issue(meter: Meter) -> tuple[bool, int, str, int]:
    """Codes of Practice in the order of their numbers; no governing Issue comes last."""
    cop, issue = meter.cop_issue or ("", 0)
    return (not cop, int(cop) if cop.isdecimal() else 0, cop, issue)


def _grouped(meters: Iterable[Meter], key: Callable[[Meter], K]) -> dict[K, list[Meter]]:
    groups: dict[K, list[Meter]] = {}
    for meter in meters:
        groups.setdefault(key(meter), []).append(meter)
    return groups


def _most_first(counted: Counter[K]) -> list[tuple[K, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))
