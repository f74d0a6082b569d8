"""Suite 5: one day of Great Britain after market-wide half-hourly settlement, part by part, with time and peak memory.

python -m benchmarks.suite_gb_day [--channel-days 30000000] [--part 131072] [--layout columns]

A part is one Parquet file of readings and one of standing data, as a settlement system would hand over a day in
batches. All are made before the clock starts (2.3 GB of them where temporary files go). Then each core has a process,
which takes the next part that nobody has taken: reads it, validates it, and writes verdicts and findings. The clock
runs from before the first of these processes starts until the last verdict is written.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.estate import DAY, PERIODS, meter_facts
from benchmarks.layouts import as_columns, as_lists
from benchmarks.one_run import peak_mib
from benchmarks.rows import save
from validator.cores import cores
from validator.readings import read_submission
from validator.regulation import Regulation, load_regulation
from validator.report.tables import file_metadata, write_tables
from validator.standing import read_standing
from validator.validation import validate_readings

LAYOUTS: dict[str, Callable[[dict[str, Any], Any, Any], pa.Table]] = {"columns": as_columns, "lists": as_lists}
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""For a process that has one core: more threads than cores only take turns."""


class UnfinishedError(Exception):
    """A process ended before its time; names the parts without verdicts."""


@dataclass(frozen=True)
class Judged:
    """One part: seconds by stage and channel-days by outcome; and of the process that judged it, its number, and the
    processor time and most memory since it started.
    """

    read_s: float
    validated_s: float
    written_s: float
    outcomes: dict[str, int]
    process: int
    cpu_s: float
    peak_mib: float


@dataclass
class Day:
    """What became of the parts so far, and seconds on the clock on the wall; `made_s` is for making the parts."""

    made_s: float = 0.0
    seconds: float = 0.0
    parts: list[Judged] = field(default_factory=list)

    def total(self, stage: str) -> float:
        """Seconds of a stage, added up over all parts."""
        return float(sum(getattr(part, stage) for part in self.parts))

    @property
    def outcomes(self) -> dict[str, int]:
        """Channel-days by outcome."""
        names = self.parts[0].outcomes if self.parts else ()
        return {name: sum(part.outcomes[name] for part in self.parts) for name in names}

    def by_process(self, what: str) -> list[float]:
        """Processor seconds (`cpu_s`) or peak memory (`peak_mib`) of each process; neither ever falls."""
        most: dict[int, float] = {}
        for part in self.parts:
            most[part.process] = max(most.get(part.process, 0.0), getattr(part, what))
        return list(most.values())


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


@cache
def regulation_in_force() -> Regulation:
    """Loaded once for each process."""
    return load_regulation()


def judge(folder: Path, number: int) -> Judged:
    """Reads, validates and writes one part on one core; its files are removed."""
    paths = folder / f"{number}.parquet", folder / f"{number}-standing.parquet"
    regulation = regulation_in_force()
    began = time.perf_counter()
    source, standing = read_submission(paths[0]), read_standing(paths[1], None)
    read = time.perf_counter()
    validation = validate_readings(source.readings, standing, regulation)
    validated = time.perf_counter()
    out = folder / f"verdicts-{number}"
    out.mkdir()
    write_tables(out, validation.verdicts, validation.findings, file_metadata(regulation.hash, "benchmark"))
    written = time.perf_counter()
    for path in paths:
        path.unlink()
    return Judged(
        read - began, validated - read, written - validated, validation.outcomes,
        os.getpid(), time.process_time(), peak_mib(),
    )  # fmt: skip


def run(channel_days: int, part: int, jobs: int, layout: str) -> Day:
    """Makes and validates the day. Raises UnfinishedError."""
    day, firsts = Day(), range(0, channel_days, part)
    with tempfile.TemporaryDirectory() as made, environment(ONE_THREAD):
        folder = Path(made)
        began = time.perf_counter()
        with processes(jobs) as makers:
            making = {
                k: makers.submit(make_part, folder, k, first, min(part, channel_days - first), layout)
                for k, first in enumerate(firsts)
            }
            list(finished(making, "made"))
        day.made_s = time.perf_counter() - began
        began = time.perf_counter()
        with processes(jobs) as judges:
            judging = {k: judges.submit(judge, folder, k) for k in making}
            day.parts.extend(finished(judging, "judged"))
        day.seconds = time.perf_counter() - began
    return day


def processes(jobs: int) -> ProcessPoolExecutor:
    """So many processes, started anew: none has what another imported or allocated."""
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))


def finished(parts: dict[int, Future[Any]], done: str) -> Iterator[Any]:
    """What was worked out for each part, as it comes; UnfinishedError where a process died over one."""
    try:
        for future in as_completed(parts.values()):
            yield future.result()
    except BrokenProcessPool as died:
        wait(parts.values())
        names = ", ".join(f"{number}.parquet" for number, future in parts.items() if future.exception())
        raise UnfinishedError(f"a process died, out of memory perhaps; not {done}: {names}") from died


@contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """Environment variables for the processes that are started meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--channel-days", type=int, default=30_000_000)
    arguments.add_argument("--part", type=int, default=131_072, help="channel-days of one part")
    arguments.add_argument("--layout", choices=LAYOUTS, default="columns", help="how the readings stand in Parquet")
    chosen = arguments.parse_args()
    jobs = cores()
    day = run(chosen.channel_days, chosen.part, jobs, chosen.layout)
    readings, cpu_s, peaks = chosen.channel_days * PERIODS, day.by_process("cpu_s"), day.by_process("peak_mib")
    row = {
        "channel_days": chosen.channel_days, "readings": readings, "cores": jobs, "seconds": day.seconds,
        "layout": chosen.layout, "read_s": day.total("read_s"), "validate_s": day.total("validated_s"),
        "write_s": day.total("written_s"), "made_s": day.made_s, "cpu_s": sum(cpu_s), "cpu_s_by_process": cpu_s,
        # Each has the shared libraries in memory once: together they hold less than the sum.
        "peak_gib": sum(peaks) / 2**10, "peak_mib_by_process": peaks,
        "outcomes": day.outcomes, "whole_day_s": day.seconds * 30_000_000 / chosen.channel_days,
    }  # fmt: skip
    print(
        f"{readings:,} readings in {day.seconds:.1f} s on {jobs} cores, "
        f"peak {row['peak_gib']:.2f} GiB together: {day.outcomes}"
    )
    print(
        f"  added up over cores: read {row['read_s']:.1f} s, validate {row['validate_s']:.1f} s, "
        f"write {row['write_s']:.1f} s"
    )
    for each_cpu_s, each_mib in zip(cpu_s, peaks, strict=True):
        print(f"  one process: processor {each_cpu_s:.1f} s, starting included; peak {each_mib:.0f} MiB")
    save("gb_day", [row])


if __name__ == "__main__":
    main()
