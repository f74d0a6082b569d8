"""Everything found of some channel-days, whole or cut into the submissions that they came in, and its exact counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from validator.attach import Attached
from validator.attach.coded import NONE, coded
from validator.catalogue import CATALOGUE
from validator.schema import OUTCOMES
from validator.validation.dispensed import dispensations_at_work
from validator.validation.findings import Found
from validator.validation.period_checks import PeriodFindings
from validator.validation.result import CheckTally, Validation
from validator.validation.running import Running, running_of
from validator.validation.verdicts import Judged, counted
from validator.validation.waiving import without_waived

_TEXTS = ("manufacturer", "meter_type", "variant", "firmware")
_NUMBERS = ("rated_kva", "resolution_kwh")
FACTS = (*_TEXTS, *_NUMBERS)


@dataclass(frozen=True)
class Judgement:
    """What was found of the rows of `attached`; `carried` uint64 (rows,) is what each row carries.

    Of a part, `attached` is good for what its counts need: readings, meter, profile and certification.
    """

    attached: Attached
    carried: npt.NDArray[np.uint64]
    running: Running
    found: Found
    judged: Judged
    verdicts: pa.Table
    facts_of: Callable[[], pa.Table]
    in_periods: PeriodFindings

    def parts(self, submissions: Sequence[pa.Table]) -> list[Judgement]:
        """One for each of the submissions that the rows came in."""
        lengths = np.array([table.num_rows for table in submissions], dtype=np.int64)
        ends = np.cumsum(lengths)
        starts = ends - lengths
        first, last = np.searchsorted(self.found.row, starts), np.searchsorted(self.found.row, ends)
        begin, end = np.searchsorted(self.in_periods.runs.row, starts), np.searchsorted(self.in_periods.runs.row, ends)
        places = zip(*(a.tolist() for a in (starts, ends, first, last, begin, end)), strict=True)
        return [
            self._part(readings, slice(a, b), slice(c, d), slice(e, f))
            for readings, (a, b, c, d, e, f) in zip(submissions, places, strict=True)
        ]

    def _part(self, readings: pa.Table, rows: slice, findings: slice, runs: slice) -> Judgement:
        whole = self.attached
        attached = replace(
            whole,
            readings=readings,
            meter=whole.meter[rows],
            profile=whole.profile[rows],
            certification=whole.certification[rows],
        )
        carried, found, judged = self.carried[rows], self.found, self.judged
        return Judgement(
            attached,
            carried,
            without_waived(running_of(carried), attached),
            Found(
                _cut(found.table, findings),
                found.row[findings] - rows.start,
                found.bit[findings],
                found.outcome[findings],
            ),
            Judged(judged.failed[rows], judged.queried[rows], judged.not_assessed[rows], judged.outcome[rows]),
            _cut(self.verdicts, rows),
            lambda: _cut(self.facts_of(), rows),
            self.in_periods.part(runs),
        )

    def result(self, stages: dict[str, float]) -> Validation:
        """What is handed on; `stages` are the seconds that it took."""
        outcome = self.judged.outcome
        return Validation(
            readings=self.attached.readings,
            verdicts=self.verdicts,
            findings=self.found.table,
            finding_rows=self.found.row,
            facts_of=self.facts_of,
            tallies=self._tallies(),
            outcomes={name: int(np.count_nonzero(outcome == k)) for k, name in enumerate(OUTCOMES)},
            stages=stages,
            dispensations=dispensations_at_work(self.attached, self.running),
        )

    def _tallies(self) -> dict[str, CheckTally]:
        findings = np.bincount(self.found.bit, minlength=len(CATALOGUE)).tolist()
        not_run, found, rows = self.running.not_run, counted(self.judged), self.attached.rows
        periods = self.in_periods.periods
        return {
            check.code: CheckTally(
                ran=rows - sum(not_run[check.code].values()),
                not_run=not_run[check.code],
                found=found[check.code],
                periods=periods.get(check.code, 0),
                findings=findings[check.bit],
            )
            for check in CATALOGUE
        }


def facts_of(attached: Attached) -> pa.Table:
    """What is on file of each row's meter; each text stands once, and rows have its number."""
    meters, meter = attached.meters, attached.meter
    columns = {name: _texts(meters.frame[name], meter) for name in _TEXTS}
    columns |= {name: pa.array(getattr(meters, name)[meter], from_pandas=True) for name in _NUMBERS}
    return pa.table(columns)


def _texts(column: pl.Series, meter: npt.NDArray[np.int32]) -> pa.DictionaryArray:
    places, texts = coded(column)
    number = np.append(places, NONE).astype(np.int32)[meter]
    return pa.DictionaryArray.from_arrays(pa.array(number, mask=number < 0), pa.array(texts, type=pa.string()))


def _cut(table: pa.Table, rows: slice) -> pa.Table:
    return table.slice(rows.start, rows.stop - rows.start)
