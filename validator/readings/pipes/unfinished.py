"""A channel-day that no record ends: the file, or the next header, comes where its trailer should be.

Nothing says how many records were to follow, so such a channel-day is good only where it has every period of its date.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernels import pipes
from validator.calendar import UTC_PERIODS, day_of_number, local_period_count
from validator.readings.pipes.layouts import Layout
from validator.readings.pipes.scanning import Scanned


@dataclass(frozen=True)
class Unfinished:
    """A row of a window that may go on: its place among the rows, its line in the window (from 1), its first byte.

    `came` periods of the `due` of its date have come.
    """

    row: int
    line: int
    begin: int
    came: int
    due: int

    def words(self, lines_before: int) -> str:
        """What to say of it; `lines_before` come before the window."""
        opens = f"The channel-day that line {self.line + lines_before} opens"
        return f"{opens} may be cut short, with {self.came} periods where its date has {self.due}: it is not kept"


def unfinished_before(layout: Layout, scanned: Scanned, end: int, day: int) -> Unfinished | None:
    """The last row before byte `end`, where it is still open there and does not have all periods of its date.

    `day` is the date in force at the window's start, as days since 1970-01-01. The caller knows that the row is open.
    """
    row = int(np.count_nonzero(scanned.rows[:, pipes.ROW_BEGIN] < end)) - 1
    begins = np.append(scanned.rows[:, pipes.ROW_VALUES], len(scanned.energy_kwh))
    came = int(begins[row + 1] - begins[row])
    own = int(scanned.rows[row, pipes.ROW_DAY])
    due = UTC_PERIODS if layout.utc_day else local_period_count(day_of_number(day if own == pipes.UNKNOWN_DAY else own))
    if came == due:
        return None
    line, begin = (int(scanned.rows[row, place]) for place in (pipes.ROW_LINE, pipes.ROW_BEGIN))
    return Unfinished(row, line, begin, came, due)
