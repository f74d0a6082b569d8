"""Tells the two halves of the repeated hour apart by the order in which a channel's rows stand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validator.readings.half_hours.clock import Candidates, Seconds

Codes = npt.NDArray[np.int32]


def told_apart(candidates: Candidates, codes: Codes, channels: Codes) -> Seconds:
    """The instant of each row, int64 (rows,).

    Row r has the stamp `codes[r]` of `candidates` and belongs to channel `channels[r]`. Where a stamp comes twice
    in one channel, the first is the earlier, or the later in a channel whose rows run backwards in time; where it
    comes once, it is the one that stands `alone`, and the other is missing from the day. A third is given the
    place of the second, so that it will be found to overlap.
    """
    instants = candidates.alone[codes]
    if candidates.tell_all:
        return instants
    repeated = candidates.first != candidates.second
    rows = np.flatnonzero(repeated[codes])
    order = np.lexsort((rows, codes[rows], channels[rows]))
    rows = rows[order]
    key = channels[rows].astype(np.int64) * len(candidates.first) + codes[rows]
    begins = np.concatenate([[True], key[1:] != key[:-1]]) if len(rows) else np.zeros(0, dtype=np.bool_)
    run = np.cumsum(begins) - 1
    place = np.arange(len(rows)) - np.flatnonzero(begins)[run]
    twice = np.bincount(run, minlength=1)[run] > 1 if len(rows) else begins
    earlier = (place == 0) != runs_backwards(candidates, codes, channels)[channels[rows]]
    chosen = np.where(earlier, candidates.first[codes[rows]], candidates.second[codes[rows]])
    instants[rows[twice]] = chosen[twice]
    return instants


def runs_backwards(candidates: Candidates, codes: Codes, channels: Codes) -> npt.NDArray[np.bool_]:
    """Whether each channel's last row is stamped before its first; (channels,)."""
    count = int(channels.max()) + 1
    first, last = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    last[channels] = candidates.alone[codes]
    first[channels[::-1]] = candidates.alone[codes[::-1]]
    return last < first
