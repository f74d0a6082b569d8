"""A row's fifty cells, of which a day fills the first 46, 48 or 50."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

MOST_PERIODS = 50

Floats: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]


def last_column(filled: Bools) -> Counts:
    """Number of the last filled cell of each row, from 1; 0 where none is. `filled` is (rows, cells)."""
    backwards = filled[:, ::-1]
    last = filled.shape[1] - backwards.argmax(axis=1)
    return np.where(filled.any(axis=1), last, 0).astype(np.int64)


def within(lengths: Counts) -> Bools:
    """True for the first `lengths` cells of each row; (rows, MOST_PERIODS)."""
    return np.arange(MOST_PERIODS) < lengths[:, None]


def lists_of(matrix: Floats, lengths: Counts, *, null_where_empty: bool = False) -> pa.Array:
    """The first `lengths` cells of each row as a list; a NaN, which can only be a blank, as null."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    flat = matrix[within(lengths)]
    blank = np.isnan(flat)
    values = pa.array(flat, pa.float64(), mask=blank if blank.any() else None)
    empty = pa.array(lengths == 0) if null_where_empty else None
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=empty)
