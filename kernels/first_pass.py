"""The first pass: each reading and flag is read once, and most channel-days are cleared of most checks."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel
from kernels.flags import ALARM_SHIFT, PADDING, UNASSIGNED, union_of
from kernels.flags import ALARMS as ALARM_FLAGS
from kernels.flags import ESTIMATED as ESTIMATED_FLAG
from kernels.limits import may_be_off, wrong_durations
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
from kernels.shape import equal_threes, near_highest

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


@inlined
def _suspected_flags(union):  # type: ignore[no-untyped-def]
    """Checks of the flags that a day may break, from every bit that its flags carry."""
    suspects = (np.uint32(union & ALARM_FLAGS) >> ALARM_SHIFT) << FIRST_ALARM
    if union & ESTIMATED_FLAG:
        suspects |= ESTIMATED
    if union & (UNASSIGNED | PADDING):
        suspects |= INVALID_FLAG
    return suspects


@inlined
def _suspected_energies(  # type: ignore[no-untyped-def]
    energy_kwh, start, periods, limit, issue, consuming_kwh, highest, shortest_run, spike_ratio, tolerance
):
    """Checks that a day of finite readings without a minus sign may break, each by one branch-free loop."""
    suspects = np.uint32(0)
    if highest > issue.max_permissible_kwh:
        suspects |= ABOVE_MAX_PERMISSIBLE
    if highest > consuming_kwh:
        suspects |= DEENERGISED_BUT_CONSUMING
    if equal_threes(energy_kwh, start, periods) >= shortest_run - 2:
        suspects |= STUCK | ZERO_RUN
    if near_highest(energy_kwh, start, periods, highest, spike_ratio) < 3 and highest > limit.floor_kwh:
        suspects |= SPIKE
    if may_be_off(energy_kwh, start, periods, limit.multiples_per_kwh, tolerance, highest):
        suspects |= OFF_RESOLUTION
    return suspects


@kernel
def first_pass(  # type: ignore[no-untyped-def]
    energy_kwh,
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
    facts,
):
    """Write the DAY_FACTS of channel-days `first` to `last` - 1 to `facts`.

    `meters` int32 (rows,) places each row among the METER_LIMITS `limits`, -1 at the last, and `profiles`
    int32 (rows,) among the ISSUE_LIMITS `issues`. `systems`, `slots`, `roles` and `quantities` are as
    `kernels.partners` reads them, `flag_words` as `union_of` does. `durations_s` may be empty.

    Clearing days before marking periods costs a sixth of marking every period of every day. The loops stand
    apart: one loop that held them all was no quicker (0.74 against 0.71 ns a reading), nor was a copy of the day.
    """
    energy_as_int = energy_kwh.view(np.int64)
    both = np.empty(2)
    both_as_int = both.view(np.int64)
    for row in range(first, last):
        start = np.uint64(offsets[row])
        periods = np.uint64(offsets[row + 1]) - start
        meter = meters[row] if meters[row] >= 0 else limits.shape[0] - 1
        limit = limits[meter]
        issue = issues[profiles[row] if profiles[row] >= 0 else issues.shape[0] - 1]
        suspects = _suspected_flags(union_of(flag_words, start, periods))
        lowest, highest = extremes(energy_as_int, start, periods)
        if lowest >= 0 and highest < INFINITE and periods > 0:
            both_as_int[0] = lowest
            both_as_int[1] = highest
            suspects |= _suspected_energies(
                energy_kwh, start, periods, limit, issue, consuming_kwh, both[1], shortest_run, spike_ratio, tolerance
            )
            facts[row].finite = periods
        else:
            both[0] = -np.inf
            both[1] = np.inf
            suspects |= EVERY_ENERGY_CHECK
            facts[row].finite = count_finite(energy_kwh, start, periods)
        check = check_of(systems, slots, roles, quantities, row)
        if check >= 0:
            threshold = threshold_of(limit, issue, quantities[row] >= RI, relative_tolerance)
            if may_be_apart(energy_kwh, offsets, row, check, threshold):
                suspects |= MAIN_CHECK_DISCREPANCY
        if durations_s.shape[0] > 0:
            wrong = wrong_durations(durations_s, flags, start, periods, issue.demand_s, issue.duration_s, synchronised)
            if wrong > 0:
                suspects |= PERIOD_DURATION
        facts[row].lowest = both[0]
        facts[row].highest = both[1]
        facts[row].suspects = suspects
