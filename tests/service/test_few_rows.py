"""Parquet of a few rows: what other readers make of it, and that its bytes are those of its rows alone."""

from __future__ import annotations

import io
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.results.few_rows import FewRows
from validator.schema import VERDICTS

SCHEMA = pa.schema([
    ("text", pa.string()), ("word", pa.dictionary(pa.int8(), pa.string())), ("day", pa.date32()), ("small", pa.int32()),
    ("large", pa.int64()), ("bits", pa.uint64()), ("texts", pa.list_(pa.string())), ("numbers", pa.list_(pa.int64())),
])  # fmt: skip
PLAIN = pa.schema([(name, pa.string()) if name == "word" else (name, SCHEMA.field(name).type) for name in SCHEMA.names])
METADATA = {"copcheck.version": "1", "a key of ours": "d'accord, £"}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
int64 = st.integers(-(2**63), 2**63 - 1)
cells: tuple[st.SearchStrategy[Any], ...] = (
    texts, st.sampled_from(["PASS", "FAIL"]), st.integers(-(10**6), 10**6), st.integers(-(2**31), 2**31 - 1), int64,
    st.integers(0, 2**64 - 1), st.lists(st.none() | texts, max_size=4).map(tuple),
    st.lists(st.none() | int64, max_size=4).map(tuple),
)  # fmt: skip
rows = st.lists(st.tuples(*(st.none() | cell for cell in cells)), max_size=70)


def written(of: list[tuple[Any, ...]], writer: FewRows | None = None) -> bytes:
    columns = [list(column) for column in zip(*of, strict=True)] if of else [[] for _ in SCHEMA]
    return (writer or FewRows(SCHEMA, METADATA)).written(columns)


@settings(deadline=None, max_examples=150)
@given(rows)
def test_others_read_what_was_written(of: list[tuple[Any, ...]]) -> None:
    content = written(of)
    arrays = [pa.array([row[k] for row in of], pa.int32() if kind == pa.date32() else kind) for k, kind in
              enumerate(PLAIN.types)]  # fmt: skip
    expected = pa.table([array.cast(kind) for array, kind in zip(arrays, PLAIN.types, strict=True)], PLAIN)
    read = pq.read_table(pa.BufferReader(content))
    assert read.cast(PLAIN).equals(expected)
    assert read.schema.metadata == {key.encode(): value.encode() for key, value in METADATA.items()}
    assert pl.read_parquet(io.BytesIO(content)).equals(pl.DataFrame(expected))
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        assert file.metadata.num_rows == len(of)
        assert file.schema_arrow.names == SCHEMA.names


@settings(deadline=None, max_examples=50)
@given(st.lists(rows, max_size=6))
def test_bytes_are_of_the_rows_alone(tables: list[list[tuple[Any, ...]]]) -> None:
    writer = FewRows(SCHEMA, METADATA)
    for of in (*tables, *tables):
        assert written(of, writer) == written(of)


def test_every_verdict_can_be_written_and_nothing_else_is_guessed() -> None:
    assert FewRows(VERDICTS, {}).written([[None]] * len(VERDICTS))
    with pytest.raises(KeyError):
        FewRows(pa.schema([("value", pa.float64())]), {})
