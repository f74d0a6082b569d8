"""Arrow tables into readings: a row per channel-day, its values as lists or as columns, or a row per half hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.types as pt

from validator.readings.columns import Chosen, chosen_columns, readings_of, stated_time_base
from validator.readings.first_fault import told_in_order, whole_days
from validator.readings.half_hours.narrow_names import is_narrow
from validator.readings.period_columns import chosen_with_periods
from validator.readings.source import Decoded, Submission
from validator.readings.wide_table import is_wide, wide_readings

AsSent: TypeAlias = Callable[[npt.NDArray[np.int64]], pa.Table]
"""Some rows, counted from 0, with all columns that were sent."""


def columns_of_table(submission: Submission, schema: pa.Schema) -> Chosen:
    """Which of a table's columns are read. Raises SubmissionError as the layout's own reader does."""
    if is_wide(schema):
        return chosen_with_periods(submission, schema.names)
    if not is_narrow(schema):
        return chosen_columns(submission, schema.names)
    # Only here, and below: what puts days together is a dozen modules.
    from validator.readings.half_hours.narrow import narrow_layout

    layout = narrow_layout(submission, schema.names)
    return Chosen(layout.known, layout.ignored)


def readings_of_table(submission: Submission, table: pa.Table, as_sent: AsSent | None = None) -> Decoded:
    """Readings from a validated table. Raises SubmissionError naming column, and row where one is at fault.

    The first row at fault is told, with the channel-days above it that are good. Leniently, rows at fault are left out;
    `as_sent` gives them with all their columns, where the table does not have them as they were sent.
    """
    if submission.lenient:
        # Only here: few are read so.
        from validator.readings.tables_leniently import read_table_leniently

        row_is_day = not is_narrow(table.schema)
        return read_table_leniently(submission, table, _readings_of, as_sent, row_is_day=row_is_day)
    return told_in_order(
        lambda rows: _readings_of(submission, table if rows is None else table.slice(0, rows)),
        lambda fault: fault.place.row,
        row_is_day=not is_narrow(table.schema),
    )


def good_in(submission: Submission, table: pa.Table) -> int:
    """Channel-days of the part of a table that stands before a damage, all rows of it whole.

    Raises SubmissionError where that part is at fault itself: this then comes first.
    """
    decoded = readings_of_table(replace(submission, lenient=False), table)
    return whole_days(decoded) if is_narrow(table.schema) else decoded.readings.num_rows


def _readings_of(submission: Submission, table: pa.Table) -> Decoded:
    if is_wide(table.schema):
        return wide_readings(submission, table)
    if not is_narrow(table.schema):
        return readings_of(submission, table)
    from validator.readings.half_hours.narrow import narrow_readings

    utc = stated_time_base(submission, table.schema.metadata)
    return narrow_readings(submission, table, "utc" if utc else "local")


def dictionaries_of_table(schema: pa.Schema) -> list[str]:
    """The columns of few distinct texts that are best read as dictionaries: those of a row per half hour."""
    if not is_narrow(schema):
        return []
    return [field.name for field in schema if pt.is_string(field.type) or pt.is_large_string(field.type)]
