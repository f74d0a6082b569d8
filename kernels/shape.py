"""The shape of a day: runs of equal values and spikes."""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel


@kernel
def equal_runs(  # type: ignore[no-untyped-def]
    energy_kwh, offsets, zero_run_periods, stuck_run_periods, first, last, zero_bit, stuck_bit, bits
):
    """Set `zero_bit` on each run of zeros and `stuck_bit` on each run of one non-zero value.

    A run is at least `zero_run_periods` or `stuck_run_periods` adjacent periods of one channel-day. Most
    days hold no such run: a branch-free count of equal neighbours rules them out first.
    """
    base = offsets[first]
    shortest = min(zero_run_periods, stuck_run_periods) - 1
    for row in range(first, last):
        start = np.uint64(offsets[row])
        end = np.uint64(offsets[row + 1])
        equal = np.int64(0)
        for i in range(start + np.uint64(1), end):
            equal += np.int64(energy_kwh[i] == energy_kwh[i - np.uint64(1)])
        if equal < shortest or end == start:
            continue
        _mark_runs(
            energy_kwh, offsets[row], offsets[row + 1], base,
            zero_run_periods, stuck_run_periods, zero_bit, stuck_bit, bits,
        )  # fmt: skip


@kernel
def _mark_runs(  # type: ignore[no-untyped-def]
    energy_kwh, start, end, base, zero_run_periods, stuck_run_periods, zero_bit, stuck_bit, bits
):
    begin = start
    for i in range(start + 1, end + 1):
        if i < end and energy_kwh[i] == energy_kwh[begin]:
            continue
        value = energy_kwh[begin]
        length = i - begin
        bit = zero_bit if value == 0.0 else stuck_bit
        needed = zero_run_periods if value == 0.0 else stuck_run_periods
        if length >= needed and value - value == 0.0:
            for k in range(begin, i):
                bits[k - base] |= bit
        begin = i


@kernel
def spike(energy_kwh, offsets, floors_kwh, ratio_limit, first, last, bit, bits):  # type: ignore[no-untyped-def]
    """Set `bit` on the day's highest period where (highest - third) / third is above `ratio_limit`.

    Passed over where fewer than three readings are finite, or the highest is at or under the row's floor.
    A third highest of zero counts as infinitely exceeded; one below zero is not judged.
    """
    base = offsets[first]
    for row in range(first, last):
        floor = floors_kwh[row]
        highest = -np.inf
        second = -np.inf
        third = -np.inf
        for i in range(np.uint64(offsets[row]), np.uint64(offsets[row + 1])):
            value = energy_kwh[i]
            value = value if value - value == 0.0 else -np.inf
            third = max(third, min(second, value))
            second = max(second, min(highest, value))
            highest = max(highest, value)
        if not (highest > floor and third >= 0.0 and highest - third > ratio_limit * third):
            continue
        for i in range(offsets[row], offsets[row + 1]):
            if energy_kwh[i] == highest:
                bits[i - base] |= bit
                break
