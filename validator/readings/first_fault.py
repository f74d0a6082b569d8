"""Tells of the first fault in a file's own order, and how many channel-days before it were good."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow.compute as pc

from validator.calendar import expected_periods
from validator.errors import SubmissionError
from validator.readings.source import Decoded


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
