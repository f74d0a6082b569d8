"""The narrow layout: our own names for a table with a row per half hour, in CSV, Parquet or Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.types as pt

from validator.errors import SubmissionError, TooLargeError
from validator.readings.casts import cast_column, cast_numbers, cast_or_refuse, check_written_out, is_number, shown
from validator.readings.columns import missing_column, refuse_misspelt, refuse_twice
from validator.readings.half_hours.channel_days import channel_days
from validator.readings.half_hours.narrow_names import OPTIONAL, PERIOD, REQUIRED, SHARED, STAMPS
from validator.readings.half_hours.row_layout import RowLayout
from validator.readings.half_hours.rows import Rows
from validator.readings.source import Decoded, Submission, TimeBase
from validator.schema import READINGS


def narrow_layout(submission: Submission, names: Sequence[str]) -> RowLayout:
    """Which column is what; SubmissionError where one lacks, comes twice, looks misspelt or contradicts another."""
    refuse_twice(submission, names)
    for name in REQUIRED:
        if name not in names:
            raise missing_column(submission, name, names)
    unknown = [name for name in names if name not in (*REQUIRED, *OPTIONAL)]
    refuse_misspelt(submission, unknown, (name for name in OPTIONAL if name not in names))
    stamp = _stamp(submission, names)
    if "status" in names and "period_flags" in names:
        raise submission.refuse("both status and period_flags", "one of them", "Leave one out", column="period_flags")

    def there(name: str) -> str | None:
        return name if name in names else None

    return RowLayout(
        names=tuple(names),
        mpan_core="mpan_core",
        quantity="measurement_quantity",
        energy="energy_kwh",
        stamped=STAMPS[stamp] if stamp else "start",
        zone=submission.time_base,
        days=submission.time_base,
        date=None if stamp else "settlement_date",
        period=None if stamp else PERIOD,
        stamp=stamp,
        role=there("role"),
        status=there("status"),
        bits=there("period_flags"),
        utc_day=None if stamp else there("utc_day"),
        shared=tuple(name for name in SHARED if name in names),
        ignored=tuple(unknown),
    )


def _stamp(submission: Submission, names: Sequence[str]) -> str | None:
    """The stamp column, or None where there are date and period."""
    found = [name for name in STAMPS if name in names]
    if not found:
        for name in ("settlement_date", PERIOD):
            if name not in names:
                raise missing_column(submission, name, names)
        return None
    for other in (*found[1:], PERIOD, "settlement_date", "utc_day"):
        if other in names:
            raise submission.refuse(
                f"both {found[0]} and {other}",
                f"settlement_date with {PERIOD}, or one of {' and '.join(STAMPS)} alone",
                "Leave out what the other says already",
                column=other,
            )
    return found[0]


def narrow_readings(submission: Submission, table: pa.Table, time_base: TimeBase) -> Decoded:
    """Readings from a validated Arrow table of half hours; `time_base` as the schema or else the caller says."""
    try:
        return _read(submission, table, time_base)
    except TooLargeError:
        raise
    except SubmissionError:
        plain = _without_dictionaries(submission, table)
        if plain is table:
            raise
    # A dictionary may have words that no row has, and they are no fault.
    return _read(submission, plain, time_base)


def _without_dictionaries(submission: Submission, table: pa.Table) -> pa.Table:
    """The table with its texts written out; itself where they are. Raises TooLargeError."""
    for place, field in enumerate(table.schema):
        if pt.is_dictionary(field.type) and pt.is_string(field.type.value_type):
            check_written_out(submission, field.name, table[field.name])
            table = table.set_column(place, field.name, table[field.name].cast(pa.string()))
    return table


def _read(submission: Submission, table: pa.Table, time_base: TimeBase) -> Decoded:
    layout = replace(narrow_layout(submission, table.column_names), zone=time_base, days=time_base)
    typed = typed_columns(submission, table, layout)
    return Decoded(channel_days(submission, Rows(submission, typed, layout, None).half_hours()), layout.ignored)


def typed_columns(submission: Submission, table: pa.Table, layout: RowLayout) -> pa.Table:
    """The layout's columns in the types that Rows takes."""
    return pa.table({name: _column(submission, name, table[name]) for name in layout.known})


def _column(submission: Submission, name: str, column: pa.ChunkedArray) -> Any:
    """A column of the type that Rows takes; texts that come as dictionaries stay so."""
    if name in ("energy_kwh", "period_flags", PERIOD):
        return _number(submission, name, column)
    if name == "settlement_date":
        return cast_column(submission, name, column)
    if name in STAMPS:
        return _instants(submission, name, column)
    if name == "utc_day" and pt.is_boolean(column.type):
        return column.cast(pa.string())
    if pt.is_dictionary(column.type) and pt.is_string(column.type.value_type):
        check_written_out(submission, name, column)
        return column
    text = name if name in READINGS.names and name != "utc_day" else "mpan_core"
    return cast_column(submission, text, column)


def _number(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    target, expected = (
        (pa.float64(), "a number that a double can hold exactly")
        if name == "energy_kwh"
        else (pa.int32(), "a whole number")
    )
    if column.type == target:
        return column
    if not (is_number(column.type) or pt.is_null(column.type)):
        raise submission.refuse(f"type {column.type}", f"a number ({target})", "Convert the column", column=name)
    return cast_or_refuse(submission, name, column, lambda part: cast_numbers(part, target), expected)


def _instants(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pt.is_timestamp(column.type):
        return cast_column(submission, "mpan_core", column)
    if column.null_count:
        row = column.is_null().index(True).as_py()
        raise submission.refuse("null", "a value in every row", "Fill it", row=row + 1, column=name)
    target = pa.timestamp("us", column.type.tz)
    expected = f"a time such as {shown(column[0])}" if len(column) else "a time"
    return cast_or_refuse(submission, name, column, lambda part: part.cast(target), expected)
