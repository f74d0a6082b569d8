"""Suite 1: the per-period checks, together and each alone, against their floor, numpy, polars and DuckDB.

POLARS_MAX_THREADS=1 python -m benchmarks.suite_kernels [--channel-days 200000] [--peer-channel-days 24000] [--rounds 9]

Every peer must give the same answers, bit for bit, before it is timed. One thread each, but where it says two.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from benchmarks import peer_duckdb, peer_numpy, peer_polars
from benchmarks.alone import CHECKS
from benchmarks.estate import Estate, estate
from benchmarks.floor import arithmetic, floor_by_day, floor_flat
from benchmarks.interleaved import Timing, interleaved
from benchmarks.product import Bits, bits_of, prepared
from benchmarks.rows import save
from benchmarks.rules import EVERY_CHECK, Rules, rules_of
from benchmarks.stages import stages

ESTATES = {
    "AI AE RI RE, main and check": {"check": True},
    "AI AE RI RE, main only": {"check": False},
}
PRODUCT, TWO, FLOOR, TWO_FLOORS = "copcheck, one thread", "copcheck, two threads", "floor by day", "floor, two threads"
COUNTED, TWO_COUNTED = "arithmetic, one thread", "arithmetic, two threads"
MULTIPLICATIONS = 5_000_000
MARKS, ASKED = "copcheck, its marks alone", "copcheck, the whole way"
FINDINGS = 0.02
"""Share of the days with findings where each check is timed alone: enough that each finds something."""
SHARES = (0.0, 0.01, 0.05, 0.2, 1.0)
"""Shares of the metering system-days that hold findings on every channel."""


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


def threads(made: Estate, rounds: int) -> list[dict[str, Timing]]:
    """One thread against two, by the clock on the wall; ratios are to one.

    The floor's shows what the memory allows, and that of mere arithmetic what the cores do at the time.
    """
    ready = prepared(made)
    values = ready.attached.values
    bits = np.zeros(len(values.energy_kwh), dtype=np.uint32)
    middle = len(values.offsets) // 2

    def floor(offsets: Any) -> None:
        floor_by_day(values.energy_kwh, values.flags, offsets, bits)

    with ThreadPoolExecutor(1) as other:

        def both(work: Callable[[Any], object], here: Any, there: Any) -> None:
            begun = other.submit(work, there)
            work(here)
            begun.result()

        pairs: list[dict[str, Callable[[], object]]] = [
            {PRODUCT: lambda: ready.check(1), TWO: lambda: ready.check(2)},
            {
                FLOOR: lambda: floor(values.offsets),
                TWO_FLOORS: lambda: both(floor, values.offsets[: middle + 1], values.offsets[middle:]),
            },
            {
                COUNTED: lambda: arithmetic(1, 2 * MULTIPLICATIONS),
                TWO_COUNTED: lambda: both(lambda seed: arithmetic(seed, MULTIPLICATIONS), 1, 2),
            },
        ]
        return [interleaved(pair, next(iter(pair)), rounds) for pair in pairs]


def against_peers(made: Estate, rounds: int) -> dict[str, Timing]:
    """The product and its peers on one thread each, once their answers are the same; ratios are to the product."""
    ready = prepared(made)
    rules = rules_of(ready)
    peers = peers_of(made, rules)
    same_answers(made, bits_of(ready.check(), made), peers)
    return interleaved({PRODUCT: lambda: ready.check(1), **peers}, PRODUCT, rounds, time.process_time)


def alone(made: Estate, rounds: int) -> dict[str, dict[str, Timing]]:
    """By check: the kernel that marks it on every channel-day, and its peers; ratios are to the kernel.

    The whole way clears days of every check in one pass, whichever is asked for, and marks the rest.
    """
    ready = prepared(made)
    rules = rules_of(ready)
    kept = ready.running.period_checks.repeat(np.diff(ready.attached.values.offsets))
    timings = {}
    frame = peer_polars.frame_of(made)
    database = peer_duckdb.connect(frame)
    for title, mask in CHECKS.items():
        only = int(mask)
        if not np.any(kept & mask):
            continue
        marks = ready.marker(only)
        peers = _peers(made, rules, only, frame, database)
        same_answers(made, (marks() & kept & mask).reshape(made.energy_kwh.shape), peers)
        contenders: dict[str, Callable[[], object]] = {MARKS: marks, ASKED: ready.only(only).check, **peers}
        timings[title] = interleaved(contenders, MARKS, rounds, time.process_time)
    return timings


def over_shares(systems: int, rounds: int) -> dict[float, dict[str, Timing]]:
    """By share of the days with findings: the product against the floor on the same days."""
    timings = {}
    for share in SHARES:
        timings[share] = against_floor(estate(systems, check=True, suspect=share), rounds)
    return timings


def same_answers(made: Estate, ours: Bits, peers: Mapping[str, Callable[[], Any]]) -> None:
    """AssertionError where a peer's bit sets differ anywhere from the product's, or nothing was found."""
    assert ours.any(), "an estate without a finding shows nothing"
    for name, peer in peers.items():
        answer = peer()
        theirs = answer if isinstance(answer, np.ndarray) else peer_polars.bits_of(answer, made)
        assert np.array_equal(ours, theirs), f"{name} answers otherwise"


def peers_of(made: Estate, rules: Rules) -> dict[str, Callable[[], Any]]:
    """Every peer, asked for every check."""
    frame = peer_polars.frame_of(made)
    return _peers(made, rules, EVERY_CHECK, frame, peer_duckdb.connect(frame))


def _peers(made: Estate, rules: Rules, only: int, frame: Any, database: Any) -> dict[str, Callable[[], Any]]:
    return {
        "numpy, whole arrays": lambda: peer_numpy.check(made, rules, only=only),
        "numpy, blocks in the cache": lambda: peer_numpy.check(made, rules, peer_numpy.BLOCK_SYSTEMS, only),
        "polars, lazy": lambda: peer_polars.check(frame, made.channels, rules, "in-memory", only),
        "polars, streaming": lambda: peer_polars.check(frame, made.channels, rules, "streaming", only),
        "DuckDB": lambda: peer_duckdb.check(database, made.channels, rules, only),
    }


def _row(group: str, title: str, made_of: int, timing: Timing, **more: Any) -> dict[str, Any]:
    nanoseconds = timing.median_s / made_of * 1e9
    print(f"{title:28} {timing.name:27} {nanoseconds:8.2f} ns a reading", end="")
    print(f"   x {timing.ratio:.2f} ({timing.ratio_low:.2f} to {timing.ratio_high:.2f})", flush=True)
    return {"group": group, "estate": title, "readings": made_of, **vars(timing), **more}


def _stages(title: str, made: Estate, rounds: int) -> list[dict[str, Any]]:
    readings = made.energy_kwh.size
    found = stages(prepared(made), rounds)
    for stage, seconds in found.items():
        print(f"{title:28} {stage:42} {seconds / readings * 1e9:6.3f} ns a reading")
    each = {"group": "stages", "estate": title, "readings": readings}
    return [{**each, "name": stage, "median_s": seconds} for stage, seconds in found.items()]


def measured(channel_days: int, peer_channel_days: int, rounds: int) -> list[dict[str, Any]]:
    """Every row of the suite."""
    rows = []
    for title, options in ESTATES.items():
        channels = 8 if options["check"] else 4
        made = estate(channel_days // channels, **options)
        rows += [_row("floor", title, made.energy_kwh.size, timing) for timing in against_floor(made, rounds).values()]
        rows += _stages(title, made, rounds)
        for pair in threads(made, rounds):
            rows += [_row("threads", title, made.energy_kwh.size, timing) for timing in pair.values()]
        made = estate(peer_channel_days // channels, **options)
        rows += [_row("peers", title, made.energy_kwh.size, timing) for timing in against_peers(made, rounds).values()]
    made = estate(peer_channel_days // 8, suspect=FINDINGS)
    for check, timings in alone(made, max(rounds // 2, 3)).items():
        rows += [_row("alone", check, made.energy_kwh.size, timing) for timing in timings.values()]
    systems = channel_days // 2 // 8
    for share, timings in over_shares(systems, rounds).items():
        readings = systems * 8 * 48
        rows += [_row("shares", f"{share:.0%} of the days", readings, t, share=share) for t in timings.values()]
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--channel-days", type=int, default=200_000, help="against the floor, and of the threads")
    arguments.add_argument("--peer-channel-days", type=int, default=24_000, help="against the peers")
    arguments.add_argument("--rounds", type=int, default=9)
    chosen = arguments.parse_args()
    if os.environ.get("POLARS_MAX_THREADS") != "1":
        raise SystemExit("Set POLARS_MAX_THREADS=1: every contender has one thread")
    save("kernels", measured(chosen.channel_days, chosen.peer_channel_days, chosen.rounds))


if __name__ == "__main__":
    main()
