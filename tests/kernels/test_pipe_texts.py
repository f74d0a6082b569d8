"""The small kernels beside the scanner of `|`-separated files, against plain Python."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kernels import pipes

_MISSING = -1
_BESIDE = 64


def _texts() -> st.SearchStrategy[list[bytes | None]]:
    """Texts of rows: some without one at the head, then one for each row, as a scan carries them."""
    carried = st.integers(0, 3).map(lambda many: [None] * many)
    own = st.lists(st.binary(max_size=20), min_size=1, max_size=12)
    return st.builds(lambda before, after: [*before, *after], carried, own)


def _ranges(texts: list[bytes | None], slots: int, slot: int, spare: int) -> tuple[np.ndarray, np.ndarray]:
    data, ranges = bytearray(b"|"), np.full((len(texts), slots, 2), _MISSING, dtype=np.int64)
    for row, text in enumerate(texts):
        if text is not None:
            ranges[row, slot] = len(data), len(data) + len(text)
            data += text + b"|"
    return np.frombuffer(bytes(data) + b"\0" * spare, dtype=np.uint8), ranges


@given(_texts(), st.binary(max_size=12), st.sampled_from([0, 1, 7, 8, 40]), st.integers(0, 2))
def test_texts_stand_one_after_another(texts: list[bytes | None], carried: bytes, spare: int, slot: int) -> None:
    data, ranges = _ranges(texts, 3, slot, spare)
    offsets = np.empty(len(texts) + 1, dtype=np.int32)
    before = int(pipes.text_offsets(ranges, slot, len(carried), offsets))
    expected = [carried if text is None else text for text in texts]
    assert before == texts.count(None)
    assert offsets.tolist() == [sum(map(len, expected[:row])) for row in range(len(texts) + 1)]

    out = np.zeros(int(offsets[-1]) + 8, dtype=np.uint8)
    out[: before * len(carried)] = np.frombuffer(carried * before, dtype=np.uint8)
    pipes.copy_texts(data, ranges, slot, before, offsets, out)
    assert out[: offsets[-1]].tobytes() == b"".join(expected)


@given(st.lists(st.sampled_from([0.0, 9.0, math.nextafter(9.0, 0), math.nextafter(9.0, 10), math.nan, math.inf, -9.5])))
def test_only_what_is_above_the_limit_is_counted(values: list[float]) -> None:
    assert pipes.count_above(np.array(values, dtype=np.float64), 9.0) == sum(value > 9.0 for value in values)


@given(st.lists(st.integers(0, 6), max_size=8), st.integers(0, 5), st.data())
def test_a_block_ends_where_periods_are_out_of_turn(periods: list[int], period: int, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(periods)))
    expected = begin
    while expected < len(periods) and periods[expected] == period + 1 + expected - begin:
        expected += 1
    got = pipes._in_turn(np.array(periods, dtype=np.uint64), begin, len(periods), period)
    assert got == expected


def test_a_block_ends_at_the_most_periods() -> None:
    most = pipes.MOST_PERIOD
    periods = np.array([most - 1, most, most + 1], dtype=np.uint64)
    assert pipes._in_turn(periods, 0, 3, most - 2) == 2


_LINES = st.text(st.sampled_from("|a1"), max_size=70).map(str.encode)


@given(_LINES, _LINES)
def test_bars_of_a_line_are_found_both_ways(before: bytes, line: bytes) -> None:
    begin = len(before)
    data = np.frombuffer(before + line + b"\n" + b"|" * _BESIDE, dtype=np.uint8)
    bars = [begin + at for at, byte in enumerate(line) if byte == ord("|")]
    places = np.zeros(16, dtype=np.int64)

    found, end = pipes.bars_one_by_one(data, begin, places)
    assert (found, end) == (len(bars), begin + len(line))
    if len(bars) <= 16:
        assert places[:found].tolist() == bars

    at_once, newline = pipes._bars(data, begin, begin + len(line), places)
    assert newline == begin + len(line)
    too_long = len(line) >= 64 or len(bars) > pipes._MOST_FIELDS
    assert at_once == (0 if too_long else len(bars))
    if not too_long:
        assert places[:at_once].tolist() == bars
