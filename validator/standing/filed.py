"""Finds the rows on file of the meters that were submitted, without a look at those of the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from kernels.numbering import place_by_role, search_sorted
from validator.mpan import DistinctMpans, numbers_of
from validator.schema import ROLES

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Filed:
    """Rows of a standing-data table in the order of their MPANs' numbers; arrays (rows,).

    `numbers` ascend, and `order` is where each row stands in the table, whose own order holds within a meter.
    `odd` has the rows, first and last but one, of identifiers that are no number. `is_check` is by row of the table.
    """

    numbers: Rows
    order: Rows
    odd: dict[str, tuple[int, int]]
    is_check: npt.NDArray[np.bool_]

    def rows_of(self, mpans: DistinctMpans) -> tuple[Rows, Rows]:
        """Rows of these meters, and where those of meter m and role r begin among them, at 2 * m + r.

        Each meter is searched for from where the last one stood: those of a day in order take a step each.
        """
        firsts, lasts = np.empty_like(mpans.numbers), np.empty_like(mpans.numbers)
        search_sorted(self.numbers, mpans.numbers, firsts, lasts)
        for meter in np.flatnonzero(mpans.numbers < 0).tolist():
            firsts[meter], lasts[meter] = self.odd.get(mpans.texts[meter].as_py(), (0, 0))
        rows = np.empty(int((lasts - firsts).sum()), dtype=np.int64)
        starts = np.empty(2 * len(firsts) + 1, dtype=np.int64)
        place_by_role(firsts, lasts, self.order, self.is_check, rows, starts)
        return rows, starts


def filed_of(frame: pl.DataFrame) -> Filed:
    """Of a frame sorted by `mpan_core`, `role` and `effective_from`."""
    texts = frame["mpan_core"].to_arrow().cast(pa.string())
    numbers, _ = numbers_of(texts)
    order = np.arange(len(numbers), dtype=np.int64)
    if len(numbers) and (np.diff(numbers) < 0).any():
        order = np.argsort(numbers, kind="stable").astype(np.int64)
        numbers = numbers[order]
    odd: dict[str, tuple[int, int]] = {}
    # They come first; equal texts stand together, for the frame is sorted by them.
    for place in range(int(np.searchsorted(numbers, 0))):
        text = texts[int(order[place])].as_py()
        odd[text] = (odd.get(text, (place, 0))[0], place + 1)
    is_check = (frame["role"] == ROLES[1]).fill_null(False).to_numpy()
    return Filed(numbers, order, odd, np.asarray(is_check, dtype=np.bool_))
