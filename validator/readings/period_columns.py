"""Columns per period, `p1` to `p50` energies, `f1` flags and `d1` durations, of a wide CSV or a wide table."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.types as pt

from validator.calendar import UTC_PERIODS, expected_periods
from validator.readings.columns import (
    HONOURED,
    OVERWRITTEN,
    Chosen,
    missing_column,
    refuse_misspelt,
    refuse_other_tables,
    refuse_twice,
)
from validator.readings.csv_cells import MOST_PERIODS, Counts, Floats, last_column, lists_of
from validator.readings.csv_flags import Flags
from validator.readings.source import Submission
from validator.readings.table import Columns
from validator.schema import READINGS, REQUIRED_COLUMNS, SENT_COLUMNS

PERIOD_NAME = re.compile(r"([pfd])([0-9]+)")
NAMED = tuple(name for name in (*SENT_COLUMNS, *HONOURED) if not pt.is_list(READINGS.field(name).type))
_REQUIRED = tuple(name for name in REQUIRED_COLUMNS if name in NAMED)


def chosen_with_periods(submission: Submission, names: Sequence[str]) -> Chosen:
    """Which columns are read; SubmissionError where one lacks, comes twice or looks misspelt."""
    refuse_twice(submission, names)
    refuse_other_tables(submission, names)
    periods = {name for name in names if PERIOD_NAME.fullmatch(name)}
    unknown = [name for name in names if name not in NAMED and name not in periods]
    for name in (*_REQUIRED, *_periods_due(submission, periods)):
        if name not in names:
            raise missing_column(submission, name, unknown)
    refuse_misspelt(submission, unknown, (name for name in NAMED if name not in names))
    known = tuple(name for name in names if name not in unknown)
    return Chosen(known, tuple(name for name in unknown if name not in OVERWRITTEN))


def _periods_due(submission: Submission, periods: set[str]) -> list[str]:
    """The columns that there must be: p1 to p48, and for each letter no gap before its last."""
    last = {"p": UTC_PERIODS, "f": 0, "d": 0}
    for name in periods:
        letter, period = name[0], int(name[1:])
        if name != f"{letter}{period}" or not 1 <= period <= MOST_PERIODS:
            raise submission.refuse(
                "an unknown column", f"{letter}1 to {letter}{MOST_PERIODS}", "Rename it", column=name
            )
        last[letter] = max(last[letter], period)
    return [f"{letter}{period}" for letter in "pfd" for period in range(1, last[letter] + 1)]


def add_values(
    submission: Submission, columns: Columns, energies: Floats, columns_sent: int, flags: Flags | None, *, utc: bool
) -> None:
    """Add energies and flags of days that may be of different lengths; `utc` says whose days, where no row does."""
    lengths = _lengths(columns, energies, columns_sent, flags, utc)
    columns["energy_kwh"] = lists_of(energies, lengths)
    if flags is not None:
        flags.check_whole(submission, energies, lengths)
        columns["period_flags"] = flags.lists(energies, lengths)
        columns.setdefault("alarms_carried", pa.array(flags.has_any & flags.are_bits))


def _lengths(columns: Columns, energies: Floats, columns_sent: int, flags: Flags | None, utc: bool) -> Counts:
    """Periods of each row: to its last value or telling flag, but at least those that the day should have.

    Columns that were not sent are not blank cells: they do not count towards the day.
    """
    days = columns["settlement_date"].cast(pa.int32()).to_numpy()
    utc_day = columns["utc_day"].to_numpy() if "utc_day" in columns else np.full(len(days), utc)
    due = np.minimum(expected_periods(days, utc_day), columns_sent)
    lengths = np.maximum(last_column(~np.isnan(energies)), due)
    return np.maximum(lengths, last_column(flags.bits != 0)) if flags is not None else lengths


def add_durations(columns: Columns, durations_s: Floats) -> None:
    """Add durations to each row's last, NaN where blank; a row without any has none."""
    lengths = last_column(~np.isnan(durations_s))
    columns["period_duration_s"] = lists_of(durations_s, lengths, null_where_empty=True)
