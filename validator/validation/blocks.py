"""Work on channel-days shared out among threads; the same answers whatever their number."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

BLOCK_ROWS = 16_384
"""Channel-days handed to a thread at once: below about 4,000 the hand-over itself shows."""


def each_block(rows: int, jobs: int, work: Callable[[int, int], Result]) -> list[Result]:
    """`work(first, last)` for every block of channel-days, in their order."""
    firsts = range(0, rows, BLOCK_ROWS)
    lasts = [min(first + BLOCK_ROWS, rows) for first in firsts]
    if jobs == 1 or len(lasts) < 2:
        return [work(first, last) for first, last in zip(firsts, lasts, strict=True)]
    with ThreadPoolExecutor(min(jobs, len(lasts))) as threads:
        return list(threads.map(work, firsts, lasts))
