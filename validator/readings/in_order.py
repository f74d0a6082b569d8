"""Tells of the first fault in a file's own order, and how many channel-days before it were good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyarrow.compute as pc

from validator.calendar import expected_periods
from validator.errors import SubmissionError
from validator.readings.source import Decoded, Submission


def read_in_order(
    submission: Submission, read: Callable[[Submission], Decoded], *, row_is_day: bool = False
) -> Decoded:
    """`read(submission)`; where it raises at a line, the earliest fault, with the good channel-days before it.

    Readers look at one column after another, so the fault that they meet first may not be the first in the file.
    What stands above the line is read again: a fault in it comes earlier, and what it yields was good. A
    channel-day that the fault cuts short does not count; where a row is a day (`row_is_day`) none is cut short.
    """
    try:
        return read(submission)
    except SubmissionError as fault:
        raise _earliest(submission, read, fault, row_is_day) from fault


def _earliest(
    submission: Submission, read: Callable[[Submission], Decoded], fault: SubmissionError, row_is_day: bool
) -> SubmissionError:
    while fault.place.line is not None and fault.place.line > 1:
        above = _lines(submission, fault.place.line - 1)
        try:
            decoded = read(above)
        except SubmissionError as earlier:
            if earlier.place.line is None or earlier.place.line >= fault.place.line:
                break
            fault = earlier
            continue
        return with_good(fault, decoded.readings.num_rows if row_is_day else whole_days(decoded))
    return with_good(fault, 0)


def with_good(fault: SubmissionError, good: int) -> SubmissionError:
    """The fault, with the number of good channel-days before it in what it says."""
    told = f"{good} channel-day{'' if good == 1 else 's'} before it {'was' if good == 1 else 'were'} good"
    action = f"{fault.action}. {told}" if fault.action else told
    return SubmissionError(fault.place, fault.found, fault.expected, action)


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
    data = submission.data
    end = 0
    text = bytes(data)
    for _ in range(count):
        end = text.find(b"\n", end) + 1
        if not end:
            return submission
    return replace(submission, data=data[:end])
