"""Main meter against check meter, under the two readings of the source."""

from __future__ import annotations

import numpy as np

from kernels.apparent import reactive_of
from kernels.compile import inlined, kernel


@inlined
def threshold_of(limit, issue, is_reactive, tolerance):  # type: ignore[no-untyped-def]
    """The largest difference between main and check that still passes under `full_load`, tolerance included."""
    share = issue.check_reactive_share if is_reactive else issue.check_active_share
    allowance = share * limit.full_load_kwh
    return allowance + tolerance * max(1.0, allowance)


@kernel
def main_check_full_load(energy_kwh, offsets, row, check, allowance_kwh, bit, bits, at):  # type: ignore[no-untyped-def]
    """Set `bit` where main and check differ by more than the allowance in kWh."""
    start = np.uint64(offsets[row])
    check_start = np.uint64(offsets[check])
    shared = min(offsets[row + 1] - offsets[row], offsets[check + 1] - offsets[check])
    for i in range(np.uint64(shared)):
        main = energy_kwh[start + i]
        other = energy_kwh[check_start + i]
        finite = (main - main == 0.0) & (other - other == 0.0)
        bits[at + i] |= bit * np.uint32((np.abs(main - other) > allowance_kwh) & finite)


@inlined
def may_be_apart(energy_kwh, offsets, row, check, allowance_kwh):  # type: ignore[no-untyped-def]
    """False only where `main_check_full_load` marks no period of one channel-day."""
    start = np.uint64(offsets[row])
    check_start = np.uint64(offsets[check])
    shared = min(offsets[row + 1] - offsets[row], offsets[check + 1] - offsets[check])
    apart = False
    for i in range(np.uint64(shared)):
        apart |= np.abs(energy_kwh[start + i] - energy_kwh[check_start + i]) > allowance_kwh
    return apart


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
    row,
    check,
    active_import,
    active_export,
    reactive_import,
    reactive_export,
    is_reactive,
    full_load_kwh,
    factor,
    bands,
    unity_min,
    tolerance,
    bit,
    bits,
    allowances_kwh,
    at,
):
    """Set `bit` where main and check differ by more than a share of the main reading.

    The share depends on the period's load and power factor. `bands` is float64 (bands, 5) as `_limit_pct`
    reads it, with the power factor ends of its second kind in the last row (lag, lead, highest). The
    allowance of each period goes to `allowances_kwh`, like `bits` in shape; NaN where a period is not assessed.
    Partners are row numbers or -1.
    """
    lag_min = bands[bands.shape[0] - 1, 1]
    lead_min = bands[bands.shape[0] - 1, 2]
    pf_max = bands[bands.shape[0] - 1, 3]
    shared = min(offsets[row + 1] - offsets[row], offsets[check + 1] - offsets[check])
    for position in range(shared):
        main = energy_kwh[offsets[row] + position]
        other = energy_kwh[offsets[check] + position]
        if not (main - main == 0.0 and other - other == 0.0):
            continue
        difference = np.abs(main - other)
        imported = reactive_of(energy_kwh, offsets, reactive_import, position)
        exported = reactive_of(energy_kwh, offsets, reactive_export, position)
        if is_reactive:
            active = np.abs(
                reactive_of(energy_kwh, offsets, active_import, position)
                - reactive_of(energy_kwh, offsets, active_export, position)
            )
        else:
            active = main
        apparent = np.sqrt(active * active + (imported - exported) * (imported - exported))
        if not apparent > 0.0:
            continue
        load_pct = apparent / full_load_kwh * 100.0
        power_factor = active / apparent
        if is_reactive:
            kind = _kind_of_reactive(power_factor, unity_min, pf_max)
        else:
            kind = _kind_of_active(power_factor, imported > exported, unity_min, lag_min, lead_min)
        limit_pct = _limit_pct(bands, load_pct, kind)
        allowance = factor * limit_pct / 100.0 * np.abs(main)
        place = at + np.uint64(position)
        allowances_kwh[place] = allowance
        threshold = allowance + tolerance * max(1.0, allowance)
        bits[place] |= bit * np.uint32(difference > threshold)
