"""Truncated and bit-flipped bytes are refused or read; they never end the process."""

from __future__ import annotations

import gzip
import random
import struct
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from tests.oracle_idd import enveloped
from tests.readings import customers
from tests.readings.samples import (
    TODAY,
    csv,
    csv_row,
    d0010_lines,
    file,
    flow_lines,
    joined,
    parquet,
    read,
    refusal,
    stream,
    table,
)
from tests.readings.test_arrow_writers import polars_file, words
from tests.sample.folders import SAMPLES
from validator.errors import SubmissionError, TooLargeError
from validator.readings import Hints, read_bytes
from validator.readings.compression import codec_of
from validator.readings.ipc_messages import BrokenMessageError, walk


def _sent() -> pa.Table:
    """A table whose columns take as many ways through Arrow as there are."""
    return table(
        measurement_quantity=pa.array(["AI", "AE", "AI"]).dictionary_encode(),
        role=pa.array(["MAIN"] * 3, pa.string_view()),
        period_flags=pa.array([[0] * 48, None, [1] * 48], pa.large_list(pa.uint16())),
        period_duration_s=pa.array([[1800.0] * 48, None, []], pa.list_view(pa.float64())),
        collected_at=pa.array([datetime(2026, 4, 2, tzinfo=UTC)] * 3, pa.timestamp("ns", "Europe/London")),
        utc_day=pa.array([True] * 3),
    )


def _without_views() -> pa.Table:
    return _sent().drop_columns(["period_duration_s"])


def _polars() -> pl.DataFrame:
    frame = pl.from_arrow(table())
    assert isinstance(frame, pl.DataFrame)
    return frame


def _zstd(content: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(content, asbytes=True))


_CUSTOMERS: dict[str, Callable[[], bytes]] = {
    "plain": customers.plain_csv,
    "narrow": customers.narrow_csv,
    "british gas": customers.british_gas,
    "edf": customers.edf,
    "df2": customers.df2,
    "schneider": customers.schneider,
    "schneider xlsx": customers.schneider_xlsx,
    "vital xlsx": customers.vital_xlsx,
    "dip": customers.dip,
}
_TEXTS = {"csv", "dtc", "d0010", "c0101", "c0541", *(name for name in _CUSTOMERS if "xlsx" not in name)}
_HINTS = Hints(channels=customers.GIVEN.channels, mapping=SAMPLES / "dip_mapping.toml")
_CONTENTS: dict[str, bytes] = {
    "stream": stream(_sent()),
    "stream lz4": stream(_sent(), "lz4"),
    "stream zstd": stream(_sent(), "zstd"),
    "file": file(_sent()),
    "file zstd": file(_sent(), "zstd"),
    "polars file": polars_file(_polars()),
    "polars file zstd": polars_file(words(_polars()), "zstd"),
    "parquet": parquet(_without_views()),
    "parquet plain": parquet(_without_views(), compression="none", use_dictionary=False),
    "parquet checked": parquet(_without_views(), compression="zstd", write_page_checksum=True),
    "gzip": gzip.compress(joined(flow_lines())),
    "zstd": _zstd(joined(flow_lines())),
    **{name: write() for name, write in _CUSTOMERS.items()},
    "csv": csv(csv_row(["1.5"] * 48)),
    "dtc": joined(flow_lines()),
    "d0010": joined(d0010_lines()),
    "c0101": joined(enveloped(["MSE|9901|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", "SPE|1|2.5|B|x|"], word="C0101")),
    "c0541": joined(enveloped(["PD8|PARTY|", "MSX|9901|PLACE|", "OSA|OUT1|1|AA|2|3|"], word="C0541")),
}
_each_content = pytest.mark.parametrize("content", _CONTENTS.values(), ids=_CONTENTS.keys())
_each_binary = pytest.mark.parametrize(
    "content",
    [content for name, content in _CONTENTS.items() if name not in _TEXTS],
    ids=[name for name in _CONTENTS if name not in _TEXTS],
)


def _read_or_refused(content: bytes) -> bool:
    """Whether it was read; any exception other than SubmissionError fails the test."""
    try:
        read(content, hints=_HINTS)
    except SubmissionError:
        _read_leniently(content)
        return False
    return True


def _read_leniently(content: bytes) -> None:
    """What is left out stands in the file, byte for byte."""
    try:
        source = read(content, hints=_HINTS, lenient=True)
    except SubmissionError:
        return
    if codec_of(content[:4]) is None:
        assert all(each.content.removesuffix(b"\n") in content for each in source.refused)


@_each_content
def test_the_samples_are_whole(content: bytes) -> None:
    assert _read_or_refused(content)


@_each_content
@pytest.mark.parametrize("seed", range(4))
def test_flipped_bytes_never_crash(content: bytes, seed: int) -> None:
    chance = random.Random(seed)
    positions = chance.sample(range(len(content)), min(250, len(content)))
    for position in positions:
        flipped = bytearray(content)
        flipped[position] ^= chance.choice([0x01, 0x10, 0x80, 0xFF])
        _read_or_refused(bytes(flipped))


