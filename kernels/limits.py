"""A reading against one limit, whole multiples of the resolution, and durations."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel

EXACT_MULTIPLES = 1e9
"""Up to this many multiples, multiplying by the inverse is wrong by less than 4e-7 of a multiple."""


@kernel
def above(energy_kwh, start, periods, threshold_kwh, bit, bits, at):  # type: ignore[no-untyped-def]
    """Set `bit` where a finite reading is more than the threshold."""
    for i in range(periods):
        value = energy_kwh[start + i]
        bits[at + i] |= bit * np.uint32((value > threshold_kwh) & (value < np.inf))


@kernel
def off_resolution(energy_kwh, start, periods, resolution_kwh, tolerance, bit, bits, at):  # type: ignore[no-untyped-def]
    """Set `bit` where a reading is further than `tolerance` of the resolution from a whole multiple."""
    for i in range(periods):
        multiple = energy_kwh[start + i] / resolution_kwh
        # A NaN or infinite quotient compares false: such a reading is not judged here.
        bits[at + i] |= bit * np.uint32(np.abs(multiple - np.rint(multiple)) > tolerance)


@inlined
def may_be_off(energy_kwh, start, periods, multiples_per_kwh, tolerance):  # type: ignore[no-untyped-def]
    """False only where no reading of one channel-day, of up to EXACT_MULTIPLES, is off the resolution.

    Multiplying by the inverse costs a third of dividing. Half the tolerance is left for what that is wrong by.
    """
    near = 0.5 * tolerance
    off = False
    for i in range(periods):
        multiple = energy_kwh[start + i] * multiples_per_kwh
        off |= np.abs(multiple - np.rint(multiple)) > near
    return off


@inlined
def _wrong(duration_s, flag, demand_s, allowance_s, synchronised):  # type: ignore[no-untyped-def]
    """Whether one duration departs by more than the allowance, and its clock was not put right within it."""
    error = np.abs(duration_s - demand_s)
    return (error > allowance_s) & (error < np.inf) & ((flag & synchronised) == 0)


@kernel
def period_duration(  # type: ignore[no-untyped-def]
    durations_s, flags, start, periods, demand_s, allowance_s, synchronised, bit, bits, at
):
    """Set `bit` where a duration departs from the demand period by more than the allowance.

    A period whose flags hold `synchronised` is let pass: its clock was put right within it.
    """
    for i in range(periods):
        wrong = _wrong(durations_s[start + i], flags[start + i], demand_s, allowance_s, synchronised)
        bits[at + i] |= bit * np.uint32(wrong)


@inlined
def wrong_durations(  # type: ignore[no-untyped-def]
    durations_s, flags, start, periods, demand_s, allowance_s, synchronised
):
    """Number of periods of one channel-day that `period_duration` would mark."""
    count = np.int64(0)
    for i in range(periods):
        count += np.int64(_wrong(durations_s[start + i], flags[start + i], demand_s, allowance_s, synchronised))
    return count
