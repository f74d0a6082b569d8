"""Wide CSV: a row per channel-day, p1 to p50, f1 to f50 as flag bits, d1 to d50 where there are durations."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.types as pt

from validator.calendar import expected_periods
from validator.convert.header import Carriage
from validator.convert.refusal import cannot_carry
from validator.readings.csv_cells import MOST_PERIODS, last_column
from validator.readings.pipes import PipeBatch
from validator.schema import READINGS, SENT_COLUMNS

_NAMED = tuple(
    name for name in (*SENT_COLUMNS, "utc_day", "alarms_carried") if not pt.is_list(READINGS.field(name).type)
)
_LISTS = {"p": "energy_kwh", "f": "period_flags", "d": "period_duration_s"}


class WideWriter:
    """Writes what the wide CSV's own reader reads back as the same readings; refuses a row of which that is not so."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name = name
        self._file = file
        self._rows = 0
        self._headed = False

    def write(self, batch: PipeBatch) -> None:
        """The next rows; SubmissionError for one that a wide CSV cannot carry."""
        cells = {letter: _cells(batch.readings[column]) for letter, column in _LISTS.items()}
        self._refuse(batch, cells)
        frame = pl.from_arrow(batch.readings.select(_NAMED))
        assert isinstance(frame, pl.DataFrame)
        frame = frame.with_columns(pl.col("collected_at").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
        columns = [frame]
        for letter, matrix in cells.items():
            values = pl.from_numpy(matrix, [f"{letter}{period}" for period in range(1, MOST_PERIODS + 1)])
            values = values.fill_nan(None)
            columns.append(values.cast(pl.UInt16) if letter == "f" else values)
        pl.concat(columns, how="horizontal").write_csv(self._file, include_header=not self._headed)
        self._headed = True
        self._rows += len(batch.readings)

    def close(self, carriage: Carriage) -> None:
        """All rows are written."""
        del carriage
        if not self._headed:
            periods = [f"{letter}{period}" for letter in _LISTS for period in range(1, MOST_PERIODS + 1)]
            self._file.write((",".join([*_NAMED, *periods]) + "\n").encode())

    def abandon(self) -> None:
        """Nothing is held open."""

    def _refuse(self, batch: PipeBatch, cells: dict[str, npt.NDArray[Any]]) -> None:
        readings = batch.readings
        counts = {letter: _counts(readings[column]) for letter, column in _LISTS.items()}
        days = readings["settlement_date"].cast(pa.int32()).to_numpy()
        due = expected_periods(days, readings["utc_day"].to_numpy(zero_copy_only=False))
        read = np.maximum(last_column(~np.isnan(cells["p"])), due)
        read = np.maximum(read, last_column(np.nan_to_num(cells["f"]) != 0))
        wrong = (counts["p"] > MOST_PERIODS) | (counts["p"] != read)
        found = "a number of values that blank cells do not tell from another"
        self._refuse_any(batch, wrong, "energy_kwh", found, "as many values as the day has periods, or more")
        infinite = np.isinf(cells["p"]).any(axis=1) | np.isinf(cells["d"]).any(axis=1)
        self._refuse_any(batch, infinite, "energy_kwh", "an infinite value", "finite values")
        held = readings["period_flags"].is_valid().to_numpy(zero_copy_only=False)
        wrong = held & (counts["f"] != counts["p"])
        self._refuse_any(batch, wrong, "period_flags", "more or fewer flags than values", "one for each value")
        held = readings["period_duration_s"].is_valid().to_numpy(zero_copy_only=False)
        wrong = held & (counts["d"] != last_column(~np.isnan(cells["d"])))
        self._refuse_any(batch, wrong, "period_duration_s", "no duration at the end", "durations to the last period")

    def _refuse_any(self, batch: PipeBatch, wrong: npt.NDArray[Any], column: str, found: str, expected: str) -> None:
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            action = "Convert to Parquet or Arrow, which carry everything"
            raise cannot_carry(self._name, batch, row, self._rows, column, found, f"{expected}, in a wide CSV", action)


def _counts(lists: pa.ListArray) -> npt.NDArray[Any]:
    return np.asarray(lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False), dtype=np.int64)


def _cells(lists: pa.ListArray) -> npt.NDArray[Any]:
    """Values as float64 (rows, MOST_PERIODS), NaN for a null or where there is none; more are cut off."""
    counts = _counts(lists)
    matrix = np.full((len(lists), MOST_PERIODS), np.nan)
    values = np.asarray(lists.flatten().cast(pa.float64()).to_numpy(zero_copy_only=False))
    rows = np.repeat(np.arange(len(lists)), counts)
    places = np.arange(len(values)) - np.repeat(np.cumsum(counts) - counts, counts)
    inside = places < MOST_PERIODS
    matrix[rows[inside], places[inside]] = values[inside]
    return matrix
