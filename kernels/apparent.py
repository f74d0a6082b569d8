"""Apparent energy of active and reactive channels, against the rating and the CoP's capacity."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel

BOUND_MARGIN = 1e-12
"""Room for rounding between a bound from the day's extremes and the exact rule."""


@kernel
def reactive_of(energy_kwh, offsets, partner, position):  # type: ignore[no-untyped-def]
    """Reactive energy of one partner channel in a period: 0 where absent, beyond its day or not finite."""
    if partner < 0:
        return 0.0
    i = offsets[partner] + position
    if i >= offsets[partner + 1]:
        return 0.0
    value = energy_kwh[i]
    return value if value - value == 0.0 else 0.0


@kernel
def apparent_of(energy_kwh, offsets, reactive_import, reactive_export, position, row):  # type: ignore[no-untyped-def]
    """sqrt(active^2 + (RI - RE)^2) in kVAh of one period of an active channel; partners are row numbers or -1."""
    active = energy_kwh[offsets[row] + position]
    reactive = reactive_of(energy_kwh, offsets, reactive_import, position) - reactive_of(
        energy_kwh, offsets, reactive_export, position
    )
    return np.sqrt(active * active + reactive * reactive)


@inlined
def highest_apparent_squared(facts, row, reactive_import, reactive_export):  # type: ignore[no-untyped-def]
    """No period's apparent energy squared is above this; from the extremes of the day, in one step.

    RI - RE is no larger than the larger of them, as neither has a minus sign where `facts` are finite.
    """
    reactive = 0.0
    if reactive_import >= 0:
        reactive = max(reactive, facts[reactive_import].highest)
    if reactive_export >= 0:
        reactive = max(reactive, facts[reactive_export].highest)
    highest = facts[row].highest
    return (highest * highest + reactive * reactive) * (1.0 + BOUND_MARGIN)


@kernel
def above_apparent(  # type: ignore[no-untyped-def]
    energy_kwh, offsets, row, reactive_import, reactive_export, threshold_kvah, bit, bits, at
):
    """Set `bit` where a period's apparent energy is more than the threshold.

    Where neither reactive channel came, and for the periods beyond theirs, active energy stands alone.
    """
    start = np.uint64(offsets[row])
    end = np.uint64(offsets[row + 1])
    squared = threshold_kvah * threshold_kvah
    both_end = start
    if reactive_import >= 0 and reactive_export >= 0:
        ri = np.uint64(offsets[reactive_import])
        re = np.uint64(offsets[reactive_export])
        both = min(
            offsets[row + 1] - offsets[row],
            offsets[reactive_import + 1] - offsets[reactive_import],
            offsets[reactive_export + 1] - offsets[reactive_export],
        )
        both_end = start + np.uint64(both)
        for i in range(start, both_end):
            active = energy_kwh[i]
            imported = energy_kwh[ri + (i - start)]
            exported = energy_kwh[re + (i - start)]
            imported = imported if imported - imported == 0.0 else 0.0
            exported = exported if exported - exported == 0.0 else 0.0
            reactive = imported - exported
            apparent = active * active + reactive * reactive
            over = (apparent > squared) & (np.abs(active) < np.inf)
            bits[at + (i - start)] |= bit * np.uint32(over)
    for i in range(both_end, end):
        apparent = apparent_of(energy_kwh, offsets, reactive_import, reactive_export, np.int64(i - start), row)
        over = (apparent > threshold_kvah) & (np.abs(energy_kwh[i]) < np.inf)
        bits[at + (i - start)] |= bit * np.uint32(over)


@kernel
def highest_demand(  # type: ignore[no-untyped-def]
    energy_kwh, offsets, facts, reactive_import, reactive_export, apparent, enough, rows, highest_kvah
):
    """Highest energy in a half hour of each channel-day of `rows` into `highest_kvah`, float64 (rows,); NaN: none.

    Apparent energy where `apparent` is 1, active where 0. A day whose extremes show that none of its periods
    is above `enough` is left at NaN. `apparent` and `enough` have one entry for each of `rows`.
    """
    for n in range(rows.shape[0]):
        row = rows[n]
        imports, exports = (reactive_import[row], reactive_export[row]) if apparent[n] == 1 else (-1, -1)
        if not highest_apparent_squared(facts, row, imports, exports) > enough[n] * enough[n]:
            continue
        highest = -np.inf
        for position in range(offsets[row + 1] - offsets[row]):
            active = energy_kwh[offsets[row] + position]
            value = apparent_of(energy_kwh, offsets, imports, exports, position, row) if apparent[n] == 1 else active
            if active - active == 0.0 and value > highest:
                highest = value
        highest_kvah[row] = highest if highest > -np.inf else np.nan
