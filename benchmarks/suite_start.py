"""From the start of the process to the first verdict on disk, for a file of one meter, beside importing two libraries.

python -m benchmarks.suite_start [--rounds 7]

Warm: in turn, with everything in the page cache. Cold: before each run the pages of the environment, of the product
and of the compiled kernels are dropped from the page cache. Both with the kernels compiled, as the image has them:
compiling them is once for each installation, and shown as a row of its own.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import estate
from benchmarks.rows import save

PEER = "import pyarrow, numba"
HERE = Path(__file__).resolve().parents[1]


def timed(command: Sequence[str], env: Mapping[str, str] | None = None) -> tuple[float, float]:
    """Seconds on the wall and on the processor of one process; RuntimeError where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=None if env is None else dict(env))
    wall_s = time.perf_counter() - began
    if done.returncode > 1:
        raise RuntimeError(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def drop_pages(folders: Sequence[Path]) -> None:
    """Asks the system to forget the files of these folders, which needs no rights; what is in use elsewhere stays."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def contenders(folder: Path) -> dict[str, list[str]]:
    """The command with and without its page, and the peer."""
    estate.write_parquet(estate.readings(1), folder / "day.parquet")
    estate.write_standing(1, folder / "standing.csv", check=False)
    validate = [
        sys.executable, "-m", "service", "validate", str(folder / "day.parquet"),
        "--standing", str(folder / "standing.csv"), "--out", str(folder / "out"),
    ]  # fmt: skip
    return {
        "verdicts alone": [*validate, "--no-report"],
        "verdicts and page": validate,
        f'python -c "{PEER}"': [sys.executable, "-c", PEER],
    }


def measured(commands: Mapping[str, Sequence[str]], state: str, rounds: int) -> list[dict[str, Any]]:
    """A row for each command, run in turn."""
    from kernels.compile import CACHE_FOLDER

    held = [
        Path(sys.prefix) / "lib",
        *(HERE / name for name in ("service", "validator", "kernels")),
        *([CACHE_FOLDER] if CACHE_FOLDER else []),
    ]
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            if state == "cold":
                drop_pages(held)
            spent = timed(command)
            if number:
                took[name].append(spent)
    peer = took[list(commands)[-1]]
    return [_row(name, state, spent, peer) for name, spent in took.items()]


def _row(name: str, state: str, spent: list[tuple[float, float]], peer: list[tuple[float, float]]) -> dict[str, Any]:
    ratios = [(mine[0] / theirs[0], mine[1] / theirs[1]) for mine, theirs in zip(spent, peer, strict=True)]
    return {
        "name": name, "state": state, "rounds": len(spent),
        "wall_s": statistics.median(wall for wall, _ in spent), "cpu_s": statistics.median(cpu for _, cpu in spent),
        "ratio": statistics.median(wall for wall, _ in ratios),
        "cpu_ratio": statistics.median(cpu for _, cpu in ratios),
    }  # fmt: skip


def compiling(command: Sequence[str], folder: Path) -> dict[str, Any]:
    """The first run after an installation, which compiles the kernels that it needs."""
    wall_s, cpu_s = timed(command, {**os.environ, "NUMBA_CACHE_DIR": str(folder / "kernels")})
    return {"name": "verdicts alone", "state": "kernels not compiled", "rounds": 1, "wall_s": wall_s, "cpu_s": cpu_s,
            "ratio": None, "cpu_ratio": None}  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        commands = contenders(folder)
        rows = [row for state in ("warm", "cold") for row in measured(commands, state, chosen.rounds)]
        rows.append(compiling(commands["verdicts alone"], folder))
    for row in rows:
        ratio = "" if row["ratio"] is None else f", x {row['ratio']:.2f} (processor x {row['cpu_ratio']:.2f})"
        print(f"{row['state']:5} {row['name']:34} {row['wall_s']:.2f} s, processor {row['cpu_s']:.2f} s{ratio}")
    save("start", rows)


if __name__ == "__main__":
    main()
