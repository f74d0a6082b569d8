"""Suite 1: all per-period checks against their floor, numpy, polars and DuckDB; same answers, one thread each.

POLARS_MAX_THREADS=1 python -m benchmarks.suite_kernels [--systems 12000] [--rounds 9] [--peer-systems 3000]
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import peer_duckdb, peer_numpy, peer_polars
from benchmarks.estate import Estate, estate
from benchmarks.floor import floor_by_day, floor_flat
from benchmarks.interleaved import Timing, interleaved
from benchmarks.product import Prepared, bits_of, prepared
from benchmarks.rows import save
from benchmarks.rules import Rules, rules_of

ESTATES = {
    "AI AE RI RE, main and check": {"check": True},
    "AI AE RI RE, main only": {"check": False},
}
PRODUCT, TWO, FLOOR = "copcheck, one thread", "copcheck, two threads", "floor by day"


def against_floor(made: Estate, rounds: int) -> dict[str, Timing]:
    """The floor and the product on one thread; ratios are to the floor, in processor time."""
    ready = prepared(made)
    values = ready.attached.values
    bits = np.zeros(len(values.energy_kwh), dtype=np.uint32)
    contenders: dict[str, Callable[[], object]] = {
        "floor, flat": lambda: floor_flat(values.energy_kwh, values.flags, bits),
        FLOOR: lambda: floor_by_day(values.energy_kwh, values.flags, values.offsets, bits),
        PRODUCT: lambda: ready.check(1),
    }
    return interleaved(contenders, FLOOR, rounds, time.process_time)


def threads(made: Estate, rounds: int) -> dict[str, Timing]:
    """One thread against two, by the clock on the wall; ratios are to one."""
    ready = prepared(made)
    return interleaved({PRODUCT: lambda: ready.check(1), TWO: lambda: ready.check(2)}, PRODUCT, rounds)


def against_peers(made: Estate, rounds: int) -> dict[str, Timing]:
    """The product and its peers on one thread each, once their answers are the same; ratios are to the product."""
    ready = prepared(made)
    rules = rules_of(ready)
    peers = _peers(made, rules)
    same_answers(made, ready, rules)
    return interleaved({PRODUCT: lambda: ready.check(1), **peers}, PRODUCT, rounds, time.process_time)


def same_answers(made: Estate, ready: Prepared, rules: Rules) -> None:
    """AssertionError where a peer's bit sets differ anywhere from the product's, or nothing was found."""
    ours = bits_of(ready.check(), made)
    assert ours.any(), "an estate without a finding shows nothing"
    for name, peer in _peers(made, rules).items():
        answer = peer()
        theirs = answer if isinstance(answer, np.ndarray) else peer_polars.bits_of(answer, made)
        assert np.array_equal(ours, theirs), f"{name} answers otherwise"


def _peers(made: Estate, rules: Rules) -> dict[str, Callable[[], Any]]:
    frame = peer_polars.frame_of(made)
    database = peer_duckdb.connect(frame)
    return {
        "numpy": lambda: peer_numpy.check(made, rules),
        "polars, lazy": lambda: peer_polars.check(frame, made.channels, rules, "in-memory"),
        "polars, streaming": lambda: peer_polars.check(frame, made.channels, rules, "streaming"),
        "DuckDB": lambda: peer_duckdb.check(database, made.channels, rules),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--systems", type=int, default=12_000, help="metering systems, against the floor")
    arguments.add_argument("--peer-systems", type=int, default=3_000, help="metering systems, against the peers")
    arguments.add_argument("--rounds", type=int, default=9)
    chosen = arguments.parse_args()
    if os.environ.get("POLARS_MAX_THREADS") != "1":
        raise SystemExit("Set POLARS_MAX_THREADS=1: every contender has one thread")
    rows = []
    for title, options in ESTATES.items():
        for group, systems, run in (
            ("floor", chosen.systems, against_floor),
            ("threads", chosen.systems, threads),
            ("peers", chosen.peer_systems, against_peers),
        ):
            made = estate(systems, **options)
            readings = made.energy_kwh.size
            for timing in run(made, chosen.rounds).values():
                rows.append({"estate": title, "group": group, "readings": readings, **vars(timing)})
                nanoseconds = timing.median_s / readings * 1e9
                print(f"{title:28} {timing.name:22} {nanoseconds:8.2f} ns a reading", end="")
                print(f"   x {timing.ratio:.2f} ({timing.ratio_low:.2f} to {timing.ratio_high:.2f})")
    save("kernels", rows)


if __name__ == "__main__":
    main()
