"""Register readings as a table of their own: a row for each, in Parquet, Arrow or CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pc

from validator.convert.columnar import opened
from validator.convert.targets import DTC_TARGETS
from validator.errors import Place, SubmissionError
from validator.readings.register_readings import PLAIN_REGISTER_READINGS


def write_registers(batches: Iterator[pa.RecordBatch], name: str, file: BinaryIO, target: str) -> int:
    """Write the register readings of the file `name`, and how many there are; SubmissionError for a half-hourly flow.

    Columns as REGISTER_READINGS; `read_at` is clock time as sent.
    """
    with _opened(name, file, target) as writer:
        rows = 0
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(PLAIN_REGISTER_READINGS))
            rows += batch.num_rows
    return rows


def _opened(name: str, file: BinaryIO, target: str) -> Any:
    if target in DTC_TARGETS:
        raise SubmissionError(
            Place(name), "register readings", f"half-hourly ones, for a {target}", "Convert to Parquet, Arrow or CSV"
        )
    if target == "csv-wide":
        return pc.CSVWriter(file, PLAIN_REGISTER_READINGS, write_options=pc.WriteOptions(quoting_style="needed"))
    return opened(target, file, PLAIN_REGISTER_READINGS)
