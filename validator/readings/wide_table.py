"""Wide Arrow tables into readings: a row per channel-day, a column per period, as in a wide CSV.

Parquet decodes a column per period in about a third of the time that it takes for lists (benchmarks/suite_layouts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as pt

from validator.calendar import UTC_PERIODS
from validator.readings.casts import cast_column, cast_numbers, cast_or_refuse, is_number, is_text
from validator.readings.columns import check_rows, finished, stated_time_base
from validator.readings.csv_cells import MOST_PERIODS, Floats
from validator.readings.csv_flags import Flags, flags_of
from validator.readings.period_columns import NAMED, PERIOD_NAME, add_durations, add_values, chosen_with_periods
from validator.readings.side_by_side import ROWS_AT_ONCE, days_of, lay_side_by_side
from validator.readings.source import Decoded, Submission
from validator.readings.table import Columns

_NUMBER = "a number that a double can hold exactly"
_BITS = "flag bits, a whole number from 0 to 65535"


def is_wide(schema: pa.Schema) -> bool:
    """Whether a table has a column per period, and no lists."""
    return "p1" in schema.names and "energy_kwh" not in schema.names


def wide_readings(submission: Submission, table: pa.Table) -> Decoded:
    """Readings of a validated table. Nulls after a day's last value are cut, as blank cells of a wide CSV are.

    Raises SubmissionError with row and column.
    """
    chosen = chosen_with_periods(submission, table.column_names)
    columns: Columns = {name: cast_column(submission, name, table[name]) for name in chosen.known if name in NAMED}
    check_rows(submission, columns)
    energies = _sent(submission, table, "p", pa.float64(), _NUMBER)
    if _is_whole(energies) and _has_plain_flags(table):
        flags = _sent(submission, table, "f", pa.uint16(), _BITS)
        columns["energy_kwh"] = _lists(energies, np.float64)
        if flags:
            columns["period_flags"] = _lists(flags, np.uint16)
    else:
        matrix, flags_sent = _matrix(energies, np.nan), _flags(submission, table)
        utc = stated_time_base(submission, table.schema.metadata)
        add_values(submission, columns, matrix, len(energies), flags_sent, utc=utc)
    durations = _sent(submission, table, "d", pa.float64(), _NUMBER)
    if durations:
        add_durations(columns, _matrix(durations, np.nan))
    return Decoded(finished(submission, columns, table.schema.metadata), chosen.ignored)


def _sent(submission: Submission, table: pa.Table, letter: str, kind: pa.DataType, expected: str) -> list[Any]:
    """The columns of one letter, in order of their periods."""
    columns = []
    for period in range(1, MOST_PERIODS + 1):
        name = f"{letter}{period}"
        if name not in table.column_names:
            break
        column = table[name]
        if column.type != kind:
            if not (is_number(column.type) or pt.is_null(column.type)):
                raise submission.refuse(f"type {column.type}", f"numbers ({kind})", "Convert the column", column=name)
            column = cast_or_refuse(submission, name, column, lambda part: cast_numbers(part, kind), expected)
        columns.append(column)
    return columns


def _is_whole(columns: Sequence[Any]) -> bool:
    """Whether every row has all of the 48 periods: then each is as long as the others."""
    return len(columns) == UTC_PERIODS and not any(column.null_count for column in columns)


def _has_plain_flags(table: pa.Table) -> bool:
    """Whether flags, where they are sent, are bits for every one of the 48 periods."""
    flags = [table[name] for name in table.column_names if name[0] == "f" and PERIOD_NAME.fullmatch(name)]
    return not flags or (_is_whole(flags) and not any(is_text(column.type) for column in flags))


def _lists(columns: Sequence[Any], dtype: type[Any]) -> pa.Array:
    days, begin = np.empty((len(columns[0]), len(columns)), dtype=dtype), 0
    side_by_side = pa.Table.from_arrays(columns, [str(period) for period in range(len(columns))])
    for batch in side_by_side.to_batches(max_chunksize=ROWS_AT_ONCE):
        lay_side_by_side(batch, days[begin : begin + len(batch)])
        begin += len(batch)
    return days_of(days)


def _matrix(columns: Sequence[Any], absent: float) -> Floats:
    """Columns side by side, float64 (rows, MOST_PERIODS); `absent` where null and where no column came."""
    matrix = np.full((len(columns[0]), MOST_PERIODS), absent)
    for period, column in enumerate(columns):
        matrix[:, period] = column.fill_null(absent).to_numpy()
    return matrix


def _flags(submission: Submission, table: pa.Table) -> Flags | None:
    """The statuses: letters as in a wide CSV, or flag bits."""
    if "f1" not in table.column_names or is_text(table["f1"].type):
        return flags_of(submission, table)
    sent = _sent(submission, table, "f", pa.uint16(), _BITS)
    bits = np.zeros((table.num_rows, MOST_PERIODS), dtype=np.uint16)
    blank = np.ones((table.num_rows, MOST_PERIODS), dtype=np.bool_)
    for period, column in enumerate(sent):
        bits[:, period] = column.fill_null(0).to_numpy()
        blank[:, period] = column.is_null().to_numpy()
    return Flags(bits, blank, are_bits=True)
