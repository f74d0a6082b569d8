"""The whole command on Parquet and on D0036: readings a second, and the share of each stage.

python -m benchmarks.stages [--systems 52084] [--repeats 3]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import estate


def measured(given: Path, standing: Path, out: Path) -> dict[str, Any]:
    """The report of one run of the command in a process of its own."""
    command = [sys.executable, "-c", "from validator.command.app import main; main()", "validate", str(given)]
    done = subprocess.run(
        [*command, "--standing", str(standing), "--out", str(out)], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return dict(json.loads((out / "report.json").read_text()))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--systems", type=int, default=52_084, help="four channels of 48 readings each")
    arguments.add_argument("--repeats", type=int, default=3)
    chosen = arguments.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        table = estate.readings(chosen.systems)
        estate.write_standing(chosen.systems, at / "standing.csv", check=False)
        estate.write_parquet(table, at / "day.parquet")
        estate.write_d0036(table, at / "day.usr")
        del table
        for name in ("day.parquet", "day.usr"):
            runs = [measured(at / name, at / "standing.csv", at / "out") for _ in range(chosen.repeats)]
            _say(name, at / name, sorted(runs, key=lambda run: run["wall_s"])[len(runs) // 2])


def _say(name: str, path: Path, run: dict[str, Any]) -> None:
    size = path.stat().st_size / 1e6
    print(f"{name}: {run['readings']:,} readings, {size:.0f} MB, {run['wall_s']:.2f} s (median)", end=", ")
    print(f"{run['readings_per_second'] / 1e6:.1f} million readings a second")
    for stage, spent in run["stages"].items():
        print(f"  {stage:14} {spent['seconds']:6.3f} s {spent['share']:6.1%}")


if __name__ == "__main__":
    main()
