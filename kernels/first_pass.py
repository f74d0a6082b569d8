"""The first pass: each reading and flag is read once, and most channel-days are cleared of most checks."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel
from kernels.flags import ALARM_SHIFT, PADDING, UNASSIGNED, union_of
from kernels.flags import ALARMS as ALARM_FLAGS
from kernels.flags import ESTIMATED as ESTIMATED_FLAG
from kernels.full_day import FULL_DAY, look_at_full_day
from kernels.limits import EXACT_MULTIPLES, may_be_off, wrong_durations
from kernels.main_check import may_be_apart, threshold_of
from kernels.partners import RI, check_of
from kernels.period_bits import (
    ABOVE_MAX_PERMISSIBLE,
    DEENERGISED_BUT_CONSUMING,
    ESTIMATED,
    FIRST_ALARM,
    INVALID_FLAG,
    MAIN_CHECK_DISCREPANCY,
    MISSING_PERIOD,
    NEGATIVE_ENERGY,
    OFF_RESOLUTION,
    PERIOD_DURATION,
    SPIKE,
    STUCK,
    ZERO_RUN,
)
from kernels.presence import count_finite, extremes
from kernels.shape import equal_threes, near_highest, near_share

INFINITE = np.int64(0x7FF0000000000000)
"""The bits of infinity: a double without a minus sign is finite below it."""
EVERY_ENERGY_CHECK = (
    MISSING_PERIOD
    | NEGATIVE_ENERGY
    | OFF_RESOLUTION
    | ABOVE_MAX_PERMISSIBLE
    | DEENERGISED_BUT_CONSUMING
    | SPIKE
    | STUCK
    | ZERO_RUN
)
ROWS_AT_A_TIME = 512
"""Channel-days looked at before the same are looked at beside their partners: their readings are still in the cache."""


@inlined
def _suspected_flags(union):  # type: ignore[no-untyped-def]
    """Checks of the flags that a day may break, from every bit that its flags carry."""
    suspects = (np.uint32(union & ALARM_FLAGS) >> ALARM_SHIFT) << FIRST_ALARM
    if union & ESTIMATED_FLAG:
        suspects |= ESTIMATED
    if union & (UNASSIGNED | PADDING):
        suspects |= INVALID_FLAG
    return suspects


@kernel
def _look_at_any_day(  # type: ignore[no-untyped-def]
    energy_kwh, energy_as_int, start, periods, multiples_per_kwh, tolerance
):
    """As `look_at_full_day`, for a day of any number of periods, the first of all included."""
    lowest, highest = extremes(energy_as_int, start, periods)
    off = may_be_off(energy_kwh, start, periods, multiples_per_kwh, tolerance)
    return lowest, highest, off, equal_threes(energy_kwh, start, periods)


@kernel
def own_readings(  # type: ignore[no-untyped-def]
    energy_kwh,
    energy_as_int,
    flag_words,
    offsets,
    meters,
    limits,
    profiles,
    issues,
    consuming_kwh,
    shortest_run,
    spike_ratio,
    tolerance,
    first,
    last,
    both,
    both_as_int,
    facts,
):
    """Write what the readings and flags of each channel-day say by themselves."""
    share = near_share(spike_ratio)
    for row in range(first, last):
        start = np.uint64(offsets[row])
        periods = np.uint64(offsets[row + 1]) - start
        limit = limits[meters[row] if meters[row] >= 0 else limits.shape[0] - 1]
        issue = issues[profiles[row] if profiles[row] >= 0 else issues.shape[0] - 1]
        suspects = _suspected_flags(union_of(flag_words, start, periods))
        if periods == FULL_DAY and start >= FULL_DAY:
            lowest, highest, off, threes = look_at_full_day(
                energy_kwh, energy_as_int, start, limit.multiples_per_kwh, tolerance
            )
        else:
            lowest, highest, off, threes = _look_at_any_day(
                energy_kwh, energy_as_int, start, periods, limit.multiples_per_kwh, tolerance
            )
        if lowest >= 0 and highest < INFINITE and periods > 0:
            both_as_int[0] = lowest
            both_as_int[1] = highest
            if both[1] > issue.max_permissible_kwh:
                suspects |= ABOVE_MAX_PERMISSIBLE
            if both[1] > consuming_kwh:
                suspects |= DEENERGISED_BUT_CONSUMING
            if threes >= shortest_run - 2:
                suspects |= STUCK | ZERO_RUN
            if near_highest(energy_kwh, start, periods, both[1] * share) < 3 and both[1] > limit.floor_kwh:
                suspects |= SPIKE
            if off or np.abs(both[1] * limit.multiples_per_kwh) > EXACT_MULTIPLES:
                suspects |= OFF_RESOLUTION
            facts[row].finite = periods
        else:
            both[0] = -np.inf
            both[1] = np.inf
            suspects |= EVERY_ENERGY_CHECK
            facts[row].finite = count_finite(energy_kwh, start, periods)
        facts[row].lowest = both[0]
        facts[row].highest = both[1]
        facts[row].suspects = suspects


@kernel
def beside_check_meter(  # type: ignore[no-untyped-def]
    energy_kwh, offsets, meters, limits, profiles, issues, systems, slots, roles, quantities, relative_tolerance,
    first, last, facts,
):  # fmt: skip
    """Add to `facts` the days of main meters that may differ too much from their check meter's."""
    for row in range(first, last):
        check = check_of(systems, slots, roles, quantities, row)
        if check < 0:
            continue
        limit = limits[meters[row] if meters[row] >= 0 else limits.shape[0] - 1]
        issue = issues[profiles[row] if profiles[row] >= 0 else issues.shape[0] - 1]
        threshold = threshold_of(limit, issue, quantities[row] >= RI, relative_tolerance)
        if may_be_apart(energy_kwh, offsets, row, check, threshold):
            facts[row].suspects |= MAIN_CHECK_DISCREPANCY