@_each_binary
def test_truncated_bytes_are_refused(content: bytes) -> None:
    for length in [*range(1, len(content), max(1, len(content) // 300)), len(content) - 1]:
        assert not _read_or_refused(content[:length])


@pytest.mark.parametrize("content", [stream(_sent()), stream(_sent()) + b"\0", file(_sent()) + b"\0"])
def test_bytes_after_the_end_are_refused(content: bytes) -> None:
    whole = len(content) == len(stream(_sent()))
    assert "damaged" in refusal(content + stream(_sent()) if whole else content).found


def test_a_compressed_body_is_not_let_past_the_cap() -> None:
    zeros = pa.array([[0.0] * 100_000], pa.list_(pa.float64()))
    bomb = stream(table(1, energy_kwh=zeros, period_flags=None), "zstd")
    assert len(bomb) < 20_000
    fault = refusal(bomb, most_bytes=500_000)
    assert isinstance(fault, TooLargeError)
    assert "become more than" in fault.found
    assert fault.action == "Send it in smaller parts"
    assert read(bomb, most_bytes=5_000_000).readings.num_rows == 1


def test_parquet_is_not_let_past_the_cap() -> None:
    zeros = pa.array([[0.0] * 200_000], pa.list_(pa.float64()))
    bomb = parquet(table(1, energy_kwh=zeros, period_flags=None))
    assert len(bomb) < 20_000
    fault = refusal(bomb, most_bytes=500_000)
    assert isinstance(fault, TooLargeError)
    assert "bytes or more" in fault.found


def test_a_text_seen_by_many_views_is_not_let_past_the_cap() -> None:
    view = struct.pack("<i4sii", 10_000, b"xxxx", 0, 0)
    buffers = [None, pa.py_buffer(view * 1000), pa.py_buffer(b"x" * 10_000)]
    words = pa.Array.from_buffers(pa.string_view(), 1000, buffers)
    sent = table(1000, firmware=words, energy_kwh=pa.array([[1.0]] * 1000), period_flags=None)
    fault = refusal(stream(sent), most_bytes=5_000_000)
    assert isinstance(fault, TooLargeError)
    assert "written out for every row" in fault.found


@pytest.mark.parametrize("kind", [pa.string_view(), pa.large_string()])
def test_a_text_shared_by_many_rows_is_not_let_past_the_cap(kind: pa.DataType) -> None:
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int8()), pa.array(["x" * 10_000], kind))
    fault = refusal(stream(table(1000, firmware=shared)), most_bytes=5_000_000)
    assert isinstance(fault, TooLargeError)
    assert "written out for every row" in fault.found


def test_values_shared_by_many_lists_are_not_let_past_the_cap() -> None:
    values = pa.array([1.0] * 10_000)
    shared = pa.ListViewArray.from_arrays(
        pa.array([0] * 1000, pa.int32()), pa.array([10_000] * 1000, pa.int32()), values
    )
    sent = table(1000, energy_kwh=shared, period_flags=None)
    fault = refusal(stream(sent), most_bytes=5_000_000)
    assert isinstance(fault, TooLargeError)
    assert "written out for every row" in fault.found


def test_a_delta_dictionary_is_refused() -> None:
    out = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    first = table(1, firmware=pa.array(["a"]).dictionary_encode())
    longer = pa.DictionaryArray.from_arrays(pa.array([1], pa.int32()), pa.array(["a", "b"]))
    with pa.ipc.new_stream(out, first.schema, options=options) as writer:
        writer.write_table(first)
        writer.write_table(table(1, firmware=longer))
    assert "a delta dictionary" in refusal(out.getvalue().to_pybytes()).found


def test_a_replaced_dictionary_is_read() -> None:
    out = pa.BufferOutputStream()
    tables = [table(1, firmware=pa.array([name]).dictionary_encode()) for name in ("a", "b")]
    with pa.ipc.new_stream(out, tables[0].schema) as writer:
        for each in tables:
            writer.write_table(each)
    assert read(out.getvalue().to_pybytes()).readings["firmware"].to_pylist() == ["a", "b"]


def test_a_stream_without_its_end_mark_is_refused() -> None:
    assert "truncated" in refusal(stream(_sent())[:-8]).found


@pytest.mark.parametrize("data", [b"", b"\xff" * 8, b"\xff\xff\xff\xff\x08\0\0\0" + b"\xff" * 8])
def test_the_walk_refuses_what_is_no_stream(data: bytes) -> None:
    with pytest.raises(BrokenMessageError):
        walk(memoryview(data), 1000)


def test_random_bytes_after_each_magic_are_refused() -> None:
    chance = random.Random(7)
    for magic in (b"ARROW1\0\0", b"PAR1", b"\xff\xff\xff\xff", b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd", b"ZHV|"):
        for _ in range(50):
            noise = magic + chance.randbytes(chance.randrange(1, 300))
            assert not _read_or_refused(noise + (magic[:4] if magic == b"PAR1" else b""))


def test_memory_views_of_any_kind_are_read() -> None:
    content: Any = joined(flow_lines())
    for data in (content, bytearray(content), memoryview(content), pa.py_buffer(content)):
        assert read_bytes(data, "x", today=TODAY).size_bytes == len(content)
    assert sys.getrefcount(content) < 100


def test_a_byte_that_is_no_text_is_no_part_of_an_mpan() -> None:
    error = refusal(customers.df2().replace(b"#O 99", b"#O \xb999"))
    assert error.place.line == 2
    assert "udcb9" in error.found
    assert "#O and an MPAN" in error.expected
