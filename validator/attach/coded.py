"""A column of standing data as numbers: few distinct values stand on a million rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.compute as pc

NONE = -1


def coded(column: pl.Series) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """The place of each row's value among the distinct values, -1 for null, and those values."""
    if column.null_count() == len(column):
        return np.full(len(column), NONE, dtype=np.int64), []
    if not column.null_count() and (column == column[0]).all():
        return np.zeros(len(column), dtype=np.int64), [column[0]]
    encoded = pc.dictionary_encode(column.to_arrow())
    places = pc.fill_null(encoded.indices, NONE).to_numpy(zero_copy_only=False)
    return places.astype(np.int64), encoded.dictionary.to_pylist()
