"""The second pass: a bit set per period, on the channel-days that the first pass could not clear."""

from __future__ import annotations

import numpy as np

from kernels.apparent import above_apparent
from kernels.compile import kernel
from kernels.flags import alarms, estimated, invalid_flag
from kernels.limits import above, off_resolution, period_duration
from kernels.main_check import main_check_full_load, main_check_of_reading, threshold_of
from kernels.pairs import import_export_both, reactive_without_active
from kernels.partners import AE, AI, RE, RI, check_of, partner_of
from kernels.period_bits import (
    ABOVE_MAX_PERMISSIBLE,
    ABOVE_RATING,
    ALARMS,
    DEENERGISED_BUT_CONSUMING,
    ESTIMATED,
    FIRST_ALARM,
    IMPORT_EXPORT_BOTH,
    INVALID_FLAG,
    MAIN_CHECK_DISCREPANCY,
    MISSING_PERIOD,
    NEGATIVE_ENERGY,
    OFF_RESOLUTION,
    PERIOD_DURATION,
    REACTIVE_WITHOUT_ACTIVE,
    SPIKE,
    STUCK,
    ZERO_RUN,
)
from kernels.presence import missing_period, negative_energy
from kernels.shape import equal_runs, spike


@kernel
def mark_energies(  # type: ignore[no-untyped-def]
    energy_kwh,
    start,
    periods,
    day,
    limit,
    issue,
    consuming_kwh,
    suspects,
    floor_kwh,
    zero_run,
    stuck_run,
    spike_ratio,
    tolerance,
    bits,
    at,
):
    """Mark one channel-day by the checks that look at nothing but its own readings."""
    if suspects & MISSING_PERIOD:
        missing_period(energy_kwh, start, periods, MISSING_PERIOD, bits, at)
    if suspects & NEGATIVE_ENERGY:
        negative_energy(energy_kwh, start, periods, floor_kwh, NEGATIVE_ENERGY, bits, at)
    if suspects & OFF_RESOLUTION:
        off_resolution(energy_kwh, start, periods, limit.resolution_kwh, tolerance, OFF_RESOLUTION, bits, at)
    if suspects & ABOVE_MAX_PERMISSIBLE:
        above(energy_kwh, start, periods, issue.max_permissible_kwh, ABOVE_MAX_PERMISSIBLE, bits, at)
    # On the first day of the de-energisation, energy from before it is what is expected.
    if suspects & DEENERGISED_BUT_CONSUMING and day != limit.energised_from_day:
        above(energy_kwh, start, periods, consuming_kwh, DEENERGISED_BUT_CONSUMING, bits, at)
    if suspects & (ZERO_RUN | STUCK):
        equal_runs(energy_kwh, start, periods, zero_run, stuck_run, ZERO_RUN, STUCK, bits, at)
    if suspects & SPIKE:
        spike(energy_kwh, start, periods, limit.floor_kwh, spike_ratio, SPIKE, bits, at)


@kernel
def mark_flags(flags, start, periods, expected, suspects, bits, at):  # type: ignore[no-untyped-def]
    """Mark one channel-day by the checks of its flags."""
    if suspects & INVALID_FLAG:
        invalid_flag(flags, start, periods, expected, INVALID_FLAG, bits, at)
    if suspects & ESTIMATED:
        estimated(flags, start, periods, ESTIMATED, bits, at)
    if suspects & ALARMS:
        alarms(flags, start, periods, FIRST_ALARM, bits, at)


CACHE_LINE_ENERGIES = np.uint64(8)
CACHE_LINE_FLAGS = np.uint64(32)
ROWS_TOUCHED = 512
"""Channel-days brought into the cache at once: a quarter of a MiB, to be marked before others take its place."""


@kernel
def touch(energy_kwh, flags, offsets, rows):  # type: ignore[no-untyped-def]
    """Read one value of each cache line of the channel-days `rows`, so that they are in the cache.

    They lie far apart, and these reads do not wait for each other as those of the marks do. Returns their union.
    """
    union = np.int64(0)
    for row in rows:
        end = np.uint64(offsets[row + 1])
        i = np.uint64(offsets[row])
        while i < end:
            union |= np.int64(energy_kwh[i] != 0.0)
            i += CACHE_LINE_ENERGIES
        i = np.uint64(offsets[row])
        while i < end:
            union |= np.int64(flags[i])
            i += CACHE_LINE_FLAGS
    return union


