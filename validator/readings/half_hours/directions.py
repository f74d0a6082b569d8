"""Whether channels run forwards or backwards in time, of a file that is read in pieces.

The two halves of the repeated hour are told apart by it (repeated_hour.py), and a piece has only some of a channel's
rows: what it took for the channel's direction has to be that of all its rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validator.readings.half_hours.channel_days import HalfHours
from validator.readings.half_hours.clock import local_starts_of
from validator.readings.half_hours.repeated_hour import runs_backwards
from validator.readings.half_hours.row_layout import RowLayout
from validator.readings.half_hours.rows import Rows

_FORWARDS, _BACKWARDS = 1, 2


class Directions:
    """The directions that pieces took for a channel's, and its first and last stamp so far."""

    def __init__(self, layout: RowLayout) -> None:
        self._layout = layout
        self._number: dict[tuple[str, ...], int] = {}
        self._first = self._last = np.zeros(0, dtype=np.int64)
        self._taken = np.zeros(0, dtype=np.uint8)

    def add(self, rows: Rows, sent: HalfHours, cut: int) -> None:
        """A piece of which the first `cut` rows are used."""
        if rows.stamps is None or self._layout.zone == "utc" or rows.stamps[0].zoned.any():
            return
        stamps, codes = rows.stamps
        local = local_starts_of(stamps.seconds, self._layout.stamped)
        used, before = np.unique(sent.channel[:cut]), len(self._first)
        at = self._numbers(sent, used)
        of = np.zeros(len(sent.channels.mpan_core), dtype=np.int64)
        of[used] = at
        channel, alone = of[sent.channel[:cut]], local.alone[codes[:cut]]
        begins = np.empty_like(self._first)
        begins[channel[::-1]] = alone[::-1]
        self._first[before:] = begins[before:]
        self._last[channel] = alone
        if local.tell_all:
            return
        told = (local.first != local.second)[codes[:cut]]
        asked = np.unique(sent.channel[:cut][told])
        backwards = runs_backwards(local, codes, sent.channel)[asked]
        self._taken[of[asked]] |= np.where(backwards, _BACKWARDS, _FORWARDS).astype(np.uint8)

    def _numbers(self, sent: HalfHours, used: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Each used channel's number, from 0 in order of appearance, with room for all of them."""
        numbers = [self._number.setdefault(name, len(self._number)) for name in sent.channels.names(used)]
        more = len(self._number) - len(self._first)
        self._first, self._last = np.pad(self._first, (0, more)), np.pad(self._last, (0, more))
        self._taken = np.pad(self._taken, (0, more))
        return np.array(numbers, dtype=np.int64)

    @property
    def hold(self) -> bool:
        """Whether every direction that was taken is the channel's own."""
        own = np.where(self._last < self._first, _BACKWARDS, _FORWARDS)
        return bool((self._taken & ~own == 0).all())
