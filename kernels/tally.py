"""From a bit set per period to exact counts and runs of adjacent periods."""

from __future__ import annotations

import numpy as np

from kernels.apparent import apparent_of
from kernels.compile import kernel
from kernels.partners import RE, RI, check_of, partner_of

NONE, ENERGY, LOWEST, APPARENT, DISCREPANCY, DURATION = range(6)
"""What is measured where a run of periods breaks a limit; the worst is the highest, or the lowest."""


@kernel
def gather(bits, starts, rows, run_masks, day_bits, period_counts):  # type: ignore[no-untyped-def]
    """Keep only the checks that ran, and gather the bits of each of the channel-days `rows`.

    Clears in `bits` what `run_masks` (uint32, by row) leaves out, writes the union over each day to `day_bits`
    (uint32, by entry of `rows`), and adds the number of periods of each check to `period_counts` (int64,
    CHECKS). Returns the number of runs of adjacent periods with the same check.
    """
    runs = np.int64(0)
    for n in range(rows.shape[0]):
        start = np.uint64(starts[n])
        end = np.uint64(starts[n + 1])
        mask = run_masks[rows[n]]
        union = np.uint32(0)
        for i in range(start, end):
            kept = bits[i] & mask
            bits[i] = kept
            union |= kept
        day_bits[n] = union
        check = np.uint32(0)
        while union >> check:
            if union >> check & np.uint32(1):
                runs += _count(bits, start, end, check, period_counts)
            check += np.uint32(1)
    return runs


@kernel
def _count(bits, start, end, check, period_counts):  # type: ignore[no-untyped-def]
    """Adds one check's periods of one channel-day to `period_counts`; returns its runs."""
    one = np.uint64(1)
    periods = np.int64(0)
    followed = np.int64(0)
    for i in range(start, end):
        periods += np.int64((bits[i] >> check) & np.uint32(1))
    for i in range(start + one, end):
        followed += np.int64((bits[i] & bits[i - one]) >> check & np.uint32(1))
    period_counts[check] += periods
    return periods - followed


@kernel
def _measure(  # type: ignore[no-untyped-def]
    kind, row, position, energy_kwh, offsets, durations_s, demand_s, systems, slots, roles, quantities
):
    if kind == APPARENT:
        reactive_import = partner_of(systems, slots, roles, row, RI)
        reactive_export = partner_of(systems, slots, roles, row, RE)
        return apparent_of(energy_kwh, offsets, reactive_import, reactive_export, position, row)
    if kind == DISCREPANCY:
        check = check_of(systems, slots, roles, quantities, row)
        return np.abs(energy_kwh[offsets[row] + position] - energy_kwh[offsets[check] + position])
    if kind == DURATION:
        return np.abs(durations_s[offsets[row] + position] - demand_s[row])
    return energy_kwh[offsets[row] + position]


@kernel
def _end_of_run(bits, start, end, bit):  # type: ignore[no-untyped-def]
    """First place from `start` on whose bits do not hold `bit`, or `end`."""
    place = start
    while place < end and bits[place] & bit:
        place += np.uint64(1)
    return place


@kernel
def _start_of_run(bits, start, end, bit):  # type: ignore[no-untyped-def]
    """First place from `start` on whose bits hold `bit`, or `end`."""
    place = start
    while place < end and not bits[place] & bit:
        place += np.uint64(1)
    return place


@kernel
def list_runs(  # type: ignore[no-untyped-def]
    bits,
    starts,
    day_rows,
    day_bits,
    kinds,
    energy_kwh,
    offsets,
    durations_s,
    demand_s,
    systems,
    slots,
    roles,
    quantities,
    rows,
    check_bits,
    first_periods,
    last_periods,
    worst_places,
    values,
):
    """Write each run of adjacent periods with one check, by row, then check, then period.

    Outputs have one entry per run: row, bit, first and last period (from 0), the place in `bits` of the worst,
    and the worst value as `kinds` (int8, CHECKS) says it is measured (NaN: nothing measured, or nothing finite).
    """
    runs = 0
    for n in range(day_rows.shape[0]):
        row = day_rows[n]
        union = day_bits[n]
        start = np.uint64(starts[n])
        end = np.uint64(starts[n + 1])
        check = np.uint32(0)
        while union >> check:
            bit = np.uint32(1) << check
            begin = _start_of_run(bits, start, end, bit) if union & bit else end
            while begin < end:
                after = _end_of_run(bits, begin, end, bit)
                worst = begin
                worst_value = np.nan
                if kinds[check] != NONE:
                    for place in range(begin, after):
                        value = _measure(
                            kinds[check], row, np.int64(place - start), energy_kwh, offsets, durations_s, demand_s,
                            systems, slots, roles, quantities,
                        )  # fmt: skip
                        worse = value < worst_value if kinds[check] == LOWEST else value > worst_value
                        if worst_value != worst_value or worse:
                            worst_value = value
                            worst = place
                rows[runs] = row
                check_bits[runs] = check
                first_periods[runs] = begin - start
                last_periods[runs] = after - start - np.uint64(1)
                worst_places[runs] = worst
                values[runs] = worst_value
                runs += 1
                begin = _start_of_run(bits, after, end, bit)
            check += np.uint32(1)
    return runs
