"""The export of EDF's customer portal into readings: a row per channel and local day (formats.md B8)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from validator.calendar import expected_periods
from validator.errors import SubmissionError
from validator.readings.csv_cells import MOST_PERIODS, last_column, lists_of
from validator.readings.csv_flags import Flags
from validator.readings.csv_table import HEADER_LINES, header_names
from validator.readings.customers.day_csv import DayTable
from validator.readings.customers.first_line import is_edf_header
from validator.readings.customers.row_windows import by_rows
from validator.readings.customers.windowed import ByWindow, WindowReader
from validator.readings.half_hours.coded import coded
from validator.readings.half_hours.letters import WORDS, letter_statuses
from validator.readings.half_hours.stamp_texts import DATE_DASHED
from validator.readings.in_order import read_in_order
from validator.readings.source import Decoded, Submission
from validator.readings.table import provenance, with_absent_columns

_MONTH, _MPAN, _QUANTITY, _DATE = "month", "MPAN", "measurement type", "settlement date"
_ENERGIES = tuple(f"value {period}" for period in range(1, MOST_PERIODS + 1))
_FLAGS = tuple(f"flag {period}" for period in range(1, MOST_PERIODS + 1))
COLUMNS = (_MONTH, _MPAN, _QUANTITY, _DATE, *_ENERGIES, *_FLAGS)
NO_VALUE = "-"
_AS_IT_IS = "Send the portal's export as it is"
_MOST_SHOWN = 60


def read_edf(submission: Submission) -> Decoded:
    """Readings of an EDF portal CSV; columns count by their position.

    A day is of local time: 46, 48 or 50 periods. `-` says that there is no value: after the day's last it ends the
    day, before that the period is missing. Flags are Actual and Estimated (or A, E, C); there are no alarms, and no
    meter or outstation is named. Raises SubmissionError with line, row and column.
    """
    _check_header(submission)
    return read_in_order(submission, _read, row_is_day=True)


def edf_by_window(submission: Submission) -> ByWindow:
    """How to read an EDF portal CSV by windows; its header stands above each."""
    del submission

    def read(part: Submission) -> Decoded:
        _check_header(part)
        return _read(part)

    return by_rows(WindowReader(read, row_is_day=True), HEADER_LINES)


def _check_header(submission: Submission) -> None:
    names = header_names(submission)
    expected = f"{len(COLUMNS)} columns: month, MPAN, measurement type, date, {MOST_PERIODS} values, as many flags"
    if len(names) != len(COLUMNS):
        raise submission.refuse(f"{len(names)} columns", expected, _AS_IT_IS, line=HEADER_LINES)
    if not is_edf_header(names):
        found = f"{', '.join(names)[:_MOST_SHOWN]}..., which names no MPAN"
        raise submission.refuse(found, f"a header of {expected}", _AS_IT_IS, line=HEADER_LINES)


def _read(submission: Submission) -> Decoded:
    layout = DayTable(COLUMNS, (_MPAN, _QUANTITY, _DATE, *_FLAGS), _ENERGIES, HEADER_LINES, ("", NO_VALUE))
    table = layout.read(submission)
    mpan, quantity = (layout.filled(submission, table, name) for name in (_MPAN, _QUANTITY))
    days = layout.days(submission, table, _DATE, DATE_DASHED, "dd-mm-yyyy")
    energies = layout.matrix(table)
    flags = _flags(submission, layout, table)
    due = expected_periods(days, np.zeros(len(days), dtype=np.bool_))
    lengths = np.maximum(np.maximum(last_column(~np.isnan(energies)), due), last_column(flags.bits != 0))
    rows = pa.array(np.arange(1, table.num_rows + 1, dtype=np.int64))
    columns = {
        "mpan_core": mpan.texts.take(pa.array(mpan.codes)),
        "measurement_quantity": quantity.texts.take(pa.array(quantity.codes)),
        "role": pa.repeat(pa.scalar("MAIN", pa.string()), table.num_rows),
        "settlement_date": pa.array(days, pa.int32()).view(pa.date32()),
        "energy_kwh": lists_of(energies, lengths),
        "period_flags": flags.lists(energies, lengths),
        **provenance(submission.name, False, False, rows),
    }
    return Decoded(with_absent_columns(columns), (_MONTH,))


def _flags(submission: Submission, layout: DayTable, table: pa.Table) -> Flags:
    bits = np.zeros((table.num_rows, MOST_PERIODS), dtype=np.uint16)
    blank = np.ones((table.num_rows, MOST_PERIODS), dtype=np.bool_)
    for index, name in enumerate(_FLAGS):
        found = coded(table[name], trimmed=True)
        words = [word.upper() for word in found.texts.to_pylist()]

        def refuse(row: int, name: str = name) -> SubmissionError:
            expected = "Actual, Estimated or -"
            return layout.refuse(submission, table, row, name, expected, "Correct the flag")

        statuses = letter_statuses(words, found.codes, WORDS, refuse)
        bits[:, index], blank[:, index] = statuses.bits, statuses.blank
    return Flags(bits, blank, are_bits=False)
