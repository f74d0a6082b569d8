"""Texts as dictionaries by their runs, against Arrow's own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.text_runs import text_runs
from validator.readings.half_hours.coded import in_words

_TEXTS = st.text("ab", max_size=2) | st.sampled_from(
    ["1234567", "1234568", "12345678", "12345679", "9900000000006", "9900000000007", "12345678901234567", "éé"]
)


@settings(max_examples=200)
@given(st.lists(st.lists(st.tuples(_TEXTS | st.none(), st.integers(1, 4)), max_size=8), max_size=4), st.integers(0, 2))
def test_words_are_those_of_a_dictionary(chunks: list[list[tuple[str | None, int]]], cut: int) -> None:
    arrays = [pa.array([text for text, many in runs for _ in range(many)], pa.string())[cut:] for runs in chunks]
    column = pa.chunked_array(arrays, pa.string())
    found = in_words(column)
    found.validate(full=True)
    assert found.cast(pa.string()).to_pylist() == column.to_pylist()
    for chunk, sent in zip(found.chunks, column.chunks, strict=True):
        assert chunk.dictionary.to_pylist() == [text for text in dict.fromkeys(sent.to_pylist()) if text is not None]


@given(st.lists(_TEXTS, max_size=20))
def test_a_run_is_of_the_same_text(texts: list[str]) -> None:
    array = pa.array(["", *texts, "x"], pa.string())
    heads, run = np.empty(len(array), dtype=np.int64), np.empty(len(array), dtype=np.int32)
    _, offsets, data = array.buffers()
    many = text_runs(np.frombuffer(offsets, np.int32), np.frombuffer(data, np.uint8), heads, run)
    sent = array.to_pylist()
    begins = [at for at in range(len(sent)) if not at or sent[at] != sent[at - 1]]
    assert heads[:many].tolist() == begins
    assert run.tolist() == [sum(begin <= at for begin in begins) - 1 for at in range(len(sent))]
