"""Exact counts of a run: by outcome, by CoP Issue, by meter and firmware, and by check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.catalogue import CATALOGUE, Check
from validator.regulation import Regulation
from validator.report.index import Index, encoded
from validator.report.words import WORST_FIRST
from validator.schema import OUTCOMES
from validator.validation.result import CheckTally, Validation

METER = ("manufacturer", "meter_type", "variant", "firmware")
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CopCount:
    """Channel-days that one CoP Issue governs; `cop` and `issue` are None where none does."""

    cop: str | None
    issue: int | None
    title: str
    channel_days: int
    outcomes: dict[str, int]


@dataclass(frozen=True, slots=True)
class MeterCount:
    """Channel-days of one meter type, variant and firmware under one CoP Issue and certification.

    `last_date` is the latest settlement date among them.
    """

    manufacturer: str | None
    meter_type: str | None
    variant: str | None
    firmware: str | None
    cop: str | None
    issue: int | None
    certification: str | None
    last_date: date
    channel_days: int
    outcomes: dict[str, int]


@dataclass(frozen=True, slots=True)
class LimitCount:
    """Findings of a check by the source and status of the limit that was broken."""

    source: str
    status: str
    outcome: str
    findings: int


@dataclass(frozen=True, slots=True)
class CheckCount:
    """One check of the catalogue with its tally, and what its findings rest on."""

    check: Check
    tally: CheckTally
    limits: tuple[LimitCount, ...]

    @property
    def found(self) -> int:
        """Channel-days with a finding."""
        return sum(self.tally.found.values())

    @property
    def rank(self) -> tuple[int, ...]:
        """Sorts the worst first: by channel-days of each outcome, the worst outcome first."""
        return tuple(-self.tally.found.get(outcome, 0) for outcome in WORST_FIRST)


@dataclass(frozen=True, slots=True)
class Counts:
    """All counts of a run; `outcomes` has every outcome, worst first. Dates are None for no rows."""

    channel_days: int
    readings: int
    metering_systems: int
    channels: int
    first_date: date | None
    last_date: date | None
    outcomes: dict[str, int]
    by_check: tuple[CheckCount, ...]
    by_cop: tuple[CopCount, ...]
    by_meter: tuple[MeterCount, ...]


def counts_of(index: Index, regulation: Regulation) -> Counts:
    """Counts a validation; RuntimeError where its outcomes do not add up to the rows received."""
    validation = index.validation
    dates = validation.verdicts["settlement_date"]
    bounds = pc.min_max(dates)
    lengths = pc.sum(pc.list_value_length(validation.readings["energy_kwh"])).as_py()
    groups = _groups(validation)
    return Counts(
        channel_days=index.rows,
        readings=lengths or 0,
        metering_systems=int(index.mpan.max()) + 1 if index.rows else 0,
        channels=index.channels,
        first_date=bounds["min"].as_py(),
        last_date=bounds["max"].as_py(),
        outcomes=_outcomes(index),
        by_check=_by_check(validation),
        by_cop=_by_cop(groups, regulation),
        by_meter=_by_meter(groups),
    )


def _outcomes(index: Index) -> dict[str, int]:
    counted = np.bincount(index.outcome, minlength=len(OUTCOMES))
    outcomes = {outcome: int(counted[OUTCOMES.index(outcome)]) for outcome in WORST_FIRST}
    told = {outcome: index.validation.outcomes.get(outcome, 0) for outcome in WORST_FIRST}
    received = len(index.validation.readings)
    if sum(outcomes.values()) != received or outcomes != told:
        raise RuntimeError(f"{received} rows received, {outcomes} in the verdicts and {told} counted")
    return outcomes


def _groups(validation: Validation) -> list[dict[str, Any]]:
    """Channel-days by meter, CoP Issue, certification and outcome: few rows whatever was submitted."""
    verdicts, facts = validation.verdicts, validation.facts_of()
    columns = {name: facts[name] for name in METER}
    columns |= {name: verdicts[name] for name in ("cop", "issue", "certification", "outcome")}
    group, rows = _distinct(pa.table(columns))
    # Not by pyarrow's groups: what they import takes longer than counting a small file.
    latest = np.full(len(rows), np.iinfo(np.int32).min, dtype=np.int32)
    np.maximum.at(latest, group, verdicts["settlement_date"].cast(pa.int32()).to_numpy())
    dates = pa.array(latest).cast(pa.date32()).to_pylist()
    counted = np.bincount(group, minlength=len(rows)).tolist()
    return [
        {**row, "settlement_date_max": last, "count_all": many}
        for row, last, many in zip(rows, dates, counted, strict=True)
    ]


def _by_cop(groups: Sequence[Mapping[str, Any]], regulation: Regulation) -> tuple[CopCount, ...]:
    gathered = _gather(groups, lambda row: (row["cop"], row["issue"]))
    found = []
    for (cop, issue), rows in sorted(gathered.items(), key=lambda item: _sortable(item[0])):
        on_file = regulation.issue_on_file(cop, issue) if cop is not None and issue is not None else None
        title = on_file.title if on_file else ""
        found.append(CopCount(cop, issue, title, _total(rows), _by_outcome(rows)))
    return tuple(found)


def _by_meter(groups: Sequence[Mapping[str, Any]]) -> tuple[MeterCount, ...]:
    names = (*METER, "cop", "issue", "certification")
    gathered = _gather(groups, lambda row: tuple(row[name] for name in names))
    return tuple(
        _meter_count(dict(zip(names, key, strict=True)), rows)
        for key, rows in sorted(gathered.items(), key=lambda item: _sortable(item[0]))
    )


def _meter_count(named: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> MeterCount:
    latest = max(row["settlement_date_max"] for row in rows)
    return MeterCount(**named, last_date=latest, channel_days=_total(rows), outcomes=_by_outcome(rows))


def _by_check(validation: Validation) -> tuple[CheckCount, ...]:
    findings = validation.findings.select(["check", "outcome", "source", "limit_status"])
    limits: dict[str, list[LimitCount]] = {}
    group, rows = _distinct(findings)
    for row, many in zip(rows, np.bincount(group, minlength=len(rows)).tolist(), strict=True):
        limit = LimitCount(row["source"] or "", row["limit_status"] or "", row["outcome"], many)
        limits.setdefault(row["check"], []).append(limit)
    return tuple(
        CheckCount(
            check,
            validation.tallies[check.code],
            tuple(sorted(limits.get(check.code, ()), key=lambda limit: (-limit.findings, limit.source))),
        )
        for check in CATALOGUE
    )


def _distinct(table: pa.Table) -> tuple[npt.NDArray[np.int64], list[dict[str, Any]]]:
    """The number of each row among the distinct rows, and those.

    Grouping a million rows by the numbers of their words costs a tenth of grouping by the words.
    """
    group, groups = np.zeros(len(table), dtype=np.int64), min(1, len(table))
    for column in table.columns:
        codes, words = encoded(column)
        # Of one word and of one place alike: the column tells no two rows apart.
        if words > 1 and codes.min(initial=0) != codes.max(initial=0):
            group, groups = encoded(pa.chunked_array([pa.array(group * words + codes)]))
    first = np.zeros(groups, dtype=np.int64)
    # Backwards, so that the first row of a group is what remains.
    first[group[::-1]] = np.arange(len(group))[::-1]
    return group, table.take(pa.array(first)).to_pylist()


def _gather(
    rows: Sequence[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], Key]
) -> dict[Key, list[Mapping[str, Any]]]:
    gathered: dict[Key, list[Mapping[str, Any]]] = {}
    for row in rows:
        gathered.setdefault(key(row), []).append(row)
    return gathered


def _total(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(row["count_all"] for row in rows)


def _by_outcome(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {o: sum(row["count_all"] for row in rows if row["outcome"] == o) for o in WORST_FIRST}


def _sortable(key: Key) -> tuple[tuple[bool, int, str], ...]:
    """Absent last, numbers by size (CoP 2 before CoP 10), other text by its letters."""
    return tuple(_sortable_part(part) for part in key)


def _sortable_part(part: object) -> tuple[bool, int, str]:
    text = "" if part is None else str(part)
    return (part is None, int(text) if text.isascii() and text.isdigit() else -1, text)
