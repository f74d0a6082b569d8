"""A CSV of half hours as tables of its rows, a piece of the file at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.types as pt

from validator.readings import pieces
from validator.readings.csv_table import HEADER_LINES, without_last_line_ends
from validator.readings.formats import BOM
from validator.readings.half_hours.in_pieces import days_in_pieces
from validator.readings.half_hours.row_csv import typed_rows, with_words
from validator.readings.half_hours.row_layout import RowLayout
from validator.readings.pieces import AsWholeError
from validator.readings.source import Submission

_NEWLINE = ord("\n")
_LOOK_FURTHER = 1024 * 1024
"""A longer line is refused."""


def csv_days_in_pieces(submission: Submission, layout: RowLayout) -> Iterator[pa.Table]:
    """READINGS tables of a CSV with a header; together, what `row_csv.read_rows` gives. Raises AsWholeError."""
    return days_in_pieces(submission, _tables(submission, layout), layout)


def _tables(submission: Submission, layout: RowLayout) -> Iterator[pa.Table]:
    for begin, end in _pieces(submission.data):
        piece = submission.data[begin:end]
        if begin and bytes(piece[: len(BOM)]) == BOM:
            # Arrow takes it for the file's own.
            raise AsWholeError
        header_lines = 0 if begin else HEADER_LINES
        table = typed_rows(replace(submission, data=piece), layout, header_lines)
        if table.num_rows != _lines(piece, is_last=end == len(submission.data)) - header_lines:
            # A line end within quotes, or none where a row ends: where such a text may be cut is not to be seen.
            raise AsWholeError
        submission.release(end)
        yield table if pt.is_dictionary(table[layout.mpan_core].type) else with_words(table, layout)


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


def _lines(piece: memoryview, *, is_last: bool) -> int:
    """The lines of a piece; line ends at the end of the file do not count."""
    rows = without_last_line_ends(piece) if is_last else piece
    ends = int(np.count_nonzero(np.frombuffer(rows, dtype=np.uint8) == _NEWLINE))
    return ends + (is_last and len(rows) > 0)
