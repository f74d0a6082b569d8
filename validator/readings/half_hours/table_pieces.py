"""Narrow Arrow tables into readings, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pyarrow as pa

from validator.readings import pieces
from validator.readings.columns import stated_time_base
from validator.readings.half_hours.in_pieces import days_in_pieces
from validator.readings.half_hours.narrow import narrow_layout, typed_columns
from validator.readings.half_hours.row_layout import RowLayout
from validator.readings.source import Submission, TimeBase


def table_days_in_pieces(
    submission: Submission, schema: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.Table]:
    """READINGS tables of a narrow table's validated batches; together, what `narrow_readings` gives of all of them.

    `schema` is the whole table's, with its metadata; the batches have at least the columns that are ours. Raises
    AsWholeError.
    """
    utc = stated_time_base(submission, schema.metadata)
    base: TimeBase = "utc" if utc else "local"
    layout = replace(narrow_layout(submission, schema.names), zone=base, days=base)
    return days_in_pieces(submission, _typed(submission, layout, batches), layout)


def _typed(submission: Submission, layout: RowLayout, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    for together in _together(batches):
        table = pa.Table.from_batches(together)
        yield typed_columns(submission, table, layout)


def _together(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Batches joined until they have as many rows as a piece: a sender's may be small."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        for begin in range(0, batch.num_rows, pieces.ROWS_AT_ONCE):
            held.append(batch.slice(begin, pieces.ROWS_AT_ONCE))
            rows += held[-1].num_rows
            if rows >= pieces.ROWS_AT_ONCE:
                yield held
                held, rows = [], 0
    if held:
        yield held
