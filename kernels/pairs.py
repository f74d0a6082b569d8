"""Channels of one metering system beside each other, period by period."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel


@kernel
def _idle(energy_kwh, offsets, partner, position):  # type: ignore[no-untyped-def]
    """1 where the partner's period is exactly zero, -1 where there is no such period, else 0."""
    if partner < 0 or position >= offsets[partner + 1] - offsets[partner]:
        return -1
    return 1 if energy_kwh[offsets[partner] + position] == 0.0 else 0


@inlined
def never_idle(facts, partner, periods):  # type: ignore[no-untyped-def]
    """Whether a partner has energy in each of so many periods: then `reactive_without_active` finds nothing."""
    return partner >= 0 and facts[partner].lowest > 0.0 and facts[partner].finite >= periods


@kernel
def reactive_without_active(  # type: ignore[no-untyped-def]
    energy_kwh, offsets, row, active_import, active_export, threshold_kvarh, bit, bits, at
):
    """Set `bit` where a reactive reading is above the threshold while all active beside it is zero."""
    for position in range(offsets[row + 1] - offsets[row]):
        value = energy_kwh[offsets[row] + position]
        if not (value > threshold_kvarh and value < np.inf):
            continue
        imported = _idle(energy_kwh, offsets, active_import, position)
        exported = _idle(energy_kwh, offsets, active_export, position)
        if imported != 0 and exported != 0 and imported + exported > -2:
            bits[at + np.uint64(position)] |= bit


@inlined
def may_be_both(facts, row, active_export, threshold_kwh):  # type: ignore[no-untyped-def]
    """False only where `import_export_both` finds nothing; from the extremes of the days."""
    if active_export < 0:
        return False
    return facts[row].highest > threshold_kwh and facts[active_export].highest > threshold_kwh


@kernel
def import_export_both(energy_kwh, offsets, row, active_export, threshold_kwh, bit, bits, at):  # type: ignore[no-untyped-def]
    """Set `bit` where import and export of one period are both above the threshold."""
    start = np.uint64(offsets[row])
    export_start = np.uint64(offsets[active_export])
    shared = min(offsets[row + 1] - offsets[row], offsets[active_export + 1] - offsets[active_export])
    for i in range(np.uint64(shared)):
        imported = energy_kwh[start + i]
        exported = energy_kwh[export_start + i]
        both = (imported > threshold_kwh) & (exported > threshold_kwh)
        bits[at + i] |= bit * np.uint32(both & (imported < np.inf) & (exported < np.inf))
