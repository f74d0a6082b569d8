"""A CSV file as a table of text, every cell as it was sent; a blank cell is null."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.csv as pa_csv

from validator.errors import SubmissionError
from validator.readings.formats import BOM
from validator.readings.source import Submission

HEADER_LINES = 1
MOST_HEADER_BYTES = 1024 * 1024
_LINE_ENDS = (b"\n", b"\r")
_MOST_LINE_BYTES = 1024 * 1024
"""Arrow's block of a CSV: a longer line does not fit into one."""
_MOST_SHOWN = 60


def header_names(submission: Submission) -> tuple[str, ...]:
    """The header's names, trimmed and in lower case."""
    start = bytes(submission.data[:MOST_HEADER_BYTES]).removeprefix(BOM)
    line = start.split(b"\n", 1)[0].rstrip(b"\r")
    if b"\r" in line:
        begins = line.split(b"\r")[0].decode("latin-1")[:_MOST_SHOWN]
        found = f"a carriage return that ends no line, after {begins!a}"
        action = "Save it with line ends of one of these"
        raise submission.refuse(found, "lines ended by LF or CR LF", action, line=HEADER_LINES)
    try:
        cells = next(csv.reader([line.decode()], strict=True), [])
    except UnicodeDecodeError as error:
        place = line.count(b",", 0, error.start)
        found = f"{line.split(b',')[place][:_MOST_SHOWN]!r}, which is not UTF-8"
        expected = "names divided by commas, in UTF-8"
        raise submission.refuse(
            found, expected, "Correct the name", line=HEADER_LINES, column=str(place + 1)
        ) from error
    except csv.Error as error:
        raise submission.refuse(
            f"a header that cannot be read: {error}",
            "names divided by commas, in UTF-8",
            "Correct it",
            line=HEADER_LINES,
        ) from error
    if not cells:
        action = "Take it out, or send the file with its header"
        raise submission.refuse("a blank line", "a header that names the columns", action, line=HEADER_LINES)
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
    body = without_last_line_ends(submission.data)
    kinds = {name: (types or {}).get(name, pa.string()) for name in chosen}
    layout = _Layout(names, kinds, header_lines, nulls, quoted)
    if not len(body) or (header_lines and b"\n" not in bytes(body[:MOST_HEADER_BYTES])):
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


def without_last_line_ends(data: memoryview) -> memoryview:
    """What stands before the line ends at the end."""
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
            is_first = line is not None and submission.as_sent(line) == 1
            alike = "the header has" if layout.header_lines else "a row has" if is_first else "the first row has"
            expected = f"{cells.group(1)}, as many as {alike}"
            found = f"{cells.group(2)} cell{'' if cells.group(2) == '1' else 's'}"
            raise submission.refuse(found, expected, "Correct the row", line=line, row=row) from error
        column = re.search(r"In CSV column #([0-9]+): .*invalid UTF8", message)
        if column and line:
            at = int(column.group(1))
            found, name = f"{_cell(body, line, at)}, which is not UTF-8", layout.names[at]
            raise submission.refuse(
                found, "text in UTF-8", "Correct the value", line=line, row=row, column=name
            ) from error
        if "straddl" in message:
            line, found = _longest_line(body)
            expected = f"lines of at most {_MOST_LINE_BYTES} bytes; a quote is perhaps not closed"
            raise submission.refuse(found, expected, "Correct the line", line=line) from error
        expected = "cells divided by commas, in UTF-8"
        raise submission.refuse(message, expected, "Correct the row", line=line, row=row) from error


def _cell(body: memoryview, line: int, at: int) -> str:
    """The bytes of one cell, cut short, for a message; `line` counts from 1, `at` from 0."""
    text = bytes(body).split(b"\n", line)[line - 1].decode("latin-1")
    cells = next(csv.reader([text]), [])
    return repr((cells[at] if at < len(cells) else text).encode("latin-1")[:_MOST_SHOWN])


def _longest_line(body: memoryview) -> tuple[int, str]:
    """The first line that is longer than the reader of tables takes at once."""
    lengths = [len(line) for line in bytes(body).split(b"\n")]
    line = next((at for at, length in enumerate(lengths, 1) if length > _MOST_LINE_BYTES), 1)
    return line, f"a line of {lengths[line - 1]} bytes"


@contextmanager
def lines_told(header_lines: int) -> Iterator[None]:
    """Within it, a SubmissionError that names a row and no line gets the line."""
    try:
        yield
    except SubmissionError as error:
        place = error.place
        if place.row is None or place.line is not None:
            raise
        raise error.again(place=replace(place, line=place.row + header_lines)) from error


@contextmanager
def header_told() -> Iterator[None]:
    """Within it, a SubmissionError that names neither line nor row is one of the header: it gets the first line."""
    try:
        yield
    except SubmissionError as error:
        if error.place.line is not None or error.place.row is not None:
            raise
        raise error.again(place=replace(error.place, line=HEADER_LINES)) from error