@kernel
def mark(  # type: ignore[no-untyped-def]
    energy_kwh,
    flags,
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
    days,
    expected,
    rows,
    suspects,
    starts,
    floor_kwh,
    zero_run,
    stuck_run,
    spike_ratio,
    tolerance,
    relative_tolerance,
    synchronised,
    of_reading,
    bits,
):
    """Set in `bits`, uint32 (periods,), what the checks find on the channel-days that `suspect` listed.

    The main and check channels of a day are marked here only where the allowance is one for the whole day. Returns
    what `touch` read, without which the compiler would not read it.
    """
    touched = np.int64(0)
    for n in range(rows.shape[0]):
        if n % ROWS_TOUCHED == 0:
            touched |= touch(energy_kwh, flags, offsets, rows[n : n + ROWS_TOUCHED])
        row = rows[n]
        here = suspects[n]
        at = np.uint64(starts[n])
        start = np.uint64(offsets[row])
        periods = np.uint64(offsets[row + 1]) - start
        meter = meters[row] if meters[row] >= 0 else limits.shape[0] - 1
        limit = limits[meter]
        issue = issues[profiles[row] if profiles[row] >= 0 else issues.shape[0] - 1]
        mark_energies(
            energy_kwh, start, periods, days[row], limit, issue, consuming_kwh, here, floor_kwh, zero_run, stuck_run,
            spike_ratio, tolerance, bits, at,
        )  # fmt: skip
        mark_flags(flags, start, periods, expected[row], here, bits, at)
        imports = partner_of(systems, slots, roles, row, AI)
        exports = partner_of(systems, slots, roles, row, AE)
        if here & ABOVE_RATING:
            reactive_import = partner_of(systems, slots, roles, row, RI)
            reactive_export = partner_of(systems, slots, roles, row, RE)
            above_apparent(
                energy_kwh, offsets, row, reactive_import, reactive_export, limit.rating_kvah, ABOVE_RATING, bits, at
            )
        if here & PERIOD_DURATION:
            period_duration(
                durations_s, flags, start, periods, issue.demand_s, issue.duration_s, synchronised,
                PERIOD_DURATION, bits, at,
            )  # fmt: skip
        if here & REACTIVE_WITHOUT_ACTIVE:
            reactive_without_active(
                energy_kwh, offsets, row, imports, exports, limit.reactive_kvarh, REACTIVE_WITHOUT_ACTIVE, bits, at
            )
        if here & IMPORT_EXPORT_BOTH:
            import_export_both(energy_kwh, offsets, row, exports, limit.floor_kwh, IMPORT_EXPORT_BOTH, bits, at)
        if here & MAIN_CHECK_DISCREPANCY and not of_reading:
            check = check_of(systems, slots, roles, quantities, row)
            threshold = threshold_of(limit, issue, quantities[row] >= RI, relative_tolerance)
            main_check_full_load(energy_kwh, offsets, row, check, threshold, MAIN_CHECK_DISCREPANCY, bits, at)
    return touched


@kernel
def mark_of_reading(  # type: ignore[no-untyped-def]
    energy_kwh,
    offsets,
    systems,
    slots,
    roles,
    quantities,
    full_load_kwh,
    factor,
    band_sets,
    band_set_of_row,
    unity_min,
    tolerance,
    rows,
    suspects,
    starts,
    bits,
    allowances_kwh,
):
    """Set in `bits` where main and check differ by more than a share of each main reading.

    `band_sets` is float64 (sets, bands, 5); `allowances_kwh`, like `bits` in shape, holds NaN until here.
    """
    for n in range(rows.shape[0]):
        row = rows[n]
        if not suspects[n] & MAIN_CHECK_DISCREPANCY or band_set_of_row[row] < 0:
            continue
        main_check_of_reading(
            energy_kwh, offsets, row, check_of(systems, slots, roles, quantities, row),
            partner_of(systems, slots, roles, row, AI), partner_of(systems, slots, roles, row, AE),
            partner_of(systems, slots, roles, row, RI), partner_of(systems, slots, roles, row, RE),
            quantities[row] >= RI, full_load_kwh[row], factor, band_sets[band_set_of_row[row]],
            unity_min, tolerance, MAIN_CHECK_DISCREPANCY, bits, allowances_kwh, np.uint64(starts[n]),
        )  # fmt: skip
