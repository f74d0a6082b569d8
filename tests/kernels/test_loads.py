"""Eight bytes at a time, against Python's own reading of them."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.compile import kernel
from kernels.loads import NO_NUMBER, folded, folded_line, load64, short_decimal, store64


@kernel
def _number(data, length):  # type: ignore[no-untyped-def]
    return short_decimal(load64(data, np.uint64(0)), np.uint64(length))


@kernel
def _moved(data, out):  # type: ignore[no-untyped-def]
    store64(out, np.uint64(1), load64(data, np.uint64(3)))


_TEXTS = st.one_of(
    st.from_regex(r"[0-9]{0,7}\.?[0-9]{0,7}", fullmatch=True),
    st.text(st.sampled_from("0123456789.-|/:+ e\n\0"), max_size=8),
)


@given(_TEXTS, st.binary(min_size=8, max_size=8))
@settings(max_examples=2000, deadline=None)
def test_a_short_number_is_all_its_digits_and_its_decimals(text: str, rest: bytes) -> None:
    text = text[:8]
    data = np.frombuffer((text.encode() + rest)[:8], dtype=np.uint8)
    digits, decimals = _number(data, len(text))
    if re.fullmatch(r"[0-9]+\.?[0-9]*|\.[0-9]+", text) and len(text) <= 7:
        assert (digits, decimals) == (int(text.replace(".", "")), len(text.partition(".")[2]))
    else:
        assert digits == NO_NUMBER


def test_words_are_loaded_and_stored_where_they_stand() -> None:
    data = np.arange(16, dtype=np.uint8)
    out = np.zeros(16, dtype=np.uint8)
    _moved(data, out)
    assert out.tolist() == [0, *range(3, 11), *[0] * 7]


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_both_foldings_are_the_exclusive_or_of_words(content: bytes) -> None:
    data = np.frombuffer(content + b"\xff" * 8, dtype=np.uint8)
    expected = 0
    for at in range(0, len(content), 8):
        expected ^= int.from_bytes(content[at : at + 8].ljust(8, b"\0"), "little")
    assert int(folded(data, 0, len(content))) == expected
    assert int(folded_line(data, np.uint64(0), np.uint64(len(content)))) == expected
