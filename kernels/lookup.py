"""Row numbers and dated facts looked up for each channel-day."""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel


@kernel
def first_rows(groups, slots, width, first_of_slot, repeated):  # type: ignore[no-untyped-def]
    """First row of each slot of each group into `first_of_slot`, int32 (groups * width,), -1 where none.

    `slots` int8 (rows,) is the slot of each row, negative for none. Marks later rows in `repeated`.
    """
    for row in range(groups.shape[0]):
        if slots[row] < 0:
            continue
        place = np.int64(groups[row]) * width + slots[row]
        if first_of_slot[place] < 0:
            first_of_slot[place] = row
        else:
            repeated[row] = True


@kernel
def filled_slots(groups, first_of_slot, filled):  # type: ignore[no-untyped-def]
    """Which slots of each row's group hold a row: bit k of `filled`, uint8 (rows,), for slot k.

    `first_of_slot` int32 (groups, 8 at most), -1 where none.
    """
    for row in range(groups.shape[0]):
        bits = np.uint8(0)
        for slot in range(first_of_slot.shape[1]):
            bits |= np.uint8(first_of_slot[groups[row], slot] >= 0) << np.uint8(slot)
        filled[row] = bits


@kernel
def in_force(groups, days, starts, from_days, to_days, found):  # type: ignore[no-untyped-def]
    """Position of the entry of each row's group that holds its day into `found`, int32; -1 where none.

    Entries of group g are `starts[g]` to `starts[g + 1] - 1`, inclusive at both days; group -1 has none.
    """
    for row in range(groups.shape[0]):
        found[row] = -1
        if groups[row] < 0:
            continue
        for k in range(starts[groups[row]], starts[groups[row] + 1]):
            if from_days[k] <= days[row] <= to_days[k]:
                found[row] = k
                break


@kernel
def step(groups, days, starts, from_days, entries, found):  # type: ignore[no-untyped-def]
    """Entry of each row's group in force on its day into `found`, int32; -1 before the first.

    `from_days` ascend within a group; each entry holds until the next begins. Group -1 has none.
    """
    for row in range(groups.shape[0]):
        found[row] = -1
        if groups[row] < 0:
            continue
        for k in range(starts[groups[row]], starts[groups[row] + 1]):
            if from_days[k] > days[row]:
                break
            found[row] = entries[k]
