"""Suite 2: validation frameworks on the rules that they can express, each in its own environment; same answers.

python -m benchmarks.suite_frameworks [--systems 10000] [--rounds 3] [--environments .venv-peers]

The environments are made by `make bench` from benchmarks/frameworks/*.txt; one that is not there is passed over, and
says so. Every contender is timed by processor time on one thread where it can be told to.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.estate import Estate, estate
from benchmarks.floor import floor_by_day
from benchmarks.interleaved import interleaved
from benchmarks.product import Prepared, bits_of, prepared
from benchmarks.rows import save
from kernels.period_bits import ABOVE_MAX_PERMISSIBLE, MISSING_PERIOD, NEGATIVE_ENERGY

HERE = Path(__file__).parent / "frameworks"
FRAMEWORKS = ("pandera", "dataframely", "pointblank", "ioos_qc", "saqc")
EVERY, SAME, FLOOR = "every_s", "same_s", "floor_s"
RULES = {"missing": MISSING_PERIOD, "negative": NEGATIVE_ENERGY, "above": ABOVE_MAX_PERMISSIBLE}


def imports_only(systems: int) -> Estate:
    """The AI channels of the estate, on which all three rules hold."""
    made = estate(systems, check=False)
    return Estate(np.ascontiguousarray(made.energy_kwh[:, :1]), np.ascontiguousarray(made.flags[:, :1]))


def expected(made: Estate) -> dict[str, list[int]]:
    """Row numbers that break each rule, by the product."""
    bits = bits_of(prepared(made).check(), made).ravel()
    found = {rule: np.flatnonzero(bits & mask).tolist() for rule, mask in RULES.items()}
    assert all(found.values()), "an estate in which a rule finds nothing shows nothing: take more systems"
    return {**found, "outside": sorted(found["negative"] + found["above"])}


def asked(python: Path, name: str, question: Path, rounds: int) -> dict[str, Any]:
    """A framework's own answer and times, from its own environment."""
    command = [str(python), str(HERE / f"ask_{name}.py"), str(question), str(rounds)]
    one = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=one, timeout=900)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def product_seconds(ready: Prepared, rounds: int) -> dict[str, float]:
    """The product's time for all of its per-period checks and for the three rules alone, and that of their floor."""
    three = ready.only(int(np.bitwise_or.reduce(np.array(list(RULES.values())))))
    values = ready.attached.values
    bits = np.zeros(len(values.energy_kwh), dtype=np.uint32)
    contenders: dict[str, Callable[[], object]] = {
        EVERY: ready.check,
        SAME: three.check,
        FLOOR: lambda: floor_by_day(values.energy_kwh, values.flags, values.offsets, bits),
    }
    return {name: timing.median_s for name, timing in interleaved(contenders, EVERY, rounds, time.process_time).items()}


def beside(
    ready: Prepared, python: Path, name: str, question: Path, rounds: int
) -> tuple[dict[str, Any], dict[str, float]]:
    """A framework's answer and times, and the product's before and after it on the same machine."""
    before = product_seconds(ready, 9)
    answered = asked(python, name, question, rounds)
    after = product_seconds(ready, 9)
    return answered, {contender: (before[contender] + after[contender]) / 2 for contender in before}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--systems", type=int, default=40_000, help="AI channels of 48 readings each")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--environments", type=Path, default=Path(".venv-peers"))
    chosen = arguments.parse_args()
    made = imports_only(chosen.systems)
    ready = prepared(made)
    right = expected(made)
    readings = made.energy_kwh.size
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        question = Path(folder) / "readings.parquet"
        pq.write_table(pa.table({"energy_kwh": pa.array(made.energy_kwh.ravel(), from_pandas=True)}), question)
        for name in FRAMEWORKS:
            python = chosen.environments / name / "bin" / "python"
            if not python.exists():
                print(f"{name}: no environment at {python}; run make bench")
                continue
            answered, ours = beside(ready, python, name, question, chosen.rounds)
            for rule, found in answered["answer"].items():
                assert sorted(found) == right[rule], f"{name} answers otherwise on {rule}"
            low, median, high = (float(each) for each in np.quantile(answered["seconds"], (0.25, 0.5, 0.75)))
            rows.append({
                "name": name, "rules": ", ".join(answered["answer"]), "readings": readings, "median_s": median,
                "low_s": low, "high_s": high, **ours,
            })  # fmt: skip
            each = ", ".join(f"{seconds / readings * 1e9:.2f}" for seconds in (median, *ours.values()))
            print(f"{name:12} {each} ns a reading: it, all 25 checks, the same rules, the floor;", end=" ")
            print(", ".join(f"x {median / seconds:.1f}" for seconds in ours.values()), flush=True)
    save("frameworks", rows)


if __name__ == "__main__":
    main()
