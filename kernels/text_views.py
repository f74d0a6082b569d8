"""Texts out of a file's bytes as Arrow's string views: 16 bytes each, in which a text of up to 12 bytes stands itself.

Where most texts are that short, a column is made without copying them to one buffer and counting where each begins.
"""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, without_arrays
from kernels.loads import load64, store64

VIEW_WORDS = 2
"""A view, uint64: length and first four bytes; then eight more bytes, or the buffer's number (0) and place in it."""
INLINE_BYTES = 12
"""A longer text stands in the buffer."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_EIGHT = np.uint64(8)
_HALF = np.uint64(32)
_FIRST_EIGHT = np.array([(1 << 8 * min(length, 8)) - 1 for length in range(INLINE_BYTES + 1)], dtype=np.uint64)
_LAST_FOUR = np.array([(1 << 8 * max(length - 8, 0)) - 1 for length in range(INLINE_BYTES + 1)], dtype=np.uint64)
"""Of 16 bytes from a text's first on, what is its own where it has so many bytes."""


@inlined
def _word(data, first, count):  # type: ignore[no-untyped-def]
    """Up to eight bytes from `first` on, the first lowest and the others 0."""
    word = np.uint64(0)
    if first + 8 <= np.int64(data.size):
        if count > 0:
            word = load64(data, np.uint64(first)) & (_ALL >> ((_EIGHT - np.uint64(count)) * _EIGHT))
    else:
        for k in range(count):
            word |= np.uint64(data[np.uint64(first + k)]) << np.uint64(8 * k)
    return word


@without_arrays
def long_bytes(texts, rows):  # type: ignore[no-untyped-def]
    """How many bytes `views` puts into the buffer: those of all texts that are too long for a view.

    `texts` int32 or int64 (texts, 2): first byte and past the last. `rows` int64 (rows,): which of them, -1 for none.
    """
    total = np.int64(0)
    for k in range(np.uint64(rows.size)):
        row = rows[k]
        if row >= 0:
            length = np.int64(texts[np.uint64(row), 1]) - np.int64(texts[np.uint64(row), 0])
            total += length if length > INLINE_BYTES else np.int64(0)
    return total


@without_arrays
def views(data, texts, rows, out, present, buffer):  # type: ignore[no-untyped-def]
    """The texts of `rows` as views into `out` uint64 (rows, VIEW_WORDS).

    `data`, `texts` and `rows` as for `long_bytes`, which says how many bytes of `buffer` uint8 are filled; eight more
    are to spare. `present` bool (rows,) becomes false where a row is -1 or its text blank; such a view is of nothing.
    """
    used = np.int64(0)
    near_end = np.int64(data.size) - 16
    for k in range(np.uint64(rows.size)):
        row = rows[k]
        first, length = np.int64(0), np.int64(0)
        if row >= 0:
            first = np.int64(texts[np.uint64(row), 0])
            length = np.int64(texts[np.uint64(row), 1]) - first
        present[k] = length > 0
        if length <= INLINE_BYTES and first <= near_end:
            # Both words are there and are cut by what a table says: no branch for a text's length.
            low = load64(data, np.uint64(first)) & _FIRST_EIGHT[np.uint64(length)]
            high = load64(data, np.uint64(first) + _EIGHT) & _LAST_FOUR[np.uint64(length)]
            out[k, 0] = np.uint64(length) | (low << _HALF)
            out[k, 1] = (low >> _HALF) | (high << _HALF)
            continue
        head = _word(data, first, min(length, 4))
        rest = np.uint64(0)
        if length > INLINE_BYTES:
            rest = np.uint64(used) << _HALF
            i = np.int64(0)
            while i < length:
                # What is written beyond a text's end, the next text overwrites.
                store64(buffer, np.uint64(used + i), _word(data, first + i, min(length - i, 8)))
                i += 8
            used += length
        elif length > 4:
            rest = _word(data, first + 4, length - 4)
        out[k, 0] = np.uint64(length) | (head << _HALF)
        out[k, 1] = rest


@without_arrays
def fingerprints(data, texts, out):  # type: ignore[no-untyped-def]
    """A number of each text into `out` uint64 (texts,), the same for the same text; others seldom share one."""
    for k in range(np.uint64(out.size)):
        first, past = texts[k, 0], texts[k, 1]
        number = np.uint64(past - first)
        while first < past:
            number = (number ^ _word(data, first, min(past - first, 8))) * _MULTIPLIER
            number ^= number >> _HALF
            first += 8
        out[k] = number


@without_arrays
def all_distinct(numbers, table):  # type: ignore[no-untyped-def]
    """Whether no two of `numbers` uint64 (n,) are the same.

    `table` uint64, all 0, has a power of two of slots, more than n. 0 itself counts as 1.
    """
    mask = np.uint64(table.size - 1)
    for k in range(np.uint64(numbers.size)):
        number = numbers[k] if numbers[k] else np.uint64(1)
        slot = number & mask
        while table[slot] != 0:
            if table[slot] == number:
                return False
            slot = (slot + np.uint64(1)) & mask
        table[slot] = number
    return True
