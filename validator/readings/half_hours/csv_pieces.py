"""A CSV of half hours as tables of its rows, a piece of the file at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.types as pt

from validator.readings import pieces
from validator.readings.csv_table import HEADER_LINES
from validator.readings.formats import BOM
from validator.readings.half_hours.in_pieces import days_in_pieces
from validator.readings.half_hours.row_csv import typed_rows
from validator.readings.half_hours.row_layout import RowLayout
from validator.readings.pieces import AsWholeError
from validator.readings.source import Submission

_LOOK_FURTHER = 1024 * 1024
"""A longer line is refused."""


def csv_days_in_pieces(submission: Submission, layout: RowLayout) -> Iterator[pa.Table]:
    """READINGS tables of a CSV with a header; together, what `row_csv.read_rows` gives. Raises AsWholeError."""
    return days_in_pieces(submission, _tables(submission, layout), layout)


def _tables(submission: Submission, layout: RowLayout) -> Iterator[pa.Table]:
    for begin, end in _pieces(submission.data):
        piece = bytes(submission.data[begin:end])
        if begin and piece.startswith(BOM):
            # Arrow takes it for the file's own.
            raise AsWholeError
        header_lines = 0 if begin else HEADER_LINES
        table = typed_rows(replace(submission, data=memoryview(piece)), layout, header_lines)
        if table.num_rows != _lines(piece, is_last=end == len(submission.data)) - header_lines:
            # A line end within quotes, or none where a row ends: where such a text may be cut is not to be seen.
            raise AsWholeError
        submission.release(end)
        yield _alike(table, layout)


def _pieces(data: memoryview) -> Iterator[tuple[int, int]]:
    """Where pieces of whole lines begin and end."""
    begin = 0
    while begin < len(data):
        end = begin + pieces.BYTES_AT_ONCE
        if end < len(data):
            line_end = bytes(data[end : end + _LOOK_FURTHER]).find(b"\n")
            if line_end < 0:
                raise AsWholeError
            end += line_end + 1
        end = min(end, len(data))
        yield begin, end
        begin = end


def _lines(piece: bytes, *, is_last: bool) -> int:
    """The lines of a piece; line ends at the end of the file do not count."""
    if not is_last:
        return piece.count(b"\n")
    rows = piece.rstrip(b"\r\n")
    return rows.count(b"\n") + bool(rows)


def _alike(table: pa.Table, layout: RowLayout) -> pa.Table:
    """The table with its texts in dictionaries, as they are in a piece that had to be read as text and in others."""
    for name in layout.texts:
        if not pt.is_dictionary(table[name].type):
            table = table.set_column(table.column_names.index(name), name, table[name].dictionary_encode())
    return table
