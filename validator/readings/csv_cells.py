"""A row's fifty cells, of which a day fills the first 46, 48 or 50."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

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
