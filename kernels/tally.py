"""From a bit set per period to exact counts and runs of adjacent periods."""

from __future__ import annotations

import numpy as np

from kernels.apparent import apparent_of
from kernels.compile import inlined, kernel
from kernels.loads import trailing_zeros
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
        found = np.uint64(union)
        while found:
            runs += _count(bits, start, end, np.uint32(trailing_zeros(found)), period_counts)
            found &= found - np.uint64(1)
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


@inlined
def _is_worse(value, worst, lowest):  # type: ignore[no-untyped-def]
    """Whether a value takes the place of the worst so far; any does while that is NaN."""
    return worst != worst or (value < worst if lowest else value > worst)


@kernel
def _worst_energy(energy_kwh, first, last, lowest):  # type: ignore[no-untyped-def]
    """The highest (or lowest) of the readings `first` to `last` - 1, and its place among them."""
    worst = np.nan
    at = first
    for i in range(first, last):
        if _is_worse(energy_kwh[i], worst, lowest):
            worst = energy_kwh[i]
            at = i
    return worst, at - first


@kernel
def _worst_beside(  # type: ignore[no-untyped-def]
    kind, row, first, last, energy_kwh, offsets, durations_s, demand_s, systems, slots, roles, quantities
):
    """As `_worst_energy`, of what is measured against partners or the demand period; positions within the day."""
    reactive_import = partner_of(systems, slots, roles, row, RI)
    reactive_export = partner_of(systems, slots, roles, row, RE)
    check = check_of(systems, slots, roles, quantities, row)
    worst = np.nan
    at = first
    for position in range(first, last):
        if kind == APPARENT:
            value = apparent_of(energy_kwh, offsets, reactive_import, reactive_export, position, row)
        elif kind == DISCREPANCY:
            value = np.abs(energy_kwh[offsets[row] + position] - energy_kwh[offsets[check] + position])
        else:
            value = np.abs(durations_s[offsets[row] + position] - demand_s[row])
        if _is_worse(value, worst, False):
            worst = value
            at = position
    return worst, np.uint64(at - first)


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
        start = np.uint64(starts[n])
        end = np.uint64(starts[n + 1])
        reading = np.uint64(offsets[row])
        found = np.uint64(day_bits[n])
        while found:
            check = trailing_zeros(found)
            found &= found - np.uint64(1)
            bit = np.uint32(1) << np.uint32(check)
            begin = _start_of_run(bits, start, end, bit)
            while begin < end:
                after = _end_of_run(bits, begin, end, bit)
                value = np.nan
                worst = np.uint64(0)
                # A call for each run and not for each period: handing over a dozen arrays took nine tenths of the time.
                if kinds[check] == ENERGY or kinds[check] == LOWEST:
                    first, last = reading + (begin - start), reading + (after - start)
                    value, worst = _worst_energy(energy_kwh, first, last, kinds[check] == LOWEST)
                elif kinds[check] != NONE:
                    value, worst = _worst_beside(
                        kinds[check], row, np.int64(begin - start), np.int64(after - start), energy_kwh, offsets,
                        durations_s, demand_s, systems, slots, roles, quantities,
                    )  # fmt: skip
                rows[runs] = row
                check_bits[runs] = check
                first_periods[runs] = begin - start
                last_periods[runs] = after - start - np.uint64(1)
                worst_places[runs] = begin + worst
                values[runs] = value
                runs += 1
                begin = _start_of_run(bits, after, end, bit)
    return runs
