"""Runs of consecutive days of a channel between two readings of its register, a week or more apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from validator.attach.attach import Attached
from validator.catalogue import BY_CODE

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
WEEK_DAYS = 7
_CHECK = BY_CODE["register_advance_mismatch"]


class RegisterRuns(NamedTuple):
    """`first` and `last` row of each run; the run's rows are `order[begin : end]`, all int64."""

    first: Rows
    last: Rows
    order: Rows
    begin: Rows
    end: Rows

    @property
    def places(self) -> Rows:
        """Where each run begins and ends in `order`, one after another."""
        return np.stack([self.begin, self.end], axis=1).reshape(-1)


def register_runs(attached: Attached, complete: Bools) -> RegisterRuns:
    """The runs of seven days or more: from the first day whose register was read at its start, to the last at its end.

    Days between need no register readings, but all their periods (`complete`, (rows,)): a register read once a week
    is as good as one read daily. A run ends where another row of standing data comes into force, and at a day on
    which the check is waived.
    """
    starts, ends = np.isfinite(attached.register_start_kwh), np.isfinite(attached.register_end_kwh)
    channels = attached.channels
    usable = complete & ~channels.repeated & _of_channels(channels.channel, starts, ends)
    usable &= (attached.profiles.waived[attached.profile] & np.uint64(_CHECK.mask)) == 0
    rows = np.flatnonzero(usable)
    order = rows[np.lexsort((channels.day[rows], channels.channel[rows]))]
    run = _numbered(attached, order)
    count = int(run[-1]) + 1 if len(run) else 0
    places = np.arange(len(order))
    begin = np.full(count, len(order), dtype=np.int64)
    np.minimum.at(begin, run[starts[order]], places[starts[order]])
    last = np.full(count, -1, dtype=np.int64)
    np.maximum.at(last, run[ends[order]], places[ends[order]])
    long = last - begin + 1 >= WEEK_DAYS
    begin, last = begin[long], last[long]
    return RegisterRuns(order[begin], order[last], order, begin, last + 1)


def _of_channels(channel: npt.NDArray[np.int64], starts: Bools, ends: Bools) -> Bools:
    """Rows of the channels whose register was read at some day's start and at some day's end."""
    both = np.zeros((2, int(channel.max(initial=-1)) + 1), dtype=np.bool_)
    both[0, channel[starts]] = True
    both[1, channel[ends]] = True
    return np.asarray((both[0] & both[1])[channel])


def _numbered(attached: Attached, order: Rows) -> Rows:
    """Which run of consecutive days each row belongs to, from 0; `order` is by channel and day."""
    channels = attached.channels
    new = np.zeros(len(order), dtype=np.bool_)
    new[1:] = (np.diff(channels.channel[order]) != 0) | (np.diff(channels.day[order]) != 1)
    # Another standing row may be another meter, whose register starts elsewhere.
    new[1:] |= np.diff(attached.meter[order]) != 0
    return np.cumsum(new)
