"""Texts as string views, against Arrow's own and plain Python."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels import text_views
from kernels.meter_details import cop_numbers
from validator.readings.meter_details_one_by_one import cop_of
from validator.readings.text_columns import number_column, same_text_column, text_column

_LENGTHS = [0, 1, 3, 4, 5, 8, 11, 12, 13, 16, 17, 40]
_TEXTS = st.lists(
    st.one_of(
        st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
        st.sampled_from(["".join(chr(65 + k % 26) for k in range(length)) for length in _LENGTHS]),
    ),
    max_size=12,
)


def _placed(texts: list[str], between: str = "|") -> tuple[np.ndarray, np.ndarray]:
    """The texts one after another as bytes, and where each stands; the last of them ends with the bytes."""
    data, places = between, []
    for text in texts:
        places.append((len(data), len(data) + len(text)))
        data += text + between
    data = data.removesuffix(between) if texts else data
    return np.frombuffer(data.encode(), dtype=np.uint8), np.array(places, dtype=np.int64).reshape(-1, 2)


@given(_TEXTS, st.data())
def test_columns_of_texts_are_arrows_own(texts: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(-1, len(texts) - 1), max_size=20))
    found = text_column(*_placed(texts), np.array(rows, dtype=np.int64))
    found.validate(full=True)
    assert found.equals(pa.array([(texts[row] or None) if row >= 0 else None for row in rows], pa.string_view()))


@pytest.mark.parametrize("length", _LENGTHS)
def test_a_text_at_the_end_of_the_bytes(length: int) -> None:
    text = "x" * length
    assert text_column(*_placed([text]), np.array([0])).to_pylist() == [text or None]


def test_nothing_that_stands_between_the_texts_is_kept() -> None:
    column = text_column(*_placed(["A" * 13, "B", "C" * 20], "|NOTASECRET|"), np.array([0, 1, 2]))
    assert column.to_pylist() == ["A" * 13, "B", "C" * 20]
    kept = b"".join(bytes(buffer) for buffer in column.buffers() if buffer is not None)
    assert b"SECRET" not in kept


@pytest.mark.parametrize("rows", [0, 1, 9])
def test_one_text_in_each_row(rows: int) -> None:
    assert same_text_column("MAIN", rows).to_pylist() == ["MAIN"] * rows


@given(st.lists(st.one_of(st.none(), st.integers(-5, 5)), max_size=20))
def test_columns_of_numbers(numbers: list[int | None]) -> None:
    values = np.array([number or 0 for number in numbers], dtype=np.int32)
    present = np.array([number is not None for number in numbers], dtype=np.bool_)
    assert number_column(values, present, pa.int32()).to_pylist() == numbers


@given(_TEXTS)
def test_fingerprints_are_the_same_where_texts_are(texts: list[str]) -> None:
    data, places = _placed([*texts, *reversed(texts)])
    out = np.empty(len(places), dtype=np.uint64)
    text_views.fingerprints(data, places, out)
    assert list(out[: len(texts)]) == list(out[len(texts) :][::-1])
    # Of so few, no two that differ may share one.
    assert len(set(out.tolist())) == len(set(texts))


@given(st.lists(st.sampled_from([0, 1, 2, 7, 8, 15, 1 << 63, (1 << 64) - 1]), max_size=8))
def test_whether_numbers_are_distinct(numbers: list[int]) -> None:
    table = np.zeros(16, dtype=np.uint64)
    found = text_views.all_distinct(np.array(numbers, dtype=np.uint64), table)
    told = [number or 1 for number in numbers]
    assert found == (len(set(told)) == len(told))


@given(st.lists(st.one_of(st.text("0016aAdDeE@`", max_size=4), st.sampled_from(["6a", "6D", "06a", "6e", "00", ""]))))
def test_numbers_of_codes_of_practice(texts: list[str]) -> None:
    data, places = _placed(texts)
    out = np.empty_like(places)
    cop_numbers(data, places, out)
    assert [bytes(data[first:past]).decode() or None for first, past in out] == [cop_of(text) for text in texts]
