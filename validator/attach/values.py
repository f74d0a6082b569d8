"""The readings' own columns as flat arrays, without copying where Arrow allows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.blocks import each_block

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Values:
    """Readings of every channel-day, one after another.

    `energy_kwh` float64 (readings,), a null being NaN; `offsets` int64 (rows + 1,). `flags` uint16
    (readings,) and `durations_s` float64 (readings,) follow the same offsets; they are zeros and NaN where
    a row carries none, and `has_flags` and `has_durations` bool (rows,) tell those rows. Where no row
    carries a duration, `durations_s` is empty: a column of NaN cost as much as half the kernels.
    """

    energy_kwh: Floats
    offsets: npt.NDArray[np.int64]
    flags: npt.NDArray[np.uint16]
    has_flags: npt.NDArray[np.bool_]
    durations_s: Floats
    has_durations: npt.NDArray[np.bool_]


def values_of(readings: pa.Table, jobs: int = 1) -> Values:
    """Flat arrays of a table with the READINGS schema; `jobs` threads copy what is in several pieces."""
    energy_kwh, offsets = _flat(readings["energy_kwh"], np.float64, jobs)
    flags, has_flags = _aligned(readings["period_flags"], offsets, np.uint16, 0, jobs)
    durations_s, has_durations = _aligned(readings["period_duration_s"], offsets, np.float64, np.nan, jobs)
    for array in (energy_kwh, flags, durations_s):
        # As Arrow's own are: a kernel is compiled anew for an array that may be written to.
        array.flags.writeable = False
    return Values(energy_kwh, offsets, flags, has_flags, durations_s, has_durations)


def numbers(column: pa.ChunkedArray, absent: float = np.nan) -> Floats:
    """A numeric column as float64 (rows,), nulls as `absent`."""
    filled = pc.fill_null(column.cast(pa.float64()), absent)
    return np.asarray(filled.to_numpy(), dtype=np.float64)


def present(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Where a column is not null; bool (rows,)."""
    if column.null_count == 0:
        return np.ones(len(column), dtype=np.bool_)
    if column.null_count == len(column):
        return np.zeros(len(column), dtype=np.bool_)
    return np.asarray(column.is_valid().to_numpy(), dtype=np.bool_)


def combined(column: pa.ChunkedArray) -> pa.Array:
    """One array of a chunked column; copies only where there are several chunks."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], type=column.type)


def _flat(column: pa.ChunkedArray, dtype: type[Any], jobs: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    if column.num_chunks > 1:
        return _gathered(column, dtype, jobs)
    lists = combined(column)
    if lists.null_count:
        # A null list may still own values; a list without values is what it means.
        lists = pc.fill_null(lists, pa.scalar([], type=lists.type))
    offsets = np.asarray(lists.offsets.to_numpy(), dtype=np.int64)
    start, end = (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
    flat = _plain(lists.values.slice(start, end - start), dtype)
    return flat, (offsets - start if len(offsets) else np.zeros(1, dtype=np.int64))


def _gathered(column: pa.ChunkedArray, dtype: type[Any], jobs: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Lists in several pieces, each copied straight to where it stays.

    Put together first and freed of nulls after, 320 MB were written twice, and memory that is fresh costs more than
    what is written there.
    """
    offsets = np.zeros(len(column) + 1, dtype=np.int64)
    np.cumsum(pc.fill_null(pc.list_value_length(column), 0).to_numpy(), out=offsets[1:])
    flat = np.empty(int(offsets[-1]), dtype=dtype)

    def copy(first: int, last: int) -> None:
        begin = int(offsets[first])
        for piece in column.slice(first, last - first).chunks:
            # A null list may still own values; flattened, it has none.
            values = _plain(piece.flatten(), dtype)
            flat[begin : begin + len(values)] = values
            begin += len(values)

    each_block(len(column), jobs, copy)
    return flat, offsets


def _plain(values: pa.Array, dtype: type[Any]) -> npt.NDArray[Any]:
    """Numbers, a null being NaN or no flag; not copied where there is none."""
    if values.null_count:
        values = pc.fill_null(values, np.nan if dtype is np.float64 else 0)
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=dtype)


def _aligned(
    column: pa.ChunkedArray, offsets: npt.NDArray[np.int64], dtype: type[Any], absent: float, jobs: int
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """A list column laid out by the energies' offsets: cut where longer, `absent` where shorter."""
    has = present(column)
    if not has.any():
        return np.zeros(0 if np.isnan(absent) else int(offsets[-1]), dtype=dtype), has
    flat, own = _flat(column, dtype, jobs)
    if np.array_equal(own, offsets):
        return flat, has
    wanted = np.diff(offsets)
    shared = np.minimum(np.diff(own), wanted)
    out = np.full(int(offsets[-1]), absent, dtype=dtype)
    position = np.arange(int(shared.sum())) - np.repeat(np.cumsum(shared) - shared, shared)
    out[np.repeat(offsets[:-1], shared) + position] = flat[np.repeat(own[:-1], shared) + position]
    return out, has
