"""Which Parquet a sender should write: nanoseconds to decode one reading, energy and flags, and bytes on disk.

python -m benchmarks.suite_layouts [--systems 26042] [--rounds 5]

Decoded by pyarrow alone, on all cores, from memory; processor time beside it, and copcheck's own reading of the same
file, to the last hand-off before the checks. One file after another, in turn.
"""

from __future__ import annotations

import argparse
import csv
import io
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import estate
from benchmarks.layouts import apart, as_columns, as_lists
from benchmarks.rows import save
from validator.readings import read_bytes

Options = dict[str, Any]
KEPT = Path(__file__).parent / "layouts.csv"
"""What the README quotes: measured with nothing else at work."""


def shapes(systems: int) -> dict[str, pa.Table]:
    """The same day in every shape."""
    named, energy_kwh, flags = apart(estate.numbers_everywhere(systems))
    return {
        "a list per day": as_lists(named, energy_kwh, flags),
        "a list per day, elements never null": _never_null(as_lists(named, energy_kwh, flags)),
        "a column per period": as_columns(named, energy_kwh, flags, nullable=True),
        "a column per period, never null": as_columns(named, energy_kwh, flags),
    }


def _never_null(table: pa.Table) -> pa.Table:
    fields = []
    for field in table.schema:
        kind = field.type
        if pa.types.is_list(kind):
            kind = pa.list_(pa.field("element", kind.value_type, nullable=False))
        fields.append(pa.field(field.name, kind, nullable=False))
    return table.cast(pa.schema(fields))


def options(table: pa.Table) -> dict[str, Options]:
    """Encodings and compressions; dictionaries are Parquet's own default."""
    lists = "energy_kwh" in table.column_names
    energies = ["energy_kwh.list.element"] if lists else [f"p{k}" for k in range(1, estate.PERIODS + 1)]
    rest = ["period_flags.list.element"] if lists else [f"f{k}" for k in range(1, estate.PERIODS + 1)]
    rest += table.column_names[:4]
    return {
        "dictionary, lz4": {"compression": "lz4"},
        "dictionary, snappy": {"compression": "snappy"},
        "dictionary, zstd": {"compression": "zstd"},
        "dictionary, none": {"compression": "none"},
        "plain, lz4": {"compression": "lz4", "use_dictionary": rest},
        "plain, zstd": {"compression": "zstd", "use_dictionary": rest},
        "plain, none": {"compression": "none", "use_dictionary": rest},
        "byte stream split, zstd": {"compression": "zstd", "use_dictionary": rest, "use_byte_stream_split": energies},
    }


ROW_GROUPS = (65_536, 1 << 17, 16_384, 4_096)


def files(systems: int) -> dict[tuple[str, str, int], bytes]:
    """Every shape and encoding at the first size of row group, and the usual encoding at the others."""
    made = {}
    for shape, table in shapes(systems).items():
        for encoding, chosen in options(table).items():
            for rows in ROW_GROUPS if encoding == "dictionary, lz4" else ROW_GROUPS[:1]:
                sink = io.BytesIO()
                pq.write_table(table, sink, row_group_size=rows, **chosen)
                made[shape, encoding, rows] = sink.getvalue()
    return made


def decode(content: bytes) -> Any:
    """pyarrow alone."""
    return pq.ParquetFile(pa.BufferReader(pa.py_buffer(content))).read(use_threads=True)


def read(content: bytes) -> Any:
    """copcheck: recognised, checked and as the checks take it."""
    return read_bytes(content, "made up").readings


def spent(run: Callable[[bytes], Any], content: bytes) -> tuple[float, float]:
    """Seconds on the wall and on the processor."""
    cpu, wall = time.process_time(), time.perf_counter()
    run(content)
    return time.perf_counter() - wall, time.process_time() - cpu


def keep(rows: Sequence[dict[str, Any]]) -> None:
    """The rows as the file that the README's table is made from."""
    with KEPT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {name: round(value, 2) if isinstance(value, float) else value for name, value in row.items()}
            )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--systems", type=int, default=26_042, help="metering systems: 192 readings each")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--keep", action="store_true", help="write the table of the README anew")
    chosen = arguments.parse_args()
    made = files(chosen.systems)
    readings = chosen.systems * 4 * estate.PERIODS
    took: dict[tuple[str, str, int], list[tuple[float, float, float]]] = {key: [] for key in made}
    for number in range(chosen.rounds + 1):
        for key, content in made.items():
            (wall, cpu), (_, own) = spent(decode, content), spent(read, content)
            if number:
                took[key].append((wall, cpu, own))
    rows = []
    for (shape, encoding, group), times in took.items():
        wall, cpu, own = (statistics.median(column) / readings * 1e9 for column in zip(*times, strict=True))
        size = len(made[shape, encoding, group]) / readings
        rows.append({
            "shape": shape, "encoding": encoding, "row_group": group, "bytes": size, "wall_ns": wall, "cpu_ns": cpu,
            "read_cpu_ns": own,
        })  # fmt: skip
        print(
            f"{shape:38} {encoding:24} {group:7,} {size:5.2f} B {wall:6.2f} ns, processor {cpu:6.2f}, read {own:6.2f}"
        )
    save("layouts", rows)
    if chosen.keep:
        keep(rows)


if __name__ == "__main__":
    main()
