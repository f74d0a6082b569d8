"""The customers' formats and our own tables against bare decodes of the same bytes, run by run.

python -m benchmarks.text [--systems 10000] [--repeats 7] [--only NAME]

The peers, polars and pyarrow, and calamine for a workbook, decode cells and do no more: they group nothing, check
nothing and know no calendar. DF2 is no CSV for its lines that begin with #; polars is told to take them for comments,
and pyarrow cannot be.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from benchmarks import customers, estate, made_files
from validator.readings import read_submission
from validator.readings.source import TimeBase

Peer = Callable[[Path], Any]
_LEAST_SYSTEMS = 100


def _polars(**options: Any) -> Peer:
    return lambda path: pl.read_csv(path, **options)


def _pyarrow(header: bool = True) -> Peer:
    options = pa_csv.ReadOptions(autogenerate_column_names=not header)
    return lambda path: pa_csv.read_csv(path, read_options=options)


def _calamine(path: Path) -> Any:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


@dataclass(frozen=True)
class _File:
    """A made-up file: its peers by name, and how it is written for so many systems of four channels."""

    name: str
    write: Callable[[pa.Table, Path], object]
    peers: dict[str, Peer]
    time_base: TimeBase = "local"


def _narrow(write: Callable[[pl.DataFrame, Path], object]) -> Callable[[pa.Table, Path], object]:
    return lambda table, path: write(customers.narrow(table), path)


def _registers(write: Callable[[int, Path], None], share: int) -> Callable[[pa.Table, Path], object]:
    """One register, of as many rows as there are readings, or one in `share` of them; none is older than 1990."""
    return lambda table, path: write(min(table.num_rows * estate.PERIODS // share, 400_000), path)


_FILES = (
    _File(
        "wide.csv",
        made_files.write_wide,
        {"polars": _polars(), "pyarrow": _pyarrow()},
    ),
    _File(
        "narrow.csv",
        _narrow(lambda frame, path: frame.write_csv(path)),
        {"polars": _polars(), "pyarrow": _pyarrow()},
    ),
    _File(
        "narrow.parquet",
        _narrow(lambda frame, path: frame.write_parquet(path)),
        {"polars": pl.read_parquet, "pyarrow": pq.read_table},
    ),
    _File(
        "plain.csv",
        _narrow(lambda frame, path: customers.plain(frame).write_csv(path)),
        {"polars": _polars(), "pyarrow": _pyarrow()},
    ),
    _File("stark.df2", _narrow(customers.write_df2), {"polars": _polars(has_header=False, comment_prefix="#")}),
    _File(
        "gas.bg.csv",
        customers.write_british_gas,
        {"polars": _polars(has_header=False), "pyarrow": _pyarrow(header=False)},
    ),
    _File("portal.edf.csv", customers.write_edf, {"polars": _polars(null_values=["-"]), "pyarrow": _pyarrow()}),
    _File(
        "9900000000015_AI.schneider.csv",
        _registers(customers.write_schneider, 1),
        {"polars": _polars(), "pyarrow": _pyarrow()},
        time_base="utc",
    ),
    _File("9900000000015_AI.schneider.xlsx", _registers(customers.write_schneider_sheet, 30), {"calamine": _calamine}),
    _File("9900000000015.vital.xlsx", _registers(customers.write_vital_sheet, 30), {"calamine": _calamine}),
)


def _seconds(call: Callable[[Path], Any], path: Path) -> float:
    started = time.perf_counter()
    call(path)
    return time.perf_counter() - started


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--systems", type=int, default=10_000, help="four channels of 48 readings each")
    arguments.add_argument("--repeats", type=int, default=7)
    arguments.add_argument("--only", default="", help="files with this in their name")
    chosen = arguments.parse_args()
    if chosen.systems < _LEAST_SYSTEMS:
        arguments.error(f"--systems: at least {_LEAST_SYSTEMS}")
    print(f"polars {pl.__version__}, pyarrow {pa.__version__}; medians of {chosen.repeats} paired runs;")
    print("a ratio is our time / the peer's, run by run")
    print(f"{'file':32} {'MB':>6} {'ours MB/s':>10} {'million readings/s':>19}  peers: MB/s and ratio")
    table = estate.numbers_everywhere(chosen.systems)
    with tempfile.TemporaryDirectory() as made:
        for file in _FILES:
            if chosen.only in file.name:
                path = Path(made) / file.name
                file.write(table, path)
                _say(file, path, chosen.repeats)
                path.unlink()


def _say(file: _File, path: Path, repeats: int) -> None:
    size = path.stat().st_size / 1e6
    ours = partial(read_submission, time_base=file.time_base)
    readings = len(ours(path).readings["energy_kwh"].combine_chunks().flatten())
    for peer in file.peers.values():
        peer(path)
    runs = [
        (_seconds(ours, path), {name: _seconds(peer, path) for name, peer in file.peers.items()})
        for _ in range(repeats)
    ]
    ours_s = statistics.median(mine for mine, _ in runs)
    told = []
    for name in file.peers:
        peer_s = statistics.median(theirs[name] for _, theirs in runs)
        ratio = statistics.median(mine / theirs[name] for mine, theirs in runs)
        told.append(f"{name} {size / peer_s:.0f} {ratio:.2f}")
    print(f"{path.name:32} {size:6.1f} {size / ours_s:10.0f} {readings / ours_s / 1e6:19.1f}  {', '.join(told)}")


if __name__ == "__main__":
    main()
