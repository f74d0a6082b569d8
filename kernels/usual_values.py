"""Value records as they are usually written, many at once: where the lines of a block end, and the numbers in them.

A block is swept several times while it is in the nearest cache, each time by a short loop without branches, which
the compiler can turn into vector instructions. What is unusual about a line is only noted; `kernels.pipes.scan`
looks at that line itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from kernels.compile import without_arrays
from kernels.loads import (
    HIGHS,
    LOWS,
    POINTS,
    ZEROS,
    eight_digits,
    fetch_ahead,
    load64,
    matches64,
    ones_in,
    over_nine,
    trailing_zeros,
)

BLOCK_LINES = 512
BLOCK_SIZE = BLOCK_LINES + 65
"""Elements of each array of a block: what is written beyond the last line is not read."""
SPARE_BYTES = 160
"""Bytes at the end of `data` that no block takes in: loads reach beyond a line."""

_ONE = np.uint64(1)
_TWO = np.uint64(2)
_EIGHT = np.uint64(8)
_CHUNK = np.uint64(64)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_NEWLINE, _RETURN, _BAR = np.uint64(10), np.uint64(13), np.uint64(124)
_BYTE = np.uint64(0xFF)
_ID_AND_BAR = np.uint64(0xFFFFFFFF)
_ID_BAR_STATUS_BAR = np.uint64(0x0000FF00FFFFFFFF)
_SIXTH_BAR = _BAR << np.uint64(40)
# Where the point of a number with one, two or three decimals stands, eight bytes that end with it.
_TENTHS, _HUNDREDTHS, _THOUSANDTHS = np.uint64(0x80 << 48), np.uint64(0x80 << 40), np.uint64(0x80 << 32)


def block() -> tuple[npt.NDArray[Any], ...]:
    """Arrays for one block: ends, flags, unusual, lengths, tails, periods, words and kWh, as the sweeps have them."""
    kinds = (np.int64, np.uint16, np.uint8, np.uint64, np.uint64, np.uint64)
    return (
        *(np.zeros(BLOCK_SIZE, dtype=kind) for kind in kinds),
        np.zeros((3, BLOCK_SIZE), dtype=np.uint64),
        np.zeros(BLOCK_SIZE, dtype=np.float64),
    )


@without_arrays
def line_ends(data, begin, with_return, ends):  # type: ignore[no-untyped-def]
    """Take down in `ends` int64 (BLOCK_SIZE,) where lines from byte `begin` on end; the number of lines.

    Line k goes from ends[k] + 1 to the newline at ends[k + 1]. All end in a bar and a newline, or, `with_return`,
    in a bar, a carriage return and a newline; the first line that does not ends the block.
    """
    i = np.uint64(begin)
    size = np.uint64(data.size)
    count = np.uint64(0)
    bar_before = np.uint64(0)
    return_before = np.uint64(0)
    ends[0] = begin - 1
    while i + np.uint64(SPARE_BYTES) <= size and count + _CHUNK <= np.uint64(BLOCK_LINES):
        # The processor's own foresight ends with a page, and the other sweeps come in between.
        fetch_ahead(data, i + np.uint64(8192))
        newlines = matches64(data, i, _NEWLINE)
        bars = matches64(data, i, _BAR)
        closed = (bars << _ONE) | (bar_before >> _ONE)
        if with_return:
            returns = matches64(data, i, _RETURN)
            closed = ((bars << _TWO) | bar_before) & ((returns << _ONE) | return_before)
            return_before = returns >> np.uint64(63)
        bar_before = bars >> np.uint64(62)
        wrong = newlines & ~closed
        if wrong:
            newlines &= (wrong & (~wrong + _ONE)) - _ONE
        found = ones_in(newlines)
        # Eight at once, whether or not there are so many: a branch for each would be foreseen wrongly too often.
        for k in range(np.uint64(8)):
            ends[count + k + _ONE] = np.int64(i + trailing_zeros(newlines))
            newlines &= newlines - _ONE
        more = _EIGHT
        while more < found:
            ends[count + more + _ONE] = np.int64(i + trailing_zeros(newlines))
            newlines &= newlines - _ONE
            more += _ONE
        count += found
        if wrong:
            break
        i += _CHUNK
    return np.int64(count)


@without_arrays
def plain_lines(data, ends, count, with_return, value_word, flag_of, worst_flag, flags, lengths, tails):  # type: ignore[no-untyped-def]
    """Take apart the lines of a block as `id|status|number|`.

    Into `flags` uint16, `lengths` uint64, of the number, 0 where something else than the number is unusual, and
    `tails` uint64, eight bytes that end with the number, each (BLOCK_SIZE,).
    """
    ended = np.uint64(1 if with_return else 0)
    wanted = value_word | _SIXTH_BAR
    for k in range(np.uint64(count)):
        begin = np.uint64(ends[k] + 1)
        end = np.uint64(ends[k + _ONE]) - ended
        head = load64(data, begin)
        flag = flag_of[(head >> np.uint64(32)) & _BYTE]
        usual = ((head & _ID_BAR_STATUS_BAR) == wanted) & (flag < worst_flag)
        # Without a branch, which would be foreseen wrongly at each group.
        lengths[k] = (end - begin - np.uint64(7)) & (np.uint64(0) - np.uint64(usual))
        flags[k] = flag
        tails[k] = load64(data, end - np.uint64(9) if end > np.uint64(9) else np.uint64(0))


@without_arrays
def numbered_lines(  # type: ignore[no-untyped-def]
    data, ends, count, with_return, value_word, flag_of, worst_flag, flags, lengths, tails, periods, words
):  # fmt: skip
    """As `plain_lines`, for `id|period|number|status|`; also `periods` uint64 (BLOCK_SIZE,).

    `words` uint64 (3, BLOCK_SIZE): to the first, the lines' XOR in words of eight bytes, as `kernels.loads.folded`.
    """
    ended = np.uint64(1 if with_return else 0)
    for k in range(np.uint64(count)):
        end = np.uint64(ends[k + _ONE]) - ended
        back = max(end, np.uint64(11))
        tails[k] = load64(data, back - np.uint64(11))
        # All ones where no bar stands before the status; a branch would be foreseen wrongly at each group.
        flags[k] = flag_of[data[back - np.uint64(2)]] | -(data[back - np.uint64(3)] != 124)
    for k in range(np.uint64(count)):
        begin = np.uint64(ends[k] + 1)
        words[0, k] = load64(data, begin)
        words[1, k] = load64(data, begin + _EIGHT)
        words[2, k] = load64(data, begin + np.uint64(16))
    _periods(ends, count, np.int64(ended), value_word, worst_flag, flags, words[0], periods, lengths)
    _folds(ends, count, np.int64(ended), words[0], words[1], words[2])


@without_arrays
def _periods(ends, count, ended, value_word, worst_flag, flags, heads, periods, lengths):  # type: ignore[no-untyped-def]
    for k in range(np.uint64(count)):
        size = np.uint64(ends[k + _ONE] - ends[k] - 1 - ended)
        head = heads[k]
        one = ((head >> np.uint64(32)) & _BYTE) - np.uint64(48)
        two = ((head >> np.uint64(40)) & _BYTE) - np.uint64(48)
        single = two == _BAR - np.uint64(48)
        double = (two < np.uint64(10)) & (((head >> np.uint64(48)) & _BYTE) == _BAR)
        length = size - (np.uint64(9) if single else np.uint64(10))
        usual = ((head & _ID_AND_BAR) == value_word) & (one - _ONE < np.uint64(9)) & (single | double)
        usual = usual & (flags[k] < worst_flag) & (size > np.uint64(9)) & (size <= np.uint64(24))
        periods[k] = one if single else one * np.uint64(10) + two
        lengths[k] = length if usual else np.uint64(0)


@without_arrays
def _folds(ends, count, ended, heads, seconds, thirds):  # type: ignore[no-untyped-def]
    """Fold lines of 9 to 24 bytes into `heads`."""
    for k in range(np.uint64(count)):
        bits = np.uint64(ends[k + _ONE] - ends[k] - 1 - ended) << np.uint64(3)
        second = _ALL >> ((np.uint64(128) - bits) & np.uint64(63))
        second = second if bits < np.uint64(128) else _ALL
        third = _ALL >> ((np.uint64(192) - bits) & np.uint64(63))
        third = third if bits > np.uint64(128) else np.uint64(0)
        heads[k] = heads[k] ^ (seconds[k] & second) ^ (thirds[k] & third)


@without_arrays
def numbers(lengths, tails, count, energy_kwh, unusual):  # type: ignore[no-untyped-def]
    """Each line's number to `energy_kwh` float64, and whether it is unusual to `unusual` uint8, (BLOCK_SIZE,).

    Usual is a number of at most eight bytes, the point among them, and at most three decimals.
    """
    for k in range(np.uint64(count)):
        length = lengths[k]
        kept = _ALL << (((_EIGHT - length) << np.uint64(3)) & np.uint64(63))
        text = (tails[k] ^ ZEROS) & kept
        other = text ^ (POINTS ^ ZEROS)
        # 0x80 in each byte that is a point.
        point = ~(((other & LOWS) + LOWS) | other) & HIGHS
        joined = ((text & ((point >> np.uint64(7)) - _ONE)) << _EIGHT) | (text & ~((point << _ONE) - _ONE))
        digits = text if point == np.uint64(0) else joined
        power = 1.0
        power = 10.0 if point == _TENTHS else power
        power = 100.0 if point == _HUNDREDTHS else power
        power = 1000.0 if point == _THOUSANDTHS else power
        misplaced = (power == 1.0) & (point != np.uint64(0))
        energy_kwh[k] = np.float64(np.int64(eight_digits(digits))) / power
        unusual[k] = misplaced | (over_nine(digits) != np.uint64(0)) | (length - _ONE >= _EIGHT)


@without_arrays
def first_unusual(unusual, begin, count):  # type: ignore[no-untyped-def]
    """The first line from `begin` on that is unusual; `count` where none is."""
    k = np.uint64(begin)
    stop = np.uint64(count)
    while k < stop:
        marks = load64(unusual, k)
        if marks:
            k += trailing_zeros(marks) >> np.uint64(3)
            break
        k += _EIGHT
    return np.int64(min(k, stop))
