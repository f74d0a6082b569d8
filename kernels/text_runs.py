"""Runs of rows that have the same text: what is said of one row of a run need not be looked up for the others."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel
from kernels.loads import load64

_WORD = 8


@inlined
def _alike(data, first, second, length):  # type: ignore[no-untyped-def]
    """Whether `length` bytes from `first` and from `second` on are the same; eight at once, the last eight overlap."""
    if length < _WORD:
        for k in range(length):  # noqa: SIM110 - Numba compiles no generator
            if data[first + k] != data[second + k]:
                return False
        return True
    k = 0
    while k < length:
        at = min(k, length - _WORD)
        if load64(data, np.uint64(first + at)) != load64(data, np.uint64(second + at)):
            return False
        k += _WORD
    return True


@kernel
def text_runs(offsets, data, heads, run):  # type: ignore[no-untyped-def]
    """Number of runs; the first row of each into `heads`, int64 with room for one per row, and each row's into `run`.

    Row r has the bytes `offsets[r]` to `offsets[r + 1] - 1` of `data`, uint8; `run` is int32 (rows,).
    """
    many = 0
    for row in range(run.shape[0]):
        start = np.int64(offsets[row])
        length = np.int64(offsets[row + 1]) - start
        goes_on = False
        if row > 0:
            before = np.int64(offsets[row - 1])
            goes_on = start - before == length and _alike(data, before, start, length)
        if not goes_on:
            heads[many] = row
            many += 1
        run[row] = many - 1
    return many
