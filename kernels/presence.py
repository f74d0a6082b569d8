"""Periods without a reading, and readings below zero."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel


@kernel
def missing_period(energy_kwh, start, periods, bit, bits, at):  # type: ignore[no-untyped-def]
    """Set `bit` where a reading is NaN (a null) or infinite."""
    for i in range(periods):
        # x - x is 0 for a finite x and NaN for every other.
        bits[at + i] |= bit * np.uint32(energy_kwh[start + i] - energy_kwh[start + i] != 0.0)


@kernel
def negative_energy(energy_kwh, start, periods, floor_kwh, bit, bits, at):  # type: ignore[no-untyped-def]
    """Set `bit` where a reading is below `floor_kwh`."""
    for i in range(periods):
        value = energy_kwh[start + i]
        bits[at + i] |= bit * np.uint32((value < floor_kwh) & (value - value == 0.0))


@kernel
def count_finite(energy_kwh, start, periods):  # type: ignore[no-untyped-def]
    """Number of finite readings of one channel-day."""
    count = np.int64(0)
    for i in range(periods):
        count += np.int64(energy_kwh[start + i] - energy_kwh[start + i] == 0.0)
    return count


@inlined
def extremes(energy_as_int, start, periods):  # type: ignore[no-untyped-def]
    """Lowest and highest reading of one channel-day, as the bits of their doubles in an int64.

    Doubles without a minus sign stand in the order of their bits, NaN and infinity above all others: the
    minimum of integers vectorises, that of doubles does not. A result with a minus sign says no more than that.
    """
    lowest = np.int64(0x7FFFFFFFFFFFFFFF)
    highest = np.int64(-0x8000000000000000)
    for i in range(periods):
        lowest = min(lowest, energy_as_int[start + i])
        highest = max(highest, energy_as_int[start + i])
    return lowest, highest
