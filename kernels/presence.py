"""Periods without a reading, and readings below zero."""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel


@kernel
def missing_period(energy_kwh, offsets, first, last, bit, bits):  # type: ignore[no-untyped-def]
    """Set `bit` where a reading is NaN (a null) or infinite."""
    base = np.uint64(offsets[first])
    for i in range(base, np.uint64(offsets[last])):
        # x - x is 0 for a finite x and NaN for every other.
        bits[i - base] |= bit * np.uint32(energy_kwh[i] - energy_kwh[i] != 0.0)


@kernel
def negative_energy(energy_kwh, offsets, first, last, floor_kwh, bit, bits):  # type: ignore[no-untyped-def]
    """Set `bit` where a reading is below `floor_kwh`."""
    base = np.uint64(offsets[first])
    for i in range(base, np.uint64(offsets[last])):
        value = energy_kwh[i]
        bits[i - base] |= bit * np.uint32((value < floor_kwh) & (value - value == 0.0))


@kernel
def count_finite(energy_kwh, offsets, first, last, finite):  # type: ignore[no-untyped-def]
    """Number of finite readings of each channel-day into `finite`, int32 (rows,)."""
    for row in range(first, last):
        count = np.int64(0)
        for i in range(np.uint64(offsets[row]), np.uint64(offsets[row + 1])):
            count += np.int64(energy_kwh[i] - energy_kwh[i] == 0.0)
        finite[row] = count
