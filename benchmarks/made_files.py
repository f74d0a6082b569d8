"""The same readings written in every format of bulk data, for readers and their peers: one day, or one long channel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from benchmarks import customers, estate
from benchmarks.delimited import flow_bytes

FLOWS = {"D0036.usr": "D0036", "D0275.usr": "D0275", "D0379.usr": "D0379", "C0121.txt": "C0121"}
RECORD_FILES = {"D0010.usr": "D0010", "D0268.usr": "D0268"}
LONG_CHANNEL = "9900000000404_AI.schneider.csv"
"""Its name says whose it is: the file itself names neither meter nor channel."""
SCHNEIDER_DAYS = 2_000


def write_all(systems: int, folder: Path) -> dict[str, int]:
    """Every file, and the number of half-hourly energies (or register readings, or meters) in it."""
    table = estate.numbers_everywhere(systems)
    readings = table.num_rows * estate.PERIODS
    for name, write in _WRITERS.items():
        write(table, folder / name)
    for name, word in (FLOWS | RECORD_FILES).items():
        (folder / name).write_bytes(flow_bytes(word, systems))
    made = dict.fromkeys((*_WRITERS, *FLOWS), readings)
    # A half hour is the difference of two readings.
    customers.write_schneider(SCHNEIDER_DAYS * estate.PERIODS + 1, folder / LONG_CHANNEL)
    return {
        **made, LONG_CHANNEL: SCHNEIDER_DAYS * estate.PERIODS, "D0010.usr": 2 * table.num_rows, "D0268.usr": systems,
    }  # fmt: skip


def _write_arrow_file(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _write_arrow_stream(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


def write_wide(table: pa.Table, path: Path) -> None:
    names = ["mpan_core", "measurement_quantity", "role", "settlement_date"]
    columns = [table[name].to_pylist() for name in names]
    with path.open("w", encoding="ascii", newline="\n") as out:
        out.write(",".join([*names, *(f"p{k}" for k in range(1, estate.PERIODS + 1))]) + "\n")
        for *named, values in zip(*columns, customers.wide_rows(table), strict=True):
            out.write(f"{','.join(map(str, named))},{','.join(values)}\n")


_WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {
    "day.parquet": estate.write_parquet,
    "day.arrow": _write_arrow_file,
    "day.arrows": _write_arrow_stream,
    "wide.csv": write_wide,
    "narrow.csv": lambda table, path: customers.narrow(table).write_csv(path),
    "narrow.parquet": lambda table, path: customers.narrow(table).write_parquet(path),
    "plain.csv": lambda table, path: customers.plain(customers.narrow(table)).write_csv(path),
    "stark.df2": lambda table, path: customers.write_df2(customers.narrow(table), path),
    "gas.bg.csv": customers.write_british_gas,
    "portal.edf.csv": customers.write_edf,
}
