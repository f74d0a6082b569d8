"""A CSV of half hours, one row each, by its layout."""

from __future__ import annotations

from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from validator.errors import SubmissionError
from validator.readings.casts import cast_or_refuse
from validator.readings.csv_table import HEADER_LINES, lines_told, text_table
from validator.readings.half_hours.channel_days import channel_days
from validator.readings.half_hours.coded import in_words
from validator.readings.half_hours.row_layout import RowLayout
from validator.readings.half_hours.rows import Rows
from validator.readings.source import Decoded, Submission

NUMBER = "a decimal number such as 12.4"


def read_rows(submission: Submission, layout: RowLayout, header_lines: int = HEADER_LINES) -> Decoded:
    """Readings of a CSV of half hours; raises SubmissionError naming line, row and column."""
    table = typed_rows(submission, layout, header_lines)
    sent = Rows(submission, table, layout, header_lines).half_hours()
    return Decoded(channel_days(submission, sent), layout.ignored)


def typed_rows(submission: Submission, layout: RowLayout, header_lines: int) -> pa.Table:
    """The layout's columns: texts as dictionaries, numbers as numbers."""
    numbers = {name: pa.int32() for name in (layout.period, layout.bits) if name is not None}
    types = {**numbers, layout.energy: pa.float64()}
    try:
        table = text_table(submission, layout.names, layout.known, header_lines, types)
        if pc.all(pc.is_finite(table[layout.energy]), min_count=0).as_py():
            return with_words(table, layout)
    except SubmissionError:
        pass
    # Something is wrong with it: as text, each cell can be shown as it was sent.
    return _cast(submission, layout, text_table(submission, layout.names, layout.known, header_lines), header_lines)


def with_words(table: pa.Table, layout: RowLayout) -> pa.Table:
    """The table with its columns of few distinct texts in dictionaries."""
    for name in layout.texts:
        table = table.set_column(table.column_names.index(name), name, in_words(table[name]))
    return table


def _cast(submission: Submission, layout: RowLayout, table: pa.Table, header_lines: int) -> pa.Table:
    kinds = (
        (layout.period, pa.int32(), "a whole number"),
        (layout.bits, pa.int32(), "flag bits, a whole number from 0 to 65535"),
        (layout.energy, pa.float64(), NUMBER),
    )
    with lines_told(header_lines):
        for name, kind, expected in kinds:
            if name is not None:
                cast = cast_or_refuse(submission, name, table[name], partial(number_cells, kind=kind), expected)
                table = table.set_column(table.column_names.index(name), name, cast)
    return table


def number_cells(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """Text as numbers; what only a float's own words can say (nan, inf) or hold (1e400) is refused."""
    numbers = pc.utf8_trim(column, characters=" \t").cast(kind)
    if kind == pa.float64() and not pc.all(pc.is_finite(numbers), min_count=0).as_py():
        raise pa.ArrowInvalid("not a finite number")
    return numbers
