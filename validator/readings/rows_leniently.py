"""Reads a table or a sheet without the rows that cannot be read; its bytes are no lines that could be kept as sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from validator.errors import SubmissionError
from validator.readings.leniently import MOST_LEFT_OUT
from validator.readings.refused import RefusedLines
from validator.readings.source import Decoded, Submission

Rows: TypeAlias = npt.NDArray[np.int64]
_AT_ONCE = 1024
"""Rows among which faults are looked for: all that is read again after each."""


def read_rows_leniently(
    submission: Submission,
    rows: Rows,
    read: Callable[[Rows], Decoded],
    text_of: Callable[[Rows], list[bytes]],
    *,
    row_is_day: bool,
) -> Decoded:
    """`read` of what can be read of `rows` int64 (rows,), counted from 0; a fault that names no row is raised.

    `read` names rows as they were sent, from 1. `text_of` writes rows on a line each. `refused` has those left out.
    """
    try:
        return read(rows)
    except SubmissionError as fault:
        if fault.place.row is None:
            raise
    faults: dict[int, SubmissionError] = {}
    kept = _screened(submission, rows, read, faults)
    while True:
        try:
            decoded = read(kept)
            break
        except SubmissionError as fault:
            if fault.place.row is None:
                raise
            kept = _without(submission, kept, fault, read, faults)
    left_out = np.array(sorted(faults), dtype=np.int64)
    days = int(row_is_day)
    refused = tuple(
        RefusedLines(submission.name, row + 1, row + 1, days, faults[row], text, unit="row")
        for row, text in zip(left_out.tolist(), text_of(left_out), strict=True)
    )
    return replace(decoded, refused=refused)


def _screened(
    submission: Submission, rows: Rows, read: Callable[[Rows], Decoded], faults: dict[int, SubmissionError]
) -> Rows:
    """The rows without those that are at fault among the few around them."""
    parts = []
    for begin in range(0, len(rows), _AT_ONCE):
        part = rows[begin : begin + _AT_ONCE]
        while len(part):
            try:
                read(part)
                break
            except SubmissionError as fault:
                if fault.place.row is None:
                    # Of so few rows it may not hold.
                    break
                part = _without(submission, part, fault, read, faults)
        parts.append(part)
    return np.concatenate(parts)


def _without(
    submission: Submission,
    rows: Rows,
    fault: SubmissionError,
    read: Callable[[Rows], Decoded],
    faults: dict[int, SubmissionError],
) -> Rows:
    """The rows without the one at fault, which is kept in `faults`."""
    assert fault.place.row is not None, "a fault of no row takes none along"
    at = fault.place.row - 1
    if len(faults) == MOST_LEFT_OUT:
        expected = f"at most {MOST_LEFT_OUT} rows to leave out"
        action = "Correct the file; too little of it can be read"
        good = _readable(read, rows[rows < at])
        raise submission.refuse("yet another fault", expected, action, row=at + 1, good=good) from fault
    faults[at] = fault
    kept: Rows = rows[rows != at]
    return kept


def _readable(read: Callable[[Rows], Decoded], above: Rows) -> int:
    """Channel-days of the rows above a fault; 0 where one of those is at fault as well."""
    try:
        return int(read(above).readings.num_rows) if len(above) else 0
    except SubmissionError:
        return 0
