"""Arrow tables without the rows that cannot be read; each of those is kept as one line of JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings.leniently import placed
from validator.readings.rows_leniently import Rows, read_rows_leniently
from validator.readings.source import Decoded, Submission

_ALL_OF_A_LIST = 2**20
"""Values that are written; more than a row can have that is read."""


def read_table_leniently(
    submission: Submission,
    table: pa.Table,
    read: Callable[[Submission, pa.Table], Decoded],
    as_sent: Callable[[Rows], pa.Table] | None = None,
    *,
    row_is_day: bool,
) -> Decoded:
    """`read` of a table without the rows at fault, whose places and messages are those of the table as sent."""
    strict = replace(submission, lenient=False)

    def of(rows: Rows) -> Decoded:
        part = replace(strict, sent_lines=tuple((rows + 1).tolist())) if len(rows) < table.num_rows else strict
        try:
            decoded = read(part, _rows_of(table, rows))
        except SubmissionError as fault:
            if fault.place.row is None:
                raise
            raise fault.again(place=replace(fault.place, row=int(rows[fault.place.row - 1]) + 1)) from fault
        at = decoded.readings["source_row"].to_numpy()
        return replace(decoded, readings=placed(decoded.readings, rows[at - 1] + 1))

    def text_of(rows: Rows) -> list[bytes]:
        sent = (as_sent or table.take)(rows)
        return [_json_of(sent, row) for row in range(len(rows))]

    return read_rows_leniently(submission, np.arange(table.num_rows), of, text_of, row_is_day=row_is_day)


def _rows_of(table: pa.Table, rows: Rows) -> pa.Table:
    """Some rows of a table, without a copy of what they hold."""
    if not len(rows):
        return table.slice(0, 0)
    # Of a table of many small batches, each slice looks through all: the few rows around these come first.
    first = int(rows[0])
    around = table.slice(first, int(rows[-1]) - first + 1)
    starts = np.flatnonzero(np.diff(rows, prepend=-2) != 1)
    lengths = np.diff(starts, append=len(rows))
    stretches = zip((rows[starts] - first).tolist(), lengths.tolist(), strict=True)
    return pa.concat_tables([around.slice(start, length) for start, length in stretches])


def _json_of(table: pa.Table, row: int) -> bytes:
    cells = zip(table.column_names, table.columns, strict=True)
    values = {name: _value(column.slice(row, 1)) for name, column in cells}
    return json.dumps(values, default=str, allow_nan=False).encode() + b"\n"


def _value(cell: pa.ChunkedArray) -> Any:
    """What JSON can hold of a column's only value."""
    try:
        return _plain(cell[0].as_py())
    except (ValueError, OverflowError, LookupError):
        # Python has no date for it, but Arrow has words: the number that it is.
        return " ".join(cell.combine_chunks().to_string(window=_ALL_OF_A_LIST).split())


def _plain(value: Any) -> Any:
    """A value that JSON can hold; what no number of it is, in words."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value
