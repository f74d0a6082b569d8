"""A CSV file as a table of text, every cell as it was sent; a blank cell is null."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as pa_csv

from validator.errors import Place, SubmissionError
from validator.readings.formats import BOM
from validator.readings.source import Submission

HEADER_LINES = 1
_MOST_HEADER_BYTES = 1024 * 1024
_LINE_ENDS = (b"\n", b"\r")


def header_names(submission: Submission) -> tuple[str, ...]:
    """The header's names, trimmed and in lower case."""
    start = bytes(submission.data[:_MOST_HEADER_BYTES]).removeprefix(BOM)
    line = start.split(b"\n", 1)[0].rstrip(b"\r")
    try:
        cells = next(csv.reader([line.decode()], strict=True), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise submission.refuse(
            f"a header that cannot be read: {error}", "names divided by commas, in UTF-8", line=1
        ) from error
    return tuple(cell.strip().lower() for cell in cells)


def text_table(
    submission: Submission,
    names: Sequence[str],
    chosen: Sequence[str],
    header_lines: int = HEADER_LINES,
    types: Mapping[str, pa.DataType] | None = None,
    nulls: Sequence[str] = ("",),
    *,
    quoted: bool = True,
) -> pa.Table:
    """The `chosen` columns of the CSV; row k (from 0) stands on line k + 1 + `header_lines`.

    All are text but those that `types` says otherwise of; a cell that is one of `nulls` is a null. Quotes mean
    nothing where not `quoted`: a row is then a line. Raises SubmissionError with the line of what cannot be read.
    """
    body = _without_last_line_ends(submission.data)
    kinds = {name: (types or {}).get(name, pa.string()) for name in chosen}
    layout = _Layout(names, kinds, header_lines, nulls, quoted)
    if not len(body) or (header_lines and b"\n" not in bytes(body[:_MOST_HEADER_BYTES])):
        return pa.table({name: pa.array([], kind) for name, kind in layout.types.items()})
    try:
        return _parsed(body, layout, use_threads=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        # Only a single thread knows the number of the row at fault.
        return _parsed_or_refused(submission, body, layout)


@dataclass(frozen=True)
class _Layout:
    """All the file's columns in order, the types of those to read, the lines above the rows, and the words for null."""

    names: Sequence[str]
    types: Mapping[str, pa.DataType]
    header_lines: int
    nulls: Sequence[str]
    quoted: bool


def _without_last_line_ends(data: memoryview) -> memoryview:
    end = len(data)
    while end and bytes(data[end - 1 : end]) in _LINE_ENDS:
        end -= 1
    return data[:end]


def _parsed(body: memoryview, layout: _Layout, *, use_threads: bool) -> pa.Table:
    return pa_csv.read_csv(
        pa.BufferReader(pa.py_buffer(body)),
        read_options=pa_csv.ReadOptions(
            use_threads=use_threads, skip_rows=layout.header_lines, column_names=list(layout.names)
        ),
        parse_options=pa_csv.ParseOptions(ignore_empty_lines=False, quote_char='"' if layout.quoted else False),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict(layout.types),
            include_columns=list(layout.types),
            null_values=list(layout.nulls),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _parsed_or_refused(submission: Submission, body: memoryview, layout: _Layout) -> pa.Table:
    try:
        return _parsed(body, layout, use_threads=False)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        message = str(error).splitlines()[0]
        place = re.search(r"Row #([0-9]+): ", message)
        line = int(place.group(1)) if place else None
        row = line - layout.header_lines if line else None
        cells = re.search(r"Expected ([0-9]+) columns, got ([0-9]+)", message)
        if cells:
            expected = f"{cells.group(1)}, as many as the {'header' if layout.header_lines else 'first row'} has"
            found = f"{cells.group(2)} cell{'' if cells.group(2) == '1' else 's'}"
            raise submission.refuse(found, expected, "Correct the row", line=line, row=row) from error
        expected = "cells divided by commas, in UTF-8"
        raise submission.refuse(message, expected, "Correct the row", line=line, row=row) from error


@contextmanager
def lines_told(header_lines: int) -> Iterator[None]:
    """Within it, a SubmissionError that names a row and no line gets the line."""
    try:
        yield
    except SubmissionError as error:
        place = error.place
        if place.row is None or place.line is not None:
            raise
        placed = Place(place.file, place.row + header_lines, place.row, place.column)
        raise SubmissionError(placed, error.found, error.expected, error.action) from error
