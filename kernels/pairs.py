"""Channels of one metering system beside each other, period by period."""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel


@kernel
def _idle(energy_kwh, offsets, partner, position):  # type: ignore[no-untyped-def]
    """1 where the partner's period is exactly zero, -1 where there is no such period, else 0."""
    if partner < 0 or position >= offsets[partner + 1] - offsets[partner]:
        return -1
    return 1 if energy_kwh[offsets[partner] + position] == 0.0 else 0


@kernel
def reactive_without_active(  # type: ignore[no-untyped-def]
    energy_kwh, offsets, active_import, active_export, thresholds_kvarh, first, last, bit, bits
):
    """Set `bit` where a reactive reading is above its threshold while all active beside it is zero."""
    base = offsets[first]
    for row in range(first, last):
        threshold = thresholds_kvarh[row]
        if threshold == np.inf:
            continue
        for i in range(offsets[row], offsets[row + 1]):
            if not (energy_kwh[i] > threshold and energy_kwh[i] < np.inf):
                continue
            imported = _idle(energy_kwh, offsets, active_import[row], i - offsets[row])
            exported = _idle(energy_kwh, offsets, active_export[row], i - offsets[row])
            if imported != 0 and exported != 0 and imported + exported > -2:
                bits[i - base] |= bit


@kernel
def import_export_both(  # type: ignore[no-untyped-def]
    energy_kwh, offsets, active_export, thresholds_kwh, first, last, bit, bits
):
    """Set `bit` where import and export of one period are both above the row's threshold."""
    base = np.uint64(offsets[first])
    for row in range(first, last):
        export = active_export[row]
        threshold = thresholds_kwh[row]
        if export < 0 or threshold == np.inf:
            continue
        start = np.uint64(offsets[row])
        export_start = np.uint64(offsets[export])
        shared = min(offsets[row + 1] - offsets[row], offsets[export + 1] - offsets[export])
        for i in range(start, start + np.uint64(shared)):
            imported = energy_kwh[i]
            exported = energy_kwh[export_start + (i - start)]
            both = (imported > threshold) & (exported > threshold)
            bits[i - base] |= bit * np.uint32(both & (imported < np.inf) & (exported < np.inf))
