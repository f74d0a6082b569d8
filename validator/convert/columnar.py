"""Parquet and Arrow: every column of the readings, and what a DTC file needs to be written back."""

from __future__ import annotations

from typing import Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from validator.convert.header import COMPLETED_KEY, HEADER_KEY, Carriage
from validator.readings.pipes import PipeBatch
from validator.schema import READINGS

_ROWS_TOGETHER = 65536
SUPPLIER = "supplier_id"


class Writer(Protocol):
    """Takes batches one after another; `close` ends the file, or `abandon` lets go of one that is not kept."""

    def write(self, batch: PipeBatch) -> None:
        """The next rows."""

    def close(self, carriage: Carriage) -> None:
        """All rows are written; `carriage` has what was known only after the last."""

    def abandon(self) -> None:
        """No more rows come, and what was written is thrown away."""


def columnar_writer(word: str, file: BinaryIO, carriage: Carriage, with_supplier: bool) -> Writer:
    """A writer of `parquet`, `arrow-file` or `arrow-stream`; `with_supplier` adds the column `supplier_id`."""
    fields = [*READINGS, pa.field(SUPPLIER, pa.string())] if with_supplier else list(READINGS)
    metadata = {HEADER_KEY: carriage.header} if carriage.header else None
    return _Columnar(word, file, pa.schema(fields, metadata))


def opened(word: str, file: BinaryIO, schema: pa.Schema) -> Any:
    """Arrow's writer of tables as `parquet`, `arrow-file` or `arrow-stream`."""
    if word == "parquet":
        # It decodes a tenth quicker than zstd for a tenth more bytes (benchmarks/layouts.csv).
        return pq.ParquetWriter(file, schema, compression="lz4")
    return (pa.ipc.new_file if word == "arrow-file" else pa.ipc.new_stream)(file, schema)


class _Columnar:
    def __init__(self, word: str, file: BinaryIO, schema: pa.Schema) -> None:
        self._schema = schema
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0
        self._parquet = word == "parquet"
        # Lists, for a column per period cannot say how long a day is that ends in nulls.
        self._writer = opened(word, file, schema)

    def write(self, batch: PipeBatch) -> None:
        columns = list(batch.readings.columns)
        if len(self._schema) > len(columns):
            columns.append(
                pa.nulls(len(batch.readings), pa.string()) if batch.supplier_id is None else batch.supplier_id
            )
        self._waiting.append(pa.RecordBatch.from_arrays(columns, schema=self._schema))
        self._rows += len(batch.readings)
        if self._rows >= _ROWS_TOGETHER:
            self._flush()

    def close(self, carriage: Carriage) -> None:
        self._flush()
        if self._parquet and carriage.completed:
            self._writer.add_key_value_metadata({COMPLETED_KEY: carriage.completed})
        self._writer.close()

    def abandon(self) -> None:
        # Left open, Parquet's writer would end its file when it is collected, and find that closed.
        self._writer.close()

    def _flush(self) -> None:
        table = pa.Table.from_batches(self._waiting, self._schema).combine_chunks()
        self._writer.write_table(table)
        self._waiting, self._rows = [], 0
