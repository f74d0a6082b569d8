"""Register readings as a table of their own: a row for each, in Parquet, Arrow or CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from validator.errors import Place, SubmissionError
from validator.readings.register_readings import REGISTER_READINGS

_PLAIN = pa.schema(
    [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in REGISTER_READINGS
    ]
)
"""REGISTER_READINGS with texts for its dictionaries, each batch of which has one of its own."""


def write_registers(batches: Iterator[pa.RecordBatch], name: str, file: BinaryIO, target: str) -> int:
    """Write the register readings of the file `name`, and how many there are; SubmissionError for a half-hourly flow.

    Columns as REGISTER_READINGS; `read_at` is clock time as sent.
    """
    with _opened(name, file, target) as writer:
        rows = 0
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(_PLAIN))
            rows += batch.num_rows
    return rows


def _opened(name: str, file: BinaryIO, target: str) -> Any:
    if target == "parquet":
        return pq.ParquetWriter(file, _PLAIN, compression="lz4")
    if target == "csv-wide":
        return pc.CSVWriter(file, _PLAIN, write_options=pc.WriteOptions(quoting_style="needed"))
    if target == "arrow-file":
        return pa.ipc.new_file(file, _PLAIN)
    if target == "arrow-stream":
        return pa.ipc.new_stream(file, _PLAIN)
    raise SubmissionError(
        Place(name), "register readings", f"half-hourly ones, for a {target}", "Convert to Parquet, Arrow or CSV"
    )
