"""A CSV file as a table of text, every cell as it was sent; a blank cell is null."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

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


def text_table(submission: Submission, names: Sequence[str], chosen: Sequence[str]) -> pa.Table:
    """The `chosen` columns of the CSV, all text; row k (from 0) stands on line k + 2."""
    body = _without_last_line_ends(submission.data)
    if b"\n" not in bytes(body[:_MOST_HEADER_BYTES]):
        return pa.table({name: pa.array([], pa.string()) for name in chosen})
    try:
        return _parsed(body, names, chosen, use_threads=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        # Only a single thread knows the number of the row at fault.
        return _parsed_or_refused(submission, body, names, chosen)


def _without_last_line_ends(data: memoryview) -> memoryview:
    end = len(data)
    while end and bytes(data[end - 1 : end]) in _LINE_ENDS:
        end -= 1
    return data[:end]


def _parsed(
    body: memoryview,
    names: Sequence[str],
    chosen: Sequence[str],
    *,
    use_threads: bool,
    on_bad_row: Any = None,
) -> pa.Table:
    return pa_csv.read_csv(
        pa.BufferReader(pa.py_buffer(body)),
        read_options=pa_csv.ReadOptions(use_threads=use_threads, skip_rows=HEADER_LINES, column_names=list(names)),
        parse_options=pa_csv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=on_bad_row),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(chosen, pa.string()),
            include_columns=list(chosen),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _parsed_or_refused(
    submission: Submission, body: memoryview, names: Sequence[str], chosen: Sequence[str]
) -> pa.Table:
    bad_rows: list[Any] = []

    def take_down(row: Any) -> str:
        bad_rows.append(row)
        return "error"

    try:
        return _parsed(body, names, chosen, use_threads=False, on_bad_row=take_down)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if bad_rows:
            bad = bad_rows[0]
            raise submission.refuse(
                f"{bad.actual_columns} cells",
                f"{bad.expected_columns}, as many as the header has",
                "Correct the row",
                line=bad.number,
                row=bad.number - HEADER_LINES if bad.number else None,
            ) from error
        line = re.search(r"Row #(\d+)", str(error))
        raise submission.refuse(
            str(error).splitlines()[0],
            "cells divided by commas, in UTF-8",
            line=int(line.group(1)) if line else None,
        ) from error
