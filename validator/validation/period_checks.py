"""The checks that run per period: kernels over cache-sized slices of channel-days."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernels import apparent, flags, limits, main_check, pairs, presence, shape, tally
from validator.attach import Attached
from validator.schema import ALARMS, FIRST_ALARM_BIT, FLAG_TIME_SYNCHRONISED
from validator.validation.running import PERIOD_BIT, PERIOD_CHECKS, Running
from validator.validation.tolerance import RELATIVE, past

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

SLICE_ROWS = 2048
"""Channel-days whose readings and bits stay in a core's second-level cache while the kernels pass."""
BLOCK_SLICES = 8
"""Slices handed to a thread at once: below about 4,000 channel-days the hand-over itself shows."""

WHOLE_MULTIPLE_TOLERANCE = 1e-6
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


@dataclass(frozen=True)
class PeriodFindings:
    """The runs of all checks, and the number of periods flagged by each check's code."""

    runs: Runs
    periods: dict[str, int]


@dataclass(frozen=True)
class Thresholds:
    """The highest value of each row that still passes, float64 (rows,); infinite where a check does not run."""

    max_permissible_kwh: Floats
    rating_kvah: Floats
    reactive_kvarh: Floats
    both_kwh: Floats
    spike_floor_kwh: Floats
    deenergised_kwh: Floats
    demand_s: Floats
    duration_s: Floats
    check_kwh: Floats


def thresholds_of(attached: Attached, running: Running) -> Thresholds:
    """Thresholds from the resolved limits, tolerance included."""
    policy = attached.regulation.policy
    profiles, profile = attached.profiles, attached.profile
    resolution = attached.resolution_kwh
    demand_s = profiles.demand_minutes[profile] * 60.0
    # The duration check has its own limit and its own demand period; both come from the CoP Issue.
    duration_s = profiles.duration_error_pct[profile] / 100.0 * demand_s
    first_day = attached.channels.day == attached.meters.energised_from_day[attached.meter]

    def where(code: str, limit: Floats) -> Floats:
        ran = (running.period_checks >> np.uint32(PERIOD_BIT[code]) & 1).astype(np.bool_)
        return np.where(ran & np.isfinite(limit), past(limit), np.inf)

    floor = policy("spike_floor_resolutions").value * resolution
    return Thresholds(
        max_permissible_kwh=where("above_max_permissible", profiles.max_permissible_kwh[profile]),
        rating_kvah=where("above_rating", attached.full_load_kwh * policy("max_rating_factor").value),
        reactive_kvarh=where(
            "reactive_without_active", policy("reactive_without_active_resolutions").value * resolution
        ),
        both_kwh=where("import_export_both", floor),
        spike_floor_kwh=where("spike", floor),
        deenergised_kwh=np.where(first_day, np.inf, where("deenergised_but_consuming", np.zeros_like(resolution))),
        demand_s=demand_s,
        duration_s=where("period_duration", duration_s),
        check_kwh=where("main_check_discrepancy", main_check_allowance(attached)),
    )


def main_check_allowance(attached: Attached) -> Floats:
    """Allowance between main and check in kWh under `full_load`; float64 (rows,)."""
    factor = attached.regulation.policy("main_check_factor").value
    return factor * attached.profiles.full_load_pct[attached.energy] / 100.0 * attached.full_load_kwh


def find_in_periods(attached: Attached, running: Running, jobs: int) -> PeriodFindings:
    """All per-period findings; the same whatever the number of threads."""
    work = _Work(attached, running)
    step = SLICE_ROWS * BLOCK_SLICES
    blocks = [(first, min(first + step, attached.rows)) for first in range(0, attached.rows, step)]
    if jobs > 1 and len(blocks) > 1:
        with ThreadPoolExecutor(jobs) as threads:
            done = list(threads.map(work.block, blocks))
    else:
        done = [work.block(block) for block in blocks]
    counts = sum((counts for counts, _ in done), start=np.zeros(tally.CHECKS, dtype=np.int64))
    runs = [run for _, found in done for run in found]
    periods = {check.code: int(counts[bit]) for bit, check in enumerate(PERIOD_CHECKS)}
    return PeriodFindings(_joined(runs), periods)


