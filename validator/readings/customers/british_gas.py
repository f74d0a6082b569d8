"""British Gas's wide CSV into readings: a row per meter and UTC day, without a header (formats.md B8)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from validator.calendar import UTC_PERIODS
from validator.readings.csv_cells import MOST_PERIODS, last_column, lists_of
from validator.readings.customers.day_csv import DayTable
from validator.readings.customers.row_windows import by_rows
from validator.readings.customers.unnamed import given_quantity
from validator.readings.customers.windowed import ByWindow, WindowReader
from validator.readings.half_hours.stamp_texts import DATE_SLASHED
from validator.readings.in_order import read_in_order
from validator.readings.source import Decoded, Submission
from validator.readings.table import provenance, with_absent_columns

_MPAN, _SERIAL, _DATE = "MPAN", "meter serial", "date"
_ENERGIES = tuple(f"value {period}" for period in range(1, MOST_PERIODS + 1))
COLUMNS = (_MPAN, _SERIAL, _DATE, *_ENERGIES)


def read_british_gas(submission: Submission) -> Decoded:
    """Readings of a British Gas CSV; columns count by their position.

    A day is of UTC and has 48 values; the two columns after them are room for the long local day and hold 0 or
    nothing. Where they hold more, the day has 50 values, and will be found to have too many. The file names no
    quantity: it is active import, unless the caller says otherwise. There are no statuses, so `period_flags` is
    null. Stray spaces in a number are taken out. Raises SubmissionError with line and column.
    """
    return read_in_order(submission, _read, row_is_day=True, lines_above=0)


def british_gas_by_window(submission: Submission) -> ByWindow:
    """How to read a British Gas CSV by windows."""
    del submission
    return by_rows(WindowReader(_read, row_is_day=True), header_lines=0)


def _read(submission: Submission) -> Decoded:
    layout = DayTable(COLUMNS, (_MPAN, _SERIAL, _DATE), _ENERGIES, header_lines=0, spaced=True)
    table = layout.read(submission)
    mpan = layout.filled(submission, table, _MPAN)
    days = layout.days(submission, table, _DATE, DATE_SLASHED, "dd/mm/yyyy")
    energies = layout.matrix(table)
    beyond = np.nan_to_num(energies[:, UTC_PERIODS:]) != 0
    lengths = np.where(beyond.any(axis=1), UTC_PERIODS + last_column(beyond), UTC_PERIODS).astype(np.int64)
    mpans = mpan.texts.take(pa.array(mpan.codes))
    quantities = pa.array([given_quantity(submission, text) for text in mpan.texts.to_pylist()], pa.string())
    columns = {
        "mpan_core": mpans,
        "measurement_quantity": quantities.take(pa.array(mpan.codes)),
        "role": pa.repeat(pa.scalar("MAIN", pa.string()), table.num_rows),
        "settlement_date": pa.array(days, pa.int32()).view(pa.date32()),
        "energy_kwh": lists_of(energies, lengths),
        "meter_serial": pc.utf8_trim_whitespace(table[_SERIAL].cast(pa.string())),
        **provenance(submission.name, True, False, pa.array(np.arange(1, table.num_rows + 1, dtype=np.int64))),
    }
    return Decoded(with_absent_columns(columns))
