"""Bits of a period's flags, as an outstation tags them."""

from __future__ import annotations

ESTIMATED = 1 << 0
PADDING = 1 << 1
MEANINGLESS = 1 << 12
"""A bit that stands for nothing."""
INVALID_LETTER = 1 << 15
"""Sent in a DTC flow as a letter other than A, E and C."""

_ALARMS = (
    "phase_failure",
    "supply_failure",
    "battery",
    "equipment_reset",
    "time_set",
    "time_synchronised",
    "data_changed",
    "reverse_running",
    "local_access",
    "other_error",
)
ALARM_BITS = {alarm: 1 << bit for bit, alarm in enumerate(_ALARMS, 2)}


def letter(flags: int) -> str:
    """A, E or C as a DTC flow has it; X for a status that does not exist."""
    if flags & INVALID_LETTER:
        return "X"
    if flags & PADDING:
        return "C"
    return "E" if flags & ESTIMATED else "A"
