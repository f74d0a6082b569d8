"""What waits for a thread, taken together: whatever has come by the time that it is free."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")


def batches(waiting: SimpleQueue[T | None], most: int) -> Iterator[list[T]]:
    """Everything that waits, up to `most` at once, in order; blocks while nothing does, and ends at the first None."""
    last = False
    while not last and (first := waiting.get()) is not None:
        batch = [first]
        while len(batch) < most and not last:
            try:
                following = waiting.get_nowait()
            except Empty:
                break
            if following is None:
                last = True
            else:
                batch.append(following)
        yield batch
