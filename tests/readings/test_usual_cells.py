"""Columns of usual cells: what the kernels read is what is read one pattern after another; the rest is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.readings.half_hours import stamp_texts
from validator.readings.half_hours.coded import coded
from validator.readings.half_hours.stamp_texts import stamps_of
from validator.readings.half_hours.usual_cells import usual_numbers, usual_stamps

_FORMS = (stamp_texts.ISO, stamp_texts.SLASHED)
_FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def _column(texts: list[str | None], cut: int) -> pa.ChunkedArray:
    """In two chunks, both cut out of a longer array."""
    whole = pa.array(["out", *texts, "side"], pa.string())
    return pa.chunked_array([whole.slice(1, cut), whole.slice(1 + cut, len(texts) - cut)])


def _seconds(texts: list[str]) -> list[int]:
    found = coded(pa.chunked_array([texts]), trimmed=True)
    stamps = stamps_of(found.texts, _FORMS)
    assert stamps.valid.all()
    return [int(second) for second in stamps.seconds[found.codes]]


@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=12),
    st.sampled_from([None, "rising", "falling"]),
    st.sampled_from(["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]),
    st.integers(0, 12),
)
def test_stamps_of_each_row(halves: list[int], order: str | None, form: str, cut: int) -> None:
    if order:
        halves = sorted(set(halves), reverse=order == "falling")
    texts = [f"{_FIRST + timedelta(minutes=30 * half):{form}}" for half in halves]
    found = usual_stamps(_column([*texts], min(cut, len(texts))), _FORMS)
    assert found is not None
    stamps, codes = found
    assert stamps.seconds[codes].tolist() == _seconds(texts)
    assert (np.diff(stamps.seconds) > 0).all()
    assert stamps.valid.all()
    assert not stamps.zoned.any()
    assert not stamps.offset_s.any()


@pytest.mark.parametrize(
    "texts",
    [
        [], [None], ["2026-03-01 00:00", None], ["2026-03-01 00:00Z"], ["2026-03-01 00:00 "], ["2026-02-30 00:00"],
        ["2026-03-01 00:00", "2026-03-01 00:00:00"], ["01/03/2026 00:00", "2026-03-01 00:00"],
    ],
)  # fmt: skip
def test_other_stamps_are_left(texts: list[str | None]) -> None:
    assert usual_stamps(_column(texts, len(texts)), _FORMS) is None
    assert usual_stamps(_column(texts, min(1, len(texts))), _FORMS) is None


def test_stamps_of_other_forms_are_left() -> None:
    assert usual_stamps(_column(["2026-03-01 00:00"], 0), (stamp_texts.SLASHED, stamp_texts.ION)) is None


def test_numbers_and_nulls() -> None:
    texts = ["1,234.5", None, "0.7", "1234567", None]
    found = usual_numbers(_column(texts, 2))
    assert found is not None
    assert found.to_pylist() == [1234.5, None, 0.7, 1234567.0, None]


@pytest.mark.parametrize("text", ["", "-1", " 1", "1,23", "1e3", "nan", "12345678901234567"])
def test_other_numbers_are_left(text: str) -> None:
    assert usual_numbers(_column(["1.0", text], 1)) is None


def test_columns_that_are_no_text_are_left() -> None:
    assert usual_numbers(pa.chunked_array([pa.array(["1"], pa.large_string())])) is None
    assert usual_stamps(pa.chunked_array([pa.array(["2026-03-01 00:00"], pa.large_string())]), _FORMS) is None
