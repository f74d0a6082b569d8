"""What the regulation decides for each distinct kind of meter, over time, resolved once for each kind."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from validator.attach.coded import coded
from validator.attach.steps import Steps, Timeline, steps_of
from validator.mpan import numbered
from validator.regulation import Dated, Decision, Governing, Regulation, Ruling, Situation

Ints = npt.NDArray[np.int32]
NONE = -1
_KIND = ("cop", "issue", "first_registered_on", "meter_type", "variant", "firmware")
T = TypeVar("T", bound=Hashable)


class ProfileKey(NamedTuple):
    """What the limits of a channel-day depend on: the governing CoP Issue, and dispensations by reference.

    `governed_by` has the Issue govern; `dispensations` replace limits or waive checks, the one that
    prevails first; `undecided` would, if standing data gave the date that they ask for.
    """

    cop: str
    issue: int
    governed_by: str | None = None
    dispensations: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rulings:
    """What the regulation decides for each distinct kind of meter.

    `governing`, `profiles` and `decisions` are the distinct answers; the steps, by kind of meter, say from when
    which of them holds (-1: none).
    """

    governing: tuple[Governing, ...]
    profiles: tuple[ProfileKey, ...]
    decisions: tuple[Decision, ...]
    governing_steps: Steps
    profile_steps: Steps
    decision_steps: Steps


def rulings_of(frame: pl.DataFrame, regulation: Regulation) -> tuple[Rulings, Ints]:
    """The rulings on the standing rows of `frame`, and the kind of each row, with a last -1 for no row."""
    kinds = frame.select(*_KIND, *_what_dispensations_ask(regulation))
    places, first_rows = numbered(_keys(kinds))
    found = _Found()
    for row in kinds[first_rows].iter_rows(named=True):
        found.add(Situation(**row), regulation)
    return found.rulings(), np.append(places, np.int32(NONE))


def _keys(kinds: pl.DataFrame) -> npt.NDArray[np.int64]:
    """One number for each row, the same where its columns are; made column by column, of which few vary."""
    keys = np.zeros(kinds.height, dtype=np.int64)
    for column in kinds:
        codes, many = coded(column)
        if len(many) + int((codes < 0).any()) > 1:
            # Numbered anew each time, so that no product of counts overflows.
            keys = numbered(keys * (len(many) + 1) + codes + 1)[0].astype(np.int64)
    return keys


def _what_dispensations_ask(regulation: Regulation) -> Iterable[pl.Expr]:
    """Columns that tell meters apart only where a dispensation does: without any, kinds stay few."""
    dispensations = regulation.dispensations
    if dispensations.msids:
        named = pl.col("mpan_core").is_in(list(dispensations.msids))
        yield pl.when(named).then(pl.col("mpan_core")).alias("mpan_core")
    if dispensations.looks_at_installation:
        yield pl.col("installed_on")


class _Numbered(Generic[T]):
    """Distinct values in order of first appearance."""

    def __init__(self) -> None:
        self._places: dict[T, int] = {}

    def place(self, value: T) -> int:
        return self._places.setdefault(value, len(self._places))

    def values(self) -> tuple[T, ...]:
        return tuple(self._places)


@dataclass
class _Found:
    """The answers so far."""

    governing: _Numbered[Governing] = field(default_factory=_Numbered)
    profiles: _Numbered[ProfileKey] = field(default_factory=_Numbered)
    decisions: _Numbered[Decision] = field(default_factory=_Numbered)
    governing_timelines: list[Timeline] = field(default_factory=list)
    profile_timelines: list[Timeline] = field(default_factory=list)
    decision_timelines: list[Timeline] = field(default_factory=list)

    def add(self, at: Situation, regulation: Regulation) -> None:
        steps = regulation.rulings(at)
        self.governing_timelines.append(
            tuple((begins, self.governing.place(ruling.governing)) for begins, ruling in steps)
        )
        self.profile_timelines.append(tuple((begins, self._profile(ruling)) for begins, ruling in steps))
        self.decision_timelines.append(tuple(self._decided(at, steps, regulation)))

    def _profile(self, ruling: Ruling) -> int:
        key = _key(ruling)
        return NONE if key is None else self.profiles.place(key)

    def _decided(
        self, at: Situation, steps: Sequence[Dated[Ruling]], regulation: Regulation
    ) -> Iterable[tuple[date | None, int]]:
        """The certification over time, asked anew wherever another Issue governs."""
        governed = [step for step, before in zip(steps, (None, *steps), strict=False) if _governs_anew(step, before)]
        ends = [*(step.from_date for step in governed[1:]), None]
        for (begins, ruling), until in zip(governed, ends, strict=True):
            governing = ruling.governing
            if governing.cop is None or governing.issue is None:
                yield begins, NONE
                continue
            dated = regulation.decisions(
                at.meter_type, at.variant, at.firmware, governing.cop, governing.issue,
                at.first_registered_on, governing.dispensation, mpan_core=at.mpan_core, installed_on=at.installed_on,
            )  # fmt: skip
            yield from ((start, self.decisions.place(what)) for start, what in _within(dated, begins, until))

    def rulings(self) -> Rulings:
        return Rulings(
            self.governing.values(),
            self.profiles.values(),
            self.decisions.values(),
            steps_of(self.governing_timelines),
            steps_of(self.profile_timelines),
            steps_of(self.decision_timelines),
        )


def _governs_anew(step: Dated[Ruling], before: Dated[Ruling] | None) -> bool:
    return before is None or step.value.governing != before.value.governing


def _key(ruling: Ruling) -> ProfileKey | None:
    governing = ruling.governing
    if governing.cop is None or governing.issue is None:
        return None
    return ProfileKey(governing.cop, governing.issue, governing.dispensation, ruling.dispensations, ruling.undecided)


def _within(dated: Sequence[Dated[Any]], begins: date | None, until: date | None) -> Iterable[tuple[date | None, Any]]:
    """The steps of `dated` from `begins` until the day before `until`; the first of them starts at `begins`."""
    first = max(k for k, step in enumerate(dated) if (step.from_date or date.min) <= (begins or date.min))
    yield begins, dated[first].value
    for step in dated[first + 1 :]:
        if until is None or (step.from_date or date.min) < until:
            yield step.from_date, step.value
