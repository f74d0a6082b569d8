"""Suite 5: one day of Great Britain after market-wide half-hourly settlement, part by part, with time and peak memory.

python -m benchmarks.suite_gb_day [--channel-days 30000000] [--part 131072] [--layout columns]

A part is one Parquet file of readings and one of standing data, as a settlement system would hand over a day in
batches. Each core takes the next part that nobody has taken: reads it, validates it, and writes verdicts and findings.
Parts are made a few at a time, by other processes, while every clock stands still.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.estate import DAY, PERIODS, meter_facts
from benchmarks.layouts import as_columns, as_lists
from benchmarks.rows import save
from validator.cores import cores
from validator.readings import read_submission
from validator.regulation import Regulation, load_regulation
from validator.report.tables import file_metadata, write_tables
from validator.standing import read_standing
from validator.validation import validate_readings

LAYOUTS: dict[str, Callable[[dict[str, Any], Any, Any], pa.Table]] = {"columns": as_columns, "lists": as_lists}
PARTS_AT_ONCE = 16


@dataclass
class Spent:
    """Seconds by stage, added up over cores, and by the clock on the wall; `made` is for making the parts."""

    read: float = 0.0
    validated: float = 0.0
    written: float = 0.0
    wall: float = 0.0
    made: float = 0.0


def mpans(first: int, many: int) -> pa.Array:
    """MPAN cores in distributor id 99 from a number on, with right check digits."""
    numbers = 990_000_000_000 + np.arange(first, first + many, dtype=np.int64)
    digits = numbers[:, None] // 10 ** np.arange(11, -1, -1, dtype=np.int64) % 10
    check = digits @ np.array([3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43]) % 11 % 10
    return pa.array(numbers * 10 + check).cast(pa.string())


def make_part(folder: Path, number: int, first: int, many: int, layout: str) -> None:
    """Writes `number`.parquet and its standing data; days are drawn from a pool of homes and shifted by a little."""
    random, pool = np.random.default_rng(number), homes()
    energy_kwh = pool[random.integers(0, len(pool), many)] + np.round(random.integers(0, 5, (many, 1)) / 1000, 3)
    flags = np.zeros((many, PERIODS), dtype=np.uint16)
    flags[random.random(many) < 0.01, 20:30] = 1
    ids = mpans(first, many)
    named = {
        "mpan_core": ids,
        "measurement_quantity": pa.repeat("AI", many),
        "role": pa.repeat("MAIN", many),
        "settlement_date": pa.repeat(pa.scalar(DAY), many),
    }
    table = LAYOUTS[layout](named, np.round(energy_kwh, 3), flags)
    pq.write_table(table, folder / f"{number}.parquet", compression="lz4")
    facts = {**meter_facts(), "cop": "10", "issue": "2", "rated_kva": 23.0, "resolution_kwh": 0.001}
    standing = pl.DataFrame({"mpan_core": pl.from_arrow(ids)}).with_columns(
        *(pl.lit(value).alias(name) for name, value in facts.items())
    )
    standing.write_parquet(folder / f"{number}-standing.parquet")


def homes(many: int = 4096) -> np.ndarray:
    """Days of homes: a base load, a morning and an evening, in Wh."""
    random = np.random.default_rng(7)
    hours = np.arange(PERIODS) / 2
    shape = 0.15 + 0.3 * np.exp(-((hours - 7.5) ** 2) / 3) + 0.6 * np.exp(-((hours - 18.5) ** 2) / 8)
    return np.asarray(
        np.round(shape * random.gamma(4.0, 0.25, (many, PERIODS)) * random.uniform(0.4, 2.0, (many, 1)), 3)
    )


def judge(folder: Path, number: int, regulation: Regulation, spent: Spent) -> dict[str, int]:
    """Reads, validates and writes one part on one core; its files are removed. Channel-days by outcome."""
    paths = folder / f"{number}.parquet", folder / f"{number}-standing.parquet"
    began = time.perf_counter()
    source, standing = read_submission(paths[0]), read_standing(paths[1], None)
    read = time.perf_counter()
    validation = validate_readings(source.readings, standing, regulation)
    validated = time.perf_counter()
    out = folder / f"verdicts-{number}"
    out.mkdir()
    write_tables(out, validation.verdicts, validation.findings, file_metadata(regulation.hash, "benchmark"))
    spent.read += read - began
    spent.validated += validated - read
    spent.written += time.perf_counter() - validated
    for path in paths:
        path.unlink()
    return validation.outcomes


def run(channel_days: int, part: int, jobs: int, layout: str) -> tuple[Spent, dict[str, int]]:
    """Validates the day; seconds by stage and channel-days by outcome."""
    spent, outcomes, regulation = Spent(), dict[str, int](), load_regulation()
    firsts = list(range(0, channel_days, part))
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as made, ProcessPoolExecutor(jobs, spawn) as makers:
        folder = Path(made)
        for wave in range(0, len(firsts), PARTS_AT_ONCE):
            numbers = range(wave, min(wave + PARTS_AT_ONCE, len(firsts)))
            began = time.perf_counter()
            making = [
                makers.submit(make_part, folder, k, firsts[k], min(part, channel_days - firsts[k]), layout)
                for k in numbers
            ]
            for each in making:
                each.result()
            spent.made += time.perf_counter() - began
            began = time.perf_counter()
            # A thread for each core, and no thread within a part: none waits for another.
            with ThreadPoolExecutor(jobs) as judges:
                for told in judges.map(lambda k: judge(folder, k, regulation, spent), numbers):
                    for outcome, count in told.items():
                        outcomes[outcome] = outcomes.get(outcome, 0) + count
            spent.wall += time.perf_counter() - began
    return spent, outcomes


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--channel-days", type=int, default=30_000_000)
    arguments.add_argument("--part", type=int, default=131_072, help="channel-days of one part")
    arguments.add_argument("--layout", choices=LAYOUTS, default="columns", help="how the readings stand in Parquet")
    chosen = arguments.parse_args()
    jobs = cores()
    spent, outcomes = run(chosen.channel_days, chosen.part, jobs, chosen.layout)
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak, cpu_s = used.ru_maxrss / 2**20, used.ru_utime + used.ru_stime
    seconds = spent.wall
    readings = chosen.channel_days * PERIODS
    row = {
        "channel_days": chosen.channel_days, "readings": readings, "cores": jobs, "seconds": seconds,
        "layout": chosen.layout, "read_s": spent.read, "validate_s": spent.validated, "write_s": spent.written,
        "made_s": spent.made, "cpu_s": cpu_s,
        "peak_gib": peak, "outcomes": outcomes, "whole_day_s": seconds * 30_000_000 / chosen.channel_days,
    }  # fmt: skip
    print(f"{readings:,} readings in {seconds:.1f} s on {jobs} cores, peak {peak:.2f} GiB: {outcomes}")
    print(
        f"  added up over cores: read {spent.read:.1f} s, validate {spent.validated:.1f} s, write {spent.written:.1f} s"
    )
    print(f"  processor {cpu_s:.1f} s, starting and compiling included")
    save("gb_day", [row])


if __name__ == "__main__":
    main()
