"""Wide CSV into readings: a row per channel-day, `p1` to `p50` the energies, `f1` to `f50` the statuses."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from validator.readings.casts import cast_column, cast_or_refuse
from validator.readings.columns import Chosen, check_rows, finished
from validator.readings.csv_cells import MOST_PERIODS, Floats
from validator.readings.csv_flags import flags_of
from validator.readings.csv_table import HEADER_LINES, header_names, header_told, lines_told, text_table
from validator.readings.in_order import read_in_order
from validator.readings.period_columns import NAMED, PERIOD_NAME, add_durations, add_values, chosen_with_periods
from validator.readings.source import Decoded, Submission
from validator.readings.table import Columns
from validator.schema import READINGS

_NUMBER = "a decimal number such as 12.4"


def read_csv_wide(submission: Submission) -> Decoded:
    """Readings of a wide CSV; header names in any case; a blank cell is a null.

    Blank cells after a day's last value are cut, but not below the periods that the day should have.
    Raises SubmissionError with line, row and column.
    """
    names = header_names(submission)
    with header_told():
        chosen = chosen_with_periods(submission, names)

    def read(part: Submission) -> Decoded:
        with lines_told(HEADER_LINES):
            return _read(part, names, chosen)

    return read_in_order(submission, read, row_is_day=True)


def _read(submission: Submission, names: tuple[str, ...], chosen: Chosen) -> Decoded:
    table = text_table(submission, names, chosen.known)
    columns: Columns = {name: _cast(submission, name, table[name]) for name in chosen.known if name in NAMED}
    check_rows(submission, columns)
    energies = _matrix(submission, table, "p")
    flags = flags_of(submission, table)
    columns_sent = sum(name.startswith("p") for name in table.column_names if PERIOD_NAME.fullmatch(name))
    add_values(submission, columns, energies, columns_sent, flags, utc=submission.time_base == "utc")
    if "d1" in table.column_names:
        add_durations(columns, _matrix(submission, table, "d"))
    return Decoded(finished(submission, columns), chosen.ignored)


def _cast(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    target = READINGS.field(name).type
    if pt.is_floating(target):
        return _decimals(submission, name, column)
    if pt.is_integer(target):
        return cast_or_refuse(submission, name, column, lambda part: part.cast(target), "a whole number")
    if pt.is_boolean(target):
        return cast_or_refuse(submission, name, column, lambda part: part.cast(target), "true or false")
    return cast_column(submission, name, column)


def _decimals(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    return cast_or_refuse(submission, name, column, _finite, _NUMBER)


def _finite(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text as doubles; what only a float's own words can say (nan, inf) or hold (1e400) is refused."""
    numbers = column.cast(pa.float64())
    if not pc.all(pc.is_finite(numbers), min_count=0).as_py():
        raise pa.ArrowInvalid("not a finite number")
    return numbers


def _matrix(submission: Submission, table: pa.Table, letter: str) -> Floats:
    """A letter's columns as float64 (rows, MOST_PERIODS); NaN where blank."""
    matrix = np.full((table.num_rows, MOST_PERIODS), np.nan)
    for period in range(1, MOST_PERIODS + 1):
        name = f"{letter}{period}"
        if name in table.column_names:
            matrix[:, period - 1] = _decimals(submission, name, table[name]).to_numpy()
    return matrix
