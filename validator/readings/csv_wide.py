"""Wide CSV into readings: a row per channel-day, `p1` to `p50` the energies, `f1` to `f50` the statuses."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from validator.calendar import UTC_PERIODS, expected_periods
from validator.readings.casts import cast_column, cast_or_refuse
from validator.readings.columns import (
    HONOURED,
    OVERWRITTEN,
    Chosen,
    check_rows,
    finished,
    missing_column,
    refuse_misspelt,
    refuse_other_tables,
)
from validator.readings.csv_cells import MOST_PERIODS, Counts, Floats, last_column, lists_of
from validator.readings.csv_flags import Flags, flags_of
from validator.readings.csv_table import HEADER_LINES, header_names, lines_told, text_table
from validator.readings.in_order import read_in_order
from validator.readings.source import Decoded, Submission
from validator.readings.table import Columns
from validator.schema import READINGS, REQUIRED_COLUMNS, SENT_COLUMNS

PERIOD_NAME = re.compile(r"([pfd])([0-9]+)")
NAMED = tuple(name for name in (*SENT_COLUMNS, *HONOURED) if not pt.is_list(READINGS.field(name).type))
REQUIRED = tuple(name for name in REQUIRED_COLUMNS if name in NAMED)
_NUMBER = "a decimal number such as 12.4"


def read_csv_wide(submission: Submission) -> Decoded:
    """Readings of a wide CSV; header names in any case; a blank cell is a null.

    Blank cells after a day's last value are cut, but not below the periods that the day should have.
    Raises SubmissionError with line, row and column.
    """
    names, chosen = _columns(submission)

    def read(part: Submission) -> Decoded:
        with lines_told(HEADER_LINES):
            return _read(part, names, chosen)

    return read_in_order(submission, read, row_is_day=True)


def _columns(submission: Submission) -> tuple[tuple[str, ...], Chosen]:
    names = header_names(submission)
    return names, _chosen(submission, names)


def _read(submission: Submission, names: tuple[str, ...], chosen: Chosen) -> Decoded:
    table = text_table(submission, names, chosen.known)
    columns: Columns = {name: _cast(submission, name, table[name]) for name in chosen.known if name in NAMED}
    check_rows(submission, columns)
    energies = _matrix(submission, table, "p")
    flags = flags_of(submission, table)
    columns_sent = sum(name.startswith("p") for name in table.column_names if PERIOD_NAME.fullmatch(name))
    lengths = lengths_of(submission, columns, energies, columns_sent, flags)
    columns["energy_kwh"] = lists_of(energies, lengths)
    if flags is not None:
        flags.check_whole(submission, energies, lengths)
        columns["period_flags"] = flags.lists(energies, lengths)
        columns.setdefault("alarms_carried", pa.array(flags.has_any & flags.are_bits))
    if "d1" in table.column_names:
        durations_s = _matrix(submission, table, "d")
        lengths = last_column(~np.isnan(durations_s))
        columns["period_duration_s"] = lists_of(durations_s, lengths, null_where_empty=True)
    return Decoded(finished(submission, columns), chosen.ignored)


def _chosen(submission: Submission, names: tuple[str, ...]) -> Chosen:
    for name in names:
        if names.count(name) > 1:
            raise submission.refuse("two columns of this name", "each column once", line=1, column=name)
    refuse_other_tables(submission, names)
    periods = {name for name in names if PERIOD_NAME.fullmatch(name)}
    unknown = [name for name in names if name not in NAMED and name not in periods]
    for name in (*REQUIRED, *periods_due(submission, periods)):
        if name not in names:
            raise missing_column(submission, name, unknown)
    refuse_misspelt(submission, unknown, (name for name in NAMED if name not in names))
    known = tuple(name for name in names if name not in unknown)
    return Chosen(known, tuple(name for name in unknown if name not in OVERWRITTEN))


def periods_due(submission: Submission, periods: set[str], line: int | None = 1) -> list[str]:
    """The columns that there must be: p1 to p48, and for each letter no gap before its last."""
    last = {"p": UTC_PERIODS, "f": 0, "d": 0}
    for name in periods:
        letter, period = name[0], int(name[1:])
        if name != f"{letter}{period}" or not 1 <= period <= MOST_PERIODS:
            raise submission.refuse(
                "an unknown column", f"{letter}1 to {letter}{MOST_PERIODS}", "Rename it", line=line, column=name
            )
        last[letter] = max(last[letter], period)
    return [f"{letter}{period}" for letter in "pfd" for period in range(1, last[letter] + 1)]


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


def lengths_of(
    submission: Submission, columns: Columns, energies: Floats, columns_sent: int, flags: Flags | None
) -> Counts:
    """Periods of each row: to its last value or telling flag, but at least those that the day should have.

    Columns that were not sent are not blank cells: they do not count towards the day.
    """
    days = columns["settlement_date"].cast(pa.int32()).to_numpy()
    if "utc_day" in columns:
        utc_day = columns["utc_day"].to_numpy()
    else:
        utc_day = np.full(len(days), submission.time_base == "utc")
    due = np.minimum(expected_periods(days, utc_day), columns_sent)
    lengths = np.maximum(last_column(~np.isnan(energies)), due)
    return np.maximum(lengths, last_column(flags.bits != 0)) if flags is not None else lengths
