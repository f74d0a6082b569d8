"""Main meter against check meter, under the two readings of the source."""

from __future__ import annotations

import numpy as np

from kernels.apparent import reactive_of
from kernels.compile import kernel


@kernel
def main_check_full_load(  # type: ignore[no-untyped-def]
    energy_kwh, offsets, check_rows, allowances_kwh, first, last, bit, bits
):
    """Set `bit` where main and check differ by more than the row's allowance in kWh."""
    base = np.uint64(offsets[first])
    for row in range(first, last):
        check = check_rows[row]
        if check < 0:
            continue
        allowance = allowances_kwh[row]
        start = np.uint64(offsets[row])
        shared = min(offsets[row + 1] - offsets[row], offsets[check + 1] - offsets[check])
        check_start = np.uint64(offsets[check])
        for i in range(start, start + np.uint64(shared)):
            main = energy_kwh[i]
            other = energy_kwh[check_start + (i - start)]
            finite = (main - main == 0.0) & (other - other == 0.0)
            bits[i - base] |= bit * np.uint32((np.abs(main - other) > allowance) & finite)


@kernel
def _limit_pct(bands, load_pct, kind):  # type: ignore[no-untyped-def]
    """Limit of the band of this kind that holds the load; NaN below, above or between the bands.

    `bands` is float64 (n, 5): kind, load from, load to, load to inclusive (1 or 0), limit in per cent.
    """
    for k in range(bands.shape[0]):
        if bands[k, 0] != kind or load_pct < bands[k, 1]:
            continue
        if load_pct < bands[k, 2] or (load_pct == bands[k, 2] and bands[k, 3] == 1.0):
            return bands[k, 4]
    return np.nan


@kernel
def _kind_of_active(power_factor, lagging, unity_min, lag_min, lead_min):  # type: ignore[no-untyped-def]
    """0: the unity rows; 1: the lagging-leading rows; -1: outside them, not assessed."""
    if power_factor >= unity_min:
        return 0
    return 1 if power_factor >= (lag_min if lagging else lead_min) else -1


@kernel
def _kind_of_reactive(power_factor, unity_min, pf_max):  # type: ignore[no-untyped-def]
    """0: the zero power factor rows; 1: the rows up to `pf_max`; -1: above it, not assessed."""
    if power_factor <= 1.0 - unity_min:
        return 0
    return 1 if power_factor <= pf_max else -1


@kernel
def main_check_of_reading(  # type: ignore[no-untyped-def]
    energy_kwh,
    offsets,
    check_rows,
    active_import,
    active_export,
    reactive_import,
    reactive_export,
    is_reactive,
    quantity,
    full_load_kwh,
    factor,
    band_sets,
    band_set_of_row,
    unity_min,
    tolerance,
    first,
    last,
    bit,
    bits,
    allowances_kwh,
):
    """Set `bit` where main and check differ by more than a share of the main reading.

    The share depends on the period's load and power factor. `band_sets` is float64 (sets, bands, 5) as
    `_limit_pct` reads it, with the power factor ends of its second kind in the last row of each set
    (lag, lead, highest). The allowance of each period goes to `allowances_kwh`, like `bits` in shape;
    NaN where a period is not assessed.
    """
    base = offsets[first]
    for row in range(first, last):
        check = check_rows[row]
        chosen = band_set_of_row[row]
        for i in range(offsets[row], offsets[row + 1]):
            allowances_kwh[i - base] = np.nan
        if check < 0 or chosen < 0:
            continue
        bands = band_sets[chosen]
        ends = bands[bands.shape[0] - 1]
        shared = min(offsets[row + 1] - offsets[row], offsets[check + 1] - offsets[check])
        for position in range(shared):
            main = energy_kwh[offsets[row] + position]
            other = energy_kwh[offsets[check] + position]
            if not (main - main == 0.0 and other - other == 0.0):
                continue
            difference = np.abs(main - other)
            imported = reactive_of(energy_kwh, offsets, reactive_import[row], position)
            exported = reactive_of(energy_kwh, offsets, reactive_export[row], position)
            if quantity[row] <= 1:
                active = main
            else:
                active = np.abs(
                    reactive_of(energy_kwh, offsets, active_import[row], position)
                    - reactive_of(energy_kwh, offsets, active_export[row], position)
                )
            apparent = np.sqrt(active * active + (imported - exported) * (imported - exported))
            if not apparent > 0.0:
                continue
            load_pct = apparent / full_load_kwh[row] * 100.0
            power_factor = active / apparent
            if is_reactive[row]:
                kind = _kind_of_reactive(power_factor, unity_min, ends[3])
            else:
                kind = _kind_of_active(power_factor, imported > exported, unity_min, ends[1], ends[2])
            limit_pct = _limit_pct(bands, load_pct, kind)
            allowance = factor * limit_pct / 100.0 * np.abs(main)
            allowances_kwh[offsets[row] + position - base] = allowance
            threshold = allowance + tolerance * max(1.0, allowance)
            bits[offsets[row] + position - base] |= bit * np.uint32(difference > threshold)
