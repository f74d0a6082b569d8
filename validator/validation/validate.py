"""The centre of the house: readings in, verdicts out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from validator.attach import Attached, attach
from validator.attach.carried import carried_of
from validator.catalogue import BY_CODE, CATALOGUE
from validator.regulation import Regulation
from validator.schema import OUTCOMES, READINGS
from validator.standing import StandingData
from validator.validation.day_checks import find_in_days
from validator.validation.day_facts import day_facts
from validator.validation.dispensed import dispensations_at_work
from validator.validation.findings import Found, findings_of
from validator.validation.period_checks import find_in_periods
from validator.validation.result import CheckTally, Validation
from validator.validation.running import Running, running_of
from validator.validation.verdicts import counted, judge, verdicts_of
from validator.validation.waiving import without_waived

FACTS = ("manufacturer", "meter_type", "variant", "firmware", "rated_kva", "resolution_kwh")


def validate(
    batches: Iterator[pa.RecordBatch],
    standing: StandingData,
    regulation: Regulation,
    *,
    collector: str | None = None,
    jobs: int = 1,
) -> Iterator[pa.RecordBatch]:
    """READINGS batches of one submission in, VERDICTS batches out, a row per row and in order.

    A metering system's rows may stand in any batches, so all are taken in before the first verdict.
    """
    readings = pa.Table.from_batches(list(batches), schema=READINGS)
    yield from validate_readings(readings, standing, regulation, collector=collector, jobs=jobs).verdicts.to_batches()


def validate_readings(
    readings: pa.Table,
    standing: StandingData,
    regulation: Regulation,
    *,
    collector: str | None = None,
    jobs: int = 1,
) -> Validation:
    """Verdicts, findings and counts of a READINGS table; `jobs` threads share the kernels' work."""
    stages: dict[str, float] = {}
    clock = _Clock(stages)
    attached = attach(readings, standing, regulation, collector)
    clock.stop("attach")
    facts = day_facts(attached, jobs)
    clock.stop("kernels")
    running = without_waived(running_of(carried_of(attached, facts.table["finite"])), attached)
    clock.stop("attach")
    in_periods = find_in_periods(attached, running, facts, jobs)
    in_days = find_in_days(attached, _ran(running), facts)
    clock.stop("kernels")
    found = findings_of(attached, in_periods, in_days)
    judged = judge(attached.rows, found)
    outcomes = {name: int(np.count_nonzero(judged.outcome == k)) for k, name in enumerate(OUTCOMES)}
    result = Validation(
        readings=readings,
        verdicts=verdicts_of(attached, running, judged),
        findings=found.table,
        finding_rows=found.row,
        facts_of=partial(_facts, attached.meters.frame, attached.meter),
        tallies=_tallies(attached, running, found, counted(judged), in_periods.periods),
        outcomes=outcomes,
        stages=stages,
        dispensations=dispensations_at_work(attached, running),
    )
    clock.stop("verdicts")
    return result


class _Clock:
    """Seconds since the last stop, by stage."""

    def __init__(self, stages: dict[str, float]) -> None:
        self._stages = stages
        self._since = time.perf_counter()

    def stop(self, stage: str) -> None:
        now = time.perf_counter()
        self._stages[stage] = self._stages.get(stage, 0.0) + now - self._since
        self._since = now


def _ran(running: Running) -> Callable[[str], npt.NDArray[np.bool_]]:
    def ran(code: str) -> npt.NDArray[np.bool_]:
        return (running.checks >> np.uint64(BY_CODE[code].bit) & np.uint64(1)).astype(np.bool_)

    return ran


def _facts(meters: pl.DataFrame, meter: npt.NDArray[np.int32]) -> pa.Table:
    frame = meters.select(FACTS)
    padded = pl.concat([frame, frame.clear(1)])
    place = np.where(meter < 0, frame.height, meter)
    return pa.table({name: padded[name].gather(place).to_arrow() for name in FACTS})


def _tallies(
    attached: Attached,
    running: Running,
    found: Found,
    channel_days: dict[str, dict[str, int]],
    periods: dict[str, int],
) -> dict[str, CheckTally]:
    findings = np.bincount(found.bit, minlength=len(CATALOGUE))
    return {
        check.code: CheckTally(
            ran=attached.rows - sum(running.not_run[check.code].values()),
            not_run=running.not_run[check.code],
            found=channel_days[check.code],
            periods=periods.get(check.code, 0),
            findings=int(findings[check.bit]),
        )
        for check in CATALOGUE
    }
