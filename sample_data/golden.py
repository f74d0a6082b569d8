"""The verdicts that a submission must get, from what was stated where each fault was planted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sample_data.days import ChannelDay
from sample_data.submission import Submission
from sample_data.write_text import csv_text

_WORST_FIRST = ("FAIL", "NOT_ASSESSED", "QUERY", "PASS")
_CHANNEL_DAY = ("mpan_core", "measurement_quantity", "role", "settlement_date")
FINDING_COLUMNS = (*_CHANNEL_DAY, "check", "outcome", "first_period", "last_period")
VERDICT_COLUMNS = (
    *_CHANNEL_DAY,
    "outcome",
    "failed",
    "queried",
    "not_assessed",
    "cop",
    "issue",
    "certification",
)


def findings_csv(submission: Submission) -> str:
    """One row per run of adjacent periods; blank periods are the whole channel-day."""
    return csv_text(FINDING_COLUMNS, (row for day in submission.days for row in _findings(day)))


def verdicts_csv(submission: Submission) -> str:
    """One row per channel-day in the order sent; codes are separated by `|`, in alphabetical order."""
    return csv_text(VERDICT_COLUMNS, (_verdict(day) for day in submission.days))


def runs(periods: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of adjacent periods."""
    ordered = sorted(periods)
    start = 0
    for index, period in enumerate(ordered):
        if index + 1 == len(ordered) or ordered[index + 1] != period + 1:
            yield ordered[start], period
            start = index + 1


def _channel_day(day: ChannelDay) -> tuple[Any, ...]:
    return (day.system.mpan_core, day.quantity, day.role, day.on)


def _findings(day: ChannelDay) -> Iterator[tuple[Any, ...]]:
    for check, (outcome, periods) in sorted(day.found.items()):
        stretches: Iterable[tuple[int | None, int | None]] = [(None, None)] if periods is None else runs(periods)
        for first, last in stretches:
            yield (*_channel_day(day), check, outcome, first, last)


def _verdict(day: ChannelDay) -> tuple[Any, ...]:
    outcomes = {outcome for outcome, _ in day.found.values()} | {"PASS"}
    cop, issue = (day.meter.governs if day.meter else None) or (None, None)
    certification = day.shows_as or (day.meter.certification if day.meter else None)
    said = (_codes(day, word) for word in ("FAIL", "QUERY", "NOT_ASSESSED"))
    return (*_channel_day(day), min(outcomes, key=_WORST_FIRST.index), *said, cop, issue, certification)


def _codes(day: ChannelDay, word: str) -> str:
    return "|".join(check for check, (outcome, _) in sorted(day.found.items()) if outcome == word)
