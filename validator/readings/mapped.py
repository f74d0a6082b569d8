"""Mapped files: pages that have been read leave memory again; they would count as the process's own."""

from __future__ import annotations

import mmap
from collections.abc import Callable


def releasing(mapped: mmap.mmap) -> Callable[[int], None]:
    """What lets go of a mapped file's pages up to a byte; they come back when they are looked at."""
    done = 0

    def release(upto: int) -> None:
        nonlocal done
        end = upto // mmap.PAGESIZE * mmap.PAGESIZE
        # Who comes back to what was let go of has looked at pages anywhere before it.
        begin = done if end > done else 0
        if end > begin:
            mapped.madvise(mmap.MADV_DONTNEED, begin, end - begin)
            done = end

    return release
