"""Suite 3: every reader of bulk data against pyarrow, polars, DuckDB and plain Python on the same file.

python -m benchmarks.suite_readers [--systems 5000] [--rounds 5]

Contenders take turns on the same file, from its path, with all cores. The peers decode cells and do no more: they
check no envelope and no number, put no day together and know no calendar. Where a file is not for one of them as it
stands (lines of several lengths), that peer gets the lines of values alone. Plain Python reads a twentieth of the
lines, or it would take most of the run. Readings are counted and their energies compared before anything is timed.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from benchmarks import estate
from benchmarks.delimited import python_parser
from benchmarks.made_files import FLOWS, LONG_CHANNEL, RECORD_FILES, write_all
from benchmarks.rows import save
from validator.cores import cores
from validator.readings import read_submission
from validator.readings.d0268 import read_d0268
from validator.readings.source import TimeBase

TODAY = date(2026, 9, 30)
PRODUCT = "copcheck"
PYTHON_SHARE = 20
Run = Callable[[Path], Any]


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
    # A comment mark is read by polars and DuckDB; pyarrow has none and gets the lines of values.
    return {
        "pyarrow": lambda path: pa.csv.read_csv(_values_only(path, comment), arrow),
        "polars": lambda path: pl.read_csv(path, has_header=header, comment_prefix=comment),
        "DuckDB": _duckdb(f"SELECT * FROM read_csv('{{path}}', header={str(header).lower()}, comment='{mark}')"),
        "plain Python": _python_csv,
    }


def _flow_peers() -> dict[str, Run]:
    options = pa.csv.ReadOptions(autogenerate_column_names=True)
    return {
        "pyarrow": lambda path: pa.csv.read_csv(_values(path), options, pa.csv.ParseOptions(delimiter="|")),
        "polars": lambda path: pl.read_csv(_values(path), separator="|", has_header=False),
        "DuckDB": lambda path: _duckdb("SELECT * FROM read_csv('{path}', header=false, delim='|')")(_values(path)),
        "plain Python": lambda path: python_parser(path.read_bytes()),
    }


_PARQUET: dict[str, Run] = {
    "pyarrow": pq.read_table, "polars": pl.read_parquet, "DuckDB": _duckdb("SELECT * FROM '{path}'"),
}  # fmt: skip


def peers_of(name: str) -> dict[str, Run]:
    """The peers that can read a file, by its name."""
    if name.endswith(".parquet"):
        return _PARQUET
    if name.endswith(".arrow"):
        return {"pyarrow": _arrow_file, "polars": lambda path: pl.read_ipc(path.read_bytes())}
    if name.endswith(".arrows"):
        return {"pyarrow": _arrow_stream, "polars": pl.read_ipc_stream}
    if name in FLOWS or name in RECORD_FILES:
        return _flow_peers()
    return _csv_peers(header=name not in ("gas.bg.csv", "stark.df2"), comment="#" if name == "stark.df2" else None)


def _arrow_file(path: Path) -> pa.Table:
    return pa.ipc.open_file(pa.BufferReader(path.read_bytes())).read_all()


def _arrow_stream(path: Path) -> pa.Table:
    return pa.ipc.open_stream(pa.BufferReader(path.read_bytes())).read_all()


def _values(path: Path) -> Path:
    """The lines of values alone, in a file beside the whole; written once."""
    wanted = (b"103|", b"27B|", b"66L|", b"RMP|", b"030|", b"04A|")
    return _beside(path, lambda line: line.startswith(wanted))


def _values_only(path: Path, comment: str | None) -> Path:
    return path if comment is None else _beside(path, lambda line: not line.startswith(comment.encode()))


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


def _ours(path: Path) -> Any:
    if path.name == "D0268.usr":
        return read_d0268(path.read_bytes(), path.name, jobs=cores()).frame
    # The long channel goes through five changes of the clock; its stamps are taken for UTC.
    base: TimeBase = "utc" if path.name == LONG_CHANNEL else "local"
    return read_submission(path, today=TODAY, time_base=base, jobs=cores()).readings


def same_readings(path: Path, expected: int, systems: int) -> None:
    """AssertionError where the reader has not read what was written."""
    if path.name in RECORD_FILES:
        _same_records(path, expected)
        return
    table = _ours(path)
    energies = table["energy_kwh"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    assert len(energies) == expected, f"{path.name}: {len(energies)} readings of {expected}"
    if path.name == LONG_CHANNEL:
        assert np.allclose(energies, 10.5, rtol=0, atol=1e-6)
    else:
        made = estate.numbers_everywhere(systems)["energy_kwh"].combine_chunks().flatten().to_numpy()
        # A flow has a few decimals only, and rounds the half pulses among the faults.
        assert np.isclose(energies.sum(), made.sum(), rtol=1e-6), f"{path.name}: other energies"


def _same_records(path: Path, expected: int) -> None:
    """As many registers or meters as were written; that they say the same, benchmarks.delimited sees to."""
    rows = len(read_submission(path, today=TODAY).registers) if path.name == "D0010.usr" else len(_ours(path))
    assert rows == expected, f"{path.name}: {rows} rows of {expected}"


def contest(path: Path, rounds: int) -> list[dict[str, Any]]:
    """Bytes per second of each contender, in turn, and how many times each the reader goes."""
    runs: dict[str, tuple[Path, Run]] = {PRODUCT: (path, _ours)}
    for name, run in peers_of(path.name).items():
        runs[name] = (_part(path) if name == "plain Python" else path, run)
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
