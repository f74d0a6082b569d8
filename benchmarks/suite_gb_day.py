"""Suite 5: one day of Great Britain after market-wide half-hourly settlement, part by part, with time and peak memory.

python -m benchmarks.suite_gb_day [--channel-days 30000000] [--part 131072]

A part is one Parquet file of readings and one of standing data, as a settlement system would hand over a day in
batches. Making the parts is not timed; reading, validating and writing verdicts and findings is.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.estate import DAY, PERIODS, meter_facts
from benchmarks.rows import save
from validator.command.validate import cores
from validator.readings import Source, read_submission
from validator.regulation import Regulation, load_regulation
from validator.report.tables import file_metadata, write_tables
from validator.standing import StandingData, read_standing
from validator.validation import validate_readings

PARQUET = {"compression": "lz4"}
"""Lists decoded a tenth quicker from lz4 pages with dictionaries than from zstd, and a third quicker than plain."""


@dataclass
class Spent:
    """Seconds by stage, over all parts; `waited` is for a part that was still being read."""

    waited: float = 0.0
    validated: float = 0.0
    written: float = 0.0
    made: float = 0.0


def mpans(first: int, many: int) -> pa.Array:
    """MPAN cores in distributor id 99 from a number on, with right check digits."""
    numbers = 990_000_000_000 + np.arange(first, first + many, dtype=np.int64)
    digits = numbers[:, None] // 10 ** np.arange(11, -1, -1, dtype=np.int64) % 10
    check = digits @ np.array([3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43]) % 11 % 10
    return pa.array(numbers * 10 + check).cast(pa.string())


def make_part(folder: Path, number: int, first: int, many: int, pool: np.ndarray) -> None:
    """Writes `number`.parquet and its standing data; days are drawn from a pool of homes and shifted by a little."""
    random = np.random.default_rng(number)
    energy_kwh = pool[random.integers(0, len(pool), many)] + np.round(random.integers(0, 5, (many, 1)) / 1000, 3)
    flags = np.zeros((many, PERIODS), dtype=np.uint16)
    flags[random.random(many) < 0.01, 20:30] = 1
    offsets = pa.array(np.arange(0, many * PERIODS + 1, PERIODS, dtype=np.int32))
    ids = mpans(first, many)
    table = pa.table(
        {
            "mpan_core": ids,
            "measurement_quantity": pa.repeat("AI", many),
            "role": pa.repeat("MAIN", many),
            "settlement_date": pa.repeat(pa.scalar(DAY), many),
            "energy_kwh": pa.ListArray.from_arrays(offsets, pa.array(np.round(energy_kwh, 3).ravel())),
            "period_flags": pa.ListArray.from_arrays(offsets, pa.array(flags.ravel())),
        }
    )
    pq.write_table(table, folder / f"{number}.parquet", **PARQUET)
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


def read_part(folder: Path, number: int) -> tuple[Source, StandingData]:
    """One part's readings and standing data; its files are removed."""
    paths = folder / f"{number}.parquet", folder / f"{number}-standing.parquet"
    read = read_submission(paths[0]), read_standing(paths[1], None)
    for path in paths:
        path.unlink()
    return read


def run(channel_days: int, part: int, jobs: int) -> tuple[Spent, dict[str, int]]:
    """Validates the day; seconds by stage and channel-days by outcome.

    While one part is validated and written, the next is read beside it; making a part stops every clock.
    """
    spent, outcomes, pool = Spent(), dict[str, int](), homes()
    regulation = load_regulation()
    firsts = list(range(0, channel_days, part))
    with tempfile.TemporaryDirectory() as made, ThreadPoolExecutor(1) as reader:
        folder = Path(made)

        def make(number: int) -> None:
            began = time.perf_counter()
            make_part(folder, number, firsts[number], min(part, channel_days - firsts[number]), pool)
            spent.made += time.perf_counter() - began

        make(0)
        began = time.perf_counter()
        source, standing = read_part(folder, 0)
        spent.waited += time.perf_counter() - began
        for number in range(len(firsts)):
            following = None
            if number + 1 < len(firsts):
                make(number + 1)
                following = reader.submit(read_part, folder, number + 1)
            for outcome, count in _judge(folder, number, source, standing, regulation, jobs, spent).items():
                outcomes[outcome] = outcomes.get(outcome, 0) + count
            if following is not None:
                began = time.perf_counter()
                source, standing = following.result()
                spent.waited += time.perf_counter() - began
    return spent, outcomes


def _judge(
    folder: Path, number: int, source: Source, standing: StandingData, regulation: Regulation, jobs: int, spent: Spent
) -> dict[str, int]:
    began = time.perf_counter()
    validation = validate_readings(source.readings, standing, regulation, jobs=jobs)
    spent.validated += time.perf_counter() - began
    began = time.perf_counter()
    out = folder / f"verdicts-{number}"
    out.mkdir()
    write_tables(out, validation.verdicts, validation.findings, file_metadata(regulation.hash, "benchmark"))
    spent.written += time.perf_counter() - began
    return validation.outcomes


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--channel-days", type=int, default=30_000_000)
    arguments.add_argument("--part", type=int, default=131_072, help="channel-days of one part")
    chosen = arguments.parse_args()
    jobs = cores()
    spent, outcomes = run(chosen.channel_days, chosen.part, jobs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    seconds = spent.waited + spent.validated + spent.written
    readings = chosen.channel_days * PERIODS
    row = {
        "channel_days": chosen.channel_days, "readings": readings, "cores": jobs, "seconds": seconds,
        "read_s": spent.waited, "validate_s": spent.validated, "write_s": spent.written, "made_s": spent.made,
        "peak_gib": peak, "outcomes": outcomes, "whole_day_s": seconds * 30_000_000 / chosen.channel_days,
    }  # fmt: skip
    print(f"{readings:,} readings in {seconds:.1f} s on {jobs} cores, peak {peak:.2f} GiB: {outcomes}")
    print(f"  read {spent.waited:.1f} s, validate {spent.validated:.1f} s, write {spent.written:.1f} s")
    save("gb_day", [row])


if __name__ == "__main__":
    main()
