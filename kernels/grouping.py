"""Half hours that came one by one, put together as channel-days."""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel
from kernels.numbering import first_slot


@kernel
def group_rows(channels, days, slots, group, first_row):  # type: ignore[no-untyped-def]
    """Number of channel-days, in the order in which each first appears; each row's into `group`, int32 (rows,).

    `channels` int32 (rows,) and `days` int32 (rows,) together name the channel-day. `first_row` int64 has room
    for a channel-day per row. `slots` int32 (a power of two, at least twice the channel-days), all -1, is the
    table in which they are looked up; a row that goes on with the day of the row before is not looked up.
    """
    groups = 0
    mask = np.uint64(slots.shape[0] - 1)
    for row in range(channels.shape[0]):
        if row > 0 and channels[row] == channels[row - 1] and days[row] == days[row - 1]:
            group[row] = group[row - 1]
            continue
        key = (np.uint64(np.uint32(channels[row])) << np.uint64(32)) | np.uint64(np.uint32(days[row]))
        slot = first_slot(key, mask)
        while True:
            found = slots[slot]
            if found < 0:
                slots[slot] = groups
                first_row[groups] = row
                group[row] = groups
                groups += 1
                break
            first = first_row[found]
            if channels[first] == channels[row] and days[first] == days[row]:
                group[row] = found
                break
            slot = (slot + np.uint64(1)) & mask
    return groups


@kernel
def most_periods(group, periods, most):  # type: ignore[no-untyped-def]
    """Highest period (from 1) of each channel-day into `most`, int32 (groups,), which holds the least it may be."""
    for row in range(group.shape[0]):
        if periods[row] > most[group[row]]:
            most[group[row]] = periods[row]


@kernel
def place_rows(group, periods, offsets, row_of):  # type: ignore[no-untyped-def]
    """The first row whose place is taken, or -1; each row's number into `row_of`, int64, where its period stands.

    `offsets` int64 (groups + 1,) says where each channel-day begins in `row_of`, which is all -1. `periods`
    count from 1 and lie within their channel-day.
    """
    for row in range(group.shape[0]):
        place = offsets[group[row]] + periods[row] - 1
        if row_of[place] >= 0:
            return row
        row_of[place] = row
    return -1


@kernel
def last_cut(group, last_row):  # type: ignore[no-untyped-def]
    """The last row before which every channel-day that began has ended, or 0; the rows from it on may go on.

    `group` int32 (rows,) is each row's channel-day; `last_row` int64 has room for each of those.
    """
    for row in range(group.shape[0]):
        last_row[group[row]] = row
    cut = 0
    reach = np.int64(-1)
    for row in range(group.shape[0]):
        if reach < row:
            cut = row
        reach = max(reach, last_row[group[row]])
    return cut


@kernel
def add_keys(keys, slots):  # type: ignore[no-untyped-def]
    """How many of `keys` are new to the set `slots`; these are put into it.

    `keys` uint64 (keys,), none of them 0. `slots` uint64 (a power of two, at least twice the keys in all) is 0 where
    there is none.
    """
    new = 0
    mask = np.uint64(slots.shape[0] - 1)
    for at in range(keys.shape[0]):
        key = keys[at]
        slot = first_slot(key, mask)
        while slots[slot] != np.uint64(0) and slots[slot] != key:
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] == np.uint64(0):
            slots[slot] = key
            new += 1
    return new
