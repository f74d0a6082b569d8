"""Windows of a file scanned by threads, and given back in the order of the file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from validator.readings.pipes.windows import Window

_AHEAD = 1
"""Windows that are scanned ahead, beyond one for each thread."""
T = TypeVar("T")


def scanned_ahead(
    windows: Iterator[Window], scan: Callable[[Window, bool], T], jobs: int
) -> Iterator[tuple[Window, T]]:
    """Each window and what `scan` makes of it, by `jobs` threads; `scan` is told which window is the first.

    No more windows are held than threads and one.
    """

    def sealed(window: Window, is_first: bool) -> T:
        window.data.setflags(write=False)
        return scan(window, is_first)

    if jobs <= 1:
        for place, window in enumerate(windows):
            yield window, sealed(window, place == 0)
        return
    with ThreadPoolExecutor(jobs) as threads:
        waiting: deque[tuple[Window, Future[T]]] = deque()
        for place, window in enumerate(windows):
            waiting.append((window, threads.submit(sealed, window, place == 0)))
            if len(waiting) > jobs + _AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
