"""What this machine's memory gives, in the manner of STREAM: reading and copying arrays far larger than any cache.

Set beside nanoseconds a reading it shows whether a kernel waits for memory or computes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from benchmarks.interleaved import interleaved
from kernels.compile import kernel

WORDS = 32 * 2**20
"""Of eight bytes: 256 MiB in each array."""


@kernel
def total(values):  # type: ignore[no-untyped-def]
    """The sum of whole numbers, which the compiler may take in any order: reads everything, writes nothing."""
    found = np.int64(0)
    for i in range(values.shape[0]):
        found += values[i]
    return found


def bandwidth(rounds: int = 7) -> dict[str, float]:
    """Gigabytes a second, by what is done and by how many threads; a copy counts what it reads and what it writes."""
    here, there = np.arange(WORDS, dtype=np.int64), np.zeros(WORDS, dtype=np.int64)
    middle = WORDS // 2
    with ThreadPoolExecutor(1) as other:

        def both(work: Callable[[slice], Any]) -> None:
            begun = other.submit(work, slice(middle))
            work(slice(middle, None))
            begun.result()

        def read(part: slice) -> None:
            total(here[part])

        def copy(part: slice) -> None:
            np.copyto(there[part], here[part])

        moved = {"read, one thread": 8, "read, two threads": 8, "copy, one thread": 16, "copy, two threads": 16}
        everything = slice(None)
        runs: list[Callable[[], Any]] = [
            lambda: read(everything), lambda: both(read), lambda: copy(everything), lambda: both(copy),
        ]  # fmt: skip
        contenders = dict(zip(moved, runs, strict=True))
        timed = interleaved(contenders, "read, one thread", rounds, time.perf_counter)
    return {name: moved[name] * WORDS / timing.median_s / 1e9 for name, timing in timed.items()}
