"""Facts that change with the date, laid out so that one kernel looks them all up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from kernels.lookup import step
from validator.calendar import day_number

ALWAYS = np.iinfo(np.int32).min


Timeline = Sequence[tuple[date | None, int]]
"""(from date, entry) in ascending order, None standing for "always"."""


@dataclass(frozen=True, eq=False)
class Steps:
    """Timelines of several groups; those of group g are entries `starts[g]` to `starts[g + 1] - 1`."""

    starts: npt.NDArray[np.int64]
    from_days: npt.NDArray[np.int32]
    entries: npt.NDArray[np.int32]


def steps_of(timelines: Sequence[Timeline]) -> Steps:
    """Timelines laid out, one of each group."""
    starts = np.concatenate([[0], np.cumsum([len(timeline) for timeline in timelines])]).astype(np.int64)
    flat = [moment for timeline in timelines for moment in timeline]
    from_days = np.array([ALWAYS if start is None else day_number(start) for start, _ in flat], dtype=np.int32)
    return Steps(starts, from_days, np.array([entry for _, entry in flat], dtype=np.int32))


def look_up(groups: npt.NDArray[np.int32], days: npt.NDArray[np.int32], steps: Steps) -> npt.NDArray[np.int32]:
    """Entry of each row's timeline on its day, int32 (rows,); -1 before its first or for group -1."""
    found = np.full(len(groups), -1, dtype=np.int32)
    step(groups, days, steps.starts, steps.from_days, steps.entries, found)
    return found