@kernel
def durations(durations_s, flags, offsets, profiles, issues, synchronised, first, last, facts):  # type: ignore[no-untyped-def]
    """Add to `facts` the days on which a period is too long or too short."""
    for row in range(first, last):
        start = np.uint64(offsets[row])
        periods = np.uint64(offsets[row + 1]) - start
        issue = issues[profiles[row] if profiles[row] >= 0 else issues.shape[0] - 1]
        if wrong_durations(durations_s, flags, start, periods, issue.demand_s, issue.duration_s, synchronised) > 0:
            facts[row].suspects |= PERIOD_DURATION


@kernel
def first_pass(  # type: ignore[no-untyped-def]
    energy_kwh,
    energy_as_int,
    flags,
    flag_words,
    durations_s,
    offsets,
    meters,
    limits,
    profiles,
    issues,
    consuming_kwh,
    systems,
    slots,
    roles,
    quantities,
    shortest_run,
    spike_ratio,
    tolerance,
    relative_tolerance,
    synchronised,
    first,
    last,
    both,
    both_as_int,
    facts,
):
    """Write the DAY_FACTS of channel-days `first` to `last` - 1 to `facts`.

    `energy_as_int` int64 are the bits of `energy_kwh`; `both` float64 (2,) and its bits are room to work in. Whoever
    calls has them made: a kernel that makes an array or a view brings a tenth of Numba, 0.06 s of every process.

    `meters` int32 (rows,) places each row among the METER_LIMITS `limits`, -1 at the last, and `profiles`
    int32 (rows,) among the ISSUE_LIMITS `issues`. `systems`, `slots`, `roles` and `quantities` are as
    `kernels.partners` reads them, `flag_words` as `union_of` does. `durations_s` may be empty.

    Clearing days before marking periods costs a sixth of marking every period of every day. Three loops over a
    few hundred days took two thirds of the time of one that held all three.
    """
    for begin in range(first, last, ROWS_AT_A_TIME):
        end = min(begin + ROWS_AT_A_TIME, last)
        own_readings(
            energy_kwh, energy_as_int, flag_words, offsets, meters, limits, profiles, issues, consuming_kwh,
            shortest_run, spike_ratio, tolerance, begin, end, both, both_as_int, facts,
        )  # fmt: skip
        beside_check_meter(
            energy_kwh, offsets, meters, limits, profiles, issues, systems, slots, roles, quantities,
            relative_tolerance, begin, end, facts,
        )  # fmt: skip
        if durations_s.shape[0] > 0:
            durations(durations_s, flags, offsets, profiles, issues, synchronised, begin, end, facts)
