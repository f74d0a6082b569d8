"""Apparent energy of active and reactive channels, against the rating and the CoP's capacity."""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel


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
def apparent_of(energy_kwh, offsets, reactive_import, reactive_export, row, position):  # type: ignore[no-untyped-def]
    """sqrt(active^2 + (RI - RE)^2) in kVAh of one period of an active channel."""
    active = energy_kwh[offsets[row] + position]
    reactive = reactive_of(energy_kwh, offsets, reactive_import[row], position) - reactive_of(
        energy_kwh, offsets, reactive_export[row], position
    )
    return np.sqrt(active * active + reactive * reactive)


@kernel
def above_apparent(  # type: ignore[no-untyped-def]
    energy_kwh, offsets, reactive_import, reactive_export, thresholds_kvah, first, last, bit, bits
):
    """Set `bit` where a period's apparent energy is more than its row's threshold (infinite: never).

    Where neither reactive channel came, and for the periods beyond theirs, active energy stands alone.
    """
    base = np.uint64(offsets[first])
    for row in range(first, last):
        threshold = thresholds_kvah[row]
        if threshold == np.inf:
            continue
        start = np.uint64(offsets[row])
        end = np.uint64(offsets[row + 1])
        squared = threshold * threshold
        both_end = start
        if reactive_import[row] >= 0 and reactive_export[row] >= 0:
            ri = np.uint64(offsets[reactive_import[row]])
            re = np.uint64(offsets[reactive_export[row]])
            both = min(
                offsets[row + 1] - offsets[row],
                offsets[reactive_import[row] + 1] - offsets[reactive_import[row]],
                offsets[reactive_export[row] + 1] - offsets[reactive_export[row]],
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
                bits[i - base] |= bit * np.uint32(over)
        for i in range(both_end, end):
            apparent = apparent_of(energy_kwh, offsets, reactive_import, reactive_export, row, np.int64(i - start))
            over = (apparent > threshold) & (np.abs(energy_kwh[i]) < np.inf)
            bits[i - base] |= bit * np.uint32(over)


@kernel
def highest_demand(  # type: ignore[no-untyped-def]
    energy_kwh, offsets, reactive_import, reactive_export, apparent, first, last, highest_kvah
):
    """Highest energy in a half hour of each channel-day into `highest_kvah`, float64 (rows,); NaN: none.

    Apparent energy where `apparent[row] == 1`, active where 0; rows with -1 are left alone.
    """
    for row in range(first, last):
        if apparent[row] < 0:
            continue
        highest = -np.inf
        for position in range(offsets[row + 1] - offsets[row]):
            active = energy_kwh[offsets[row] + position]
            if apparent[row] == 1:
                value = apparent_of(energy_kwh, offsets, reactive_import, reactive_export, row, position)
            else:
                value = active
            if active - active == 0.0 and value > highest:
                highest = value
        highest_kvah[row] = highest if highest > -np.inf else np.nan
