"""Numbers with their thousands divided, against a pattern and Python's own float."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels.grouped_numbers import MOST_DIGITS, grouped_numbers
from tests.kernels.texts import joined

_NUMBER = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?")
_DECIMALS = st.one_of(st.just(""), st.text("0123456789", max_size=6).map(lambda digits: f".{digits}"))
_USUAL = st.one_of(
    st.builds(lambda whole, decimals: f"{whole:,}{decimals}", st.integers(0, 10**12), _DECIMALS),
    st.builds(lambda whole, decimals: f"{whole}{decimals}", st.integers(0, 10**16), _DECIMALS),
)
_TEXTS = st.lists(st.one_of(_USUAL, _USUAL, st.text("0189,.-+ e", max_size=9)), max_size=6)


def _oracle(text: str) -> float | None:
    """The number; None of what is none, or has too many digits."""
    if not text:
        return float("nan")
    few = sum(letter.isdigit() for letter in text) <= MOST_DIGITS
    return float(text.replace(",", "")) if few and _NUMBER.fullmatch(text) else None


def _read(texts: list[str]) -> list[float] | None:
    out = np.empty(len(texts))
    return out.tolist() if grouped_numbers(*joined(texts), out) else None


@given(_TEXTS)
def test_numbers_are_those_of_python(texts: list[str]) -> None:
    expected = [_oracle(text) for text in texts]
    assert repr(_read(texts)) == repr(None if None in expected else expected)


@pytest.mark.parametrize(
    "text",
    [
        "0", "7.", "1,234", "12,345.6", "123,456", "1,234,567.89", "1234567", "1234567.8", "0,001",
        "999999999999999", "0.99999999999999", "9.99999999999999", "999,999,999,999,999", "123456.7",
        # Just beyond.
        "9999999999999999", "0.999999999999999", "999,999,999,999,999.0", ",123", "1234,567", "1,23", "1,2345", "1,",
        "1,234.5,678", "1.2.3", ".5", ".", ",", "1,,234", "1,23.4", "+1", "-1", "1e3", " 1", "1 ", "nan", "inf",
    ],
)  # fmt: skip
def test_at_the_edges(text: str) -> None:
    expected = _oracle(text)
    assert _read([text]) == (None if expected is None else [expected])
    assert _read(["5", text]) == (None if expected is None else [5.0, expected])


def test_a_blank_is_not_a_number() -> None:
    assert repr(_read(["", "1,000", ""])) == "[nan, 1000.0, nan]"
    assert _read([]) == []
