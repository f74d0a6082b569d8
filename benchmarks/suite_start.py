"""From the start of the process to the first verdict on disk, for a file of one meter, beside importing two libraries.

python -m benchmarks.suite_start [--rounds 7]

Warm: in turn, with everything in the page cache. Cold: before each run the pages of the environment, of the product
and of the compiled kernels are dropped from the page cache. Both with the kernels compiled and with bytecode, the
product's and the peer's alike, as an installation has them. Compiling the kernels is once for each installation, and
shown as a row of its own; so is what the imports take, package by package.
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
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import estate
from benchmarks.rows import save

PEER = "import pyarrow, numba"
HERE = Path(__file__).resolve().parents[1]


def timed(command: Sequence[str], env: Mapping[str, str]) -> tuple[float, float]:
    """Seconds on the wall and on the processor of one process; RuntimeError where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(env))
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


def installed(folder: Path) -> dict[str, str]:
    """The environment of every process here: bytecode is kept, in this folder, also where the machine is set not to."""
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**plain, "PYTHONPYCACHEPREFIX": str(folder)}


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


def measured(
    commands: Mapping[str, Sequence[str]], state: str, rounds: int, environment: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A row for each command, run in turn."""
    from kernels.compile import CACHE_FOLDER

    held = [
        Path(sys.prefix) / "lib",
        *(HERE / name for name in ("service", "validator", "kernels")),
        *([CACHE_FOLDER] if CACHE_FOLDER else []),
        Path(environment["PYTHONPYCACHEPREFIX"]),
    ]
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            if state == "cold":
                drop_pages(held)
            spent = timed(command, environment)
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


def compiling(words: Sequence[str], name: str, environment: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """A process that finds no kernel compiled: the first run after an installation, or what is done ahead of it."""
    wall_s, cpu_s = timed(words, {**environment, "NUMBA_CACHE_DIR": str(folder)})
    return {"name": name, "state": "kernels not compiled", "rounds": 1, "wall_s": wall_s, "cpu_s": cpu_s,
            "ratio": None, "cpu_ratio": None}  # fmt: skip


def imports(command: Sequence[str], environment: Mapping[str, str]) -> dict[str, float]:
    """Seconds of the modules of each package that a process imports, the most first; the clock itself takes some."""
    python, *words = command
    done = subprocess.run(
        [python, "-X", "importtime", *words], capture_output=True, text=True, check=False, env=dict(environment)
    )
    spent: Counter[str] = Counter()
    for line in done.stderr.splitlines():
        alone, found = line.partition("import time:")[2].partition("|")[::2]
        if alone.strip().isdigit():
            spent[found.rpartition("|")[2].strip().partition(".")[0]] += int(alone)
    ours = sum(spent.pop(name, 0) for name in ("service", "validator", "kernels"))
    least = 0.005 * 1e6
    shown = {"copcheck": ours, **{name: spent.pop(name) for name, took in spent.most_common() if took >= least}}
    return {name: took / 1e6 for name, took in {**shown, "all others": spent.total()}.items()}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        commands, environment = contenders(folder), installed(folder / "bytecode")
        rows = [row for state in ("warm", "cold") for row in measured(commands, state, chosen.rounds, environment)]
        first, peer = commands["verdicts alone"], list(commands)[-1]
        ahead = [sys.executable, "-m", "service", "warm"]
        rows.append(compiling(first, "verdicts alone", environment, folder / "first"))
        rows.append(compiling(ahead, "copcheck warm", environment, folder / "ahead"))
        taken = {name: imports(commands[name], environment) for name in ("verdicts alone", peer)}
    for row in rows:
        ratio = "" if row["ratio"] is None else f", x {row['ratio']:.2f} (processor x {row['cpu_ratio']:.2f})"
        print(f"{row['state']:5} {row['name']:34} {row['wall_s']:.2f} s, processor {row['cpu_s']:.2f} s{ratio}")
    for name, packages in taken.items():
        print(name, *(f"{package} {seconds * 1e3:.0f} ms" for package, seconds in packages.items()), sep=", ")
        rows += [
            {"state": "imports", "name": name, "package": package, "wall_s": seconds}
            for package, seconds in packages.items()
        ]
    save("start", rows)


if __name__ == "__main__":
    main()
