"""Suite 3: every reader against pyarrow, polars, DuckDB and plain Python on the same file.

python -m benchmarks.suite_readers [--systems 5000] [--rounds 5]

Contenders take turns on the same file, from its path, with all cores. The peers decode cells and do no more: they
check no envelope and no number, put no day together and know no calendar. Where a file is not for one of them as it
stands (lines of several lengths), that peer gets the lines of values alone, and is credited with their bytes only.
Plain Python reads a twentieth of the lines, or it would take most of the run; of a workbook or of messages, which have
no lines, it reads the whole. Readings are counted and their energies compared before anything is timed.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from benchmarks import customers, estate
from benchmarks.delimited import python_parser
from benchmarks.made_files import (
    FLOWS,
    LONG_CHANNEL,
    MAPPING,
    MESSAGES,
    RECORD_FILES,
    SCHNEIDER_SHEET,
    STATUS,
    VITAL_SHEET,
    write_all,
)
from benchmarks.rows import save
from validator.cores import cores
from validator.readings import read_submission
from validator.readings.d0268 import read_d0268
from validator.readings.hints import NO_HINTS, Hints
from validator.readings.source import Source, TimeBase

TODAY = date(2026, 9, 30)
PRODUCT = "copcheck"
PYTHON_SHARE = 20
Run = Callable[[Path], Any]
_REGISTERS = (LONG_CHANNEL, SCHNEIDER_SHEET, VITAL_SHEET)


@cache
def _database() -> Any:
    import duckdb

    return duckdb.connect(config={"threads": cores()})


def _duckdb(sql: str) -> Run:
    return lambda path: _database().sql(sql.format(path=path)).to_arrow_table()


def _python_csv(path: Path) -> list[Any]:
    """What one would write in an afternoon: every cell that is a number becomes one."""
    rows = []
    with path.open(encoding="ascii", newline="") as lines:
        for row in csv.reader(lines):
            cells: list[float | str] = []
            for cell in row:
                try:
                    cells.append(float(cell.replace(",", "")))
                except ValueError:
                    cells.append(cell)
            rows.append(cells)
    return rows


def _csv_peers(*, header: bool, comment: str | None = None) -> dict[str, Run]:
    mark = "#" if comment is None else comment
    arrow = pa.csv.ReadOptions(autogenerate_column_names=not header)
    return {
        "pyarrow": lambda path: pa.csv.read_csv(path, arrow),
        "polars": lambda path: pl.read_csv(path, has_header=header, comment_prefix=comment),
        "DuckDB": _duckdb(f"SELECT * FROM read_csv('{{path}}', header={str(header).lower()}, comment='{mark}')"),
        "plain Python": _python_csv,
    }


def _flow_peers() -> dict[str, Run]:
    options = pa.csv.ReadOptions(autogenerate_column_names=True)
    return {
        "pyarrow": lambda path: pa.csv.read_csv(path, options, pa.csv.ParseOptions(delimiter="|")),
        "polars": lambda path: pl.read_csv(path, separator="|", has_header=False),
        "DuckDB": _duckdb("SELECT * FROM read_csv('{path}', header=false, delim='|')"),
        "plain Python": lambda path: python_parser(path.read_bytes()),
    }


_PARQUET: dict[str, Run] = {
    "pyarrow": pq.read_table, "polars": pl.read_parquet, "DuckDB": _duckdb("SELECT * FROM '{path}'"),
}  # fmt: skip


_MESSAGES: dict[str, Run] = {
    "polars": pl.read_json, "DuckDB": _duckdb("SELECT * FROM read_json('{path}', maximum_object_size=1073741824)"),
    "plain Python": lambda path: json.loads(path.read_bytes()),
}  # fmt: skip


def _calamine(path: Path) -> Any:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def _openpyxl(path: Path) -> list[Any]:
    return list(openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))


def peers_of(name: str) -> dict[str, Run]:
    """The peers that can read a file, by its name."""
    if name.endswith(".parquet"):
        return _PARQUET
    if name.endswith(".arrow"):
        return {"pyarrow": _arrow_file, "polars": lambda path: pl.read_ipc(path.read_bytes())}
    if name.endswith(".arrows"):
        return {"pyarrow": _arrow_stream, "polars": pl.read_ipc_stream}
    if name == MESSAGES:
        return _MESSAGES
    if name.endswith(".xlsx"):
        return {"calamine": _calamine, "plain Python": _openpyxl}
    if _is_flow(name):
        return _flow_peers()
    return _csv_peers(header=name not in ("gas.bg.csv", "stark.df2"), comment="#" if name == "stark.df2" else None)


def _is_flow(name: str) -> bool:
    """Whether a file has records of several kinds, divided by `|`."""
    return name in FLOWS or name in RECORD_FILES or name == STATUS


def _arrow_file(path: Path) -> pa.Table:
    return pa.ipc.open_file(pa.BufferReader(path.read_bytes())).read_all()


def _arrow_stream(path: Path) -> pa.Table:
    return pa.ipc.open_stream(pa.BufferReader(path.read_bytes())).read_all()


def _values(path: Path) -> Path:
    """The lines of values alone, in a file beside the whole; written once."""
    wanted = (b"103|", b"27B|", b"66L|", b"RMP|", b"030|", b"04A|", b"MCD|")
    return _beside(path, lambda line: line.startswith(wanted))


def _for_peer(path: Path, peer: str) -> Path:
    """What a peer is given of a file; a comment mark is read by polars and DuckDB, but not by pyarrow."""
    if peer == "plain Python":
        return path if path.name.endswith((".xlsx", ".json")) else _part(path)
    if _is_flow(path.name):
        return _values(path)
    if peer == "pyarrow" and path.name == "stark.df2":
        return _beside(path, lambda line: not line.startswith(b"#"))
    return path


def _beside(path: Path, wanted: Callable[[bytes], bool]) -> Path:
    values = path.with_name(path.name + ".values")
    if not values.exists():
        values.write_bytes(b"".join(line for line in path.read_bytes().splitlines(keepends=True) if wanted(line)))
    return values


def _part(path: Path) -> Path:
    """The first lines of a file, a twentieth of it, for plain Python."""
    part = path.with_name(path.name + ".part")
    if not part.exists():
        content = path.read_bytes()
        part.write_bytes(content[: len(content) // PYTHON_SHARE].rsplit(b"\n", 1)[0] + b"\n")
    return part


def _read(path: Path) -> Source:
    # A channel of its own goes through changes of the clock; its stamps are taken for UTC.
    base: TimeBase = "utc" if path.name in _REGISTERS else "local"
    hints = Hints(mapping=MAPPING) if path.name == MESSAGES else NO_HINTS
    return read_submission(path, today=TODAY, time_base=base, jobs=cores(), hints=hints)


def _ours(path: Path) -> Any:
    if path.name == "D0268.usr":
        return read_d0268(path.read_bytes(), path.name, jobs=cores()).frame
    return _read(path)


def same_readings(path: Path, expected: int, systems: int) -> None:
    """AssertionError where the reader has not read what was written."""
    if path.name in RECORD_FILES or path.name == STATUS:
        _same_records(path, expected)
        return
    table = _read(path).readings
    energies = table["energy_kwh"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    assert len(energies) == expected, f"{path.name}: {len(energies)} readings of {expected}"
    if path.name in _REGISTERS:
        # From end to end; that each half hour is right, the reader's own tests see to.
        vital = path.name == VITAL_SHEET
        registers = customers.registers(expected + 1, quarter=vital)
        channels = 2 if vital else 1
        used = registers[0][1] - registers[-1][1]
        assert np.isclose(energies.sum(), channels * used, rtol=1e-9), f"{path.name}: other energies"
    else:
        made = estate.numbers_everywhere(systems)["energy_kwh"].combine_chunks().flatten().to_numpy()
        # A flow has a few decimals only, and rounds the half pulses among the faults.
        assert np.isclose(energies.sum(), made.sum(), rtol=1e-6), f"{path.name}: other energies"


def _same_records(path: Path, expected: int) -> None:
    """As many registers, meters or statuses as were written; that they say the same, other tests see to."""
    if path.name == "D0268.usr":
        rows = len(_ours(path))
    else:
        source = _read(path)
        rows = len(source.statuses) if path.name == STATUS else len(source.registers)
    assert rows == expected, f"{path.name}: {rows} rows of {expected}"


def contest(path: Path, rounds: int) -> list[dict[str, Any]]:
    """Bytes per second of each contender, in turn, and how many times each the reader goes."""
    runs: dict[str, tuple[Path, Run]] = {PRODUCT: (path, _ours)}
    for name, run in peers_of(path.name).items():
        runs[name] = (_for_peer(path, name), run)
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(rounds + 1):
        for name, (given, run) in runs.items():
            began = time.perf_counter()
            run(given)
            seconds = time.perf_counter() - began
            if turn:
                speeds[name].append(given.stat().st_size / seconds)
    ours = speeds[PRODUCT]
    rows = []
    for name, reached in speeds.items():
        ratios = np.array(ours) / np.array(reached)
        low, middle, high = (float(value) for value in np.quantile(ratios, (0.25, 0.5, 0.75)))
        rows.append({
            "file": path.name, "name": name, "bytes": path.stat().st_size, "rounds": rounds, "cores": cores(),
            "bytes_a_second": statistics.median(reached), "ratio": middle, "ratio_low": low, "ratio_high": high,
        })  # fmt: skip
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--systems", type=int, default=5_000, help="four channels of 48 readings each")
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        made = write_all(chosen.systems, Path(folder))
        for name, readings in made.items():
            path = Path(folder) / name
            same_readings(path, readings, chosen.systems)
            for row in contest(path, chosen.rounds):
                rows.append({**row, "readings": readings})
                told = f"{name:32} {row['name']:13} {row['bytes_a_second'] / 1e6:8.0f} MB/s"
                print(f"{told}   copcheck is x {row['ratio']:.2f}", flush=True)
    save("readers", rows)


if __name__ == "__main__":
    main()
