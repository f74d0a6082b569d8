"""The checks that run per period: suspicions from the first pass, then marks, then runs of periods."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from kernels import marking, period_bits, suspicion, tally
from validator.attach import Attached
from validator.blocks import each_block
from validator.validation.day_facts import CONSUMING_KWH, SYNCHRONISED, WHOLE_MULTIPLE_TOLERANCE, DayFacts
from validator.validation.meter_limits import main_check_of_reading
from validator.validation.running import PERIOD_CHECKS, Running
from validator.validation.tolerance import RELATIVE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

_KINDS = {
    "none": tally.NONE,
    "energy": tally.ENERGY,
    "lowest": tally.LOWEST,
    "apparent": tally.APPARENT,
    "discrepancy": tally.DISCREPANCY,
    "duration": tally.DURATION,
}


@dataclass(frozen=True)
class Runs:
    """Runs of adjacent periods with one check, by row, then check, then period; arrays (runs,).

    `bit` indexes PERIOD_CHECKS; periods count from 0; `value` is the worst of the run and `limit` the
    limit of that period where it changes from period to period, else NaN.
    """

    row: npt.NDArray[np.int64]
    bit: npt.NDArray[np.int32]
    first: Ints
    last: Ints
    value: Floats
    limit: Floats


_RUN_COLUMNS = tuple(each.name for each in fields(Runs))


@dataclass(frozen=True)
class PeriodFindings:
    """The runs of all checks, and the number of periods flagged by each check's code."""

    runs: Runs
    periods: dict[str, int]


def find_in_periods(attached: Attached, running: Running, facts: DayFacts, jobs: int) -> PeriodFindings:
    """All per-period findings; the same whatever the number of threads."""
    done = each_block(attached.rows, jobs, _Work(attached, running, facts).block)
    counts = sum((counts for counts, _ in done), start=np.zeros(period_bits.CHECKS, dtype=np.int64))
    periods = {check.code: int(counts[bit]) for bit, check in enumerate(PERIOD_CHECKS)}
    return PeriodFindings(_joined([runs for _, runs in done]), periods)


def _joined(runs: list[Runs]) -> Runs:
    if not runs:
        return _room(0)
    return Runs(*(np.concatenate([getattr(run, name) for run in runs]) for name in _RUN_COLUMNS))


def _room(many: int) -> Runs:
    """Arrays for so many runs, their limits NaN."""
    begin, end = np.empty(many, np.int32), np.empty(many, np.int32)
    limit = np.full(many, np.nan)
    return Runs(np.empty(many, np.int64), np.empty(many, np.int32), begin, end, np.empty(many), limit)


@dataclass(frozen=True)
class _Suspected:
    """Channel-days to be marked, the checks that may mark them, and where the bits of each begin."""

    rows: npt.NDArray[np.int64]
    suspects: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int64]


class _Work:
    """The arrays that every block reads, gathered once."""

    def __init__(self, attached: Attached, running: Running, facts: DayFacts) -> None:
        channels, values = attached.channels, attached.values
        self.attached = attached
        self.facts = facts
        self.values = values
        self.run_masks = running.period_checks
        self.systems = (channels.system, channels.slots, channels.role)
        self.quantities = channels.quantity
        minutes = attached.profiles.demand_minutes
        self.demand_s = minutes[attached.profile] * 60.0 if len(values.durations_s) else np.zeros(0)
        self.kinds = np.zeros(period_bits.CHECKS, dtype=np.int8)
        self.kinds[: len(PERIOD_CHECKS)] = [_KINDS[check.measure] for check in PERIOD_CHECKS]
        self.of_reading = main_check_of_reading(attached)

    def block(self, first: int, last: int) -> tuple[npt.NDArray[np.int64], Runs]:
        """Periods flagged by check and the runs of one block of rows."""
        suspected = self._suspected(first, last)
        bits = np.zeros(int(suspected.starts[-1]), dtype=np.uint32)
        self._mark(suspected, bits)
        allowances_kwh = self._mark_of_reading(suspected, bits) if self.of_reading else None
        counts = np.zeros(period_bits.CHECKS, dtype=np.int64)
        day_bits = np.zeros(len(suspected.rows), dtype=np.uint32)
        many = tally.gather(bits, suspected.starts, suspected.rows, self.run_masks, day_bits, counts)
        return counts, self._runs(suspected, bits, day_bits, int(many), allowances_kwh)

    def _suspected(self, first: int, last: int) -> _Suspected:
        rows = np.empty(last - first, dtype=np.int64)
        suspects = np.empty(last - first, dtype=np.uint32)
        starts = np.empty(last - first + 1, dtype=np.int64)
        found = suspicion.suspect(
            self.values.offsets, self.facts.table, self.run_masks, self.attached.meter, self.facts.limits,
            *self.systems, first, last, rows, suspects, starts,
        )  # fmt: skip
        return _Suspected(rows[:found], suspects[:found], starts[: found + 1])

    def _mark(self, suspected: _Suspected, bits: npt.NDArray[np.uint32]) -> None:
        attached, values, facts = self.attached, self.values, self.facts
        channels = attached.channels
        marking.mark(
            values.energy_kwh, values.flags, values.durations_s, values.offsets, attached.meter, facts.limits,
            attached.profile, facts.issues, CONSUMING_KWH, *self.systems, self.quantities, channels.day,
            channels.expected, suspected.rows, suspected.suspects, suspected.starts, -RELATIVE, facts.zero_run_periods,
            facts.stuck_run_periods, facts.spike_ratio, WHOLE_MULTIPLE_TOLERANCE, RELATIVE, SYNCHRONISED,
            self.of_reading, bits,
        )  # fmt: skip

    def _mark_of_reading(self, suspected: _Suspected, bits: npt.NDArray[np.uint32]) -> Floats:
        """The allowance of each period between main and check, NaN where it is not assessed."""
        attached, policy = self.attached, self.attached.regulation.policy
        allowances_kwh = np.full(len(bits), np.nan)
        marking.mark_of_reading(
            self.values.energy_kwh, self.values.offsets, *self.systems, self.quantities,
            attached.full_load_kwh, policy("main_check_factor").value, attached.profiles.bands, attached.energy,
            policy("unity_power_factor_min").value, RELATIVE,
            suspected.rows, suspected.suspects, suspected.starts, bits, allowances_kwh,
        )  # fmt: skip
        return allowances_kwh

    def _runs(
        self,
        suspected: _Suspected,
        bits: npt.NDArray[np.uint32],
        day_bits: npt.NDArray[np.uint32],
        many: int,
        allowances_kwh: Floats | None,
    ) -> Runs:
        runs, worst = _room(many), np.empty(many, dtype=np.int64)
        written = tally.list_runs(
            bits, suspected.starts, suspected.rows, day_bits, self.kinds, self.values.energy_kwh, self.values.offsets,
            self.values.durations_s, self.demand_s, *self.systems, self.quantities,
            runs.row, runs.bit, runs.first, runs.last, worst, runs.value,
        )  # fmt: skip
        if written != many:
            raise RuntimeError(f"{many} runs were counted and {written} written")
        if allowances_kwh is not None:
            main = (np.uint32(1) << runs.bit.astype(np.uint32)) == period_bits.MAIN_CHECK_DISCREPANCY
            runs.limit[main] = allowances_kwh[worst[main]]
        return runs
