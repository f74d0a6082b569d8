"""Work on channel-days shared out among threads; the same answers whatever their number."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

Result = TypeVar("Result")

BLOCK_ROWS = 16_384
"""Channel-days handed to a thread at once."""
LEAST_ROWS = 8_192
"""Channel-days below which another thread takes longer to start than it saves."""


def each_block(rows: int, jobs: int, work: Callable[[int, int], Result]) -> list[Result]:
    """`work(first, last)` for every block of channel-days, in their order.

    The caller works too, and every thread takes the next block that nobody has: a pool of `jobs` threads that the
    caller only waits for took 0.2 ms longer to start, a tenth of the work of 50,000 channel-days.
    """
    blocks = _blocks(rows, jobs)
    done: dict[int, Result] = {}
    waiting = iter(enumerate(blocks))

    def take() -> None:
        for place, (first, last) in waiting:
            done[place] = work(first, last)

    others = min(jobs, len(blocks)) - 1
    if others < 1:
        take()
    else:
        with ThreadPoolExecutor(others) as threads:
            taking = [threads.submit(take) for _ in range(others)]
            take()
            for other in taking:
                other.result()
    return [done[place] for place in range(len(blocks))]


def _blocks(rows: int, jobs: int) -> list[tuple[int, int]]:
    """As many for each thread, and as large; three blocks on two threads would take as long as four."""
    most = max(rows // LEAST_ROWS, 1)
    wanted = -(-rows // BLOCK_ROWS)
    count = min(-(-wanted // jobs) * jobs, most) if jobs > 1 else wanted
    edges = [rows * place // count for place in range(count + 1)] if rows else [0]
    return list(pairwise(edges))
