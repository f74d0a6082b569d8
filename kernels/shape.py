"""The shape of a day: runs of equal values and spikes."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel

SPIKE_MARGIN = 1e-9
"""Room for rounding between the spike rule and counting readings near the highest."""


@inlined
def equal_threes(energy_kwh, start, periods):  # type: ignore[no-untyped-def]
    """Number of periods of one channel-day equal to both before: a run of n holds n - 2 of them, chance few.

    The first two may count against the day before: 48 comparisons fill whole vectors, 46 do not. Equal pairs
    were a third cheaper to count, but a fifth of the days of small, coarse readings hold enough by chance.
    """
    one = np.uint64(1)
    equal = np.int64(0)
    for i in range(one + one - min(start, one + one), periods):
        value = energy_kwh[start + i]
        equal += np.int64((value == energy_kwh[start + i - one]) & (value == energy_kwh[start + i - one - one]))
    return equal


@kernel
def equal_runs(  # type: ignore[no-untyped-def]
    energy_kwh, start, periods, zero_run_periods, stuck_run_periods, zero_bit, stuck_bit, bits, at
):
    """Set `zero_bit` on each run of zeros and `stuck_bit` on each run of one non-zero value.

    A run is at least `zero_run_periods` or `stuck_run_periods` adjacent periods of one channel-day.
    """
    one = np.uint64(1)
    begin = np.uint64(0)
    for i in range(one, periods + one):
        if i < periods and energy_kwh[start + i] == energy_kwh[start + begin]:
            continue
        value = energy_kwh[start + begin]
        length = np.int64(i - begin)
        bit = zero_bit if value == 0.0 else stuck_bit
        needed = zero_run_periods if value == 0.0 else stuck_run_periods
        if length >= needed and value - value == 0.0:
            for k in range(begin, i):
                bits[at + k] |= bit
        begin = i  # type: ignore[assignment]


@inlined
def near_share(ratio_limit):  # type: ignore[no-untyped-def]
    """Share of a day's highest from which on a third highest allows no spike."""
    return (1.0 + SPIKE_MARGIN) / (1.0 + ratio_limit)


@inlined
def near_highest(energy_kwh, start, periods, near):  # type: ignore[no-untyped-def]
    """Number of readings of one channel-day that are at least `near`, the highest times `near_share`.

    Where there are three, (highest - third) / third is under the limit; one count, and no ordering.
    """
    count = np.int64(0)
    for i in range(periods):
        count += np.int64(energy_kwh[start + i] >= near)
    return count


@kernel
def spike(energy_kwh, start, periods, floor_kwh, ratio_limit, bit, bits, at):  # type: ignore[no-untyped-def]
    """Set `bit` on the day's highest period where (highest - third) / third is above `ratio_limit`.

    Passed over where fewer than three readings are finite, or the highest is at or under the floor.
    A third highest of zero counts as infinitely exceeded; one below zero is not judged.
    """
    highest = -np.inf
    second = -np.inf
    third = -np.inf
    for i in range(periods):
        value = energy_kwh[start + i]
        value = value if value - value == 0.0 else -np.inf
        third = max(third, min(second, value))
        second = max(second, min(highest, value))
        highest = max(highest, value)
    if not (highest > floor_kwh and third >= 0.0 and highest - third > ratio_limit * third):
        return
    for i in range(periods):
        if energy_kwh[start + i] == highest:
            bits[at + i] |= bit
            break
