"""The rows of one metering system-day, by role and quantity."""

from __future__ import annotations

from kernels.compile import inlined

QUANTITIES = 4
AI, AE, RI, RE = range(QUANTITIES)


@inlined
def partner_of(systems, slots, roles, row, quantity):  # type: ignore[no-untyped-def]
    """First row of a quantity in the row's own role that day; -1 where none.

    `systems` int32 (rows,) numbers metering system-days, whose rows are in `slots` int32 (systems, 8): MAIN, then
    CHECK, each AI, AE, RI and RE. One line of `slots` costs less than an array of each partner by row.
    """
    return slots[systems[row], roles[row] * QUANTITIES + quantity]


@inlined
def check_of(systems, slots, roles, quantities, row):  # type: ignore[no-untyped-def]
    """The CHECK row of a MAIN row's quantity that day; -1 where none, or on a CHECK row."""
    if roles[row] != 0 or quantities[row] < 0:
        return -1
    return slots[systems[row], QUANTITIES + quantities[row]]
