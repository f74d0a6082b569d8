"""Suite 2: validation frameworks on the rules that they can express, each in its own environment; same answers.

python -m benchmarks.suite_frameworks [--systems 10000] [--rounds 3] [--environments .venv-peers]

The environments are made by `make bench` from benchmarks/frameworks/*.txt; one that is not there is passed over, and
says so. Every contender is timed by processor time on one thread where it can be told to.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.estate import Estate, estate
from benchmarks.product import bits_of, prepared
from benchmarks.rows import save
from kernels.period_bits import ABOVE_MAX_PERMISSIBLE, MISSING_PERIOD, NEGATIVE_ENERGY

HERE = Path(__file__).parent / "frameworks"
FRAMEWORKS = ("pandera", "dataframely", "pointblank", "ioos_qc", "saqc")
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


def product_seconds(made: Estate, rounds: int) -> float:
    """The product's time for all of its per-period checks, of which the rules are three."""
    ready = prepared(made)
    ready.check()
    took = []
    for _ in range(rounds):
        began = time.process_time()
        ready.check()
        took.append(time.process_time() - began)
    return statistics.median(took)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--systems", type=int, default=10_000, help="AI channels of 48 readings each")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--environments", type=Path, default=Path(".venv-peers"))
    chosen = arguments.parse_args()
    made = imports_only(chosen.systems)
    right, ours = expected(made), product_seconds(made, max(chosen.rounds, 9))
    readings = made.energy_kwh.size
    rows: list[dict[str, Any]] = [
        {"name": "copcheck", "rules": "all 25", "readings": readings, "median_s": ours, "ratio": 1.0}
    ]
    with tempfile.TemporaryDirectory() as folder:
        question = Path(folder) / "readings.parquet"
        pq.write_table(pa.table({"energy_kwh": pa.array(made.energy_kwh.ravel(), from_pandas=True)}), question)
        for name in FRAMEWORKS:
            python = chosen.environments / name / "bin" / "python"
            if not python.exists():
                print(f"{name}: no environment at {python}; run make bench")
                continue
            answered = asked(python, name, question, chosen.rounds)
            for rule, found in answered["answer"].items():
                assert sorted(found) == right[rule], f"{name} answers otherwise on {rule}"
            median = statistics.median(answered["seconds"])
            rules = ", ".join(answered["answer"])
            rows.append(
                {"name": name, "rules": rules, "readings": readings, "median_s": median, "ratio": median / ours}
            )
    for row in rows:
        nanoseconds = row["median_s"] / readings * 1e9
        print(f"{row['name']:12} {nanoseconds:10.2f} ns a reading  x {row['ratio']:8.1f}  {row['rules']}")
    save("frameworks", rows)


if __name__ == "__main__":
    main()
