"""Submissions that were judged at the cost of one: what was found of each is cut out where it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from validator.validation.counting import Counts, Places, counts_of
from validator.validation.judgement import Judgement
from validator.validation.result import Validation

Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Few:
    """The tables of a submission of few rows as Python values, by column.

    Dates are days since 1970 in `verdicts` and ISO text in `findings`; lists are tuples.
    """

    verdicts: Columns
    findings: Columns
    finding_rows: list[int]
    facts: Columns


class Together:
    """Some submissions with what was found of all their rows; `stages` are the seconds that it took."""

    def __init__(self, whole: Judgement, submissions: Sequence[pa.Table], stages: dict[str, float]) -> None:
        self._whole = whole
        self._submissions = submissions
        self.stages = stages
        self._places = _places(whole, submissions)

    def __len__(self) -> int:
        return len(self._submissions)

    def __iter__(self) -> Iterator[Validation]:
        return (self.validation(at) for at in range(len(self)))

    def many(self, at: int) -> tuple[int, int]:
        """Rows and findings of the submission at a place."""
        rows, findings = self._places[at].rows, self._places[at].findings
        return rows.stop - rows.start, findings.stop - findings.start

    def readings(self, at: int) -> int:
        """Half-hourly readings of the submission at a place."""
        rows, offsets = self._places[at].rows, self._whole.attached.values.offsets
        return int(offsets[rows.stop] - offsets[rows.start])

    def counts(self, at: int) -> Counts:
        """Exact counts of the submission at a place."""
        return counts_of(self._whole, self._places[at])

    def validation(self, at: int) -> Validation:
        """Everything found of the submission at a place."""
        whole, places, counts = self._whole, self._places[at], self.counts(at)
        return Validation(
            readings=self._submissions[at],
            verdicts=_cut(whole.verdicts, places.rows),
            findings=_cut(whole.found.table, places.findings),
            finding_rows=whole.found.row[places.findings] - places.rows.start,
            facts_of=lambda: _cut(whole.facts_of(), places.rows),
            tallies=counts.tallies,
            outcomes=counts.outcomes,
            stages=self.stages,
            dispensations=counts.dispensations,
        )

    def few(self, at: int) -> Few:
        """The tables of the submission at a place; those of all are made into values at once, so all should be few."""
        rows, findings = self._places[at].rows, self._places[at].findings
        return Few(
            _cut_all(self._verdicts, rows),
            _cut_all(self._findings, findings),
            [row - rows.start for row in self._finding_rows[findings]],
            _cut_all(self._facts, rows),
        )

    @cached_property
    def _verdicts(self) -> Columns:
        return {name: _values(column, pa.int32()) for name, column in _named(self._whole.verdicts)}

    @cached_property
    def _findings(self) -> Columns:
        return {name: _values(column, pa.string()) for name, column in _named(self._whole.found.table)}

    @cached_property
    def _finding_rows(self) -> list[int]:
        return list(self._whole.found.row.tolist())

    @cached_property
    def _facts(self) -> Columns:
        return {name: column.to_pylist() for name, column in _named(self._whole.facts_of())}


def _places(whole: Judgement, submissions: Sequence[pa.Table]) -> list[Places]:
    ends = np.cumsum([table.num_rows for table in submissions])
    edges = np.concatenate([[0], ends])
    found = np.searchsorted(whole.found.row, edges).tolist()
    runs = np.searchsorted(whole.in_periods.runs.row, edges).tolist()
    rows = edges.tolist()
    return [
        Places(*(slice(places[at], places[at + 1]) for places in (rows, found, runs))) for at in range(len(submissions))
    ]


def _named(table: pa.Table) -> Iterator[tuple[str, Any]]:
    return zip(table.column_names, table.columns, strict=True)


def _values(column: Any, dates_as: pa.DataType) -> list[Any]:
    if pa.types.is_date(column.type):
        column = column.cast(dates_as)
    values = column.to_pylist()
    return [None if each is None else tuple(each) for each in values] if pa.types.is_list(column.type) else values


def _cut(table: pa.Table, rows: slice) -> pa.Table:
    return table if rows.stop - rows.start == table.num_rows else table.slice(rows.start, rows.stop - rows.start)


def _cut_all(columns: Mapping[str, list[Any]], rows: slice) -> Columns:
    return {name: values[rows] for name, values in columns.items()}
