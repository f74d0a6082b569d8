"""Tells of the first fault in a file's own order, and how many channel-days before it were good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyarrow.compute as pc

from validator.calendar import expected_periods
from validator.errors import SubmissionError
from validator.readings.csv_table import HEADER_LINES
from validator.readings.leniently import Extent, one_line, read_leniently
from validator.readings.source import Decoded, Submission


def read_in_order(
    submission: Submission,
    read: Callable[[Submission], Decoded],
    *,
    row_is_day: bool = False,
    lines_above: int = HEADER_LINES,
    by_line: bool = False,
    extent: Extent = one_line,
) -> Decoded:
    """`told_in_order` for a text file, whose faults name lines; leniently, without the lines at fault."""
    if submission.lenient:
        return read_leniently(
            submission, read, lines_above=lines_above, row_is_day=row_is_day, by_line=by_line, extent=extent
        )
    return told_in_order(
        lambda lines: read(submission if lines is None else _lines(submission, lines)),
        lambda fault: fault.place.line,
        row_is_day=row_is_day,
    )


def told_in_order(
    read: Callable[[int | None], Decoded],
    place_of: Callable[[SubmissionError], int | None],
    *,
    row_is_day: bool = False,
) -> Decoded:
    """`read(None)`; where it raises, the earliest fault, with the good channel-days before it.

    `read(n)` reads the first n lines (or rows, or messages) alone; `place_of` is a fault's own, from 1. Readers look
    at one column after another, so the fault that they meet first may not be the first in the file. What stands
    above it is read again: a fault in that comes earlier, and what it yields was good. A channel-day that the fault
    cuts short does not count; where a row is a day (`row_is_day`) none is cut short.
    """
    try:
        return read(None)
    except SubmissionError as met:
        fault = met
    while (place := place_of(fault)) is not None and place > 1:
        try:
            above = read(place - 1)
        except SubmissionError as earlier:
            before = place_of(earlier)
            if before is None or before >= place:
                break
            fault = earlier
            continue
        raise fault.again(good=above.readings.num_rows if row_is_day else whole_days(above)) from fault
    raise fault if place is None else fault.again(good=0) from fault


def whole_days(decoded: Decoded) -> int:
    """Channel-days, without a last one that lacks values at its end."""
    readings = decoded.readings
    if not readings.num_rows:
        return 0
    last = readings.slice(readings.num_rows - 1)
    values = last["energy_kwh"].combine_chunks().flatten()
    days, utc_day = last["settlement_date"].cast("int32").to_numpy(), last["utc_day"].to_numpy()
    due = int(expected_periods(days, utc_day)[0])
    cut = len(values) < due or not pc.is_valid(values[-1]).as_py()
    return int(readings.num_rows) - int(cut)


def _lines(submission: Submission, count: int) -> Submission:
    """The first lines of a submission."""
    text = bytes(submission.data)
    end = 0
    for _ in range(count):
        end = text.find(b"\n", end) + 1
        if not end:
            return submission
    return replace(submission, data=submission.data[:end])
