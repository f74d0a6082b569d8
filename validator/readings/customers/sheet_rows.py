"""A sheet's rows in order: the first fault in it is told, or leniently left out as a line of CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from validator.readings.customers.sheet_cells import Sheet
from validator.readings.first_fault import told_in_order
from validator.readings.rows_leniently import Rows, read_rows_leniently
from validator.readings.source import Decoded, Submission


def read_sheet_rows(
    submission: Submission, sheet: Sheet, first: int, read: Callable[[Submission, Rows], Decoded]
) -> Decoded:
    """`read` of the rows of a sheet from `first` on; it is given rows from 0, and names them from 1.

    A row is a reading of a register: without it the half hours on both its sides are missing.
    """
    rows = np.arange(first, len(sheet), dtype=np.int64)
    if submission.lenient:
        strict = replace(submission, lenient=False)
        return read_rows_leniently(
            submission, rows, lambda kept: read(strict, kept), lambda gone: _as_csv(sheet, gone), row_is_day=False
        )
    return told_in_order(
        lambda last: read(submission, rows if last is None else rows[rows < last]), lambda fault: fault.place.row
    )


def rows_at(sheet: Sheet, places: Rows) -> Iterator[tuple[int, list[Any]]]:
    """Each of some rows of a sheet, in order, with its place from 0."""
    # Hardly any are left out, and a sheet gives those that stand together by columns.
    for run in np.split(places, np.flatnonzero(np.diff(places) != 1) + 1):
        if len(run):
            yield from enumerate(sheet.rows(int(run[0]), int(run[-1]) + 1), int(run[0]))


def _as_csv(sheet: Sheet, rows: Rows) -> list[bytes]:
    texts = []
    for _, cells in rows_at(sheet, rows):
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerow([_shown(cell) for cell in cells])
        # A line end within a cell stays within its quotes.
        texts.append(out.getvalue().encode("utf-8", "surrogateescape"))
    return texts


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        # A sheet has no whole numbers of another kind.
        return repr(cell).removesuffix(".0")
    return str(cell)
