"""Made-up files in the customers' formats, of any size: one day of a channel after another, as estate.py has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pyarrow as pa

from benchmarks.estate import DAY, PERIODS

_HALF_HOUR = timedelta(minutes=30)
_SENSORS = {"AI": 1, "AE": 2, "RI": 3, "RE": 4}


def narrow(table: pa.Table) -> pl.DataFrame:
    """The table with a row per half hour, in our own narrow names."""
    rows = table.num_rows
    energies = table["energy_kwh"].combine_chunks().flatten().to_numpy()
    estimated = table["period_flags"].combine_chunks().flatten().to_numpy()
    each = {
        name: np.repeat(np.array(table[name].to_pylist()), PERIODS) for name in ("mpan_core", "measurement_quantity")
    }
    return pl.DataFrame(
        {
            **each,
            "role": ["MAIN"] * (rows * PERIODS),
            "settlement_date": [DAY] * (rows * PERIODS),
            "settlement_period": np.tile(np.arange(1, PERIODS + 1, dtype=np.int32), rows),
            "energy_kwh": energies,
            "status": np.where(estimated == 1, "E", "A"),
        }
    )


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with a UTC stamp of each period's start in place of date and period."""
    midnight = datetime.combine(DAY, time(), UTC)
    stamps = np.array([f"{midnight + _HALF_HOUR * index:%Y-%m-%d %H:%M}" for index in range(PERIODS)])
    return frame.select(
        pl.col("mpan_core").alias("MPAN"),
        pl.col("measurement_quantity").alias("Channel"),
        pl.Series("Start (UTC)", stamps[frame["settlement_period"].to_numpy() - 1]),
        pl.col("energy_kwh").alias("kWh"),
        pl.col("status").alias("Status"),
    )


def write_df2(frame: pl.DataFrame, path: Path) -> None:
    """As Stark DF2."""
    midnight = datetime.combine(DAY, time(), UTC)
    ends = [f"{midnight + _HALF_HOUR * (index + 1):%d/%m/%Y,%H:%M}" for index in range(PERIODS)]
    with path.open("w", encoding="ascii", newline="\n") as out:
        out.write("#F2\n")
        for (mpan, quantity), rows in frame.group_by(["mpan_core", "measurement_quantity"], maintain_order=True):
            out.write(f"#O {mpan}\n#S {_SENSORS[str(quantity)]}\n")
            values = zip(ends, rows["energy_kwh"].to_list(), rows["status"].to_list(), strict=True)
            out.writelines(f"{end},{value},{status}\n" for end, value, status in values)


def wide_rows(table: pa.Table) -> list[list[str]]:
    """Energies as text, a list of periods for each row."""
    return [[str(value) for value in values] for values in table["energy_kwh"].to_pylist()]


def write_british_gas(table: pa.Table, path: Path) -> None:
    """As the British Gas wide CSV."""
    with path.open("w", encoding="ascii", newline="\n") as out:
        for mpan, values in zip(table["mpan_core"].to_pylist(), wide_rows(table), strict=True):
            out.write(f"{mpan},S95A 00001,{DAY:%d/%m/%Y},{','.join(values)},0,0\n")


def write_edf(table: pa.Table, path: Path) -> None:
    """As the export of EDF's portal."""
    times = [f"{index // 2:02d}:{index % 2 * 30:02d}" for index in range(PERIODS + 2)]
    flags = ",".join(["Actual"] * PERIODS + ["-", "-"])
    with path.open("w", encoding="ascii", newline="\n") as out:
        out.write(
            ",".join(["Month", "MPAN", "Measurement Type", "Settlement Date", *times, *(f"{t} Flag" for t in times)])
        )
        out.write("\n")
        named = zip(table["mpan_core"].to_pylist(), table["measurement_quantity"].to_pylist(), strict=True)
        for (mpan, quantity), values in zip(named, wide_rows(table), strict=True):
            out.write(f"Sep-26,{mpan},{quantity},{DAY:%d-%m-%Y},{','.join(values)},-,-,{flags}\n")


def registers(rows: int, quarter: bool = False) -> list[tuple[datetime, float]]:
    """Times and readings of one cumulative register, newest first, each half hour or each quarter of an hour."""
    step = timedelta(minutes=15 if quarter else 30)
    latest = datetime.combine(DAY, time(), UTC)
    energies = np.random.default_rng(7).integers(0, 400, rows) / 10
    readings = 1e6 + np.cumsum(energies)
    return [(latest - step * index, float(readings[-1 - index])) for index in range(rows)]


def write_schneider(rows: int, path: Path) -> None:
    """As Schneider's CSV, thousands divided by commas."""
    with path.open("w", encoding="ascii", newline="\n") as out:
        out.write("Time stamp,Active energy (kWh),Events,Comment,User\n")
        out.writelines(f'{at:%d/%m/%Y %H:%M:%S},"{reading:,.1f}",,,\n' for at, reading in registers(rows))


def write_schneider_sheet(rows: int, path: Path) -> None:
    """As Schneider's workbook, each time with its offset."""
    _write_sheet(
        path,
        ("Time stamp", "Active energy (kWh)", "Events", "Comment", "User"),
        ((f"{at:%Y-%m-%d %H:%M:%S} +0H", reading) for at, reading in registers(rows)),
    )


def write_vital_sheet(rows: int, path: Path) -> None:
    """As Vital's workbook: import in H and export in I, each quarter of an hour."""
    _write_sheet(
        path,
        ("Time", *[""] * 6, "Import kWh", "Export kWh"),
        ((f"{at:%d/%m/%Y %H:%M:%S}", *[None] * 6, each, each) for at, each in registers(rows, quarter=True)),
    )


def _write_sheet(path: Path, header: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    book.save(path)
