"""Rows on which a whole-day check found something, with what was measured there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.validation.tolerance import past

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """`rows` int64 (found,) ascending; `value` and `limit` float64 (found,), NaN where nothing is measured.

    `basis` names, for each, which of a check's several limits was broken; empty where there is one.
    """

    rows: npt.NDArray[np.int64]
    value: Floats
    limit: Floats
    basis: tuple[str, ...] = ()

    @classmethod
    def none(cls) -> Measured:
        """Nothing found."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))

    @classmethod
    def at(
        cls,
        found: npt.NDArray[np.bool_],
        value: npt.NDArray[Any] | None = None,
        limit: npt.NDArray[Any] | None = None,
    ) -> Measured:
        """From a mask over all rows, and what was measured on each row."""
        rows = np.flatnonzero(found)
        none = np.full(len(rows), np.nan)
        return cls(
            rows,
            none if value is None else value[rows].astype(np.float64),
            none if limit is None else limit[rows].astype(np.float64),
        )

    @classmethod
    def above(cls, ran: npt.NDArray[np.bool_], value: Floats, limit: Floats) -> Measured:
        """Where a check ran and its value is past its limit; NaN is never past."""
        return cls.at(ran & (value > past(limit)), value, limit)
