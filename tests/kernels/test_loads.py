"""Eight bytes at a time, against Python's own reading of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.compile import kernel
from kernels.loads import (
    LANES,
    eight_digits,
    equal_lanes,
    folded,
    load64,
    matches64,
    not_printable,
    ones_in,
    over_nine,
    store64,
    unprintable64,
)

_BYTES = st.one_of(st.binary(min_size=8, max_size=8), st.text(st.characters(codec="ascii"), min_size=8, max_size=8))


@kernel
def _digits(data):  # type: ignore[no-untyped-def]
    word = load64(data, np.uint64(0))
    return over_nine(word), eight_digits(word)


@kernel
def _not_printable(data):  # type: ignore[no-untyped-def]
    return not_printable(load64(data, np.uint64(0)))


@kernel
def _matches(data, index, wanted):  # type: ignore[no-untyped-def]
    found = matches64(data, np.uint64(index), np.uint64(wanted))
    return found, ones_in(found)


@kernel
def _unprintable(data, index):  # type: ignore[no-untyped-def]
    return unprintable64(data, np.uint64(index))


@kernel
def _lanes(words, wanted):  # type: ignore[no-untyped-def]
    return equal_lanes(words, np.uint64(wanted))


@kernel
def _moved(data, out):  # type: ignore[no-untyped-def]
    store64(out, np.uint64(1), load64(data, np.uint64(3)))


@given(st.lists(st.one_of(st.integers(0, 9), st.integers(0, 10), st.integers(0, 255)), min_size=8, max_size=8))
@settings(max_examples=1000, deadline=None)
def test_eight_digits_are_a_number(digits: list[int]) -> None:
    wrong, number = _digits(np.array(digits, dtype=np.uint8))
    assert bool(wrong) == (max(digits) > 9)
    if not wrong:
        assert number == int("".join(map(str, digits)))


@given(_BYTES)
@settings(max_examples=1000, deadline=None)
def test_printable_is_from_the_space_to_the_tilde(text: bytes | str) -> None:
    content = text if isinstance(text, bytes) else text.encode()
    found = _not_printable(np.frombuffer(content, dtype=np.uint8))
    assert bool(found) == any(not 32 <= byte <= 126 for byte in content)


def test_each_byte_is_printable_or_not_wherever_it_stands() -> None:
    for byte in range(256):
        for place in range(8):
            content = np.full(8, 65, dtype=np.uint8)
            content[place] = byte
            assert bool(_not_printable(content)) == (not 32 <= byte <= 126)


@given(st.lists(st.sampled_from(b"|\n\rA\x8a"), min_size=64, max_size=80), st.sampled_from(b"|\n\r"))
@settings(max_examples=300, deadline=None)
def test_bits_say_where_a_byte_stands(content: list[int], wanted: int) -> None:
    index = len(content) - 64
    mask, count = _matches(np.array(content, dtype=np.uint8), index, wanted)
    assert int(mask) == sum(1 << k for k, byte in enumerate(content[index:]) if byte == wanted)
    assert count == content[index:].count(wanted)


def test_bits_say_which_bytes_are_not_printable() -> None:
    content = np.arange(256 + 63, dtype=np.uint16).astype(np.uint8)
    for index in range(256):
        expected = sum(1 << k for k, byte in enumerate(content[index : index + 64]) if not 32 <= byte <= 126)
        assert int(_unprintable(content, index)) == expected


@given(st.lists(st.sampled_from([0, 1, -1, 1 << 40, 0x7C303330]), min_size=LANES, max_size=LANES))
@settings(max_examples=300, deadline=None)
def test_bits_say_which_words_are_equal(words: list[int]) -> None:
    for wanted in {0, *words}:
        found = _lanes(np.array(words, dtype=np.int64), wanted)
        assert int(found) == sum(1 << k for k, word in enumerate(words) if word == wanted)


def test_words_are_loaded_and_stored_where_they_stand() -> None:
    data = np.arange(16, dtype=np.uint8)
    out = np.zeros(16, dtype=np.uint8)
    _moved(data, out)
    assert out.tolist() == [0, *range(3, 11), *[0] * 7]


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_a_folding_is_the_exclusive_or_of_words(content: bytes) -> None:
    data = np.frombuffer(content + b"\xff" * 8, dtype=np.uint8)
    expected = 0
    for at in range(0, len(content), 8):
        expected ^= int.from_bytes(content[at : at + 8].ljust(8, b"\0"), "little")
    assert int(folded(data, 0, len(content))) == expected
