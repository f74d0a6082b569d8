"""Suite 4: Parquet, Arrow and D0036 to verdict files, beside the bare decode; stages, peak memory, growing data.

Parquet comes with lists and with a column per period, Arrow as it is and with its bodies in LZ4. The bare decode is
pyarrow's, on the same cores: of Parquet, all columns into memory; of Arrow, the file read into memory and, where it is
compressed, decompressed; of D0036, no more than its lines. The page, report.html, is no verdict: it is a stage apart.

python -m benchmarks.suite_end_to_end [--systems 26042] [--scales 1 2 4 8] [--rounds 3] [--format lists.parquet ...]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import estate
from benchmarks.layouts import apart, as_columns
from benchmarks.rows import save

FORMATS = {
    "lists.parquet": "Parquet, lists in zstd",
    "columns.parquet": "Parquet, columns in lz4",
    "plain.arrow": "Arrow",
    "lz4.arrow": "Arrow in lz4",
    "D0036.usr": "D0036",
}


def process(*words: str) -> dict[str, Any]:
    """What `benchmarks.one_run` printed; RuntimeError with its complaint where it failed."""
    command = [sys.executable, "-m", "benchmarks.one_run", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout))


def written(folder: Path, systems: int, names: Sequence[str]) -> None:
    """The same day in each of the formats named, and its standing data."""
    table = estate.readings(systems)
    estate.write_standing(systems, folder / "standing.csv", check=False)
    for name in names:
        _WRITERS[name](table, folder / name)


def _write_columns(table: pa.Table, path: Path) -> None:
    pq.write_table(as_columns(*apart(table)), path, compression="lz4", row_group_size=1 << 17)


def _write_arrow(table: pa.Table, path: Path, compression: str | None = None) -> None:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema, options=options) as out:
        out.write_table(table, max_chunksize=1 << 17)


_WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {
    "lists.parquet": estate.write_parquet,
    "columns.parquet": _write_columns,
    "plain.arrow": _write_arrow,
    "lz4.arrow": partial(_write_arrow, compression="lz4"),
    "D0036.usr": estate.write_d0036,
}


def side_by_side(path: Path, rounds: int) -> dict[str, Any]:
    """Medians of the command and of the bare decode, one after the other `rounds` times."""
    folder = path.parent
    runs, bare = [], []
    for _ in range(rounds):
        bare.append(process("decode", str(path)))
        runs.append(process("command", str(path), str(folder / "standing.csv"), str(folder / "out")))
    page = process("page", str(path), str(folder / "standing.csv"), str(folder / "out"))
    middle = sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
    decode_s = statistics.median(run["seconds"] for run in bare)
    return {
        "readings": middle["readings"], "seconds": middle["seconds"], "stages": middle["stages"],
        "decode_s": decode_s, "ratio": middle["seconds"] / decode_s,
        "cpu_s": middle["cpu_s"], "decode_cpu_s": statistics.median(run["cpu_s"] for run in bare),
        "page_s": page["stages"]["write_report"],
        "peak_mib": max(run["peak_mib"] for run in runs), "decode_peak_mib": max(run["peak_mib"] for run in bare),
        "megabytes": path.stat().st_size / 1e6,
    }  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--systems", type=int, default=26_042, help="metering systems at scale 1: 5 million readings"
    )
    arguments.add_argument("--scales", type=int, nargs="+", default=[1, 2, 4, 8])
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument(
        "--format", choices=FORMATS, nargs="+", default=list(FORMATS), help="only these; the results keep no others"
    )
    chosen = arguments.parse_args()
    rows = []
    for scale in chosen.scales:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            written(folder, chosen.systems * scale, chosen.format)
            for name in chosen.format:
                row = {"format": FORMATS[name], "scale": scale, **side_by_side(folder / name, chosen.rounds)}
                rows.append(row)
                print(f"{row['format']:24} x{scale}: {row['readings']:,} readings in {row['seconds']:.2f} s,", end=" ")
                print(f"bare decode {row['decode_s']:.2f} s, x {row['ratio']:.2f}", end=", ")
                print(f"processor {row['cpu_s']:.2f} and {row['decode_cpu_s']:.2f} s, peak {row['peak_mib']:,.0f} MiB")
                print("   ", {stage: round(seconds, 3) for stage, seconds in row["stages"].items()})
    save("end_to_end", rows)


if __name__ == "__main__":
    main()
