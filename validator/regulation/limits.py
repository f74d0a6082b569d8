"""The limits of one CoP Issue: what it states, and what it inherits from the Issues before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from validator.regulation.rows import AccuracyLimit, Limit


@dataclass(frozen=True, slots=True)
class IssueLimits:
    """The limits that hold for one Issue of one CoP. Empty where none is on file."""

    cop: str
    issue: int
    format_limits: tuple[Limit, ...]
    accuracy_limits: tuple[AccuracyLimit, ...]

    def get(self, name: str) -> Limit | None:
        """The limit called `name`, None where this Issue has none on file."""
        # A plain loop takes half the time of a generator, and ten thousand dispensed meters ask often.
        for limit in self.format_limits:
            if limit.name == name:
                return limit
        return None

    def accuracy(self, energy: str) -> tuple[AccuracyLimit, ...]:
        """The accuracy limits of `energy`, active or reactive."""
        return tuple(limit for limit in self.accuracy_limits if limit.energy == energy)

    def all(self) -> tuple[Limit, ...]:
        return self.format_limits


def resolve_limits(
    cop: str, issue: int, format_limits: Sequence[Limit], accuracy_limits: Sequence[AccuracyLimit]
) -> IssueLimits:
    """What holds for `issue`: of each limit, the row of the greatest from_issue that is not above it.

    Accuracy limits are taken whole by energy and power factor, so that the bands of two Issues never mix.
    """
    formats = [limit for limit in format_limits if limit.cop == cop]
    bands = [limit for limit in accuracy_limits if limit.cop == cop]
    return IssueLimits(
        cop,
        issue,
        tuple(limit for limit in formats if limit.from_issue == _stated_by(issue, _named(formats, limit.name))),
        tuple(band for band in bands if band.from_issue == _stated_by(issue, _grouped(bands, band))),
    )


def _named(limits: Iterable[Limit], name: str) -> Iterable[int]:
    return (limit.from_issue for limit in limits if limit.name == name and limit.from_issue is not None)


def _grouped(bands: Iterable[AccuracyLimit], like: AccuracyLimit) -> Iterable[int]:
    group = (like.energy, like.power_factor)
    return (band.from_issue for band in bands if (band.energy, band.power_factor) == group)


def _stated_by(issue: int, from_issues: Iterable[int]) -> int | None:
    return max((number for number in from_issues if number <= issue), default=None)