def _joined(runs: list[Runs]) -> Runs:
    if not runs:
        whole, short, real = np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0)
        return Runs(whole, short, short, short, real, real)
    names = ("row", "bit", "first", "last", "value", "limit")
    return Runs(*(np.concatenate([getattr(run, name) for run in runs]) for name in names))


def _bit(code: str) -> np.uint32:
    return np.uint32(1 << PERIOD_BIT[code])


class _Work:
    """The arrays that every slice reads, gathered once, and the per-row results it writes."""

    def __init__(self, attached: Attached, running: Running) -> None:
        channels, values = attached.channels, attached.values
        self.attached = attached
        self.energy_kwh = values.energy_kwh
        self.offsets = values.offsets
        self.run_masks = running.period_checks
        self.ever_run = int(np.bitwise_or.reduce(running.period_checks)) if attached.rows else 0
        self.thresholds = thresholds_of(attached, running)
        self.imports, self.exports = channels.partners["AI"], channels.partners["AE"]
        self.reactive_import, self.reactive_export = channels.partners["RI"], channels.partners["RE"]
        self.checks = channels.check_partner
        self.day_bits = np.zeros(attached.rows, dtype=np.uint32)
        self.kinds = np.zeros(tally.CHECKS, dtype=np.int8)
        self.kinds[: len(PERIOD_CHECKS)] = [_KINDS[check.measure] for check in PERIOD_CHECKS]
        self.of_reading = attached.regulation.policy("main_check_reading").text == "of_reading"

    def block(self, rows: tuple[int, int]) -> tuple[npt.NDArray[np.int64], list[Runs]]:
        """Periods flagged by check and the runs of one block of rows."""
        counts = np.zeros(tally.CHECKS, dtype=np.int64)
        found = []
        for first in range(rows[0], rows[1], SLICE_ROWS):
            last = min(first + SLICE_ROWS, rows[1])
            bits = np.zeros(int(self.offsets[last] - self.offsets[first]), dtype=np.uint32)
            allowances_kwh = self._pass_kernels(first, last, bits)
            many = tally.gather(bits, self.offsets, self.run_masks, first, last, self.day_bits, counts)
            if many:
                found.append(self._runs(first, last, bits, int(many), allowances_kwh))
        return counts, found

    def _ever(self, code: str) -> bool:
        """Whether a check runs on any row of the submission; where none, its kernel is not called."""
        return bool(self.ever_run >> PERIOD_BIT[code] & 1)

    def _pass_kernels(self, first: int, last: int, bits: npt.NDArray[np.uint32]) -> Floats:
        self._presence(first, last, bits)
        self._flags(first, last, bits)
        self._limits(first, last, bits)
        self._plausibility(first, last, bits)
        return self._main_check(first, last, bits)

    def _presence(self, first: int, last: int, bits: npt.NDArray[np.uint32]) -> None:
        where = (self.energy_kwh, self.offsets, first, last)
        presence.missing_period(*where, _bit("missing_period"), bits)
        presence.negative_energy(*where, -RELATIVE, _bit("negative_energy"), bits)

    def _flags(self, first: int, last: int, bits: npt.NDArray[np.uint32]) -> None:
        if not self._ever("invalid_flag"):
            return
        given = self.attached.values.flags
        expected = self.attached.channels.expected
        flags.invalid_flag(given, self.offsets, expected, first, last, _bit("invalid_flag"), bits)
        flags.estimated(given, self.offsets, first, last, _bit("estimated"), bits)
        if any(self._ever(alarm) for alarm in ALARMS):
            every = np.uint32((1 << len(ALARMS)) - 1)
            shift = np.uint32(PERIOD_BIT[ALARMS[0]])
            flags.alarms(given, self.offsets, first, last, np.uint32(FIRST_ALARM_BIT), every, shift, bits)

    def _limits(self, first: int, last: int, bits: npt.NDArray[np.uint32]) -> None:
        energy_kwh, offsets, at = self.energy_kwh, self.offsets, self.thresholds
        if self._ever("off_resolution"):
            limits.off_resolution(
                energy_kwh, offsets, self.attached.resolution_kwh, past(0.0) + WHOLE_MULTIPLE_TOLERANCE,
                first, last, _bit("off_resolution"), bits,
            )  # fmt: skip
        for code, threshold in (
            ("above_max_permissible", at.max_permissible_kwh),
            ("deenergised_but_consuming", at.deenergised_kwh),
        ):
            if self._ever(code):
                limits.above(energy_kwh, offsets, threshold, first, last, _bit(code), bits)
        if self._ever("above_rating"):
            apparent.above_apparent(
                energy_kwh, offsets, self.reactive_import, self.reactive_export, at.rating_kvah,
                first, last, _bit("above_rating"), bits,
            )  # fmt: skip
        if self._ever("period_duration"):
            limits.period_duration(
                self.attached.values.durations_s, self.attached.values.flags, offsets, at.demand_s,
                at.duration_s, np.uint16(FLAG_TIME_SYNCHRONISED), first, last, _bit("period_duration"), bits,
            )  # fmt: skip

    def _plausibility(self, first: int, last: int, bits: npt.NDArray[np.uint32]) -> None:
        energy_kwh, offsets, at = self.energy_kwh, self.offsets, self.thresholds
        policy = self.attached.regulation.policy
        shape.equal_runs(
            energy_kwh, offsets, int(policy("zero_run_periods").value), int(policy("stuck_run_periods").value),
            first, last, _bit("zero_run"), _bit("stuck"), bits,
        )  # fmt: skip
        if self._ever("spike"):
            ratio = past(policy("spike_tolerance").value)
            shape.spike(energy_kwh, offsets, at.spike_floor_kwh, ratio, first, last, _bit("spike"), bits)
        if self._ever("reactive_without_active"):
            pairs.reactive_without_active(
                energy_kwh, offsets, self.imports, self.exports, at.reactive_kvarh,
                first, last, _bit("reactive_without_active"), bits,
            )  # fmt: skip
        if self._ever("import_export_both"):
            pairs.import_export_both(
                energy_kwh, offsets, self.exports, at.both_kwh, first, last, _bit("import_export_both"), bits
            )

    def _main_check(self, first: int, last: int, bits: npt.NDArray[np.uint32]) -> Floats:
        bit = _bit("main_check_discrepancy")
        if not self._ever("main_check_discrepancy"):
            return np.zeros(0)
        if not self.of_reading:
            main_check.main_check_full_load(
                self.energy_kwh, self.offsets, self.checks, self.thresholds.check_kwh, first, last, bit, bits
            )
            return np.zeros(0)
        attached = self.attached
        allowances_kwh = np.empty(len(bits))
        main_check.main_check_of_reading(
            self.energy_kwh, self.offsets, self.checks, self.imports, self.exports, self.reactive_import,
            self.reactive_export, attached.reactive, attached.channels.quantity, attached.full_load_kwh,
            attached.regulation.policy("main_check_factor").value, attached.profiles.bands, attached.energy,
            attached.regulation.policy("unity_power_factor_min").value, RELATIVE,
            first, last, bit, bits, allowances_kwh,
        )  # fmt: skip
        return allowances_kwh

    def _runs(self, first: int, last: int, bits: npt.NDArray[np.uint32], many: int, allowances_kwh: Floats) -> Runs:
        row, bit = np.empty(many, np.int64), np.empty(many, np.int32)
        begin, end, worst = (np.empty(many, np.int32) for _ in range(3))
        value = np.empty(many)
        written = tally.list_runs(
            bits, self.day_bits, self.kinds, self.energy_kwh, self.offsets, self.attached.values.durations_s,
            self.thresholds.demand_s, self.reactive_import, self.reactive_export, self.checks,
            first, last, row, bit, begin, end, worst, value,
        )  # fmt: skip
        if written != many:
            raise RuntimeError(f"{many} runs were counted and {written} written in rows {first} to {last}")
        limit = np.full(many, np.nan)
        if len(allowances_kwh):
            main = bit == PERIOD_BIT["main_check_discrepancy"]
            limit[main] = allowances_kwh[self.offsets[row[main]] - self.offsets[first] + worst[main]]
        return Runs(row, bit, begin, end, value, limit)
