"""A reading against one limit per channel-day, and whole multiples of the resolution."""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel


@kernel
def above(energy_kwh, offsets, thresholds_kwh, first, last, bit, bits):  # type: ignore[no-untyped-def]
    """Set `bit` where a finite reading is more than its row's threshold (infinite: never)."""
    base = np.uint64(offsets[first])
    for row in range(first, last):
        threshold = thresholds_kwh[row]
        for i in range(np.uint64(offsets[row]), np.uint64(offsets[row + 1])):
            value = energy_kwh[i]
            bits[i - base] |= bit * np.uint32((value > threshold) & (value < np.inf))


@kernel
def off_resolution(energy_kwh, offsets, resolutions_kwh, tolerance, first, last, bit, bits):  # type: ignore[no-untyped-def]
    """Set `bit` where a reading is further than `tolerance` of the resolution from a whole multiple."""
    base = np.uint64(offsets[first])
    for row in range(first, last):
        resolution = resolutions_kwh[row]
        for i in range(np.uint64(offsets[row]), np.uint64(offsets[row + 1])):
            multiple = energy_kwh[i] / resolution
            # A NaN or infinite quotient compares false: such a reading is not judged here.
            bits[i - base] |= bit * np.uint32(np.abs(multiple - np.rint(multiple)) > tolerance)


@kernel
def period_duration(  # type: ignore[no-untyped-def]
    durations_s, flags, offsets, demand_s, allowances_s, synchronised, first, last, bit, bits
):
    """Set `bit` where a duration departs from the demand period by more than the allowance.

    A period whose flags hold `synchronised` is let pass: its clock was put right within it.
    """
    base = np.uint64(offsets[first])
    for row in range(first, last):
        demand = demand_s[row]
        allowance = allowances_s[row]
        for i in range(np.uint64(offsets[row]), np.uint64(offsets[row + 1])):
            error = np.abs(durations_s[i] - demand)
            unsynchronised = (flags[i] & synchronised) == 0
            bits[i - base] |= bit * np.uint32((error > allowance) & (error < np.inf) & unsynchronised)
