"""Exact counts of some of the channel-days that were judged together, as if they had been judged by themselves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from validator.catalogue import CATALOGUE
from validator.schema import OUTCOMES
from validator.validation.dispensed import DispensationTally, dispensations_at_work
from validator.validation.judgement import Judgement
from validator.validation.result import CheckTally
from validator.validation.running import PERIOD_CHECKS, Running, not_run_of, running_of
from validator.validation.verdicts import counted
from validator.validation.waiving import without_waived

_FEW = 256
_MOST_SHARED = 1024
_SHARED: dict[tuple[bytes, ...], Counts] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """As `validator.validation.result.Validation` has them; submissions of few rows share them where they are equal."""

    tallies: dict[str, CheckTally]
    outcomes: dict[str, int]
    dispensations: tuple[DispensationTally, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows of one submission stand among all, its findings, and its runs of periods."""

    rows: slice
    findings: slice
    runs: slice


def counts_of(whole: Judgement, places: Places) -> Counts:
    """Exact counts of one submission."""
    few = places.rows.stop - places.rows.start <= _FEW and places.runs.stop - places.runs.start <= _FEW
    if not few or whole.running.waived is not None or whole.may_be_dispensed:
        return _counted(whole, places)
    everything = _everything(whole, places)
    if everything not in _SHARED:
        if len(_SHARED) >= _MOST_SHARED:
            _SHARED.clear()
        _SHARED[everything] = _counted(whole, places)
    return _SHARED[everything]


def _everything(whole: Judgement, places: Places) -> tuple[bytes, ...]:
    """All that the counts of few rows without dispensations depend on."""
    judged, runs = whole.judged, whole.in_periods.runs
    of_rows = (whole.carried, judged.failed, judged.queried, judged.not_assessed, judged.outcome)
    of_runs = (runs.bit, runs.first, runs.last)
    return (
        *(array[places.rows].tobytes() for array in of_rows),
        whole.found.bit[places.findings].tobytes(),
        *(array[places.runs].tobytes() for array in of_runs),
    )


def _counted(whole: Judgement, places: Places) -> Counts:
    judged, rows = whole.judged, places.rows
    outcomes = np.bincount(judged.outcome[rows], minlength=len(OUTCOMES)).tolist()
    ran, running = _ran(whole, rows)
    tallies = dict(ran)
    if places.findings.stop > places.findings.start:
        found, periods = counted(judged, rows), _periods(whole, places.runs)
        findings = np.bincount(whole.found.bit[places.findings], minlength=len(CATALOGUE)).tolist()
        for check in CATALOGUE:
            if findings[check.bit]:
                code, alike = check.code, ran[check.code]
                tallies[code] = CheckTally(
                    alike.ran, alike.not_run, found[code], periods.get(code, 0), findings[check.bit]
                )
    return Counts(tallies, dict(zip(OUTCOMES, outcomes, strict=True)), _dispensations(whole, rows, running))


def _ran(whole: Judgement, rows: slice) -> tuple[dict[str, CheckTally], Running | None]:
    """On how many rows each check ran, and why not on the others; the second where a dispensation waives some."""
    carried, waived = whole.carried[rows], whole.running.waived
    if waived is not None and waived[rows].any():
        running = without_waived(running_of(carried), whole.attached_of(rows))
        return _tallied(running.not_run, len(carried)), running
    if len(carried) <= _FEW:
        return _ran_of_few(tuple(Counter(carried.tolist()).items())), None
    return _tallied(running_of(carried).not_run, len(carried)), None


@lru_cache(maxsize=1024)
def _ran_of_few(sets: tuple[tuple[int, int], ...]) -> dict[str, CheckTally]:
    """From sets of what is carried and on how many rows each is: submissions of a day carry one or two."""
    return _tallied(not_run_of(sets), sum(many for _, many in sets))


def _tallied(not_run: dict[str, dict[str, int]], rows: int) -> dict[str, CheckTally]:
    return {code: CheckTally(rows - sum(reasons.values()), reasons) for code, reasons in not_run.items()}


def _periods(whole: Judgement, runs: slice) -> dict[str, int]:
    every, of = whole.in_periods, whole.in_periods.runs
    if runs.stop - runs.start == len(of.row):
        return every.periods
    lengths = of.last[runs].astype(np.int64) - of.first[runs] + 1
    many: npt.NDArray[np.int64] = np.zeros(len(PERIOD_CHECKS), dtype=np.int64)
    np.add.at(many, of.bit[runs], lengths)
    return dict(zip((check.code for check in PERIOD_CHECKS), many.tolist(), strict=True))


def _dispensations(whole: Judgement, rows: slice, running: Running | None) -> tuple[DispensationTally, ...]:
    if not whole.may_be_dispensed:
        return ()
    if running is None:
        running = Running(whole.running.checks[rows], whole.running.period_checks[rows], {})
    return dispensations_at_work(whole.attached_of(rows), running)
