"""From a bit set per reading to a bit set per channel-day, exact counts and runs of adjacent periods."""

from __future__ import annotations

import numpy as np

from kernels.apparent import apparent_of
from kernels.compile import kernel

CHECKS = 32
"""Per-period checks that one reading's bit set has room for."""

NONE, ENERGY, LOWEST, APPARENT, DISCREPANCY, DURATION = range(6)
"""What is measured where a run of periods breaks a limit; the worst is the highest, or the lowest."""


@kernel
def gather(bits, offsets, run_masks, first, last, day_bits, period_counts):  # type: ignore[no-untyped-def]
    """Keep only the checks that ran, and gather each day's bits.

    Clears in `bits` what `run_masks` (uint32, by row) leaves out, writes the union over the day to
    `day_bits` (uint32, by row), and adds the number of periods of each check to `period_counts`
    (int64, CHECKS). Returns the number of runs of adjacent periods with the same check.
    """
    base = np.uint64(offsets[first])
    runs = np.int64(0)
    for row in range(first, last):
        mask = run_masks[row]
        union = np.uint32(0)
        for i in range(np.uint64(offsets[row]), np.uint64(offsets[row + 1])):
            kept = bits[i - base] & mask
            bits[i - base] = kept
            union |= kept
        day_bits[row] = union
        if union:
            runs += _count(bits, offsets[row] - offsets[first], offsets[row + 1] - offsets[first], period_counts)
    return runs


@kernel
def _count(bits, start, end, period_counts):  # type: ignore[no-untyped-def]
    runs = np.int64(0)
    before = np.uint32(0)
    for i in range(start, end):
        here = bits[i]
        begun = here & ~before
        before = here
        k = 0
        while here >> np.uint32(k):
            period_counts[k] += np.int64((here >> np.uint32(k)) & np.uint32(1))
            runs += np.int64((begun >> np.uint32(k)) & np.uint32(1))
            k += 1
    return runs


@kernel
def _measure(  # type: ignore[no-untyped-def]
    kind, row, position, energy_kwh, offsets, durations_s, demand_s, reactive_import, reactive_export, checks
):
    if kind == APPARENT:
        return apparent_of(energy_kwh, offsets, reactive_import, reactive_export, row, position)
    if kind == DISCREPANCY:
        return np.abs(energy_kwh[offsets[row] + position] - energy_kwh[offsets[checks[row]] + position])
    if kind == DURATION:
        return np.abs(durations_s[offsets[row] + position] - demand_s[row])
    return energy_kwh[offsets[row] + position]


@kernel
def list_runs(  # type: ignore[no-untyped-def]
    bits,
    day_bits,
    kinds,
    energy_kwh,
    offsets,
    durations_s,
    demand_s,
    reactive_import,
    reactive_export,
    checks,
    first,
    last,
    rows,
    check_bits,
    first_periods,
    last_periods,
    worst_periods,
    values,
):
    """Write each run of adjacent periods with one check, by row, then check, then period.

    Outputs have one entry per run: row, bit, first, last and worst period (from 0), and the worst value
    as `kinds` (int8, CHECKS) says it is measured (NaN: nothing measured, or nothing finite).
    """
    base = offsets[first]
    n = 0
    for row in range(first, last):
        union = day_bits[row]
        for k in range(CHECKS):
            bit = np.uint32(1) << np.uint32(k)
            if not union & bit:
                continue
            kind = kinds[k]
            position = np.int64(0)
            periods = offsets[row + 1] - offsets[row]
            while position < periods:
                if not bits[offsets[row] + position - base] & bit:
                    position += 1
                    continue
                begin = position
                worst = position
                worst_value = np.nan
                while position < periods and bits[offsets[row] + position - base] & bit:
                    if kind != NONE:
                        value = _measure(
                            kind, row, position, energy_kwh, offsets, durations_s, demand_s,
                            reactive_import, reactive_export, checks,
                        )  # fmt: skip
                        worse = value < worst_value if kind == LOWEST else value > worst_value
                        if worst_value != worst_value or worse:
                            worst_value = value
                            worst = position
                    position += 1
                rows[n] = row
                check_bits[n] = k
                first_periods[n] = begin
                last_periods[n] = position - 1
                worst_periods[n] = worst
                values[n] = worst_value
                n += 1
    return n
