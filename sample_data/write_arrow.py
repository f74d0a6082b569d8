"""Writes Parquet and Arrow IPC."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sample_data.days import ChannelDay

SCHEMA = pa.schema(
    [
        pa.field("mpan_core", pa.string(), nullable=False),
        pa.field("measurement_quantity", pa.string(), nullable=False),
        pa.field("role", pa.string(), nullable=False),
        pa.field("settlement_date", pa.date32(), nullable=False),
        pa.field("energy_kwh", pa.list_(pa.float64()), nullable=False),
        pa.field("period_flags", pa.list_(pa.uint16())),
        pa.field("meter_serial", pa.string()),
        pa.field("outstation_id", pa.string()),
        pa.field("firmware", pa.string()),
        pa.field("register_start_kwh", pa.float64()),
        pa.field("register_end_kwh", pa.float64()),
        pa.field("register_read_kind", pa.string()),
        pa.field("clock_error_s", pa.float64()),
        pa.field("collected_at", pa.timestamp("us", tz="UTC")),
        pa.field("integration_minutes", pa.int32()),
        pa.field("period_duration_s", pa.list_(pa.float64())),
    ]
)


def table_of(days: Sequence[ChannelDay]) -> Any:
    """Channel-days as an Arrow table, one row each."""
    rows = [
        (
            day.system.mpan_core,
            day.quantity,
            day.role,
            day.on,
            day.values,
            day.flags,
            day.serial,
            day.outstation_id,
            day.firmware,
            day.register_start_kwh,
            day.register_end_kwh,
            day.register_read_kind,
            day.clock_error_s,
            day.collected_at,
            day.integration_minutes,
            day.durations_s,
        )
        for day in days
    ]
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def parquet_bytes(days: Sequence[ChannelDay]) -> bytes:
    """A Parquet file, compressed with zstd."""
    return packed_parquet(table_of(days))


def packed_parquet(table: Any) -> bytes:
    """A table as a Parquet file, compressed with zstd."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", compression_level=15)
    return sink.getvalue()


def arrow_file_bytes(days: Sequence[ChannelDay]) -> bytes:
    """An Arrow IPC file."""
    table, sink = table_of(days), io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def arrow_stream_bytes(days: Sequence[ChannelDay]) -> bytes:
    """An Arrow IPC stream."""
    table, sink = table_of(days), io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()
