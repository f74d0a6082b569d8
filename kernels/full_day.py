"""What a full day's readings say by themselves, in one loop of a length that the compiler knows."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined

FULL_DAY = np.uint64(48)
"""Periods of every day but two in the year."""


@inlined
def look_at_full_day(energy_kwh, energy_as_int, start, multiples_per_kwh, tolerance):  # type: ignore[no-untyped-def]
    """`extremes`, `may_be_off` and `equal_threes` of 48 readings that at least two readings stand before.

    Known to be 48, they fill whole vectors: two thirds of the time of those three, which leave a remainder of 16.
    """
    one = np.uint64(1)
    near = 0.5 * tolerance
    lowest = np.int64(0x7FFFFFFFFFFFFFFF)
    highest = np.int64(-0x8000000000000000)
    off = False
    threes = np.int64(0)
    for i in range(FULL_DAY):
        as_int = energy_as_int[start + i]
        value = energy_kwh[start + i]
        lowest = min(lowest, as_int)
        highest = max(highest, as_int)
        multiple = value * multiples_per_kwh
        off |= np.abs(multiple - np.rint(multiple)) > near
        threes += np.int64((value == energy_kwh[start + i - one]) & (value == energy_kwh[start + i - one - one]))
    return lowest, highest, off, threes
