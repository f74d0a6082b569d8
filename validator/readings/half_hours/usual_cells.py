"""Columns of cells that are all written in one usual way, read by kernels; any other is left to who reads all ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels import stamp_texts as kernel
from kernels.grouped_numbers import grouped_numbers
from validator.readings.half_hours import stamp_texts
from validator.readings.half_hours.clock import Seconds
from validator.readings.half_hours.stamp_texts import Stamps

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
_SHAPES = {stamp_texts.SLASHED: kernel.DAY_FIRST, stamp_texts.ISO: kernel.YEAR_FIRST}


def usual_stamps(column: pa.ChunkedArray, forms: Sequence[str]) -> tuple[Stamps, Codes] | None:
    """Distinct stamps, and which of them is each row's; None unless all rows are alike and none states its offset.

    Unlike texts mean unlike seconds there, so that no text has to be looked for among the others.
    """
    if column.null_count or not len(column):
        return None
    for form in forms:
        seconds = np.empty(len(column), dtype=np.int64)
        shape = _SHAPES.get(form)
        if shape is not None and _in_one_shape(column, shape, seconds):
            return _distinct(seconds)
    return None


def usual_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Numbers without a sign, their thousands perhaps divided by commas; nulls stay. None where one is not so."""
    numbers = np.empty(len(column), dtype=np.float64)

    def read(data: npt.NDArray[np.uint8], offsets: Codes, out: npt.NDArray[np.float64]) -> bool:
        return bool(grouped_numbers(data, offsets, out))

    if not _each_chunk(column, numbers, read):
        return None
    blank = np.isnan(numbers)
    if int(blank.sum()) != column.null_count:
        return None
    return pa.chunked_array([pa.array(numbers, mask=blank if blank.any() else None)], pa.float64())


def _in_one_shape(column: pa.ChunkedArray, shape: int, seconds: Seconds) -> bool:
    lengths = set()

    def read(data: npt.NDArray[np.uint8], offsets: Codes, out: Seconds) -> bool:
        lengths.add(int(offsets[1] - offsets[0]))
        return len(lengths) == 1 and bool(kernel.read_stamps(data, offsets, shape, out))

    return _each_chunk(column, seconds, read)


def _each_chunk(column: pa.ChunkedArray, out: npt.NDArray[np.generic], read: Callable[..., bool]) -> bool:
    """Whether `read` of its bytes, its offsets and the place of its numbers is true of each chunk that is not empty."""
    first = 0
    for chunk in column.chunks:
        if not pa.types.is_string(chunk.type):
            return False
        if not len(chunk):
            continue
        _, places, texts = chunk.buffers()
        offsets = np.frombuffer(places, dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        data = np.frombuffer(texts if texts is not None else b"", dtype=np.uint8)
        if not read(data, offsets, out[first : first + len(chunk)]):
            return False
        first += len(chunk)
    return True


def _distinct(seconds: Seconds) -> tuple[Stamps, Codes]:
    steps = np.diff(seconds)
    if (steps > 0).all():
        codes = np.arange(len(seconds), dtype=np.int32)
    elif (steps < 0).all():
        seconds, codes = seconds[::-1], np.arange(len(seconds) - 1, -1, -1, dtype=np.int32)
    else:
        seconds, inverse = np.unique(seconds, return_inverse=True)
        codes = inverse.astype(np.int32)
    none = np.zeros(len(seconds), dtype=np.int64)
    return Stamps(seconds, none, np.zeros(len(seconds), dtype=np.bool_), np.ones(len(seconds), dtype=np.bool_)), codes
