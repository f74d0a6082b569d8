"""The profile behind the figures: flame graphs of whole runs, and what bounds the kernels.

python -m benchmarks.profile [--channel-days 524288] [--rounds 5]

py-spy looks at the stacks of a process while it works: the command on one Parquet file, and a part of Great Britain's
day. A kernel has no stack of its own: it shows as the function that calls it, and beside the flames stands what each
kernel takes for a reading and what the memory gives at the same time. Needs what `make bench` installs.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import suite_end_to_end, suite_gb_day
from benchmarks.bandwidth import bandwidth
from benchmarks.estate import PERIODS, estate
from benchmarks.flames import Stacks, flame_graph, own_shares
from benchmarks.product import prepared
from benchmarks.rows import FOLDER, save
from benchmarks.stages import KERNELS, stages
from validator.cores import cores

RATE = 200
"""Looks a second; more of them slow what is looked at."""
SHOWN = 12
BYTES = 10
"""Of one reading, that any kernel over readings must at least read: a double and its flags."""
_PART = 131_072
_NOT_THE_WORK = ("_find_and_load", "_compile_for_args", "make_part", "<module> (numba")
"""Frames of the imports, of fetching kernels, and of making the data."""


def work(kind: str, channel_days: int, folder: Path, rounds: int) -> None:
    """What is looked at: whole runs, several times over."""
    if kind == "gb_day":
        for _ in range(rounds):
            suite_gb_day.run(channel_days, _PART, cores(), "columns")
        return
    from validator.command.run import Options, run

    for _ in range(rounds):
        run(Options((str(folder / "columns.parquet"),), folder / "standing.csv", None, None, None, "local",
                    folder / "out", cores(), "auto", report=False))  # fmt: skip


def sampled(kind: str, channel_days: int, folder: Path, rounds: int) -> Stacks:
    """The stacks of a process of its own, outermost function first; RuntimeError where py-spy cannot look."""
    raw = folder / "stacks.txt"
    spy = Path(sysconfig.get_path("scripts")) / "py-spy"
    command = [
        str(spy), "record", "--nonblocking", "--subprocesses", "--rate", str(RATE), "--format", "raw", "--function",
        "--output", str(raw), "--", sys.executable, "-m", "benchmarks.profile", "--work", kind,
        "--channel-days", str(channel_days), "--rounds", str(rounds), "--folder", str(folder),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not raw.exists():
        raise RuntimeError(f"py-spy could not look: {done.stderr.strip()}")
    found: Counter[tuple[str, ...]] = Counter()
    for line in raw.read_text(encoding="utf-8").splitlines():
        stack, _, samples = line.rpartition(" ")
        if not any(frame in stack for frame in _NOT_THE_WORK):
            found[_since_the_work_began(stack.split(";"))] += int(samples)
    found.pop((), None)
    return found


def _since_the_work_began(frames: list[str]) -> tuple[str, ...]:
    """Without what starts a process or a thread, a library's path shortened to its name; () where nothing is left."""
    begun = next((at for at, frame in enumerate(frames) if re.search(r"\((validator|kernels)/", frame)), None)
    kept = frames[begun:] if begun is not None else []
    return tuple(re.sub(r"\(.*site-packages/", "(", frame) for frame in kept)


def kernels(rounds: int) -> list[dict[str, Any]]:
    """What each kernel takes for a reading, and the memory's own speed before and after."""
    made = estate(200_000 // 8)
    readings = made.energy_kwh.size
    before, found, after = bandwidth(), stages(prepared(made), rounds), bandwidth()
    rows = [
        {"group": "memory", "name": name, "gigabytes_a_second": (before[name] + after[name]) / 2} for name in before
    ]
    over_readings = KERNELS[0][2]
    for stage, seconds in found.items():
        moved = BYTES * readings / seconds / 1e9 if stage == over_readings else None
        rows.append({"group": "kernels", "name": stage, "nanoseconds": seconds / readings * 1e9, "moved": moved})
    return rows


def _flames(kind: str, channel_days: int, rounds: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if kind == "end_to_end":
            suite_end_to_end.written(folder, channel_days // 4, ["columns.parquet"])
        stacks = sampled(kind, channel_days, folder, rounds)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"flames_{kind}.svg").write_text(flame_graph(stacks, kind), encoding="utf-8")
    samples = sum(stacks.values())
    nanoseconds = samples / RATE / (channel_days * PERIODS * rounds) * 1e9
    return [
        {"group": kind, "name": name, "share": share, "nanoseconds": share * nanoseconds, "samples": samples}
        for name, share in list(own_shares(stacks).items())[:SHOWN]
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--channel-days", type=int, default=524_288, help="of each run")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--work", choices=("end_to_end", "gb_day"), help=argparse.SUPPRESS)
    arguments.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.work:
        work(chosen.work, chosen.channel_days, chosen.folder, chosen.rounds)
        return
    rows = kernels(chosen.rounds)
    for kind in ("end_to_end", "gb_day"):
        rows += _flames(kind, chosen.channel_days, chosen.rounds)
    for row in rows:
        figures = ", ".join(f"{name} {value:.3f}" for name, value in row.items() if isinstance(value, float))
        print(f"{row['group']:12} {row['name']:60} {figures}")
    save("profile", rows)


if __name__ == "__main__":
    main()
