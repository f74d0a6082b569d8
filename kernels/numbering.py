"""Identifiers as whole numbers, and keys numbered in the order in which each first appears."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel
from kernels.loads import ZEROS, eight_digits, load64, over_nine

MPAN_DIGITS = 13
MSID_DIGITS = 4
MSID_FROM = np.int64(10_000_000_000_000)
"""A CVA MSID of four digits stands above every MPAN core of thirteen, so that no two texts share a number."""
NO_NUMBER = np.int64(-1)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@inlined
def _digits(data, start, count):  # type: ignore[no-untyped-def]
    """The number that `count` ASCII digits from `start` on make, or NO_NUMBER."""
    number = np.int64(0)
    other = np.uint8(0)
    for i in range(count):
        digit = np.uint8(data[start + i] - np.uint8(48))
        other |= np.uint8(digit > 9)
        number = number * np.int64(10) + np.int64(digit)
    return NO_NUMBER if other else number


@inlined
def _thirteen_digits(data, start):  # type: ignore[no-untyped-def]
    """The number that 13 ASCII digits from `start` on make, or NO_NUMBER; eight at once, the last eight overlap."""
    first = load64(data, np.uint64(start)) ^ ZEROS
    last = load64(data, np.uint64(start + 5)) ^ ZEROS
    if over_nine(first) | over_nine(last):
        return NO_NUMBER
    low = np.int64(eight_digits(last)) % np.int64(100_000)
    return np.int64(eight_digits(first)) * np.int64(100_000) + low


@inlined
def _check_digit(data, start):  # type: ignore[no-untyped-def]
    """The check digit of the twelve ASCII digits from `start` on (SVA data catalogue)."""
    zero = np.int64(48)
    total = np.int64(3) * (data[start] - zero) + np.int64(5) * (data[start + 1] - zero)
    total += np.int64(7) * (data[start + 2] - zero) + np.int64(13) * (data[start + 3] - zero)
    total += np.int64(17) * (data[start + 4] - zero) + np.int64(19) * (data[start + 5] - zero)
    total += np.int64(23) * (data[start + 6] - zero) + np.int64(29) * (data[start + 7] - zero)
    total += np.int64(31) * (data[start + 8] - zero) + np.int64(37) * (data[start + 9] - zero)
    total += np.int64(41) * (data[start + 10] - zero) + np.int64(43) * (data[start + 11] - zero)
    return total % np.int64(11) % np.int64(10)


@kernel
def read_identifiers(offsets, data, numbers, right):  # type: ignore[no-untyped-def]
    """The number of each text into `numbers`, int64 (texts,); NO_NUMBER where it is neither MPAN core nor CVA MSID.

    Text k is the bytes `offsets[k]` to `offsets[k + 1] - 1` of `data`, uint8. `right` bool (texts,) becomes true
    for thirteen digits of which the last is the check digit.
    """
    for k in range(numbers.shape[0]):
        start = np.int64(offsets[k])
        length = np.int64(offsets[k + 1]) - start
        right[k] = False
        numbers[k] = NO_NUMBER
        if length == MPAN_DIGITS:
            number = _thirteen_digits(data, start)
            numbers[k] = number
            right[k] = number >= 0 and _check_digit(data, start) == number % np.int64(10)
        elif length == MSID_DIGITS:
            number = _digits(data, start, MSID_DIGITS)
            if number >= 0:
                numbers[k] = MSID_FROM + number


@inlined
def first_slot(key, mask):  # type: ignore[no-untyped-def]
    """Where the search for a key begins in a table of `mask` + 1 slots, a power of two."""
    mixed = np.uint64(key) * _MULTIPLIER
    return (mixed ^ (mixed >> np.uint64(32))) & mask


@kernel
def number_keys(keys, slots, codes, first_rows):  # type: ignore[no-untyped-def]
    """Number of distinct keys; the place of each among them, in order of appearance, into `codes`, int32 (rows,).

    `keys` int64 (rows,). `first_rows` int64 has room for one row per key and takes where each first stands. `slots`
    int32 (a power of two, at least twice the rows), all -1, is the table in which they are looked up; a key like
    that of the row before is not looked up.
    """
    many = np.int32(0)
    mask = np.uint64(slots.shape[0] - 1)
    for row in range(keys.shape[0]):
        key = keys[row]
        if row > 0 and key == keys[row - 1]:
            codes[row] = codes[row - 1]
            continue
        slot = first_slot(key, mask)
        while True:
            found = slots[slot]
            if found < 0:
                slots[slot] = many
                first_rows[many] = row
                codes[row] = many
                many += np.int32(1)
                break
            if keys[first_rows[found]] == key:
                codes[row] = found
                break
            slot = (slot + np.uint64(1)) & mask
    return many


@kernel
def search_sorted(numbers, wanted, firsts, lasts):  # type: ignore[no-untyped-def]
    """Where each wanted number stands in `numbers` int64, ascending: from `firsts[k]` to `lasts[k] - 1`, both int64.

    A number below zero stands nowhere: both are 0. Each search starts where the one before ended and doubles its steps:
    those of a day in order take a step each, a fifth of the time that halving the whole takes; any others take no more
    steps than twice its.
    """
    count = np.int64(numbers.shape[0])
    at = np.int64(0)
    for k in range(wanted.shape[0]):
        number = wanted[k]
        firsts[k] = lasts[k] = 0
        if number < 0:
            continue
        # `low` is below the number or -1, `high` is not below it or the end.
        reach = np.int64(1)
        if at < count and numbers[at] < number:
            low, high = at, at + reach
            while high < count and numbers[high] < number:
                low = high
                reach *= np.int64(2)
                high += reach
            high = min(high, count)
        else:
            low, high = at - reach, at
            while low >= 0 and numbers[low] >= number:
                high = low
                reach *= np.int64(2)
                low -= reach
            low = max(low, np.int64(-1))
        while high - low > 1:
            middle = (low + high) // 2
            if numbers[middle] < number:
                low = middle
            else:
                high = middle
        at = high
        firsts[k] = at
        while at < count and numbers[at] == number:
            at += np.int64(1)
        lasts[k] = at


@kernel
def place_by_role(firsts, lasts, order, is_check, rows, starts):  # type: ignore[no-untyped-def]
    """Rows on file of each meter, those of role MAIN before those of CHECK, each in their order; returns how many.

    Meter m has the rows `order[k]`, int64, for k from `firsts[m]` to `lasts[m] - 1`; `is_check` bool is by row.
    `rows` int64 has room for all of them; the rows of meter m and role r (0 MAIN, 1 CHECK) then stand from
    `starts[2 * m + r]` on, int64 (2 * meters + 1,).
    """
    many = np.int64(0)
    for meter in range(firsts.shape[0]):
        for role in range(2):
            starts[2 * meter + role] = many
            for k in range(firsts[meter], lasts[meter]):
                row = order[k]
                if is_check[row] == (role == 1):
                    rows[many] = row
                    many += 1
    starts[2 * firsts.shape[0]] = many
    return many
