"""Arrow and Parquet as other tools write them by default: polars, and the types that pandas, R and databases use."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Literal

import polars as pl
import pyarrow as pa
import pyarrow.feather
import pytest

from tests.readings.samples import MPAN, file, parquet, read, refusal, rows, stream, table
from tests.readings.test_narrow_tables import narrow

_COMPRESSIONS: list[Literal["uncompressed", "lz4", "zstd"]] = ["uncompressed", "lz4", "zstd"]
_BLOCK_BYTES = 24


def polars_file(sent: pl.DataFrame, compression: Literal["uncompressed", "lz4", "zstd"] = "uncompressed") -> bytes:
    """An Arrow IPC file as polars writes it: no length before the schema, dictionaries after the batches."""
    out = io.BytesIO()
    sent.write_ipc(out, compression=compression)
    return out.getvalue()


def polars_stream(sent: pl.DataFrame) -> bytes:
    """An Arrow IPC stream of polars."""
    out = io.BytesIO()
    sent.write_ipc_stream(out)
    return out.getvalue()


def polars_parquet(sent: pl.DataFrame) -> bytes:
    """A Parquet file of polars."""
    out = io.BytesIO()
    sent.write_parquet(out)
    return out.getvalue()


_POLARS: list[Callable[[pl.DataFrame], bytes]] = [polars_file, polars_stream, polars_parquet]


def _frame(sent: pa.Table) -> pl.DataFrame:
    found = pl.from_arrow(sent)
    assert isinstance(found, pl.DataFrame)
    return found


def words(sent: pl.DataFrame) -> pl.DataFrame:
    """The same with its few words as polars keeps them: categories and an enumeration."""
    return sent.with_columns(
        pl.col("mpan_core").cast(pl.Categorical),
        pl.col("measurement_quantity").cast(pl.Enum(["RI", "AI"])),
    )


@pytest.mark.parametrize("compression", _COMPRESSIONS)
def test_a_polars_file_is_read_as_sent(compression: Literal["uncompressed", "lz4", "zstd"]) -> None:
    sent = table()
    source = read(polars_file(_frame(sent), compression))
    assert source.format == "arrow-file"
    for name in sent.column_names:
        assert source.readings[name].to_pylist() == sent[name].to_pylist()


@pytest.mark.parametrize("write", _POLARS)
@pytest.mark.parametrize("changed", [words, lambda frame: frame])
def test_polars_half_hours_are_read(
    write: Callable[[pl.DataFrame], bytes], changed: Callable[[pl.DataFrame], pl.DataFrame]
) -> None:
    row = rows(write(changed(_frame(narrow()))))[0]
    assert (row["mpan_core"], row["measurement_quantity"]) == (MPAN, "AI")
    assert row["energy_kwh"] == [float(period) for period in range(1, 49)]


@pytest.mark.parametrize("write", _POLARS)
def test_polars_channel_days_with_categories_are_read(write: Callable[[pl.DataFrame], bytes]) -> None:
    row = rows(write(words(_frame(table()))))[2]
    assert (row["mpan_core"], row["measurement_quantity"], row["period_flags"]) == (MPAN, "AI", [0] * 48)


def test_a_polars_file_without_rows_is_read() -> None:
    assert rows(polars_file(_frame(table(0)))) == []


def test_feather_is_read() -> None:
    out = io.BytesIO()
    pyarrow.feather.write_feather(table(), out)
    assert len(rows(out.getvalue())) == 3


_DECIMALS = [Decimal(tenths) / 10 for tenths in range(48)]
_KINDS = [pa.decimal32(9, 1), pa.decimal64(18, 1), pa.decimal128(21, 1), pa.decimal256(60, 1)]


@pytest.mark.parametrize("kind", _KINDS, ids=str)
@pytest.mark.parametrize("write", [stream, file, parquet])
def test_decimals_become_the_nearest_doubles(write: Callable[[pa.Table], bytes], kind: pa.DataType) -> None:
    nearest = [float(value) for value in _DECIMALS]
    wide = table(1, energy_kwh=pa.array([_DECIMALS], pa.list_(kind)), register_start_kwh=pa.array(_DECIMALS[3:4], kind))
    row = rows(write(wide))[0]
    assert (row["energy_kwh"], row["register_start_kwh"]) == (nearest, nearest[3])
    assert rows(write(narrow(energy_kwh=pa.array(_DECIMALS, kind))))[0]["energy_kwh"] == nearest


def _with_footer(content: bytes, change: Callable[[bytearray, int], None]) -> bytes:
    """A file whose footer is changed: `change` gets the file, and where the footer's vector of batches starts."""
    (length,) = struct.unpack("<i", content[-10:-6])
    spoilt, at = bytearray(content), len(content) - 10 - length
    (root,) = struct.unpack_from("<I", content, at)
    (back,) = struct.unpack_from("<i", content, at + root)
    (entry,) = struct.unpack_from("<H", content, at + root - back + 4 + 2 * 3)
    field = at + root + entry
    (offset,) = struct.unpack_from("<I", content, field)
    change(spoilt, field + offset)
    return bytes(spoilt)


def _twice(spoilt: bytearray, at: int) -> None:
    first = at + 4
    spoilt[first + _BLOCK_BYTES : first + 2 * _BLOCK_BYTES] = spoilt[first : first + _BLOCK_BYTES]


def _one_less(spoilt: bytearray, at: int) -> None:
    (count,) = struct.unpack_from("<I", spoilt, at)
    struct.pack_into("<I", spoilt, at, count - 1)


_FOOTERS: list[tuple[Callable[[bytearray, int], None], str]] = [
    (_twice, "leaves the data"),
    (_one_less, "does not list"),
    (lambda spoilt, at: struct.pack_into("<q", spoilt, at + 4, 16), "leaves the data"),
    (lambda spoilt, at: struct.pack_into("<q", spoilt, at + 4, -8), "leaves the data"),
    (lambda spoilt, at: struct.pack_into("<q", spoilt, at + 4 + 16, 8), "not the one in the footer"),
]


def _polars_in_two(sent: pa.Table) -> bytes:
    out = io.BytesIO()
    _frame(sent).write_ipc(out, record_batch_size=2)
    return out.getvalue()


@pytest.mark.parametrize("write", [file, _polars_in_two])
@pytest.mark.parametrize(("change", "said"), _FOOTERS)
def test_a_footer_that_hides_or_repeats_a_batch_is_refused(
    write: Callable[[pa.Table], bytes], change: Callable[[bytearray, int], None], said: str
) -> None:
    assert said in refusal(_with_footer(write(table(3)), change)).found


def test_a_footer_without_batches_hides_none() -> None:
    assert "does not list" in refusal(_with_footer(polars_file(_frame(table(3))), _one_less)).found


@pytest.mark.parametrize("extra", [b"\0" * 65, b"\0\0\0x" * 2])
def test_bytes_that_no_footer_lists_are_refused(extra: bytes) -> None:
    content = file(table())
    (length,) = struct.unpack("<i", content[-10:-6])
    at = len(content) - 10 - length
    assert "does not list" in refusal(content[:at] + extra + content[at:]).found
