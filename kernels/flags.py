"""Period status and alarms, from the flag bits that came with each reading."""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel

ESTIMATED = np.uint16(1 << 0)
PADDING = np.uint16(1 << 1)
UNASSIGNED = np.uint16(0xF000)


@kernel
def invalid_flag(flags, offsets, expected, first, last, bit, bits):  # type: ignore[no-untyped-def]
    """Set `bit` where a status is not A, E or C, or C stands on a period that is not padding.

    `expected` is the number of periods of the day. Padding periods are those by which a clock-change day
    departs from 48: periods 47 and 48 of a short day, 49 and 50 of a long one.
    """
    base = np.uint64(offsets[first])
    for row in range(first, last):
        start = np.uint64(offsets[row])
        shortest = np.uint64(min(expected[row], 48))
        longest = np.uint64(max(expected[row], 48))
        for i in range(start, np.uint64(offsets[row + 1])):
            flag = flags[i]
            position = i - start
            may_pad = (position >= shortest) & (position < longest)
            padded = (flag & PADDING) != 0
            wrong = ((flag & UNASSIGNED) != 0) | (padded & ((flag & ESTIMATED) != 0)) | (padded & ~may_pad)
            bits[i - base] |= bit * np.uint32(wrong)


@kernel
def estimated(flags, offsets, first, last, bit, bits):  # type: ignore[no-untyped-def]
    """Set `bit` where a reading is marked E."""
    base = np.uint64(offsets[first])
    for i in range(base, np.uint64(offsets[last])):
        bits[i - base] |= bit * np.uint32(flags[i] & ESTIMATED)


@kernel
def alarms(flags, offsets, first, last, flag_shift, alarm_mask, bit_shift, bits):  # type: ignore[no-untyped-def]
    """Copy the alarm bits of each flag, one check for each, to where the checks' bits stand.

    The alarms are `alarm_mask` after a shift right by `flag_shift`; they land from bit `bit_shift` on.
    """
    base = np.uint64(offsets[first])
    for i in range(base, np.uint64(offsets[last])):
        bits[i - base] |= ((np.uint32(flags[i]) >> flag_shift) & alarm_mask) << bit_shift


@kernel
def any_marked_actual(flags, offsets, first, last, actual):  # type: ignore[no-untyped-def]
    """True in `actual`, bool (rows,), where a channel-day has a period neither estimated nor padding."""
    for row in range(first, last):
        count = np.int64(0)
        for i in range(np.uint64(offsets[row]), np.uint64(offsets[row + 1])):
            count += np.int64((flags[i] & (ESTIMATED | PADDING)) == 0)
        actual[row] = count > 0
