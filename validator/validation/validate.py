"""The centre of the house: readings in, verdicts out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.attach import attach
from validator.attach.carried import carried_of
from validator.catalogue import BY_CODE
from validator.regulation import Regulation
from validator.schema import READINGS
from validator.standing import StandingData
from validator.validation.day_checks import find_in_days
from validator.validation.day_facts import day_facts
from validator.validation.findings import findings_of
from validator.validation.judgement import Judgement, facts_of
from validator.validation.period_checks import find_in_periods
from validator.validation.result import Validation
from validator.validation.running import Running, running_of
from validator.validation.together import Together
from validator.validation.verdicts import judge, verdicts_of
from validator.validation.waiving import without_waived


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
    return validate_together([readings], standing, regulation, collector=collector, jobs=jobs)[0]


def validate_together(
    submissions: Sequence[pa.Table],
    standing: StandingData,
    regulation: Regulation,
    *,
    collector: str | None = None,
    jobs: int = 1,
) -> list[Validation]:
    """Several READINGS tables at the cost of one, each judged as if it had come alone."""
    if not submissions:
        return []
    together = judge_together(submissions, standing, regulation, collector=collector, jobs=jobs)
    clock = _Clock(together.stages)
    validations = list(together)
    clock.stop("verdicts")
    return validations


def judge_together(
    submissions: Sequence[pa.Table],
    standing: StandingData,
    regulation: Regulation,
    *,
    collector: str | None = None,
    jobs: int = 1,
) -> Together:
    """As `validate_together`, of one submission or more, with what each became made only where it is asked for.

    What it costs to judge one channel-day is mostly what it costs to judge any number of them.
    """
    stages: dict[str, float] = {}
    clock = _Clock(stages)
    alone = len(submissions) == 1
    readings = submissions[0] if alone else pa.concat_tables(submissions)
    number = None if alone else np.repeat(np.arange(len(submissions)), [table.num_rows for table in submissions])
    attached = attach(readings, standing, regulation, collector, number, jobs)
    clock.stop("attach")
    facts = day_facts(attached, jobs)
    clock.stop("kernels")
    carried = carried_of(attached, facts.table["finite"])
    running = without_waived(running_of(carried), attached)
    clock.stop("attach")
    in_periods = find_in_periods(attached, running, facts, jobs)
    in_days = find_in_days(attached, _ran(running), facts)
    clock.stop("kernels")
    found = findings_of(attached, in_periods, in_days)
    judged = judge(attached.rows, found)
    whole = Judgement(attached, carried, running, found, judged, verdicts_of(attached, running, judged),
                      cache(partial(facts_of, attached)), in_periods)  # fmt: skip
    together = Together(whole, submissions, stages)
    clock.stop("verdicts")
    return together


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
