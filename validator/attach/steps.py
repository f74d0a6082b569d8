"""Facts that change with the date, laid out so that one kernel looks them all up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from kernels.lookup import step
from validator.calendar import day_number

ALWAYS = np.iinfo(np.int32).min


def look_up(
    groups: npt.NDArray[np.int32],
    days: npt.NDArray[np.int32],
    timelines: Sequence[Sequence[tuple[date | None, int]]],
) -> npt.NDArray[np.int32]:
    """Entry of each row's timeline on its day, int32 (rows,); -1 before its first or for group -1.

    A timeline is (from date, entry) in ascending order, None standing for "always".
    """
    lengths = [len(timeline) for timeline in timelines]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    flat = [moment for timeline in timelines for moment in timeline]
    from_days = np.array([ALWAYS if start is None else day_number(start) for start, _ in flat], dtype=np.int32)
    entries = np.array([entry for _, entry in flat], dtype=np.int32)
    found = np.full(len(groups), -1, dtype=np.int32)
    step(groups, days, starts, from_days, entries, found)
    return found
