"""Period status and alarms, from the flag bits that came with each reading."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel

ESTIMATED = np.uint16(1 << 0)
PADDING = np.uint16(1 << 1)
UNASSIGNED = np.uint16(0xF000)
ALARMS = np.uint16(0x0FFC)
ALARM_SHIFT = np.uint32(2)
FLAGS_IN_WORD = np.uint64(4)


@inlined
def union_of(flag_words, start, periods):  # type: ignore[no-untyped-def]
    """Every flag bit that any period of one channel-day carries, and up to three of its neighbours' on each side.

    `flag_words` uint64 holds four flags in each: half the time of looking at them one by one.
    """
    first = start // FLAGS_IN_WORD
    union = np.uint64(0)
    for i in range((start + periods + FLAGS_IN_WORD - np.uint64(1)) // FLAGS_IN_WORD - first):
        union |= flag_words[first + i]
    union |= union >> np.uint64(32)
    return np.uint16((union | union >> np.uint64(16)) & np.uint64(0xFFFF))


@kernel
def invalid_flag(flags, start, periods, expected, bit, bits, at):  # type: ignore[no-untyped-def]
    """Set `bit` where a status is not A, E or C, or C stands on a period that is not padding.

    `expected` is the number of periods of the day. Padding periods are those by which a clock-change day
    departs from 48: periods 47 and 48 of a short day, 49 and 50 of a long one.
    """
    shortest = np.uint64(min(expected, 48))
    longest = np.uint64(max(expected, 48))
    for i in range(periods):
        flag = flags[start + i]
        may_pad = (i >= shortest) & (i < longest)
        padded = (flag & PADDING) != 0
        wrong = ((flag & UNASSIGNED) != 0) | (padded & ((flag & ESTIMATED) != 0)) | (padded & ~may_pad)
        bits[at + i] |= bit * np.uint32(wrong)


@kernel
def estimated(flags, start, periods, bit, bits, at):  # type: ignore[no-untyped-def]
    """Set `bit` where a reading is marked E."""
    for i in range(periods):
        bits[at + i] |= bit * np.uint32(flags[start + i] & ESTIMATED)


@kernel
def alarms(flags, start, periods, bit_shift, bits, at):  # type: ignore[no-untyped-def]
    """Copy the alarm bits of each flag, one check for each, to the checks' bits from `bit_shift` on."""
    for i in range(periods):
        bits[at + i] |= (np.uint32(flags[start + i] & ALARMS) >> ALARM_SHIFT) << bit_shift


@kernel
def any_marked_actual(flags, offsets, rows, actual):  # type: ignore[no-untyped-def]
    """True in `actual`, bool (rows,), where a channel-day has a period neither estimated nor padding.

    Only the channel-days of `rows` are looked at.
    """
    for row in rows:
        count = np.int64(0)
        for i in range(np.uint64(offsets[row]), np.uint64(offsets[row + 1])):
            count += np.int64((flags[i] & (ESTIMATED | PADDING)) == 0)
        actual[row] = count > 0
