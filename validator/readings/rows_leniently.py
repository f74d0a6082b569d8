"""Reads a table or a sheet without the rows that cannot be read; its bytes are no lines that could be kept as sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from validator.errors import SubmissionError
from validator.readings.leniently import MOST_LEFT_OUT, too_many
from validator.readings.refused import CHANNEL_DAYS, ROWS, RefusedLines
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
    faults = _at_fault_alone(rows, read)
    kept = rows[~np.isin(rows, list(faults))]
    if len(faults) > MOST_LEFT_OUT:
        raise _too_many(submission, kept, max(faults), read)
    while True:
        try:
            decoded = read(kept)
            break
        except SubmissionError as fault:
            if fault.place.row is None:
                raise
            at = fault.place.row - 1
            faults[at], kept = fault, kept[kept != at]
            if len(faults) > MOST_LEFT_OUT:
                raise _too_many(submission, kept, at, read) from fault
    left_out = np.array(sorted(faults), dtype=np.int64)
    counted = CHANNEL_DAYS if row_is_day else ROWS
    refused = tuple(
        RefusedLines(submission.name, row + 1, row + 1, 1, faults[row], text, counted, unit="row")
        for row, text in zip(left_out.tolist(), text_of(left_out), strict=True)
    )
    return replace(decoded, refused=refused)


def _at_fault_alone(rows: Rows, read: Callable[[Rows], Decoded]) -> dict[int, SubmissionError]:
    """The rows that cannot be read whatever stands around them, up to one too many, and why."""
    found: dict[int, SubmissionError] = {}
    for begin in range(0, len(rows), _AT_ONCE):
        few = rows[begin : begin + _AT_ONCE]
        while len(few) and len(found) <= MOST_LEFT_OUT:
            fault = _fault(few, read)
            if fault is None or fault.place.row is None:
                # Of so few rows it may not hold.
                break
            at = fault.place.row - 1
            its = _fault(np.array([at]), read)
            if its is not None and its.place.row == at + 1:
                found[at] = its
            few = few[few != at]
    return found


def _fault(rows: Rows, read: Callable[[Rows], Decoded]) -> SubmissionError | None:
    try:
        read(rows)
    except SubmissionError as fault:
        return fault
    return None


def _too_many(submission: Submission, kept: Rows, at: int, read: Callable[[Rows], Decoded]) -> SubmissionError:
    above = kept[kept < at]
    good = read(above).readings.num_rows if len(above) and _fault(above, read) is None else 0
    return too_many(submission, good, row=at + 1)
