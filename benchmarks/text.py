"""The customers' formats and the narrow layout against polars' bare decode of the same bytes, run by run.

python -m benchmarks.text [--systems 10000] [--repeats 7]

The peer decodes cells and does no more: it groups nothing, checks nothing and knows no calendar. DF2 is no CSV for its
lines that begin with #; polars is told to take them for comments.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks import customers, estate
from validator.readings import read_submission

Peer = Callable[[Path], Any]


def _csv(**options: Any) -> Peer:
    return lambda path: pl.read_csv(path, **options)


PEERS: dict[str, Peer] = {
    "narrow.csv": _csv(),
    "narrow.parquet": pl.read_parquet,
    "plain.csv": _csv(),
    "stark.df2": _csv(has_header=False, comment_prefix="#"),
    "gas.bg.csv": _csv(has_header=False),
    "portal.edf.csv": _csv(null_values=["-"]),
}


def write_all(systems: int, folder: Path) -> None:
    """Every file, of four channels a system and one day."""
    table = estate.numbers_everywhere(systems)
    frame = customers.narrow(table)
    frame.write_csv(folder / "narrow.csv")
    frame.write_parquet(folder / "narrow.parquet")
    customers.plain(frame).write_csv(folder / "plain.csv")
    customers.write_df2(frame, folder / "stark.df2")
    customers.write_british_gas(table, folder / "gas.bg.csv")
    customers.write_edf(table, folder / "portal.edf.csv")


def _seconds(call: Callable[[Path], Any], path: Path) -> float:
    started = time.perf_counter()
    call(path)
    return time.perf_counter() - started


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--systems", type=int, default=10_000, help="four channels of 48 readings each")
    arguments.add_argument("--repeats", type=int, default=7)
    chosen = arguments.parse_args()
    print(f"polars {pl.__version__}; medians of {chosen.repeats} paired runs; ratios are ours / polars, run by run")
    print(f"{'file':16} {'MB':>7} {'ours MB/s':>10} {'polars MB/s':>12} {'ratio':>6} {'million readings/s':>19}")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_all(chosen.systems, folder)
        for name, peer in PEERS.items():
            _say(folder / name, peer, chosen.repeats, chosen.systems * 4 * estate.PERIODS)


def _say(path: Path, peer: Peer, repeats: int, readings: int) -> None:
    size = path.stat().st_size / 1e6
    read_submission(path)
    peer(path)
    pairs = [(_seconds(read_submission, path), _seconds(peer, path)) for _ in range(repeats)]
    ours_s, peer_s = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    speeds = f"{size / ours_s:10.0f} {size / peer_s:12.0f} {ratio:6.2f} {readings / ours_s / 1e6:19.1f}"
    print(f"{path.name:16} {size:7.1f} {speeds}")


if __name__ == "__main__":
    main()
