"""Half hours of a file a piece at a time: memory is bounded by the piece, not by the file.

A piece is cut where every channel-day that began has ended, and what stands behind the cut is held for the next. In a
file in order of channel and day that is the last channel-day; in order of time, the last day of all channels. What one
piece cannot know alone is noticed, and then the file has to be read as a whole: a channel-day that goes on after a
cut, stamps that state their offset in one piece only, and a channel that runs forwards in one and backwards in another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels import grouping
from validator.errors import SubmissionError
from validator.readings import pieces
from validator.readings.half_hours.channel_days import Grouped, HalfHours, Statuses, channel_days, grouped_rows
from validator.readings.half_hours.coded import Coded
from validator.readings.half_hours.directions import Directions
from validator.readings.half_hours.row_layout import RowLayout
from validator.readings.half_hours.rows import Rows
from validator.readings.pieces import AsWholeError, one_ahead
from validator.readings.source import Submission

_FEW_KEYS = 1024
_DAY_MULTIPLIER = 0x9E3779B97F4A7C15


def days_in_pieces(submission: Submission, tables: Iterator[pa.Table], layout: RowLayout) -> Iterator[pa.Table]:
    """READINGS tables of a file's rows, which come in `tables` of the types that `Rows` takes, of any lengths.

    Together they are what `channel_days` makes of all rows at once. Raises AsWholeError for a file that cannot be read
    in pieces, or not at all, when some may have been given out.
    """
    least = pieces.ROWS_AT_ONCE
    held: list[pa.Table] = []
    waiting, wanted = 0, least
    so_far = _Pieces(submission, layout)
    try:
        for table in one_ahead(tables) if submission.jobs > 1 else tables:
            held.append(table)
            waiting += table.num_rows
            if waiting < wanted:
                continue
            piece = pa.concat_tables(held)
            cut, days = so_far.days(piece, is_last=False)
            held, waiting = [piece.slice(cut)], waiting - cut
            # Where no cut is found the next attempt has twice as many rows, so that few are looked at in vain.
            wanted = waiting + least if cut else 2 * waiting
            if days is not None:
                yield days
        if waiting:
            yield so_far.rest(pa.concat_tables(held))
        so_far.end()
    except SubmissionError as fault:
        raise AsWholeError from fault


class _Pieces:
    """What is known of the pieces so far."""

    def __init__(self, submission: Submission, layout: RowLayout) -> None:
        self._submission = submission
        self._layout = layout
        self._above = 0
        self._seen = _SeenKeys()
        self._terms: tuple[object, ...] | None = None
        self._directions = Directions(layout)

    def rest(self, table: pa.Table) -> pa.Table:
        """The channel-days of the last rows."""
        _, days = self.days(table, is_last=True)
        assert days is not None
        return days

    def days(self, table: pa.Table, *, is_last: bool) -> tuple[int, pa.Table | None]:
        """Where the piece was cut, and its channel-days up to there; None where there is no place to cut."""
        rows = Rows(self._submission, table, self._layout, None)
        sent = rows.half_hours()
        grouped = grouped_rows(sent)
        cut = table.num_rows if is_last else _last_cut(grouped)
        if not cut:
            return 0, None
        self._check_terms(table, rows, sent)
        self._directions.add(rows, sent, cut)
        if cut < table.num_rows:
            grouped = Grouped(grouped.group[:cut], grouped.firsts[: int(grouped.group[:cut].max()) + 1])
            sent = _first_rows(sent, cut)
        if self._seen.add(_keys(sent, grouped)):
            raise AsWholeError
        days = channel_days(self._submission, replace(sent, place=sent.place + self._above), grouped)
        self._above += cut
        return cut, days

    def end(self) -> None:
        """All rows have come."""
        if not self._directions.hold:
            raise AsWholeError

    def _check_terms(self, table: pa.Table, rows: Rows, sent: HalfHours) -> None:
        """What has to be the same in every row of the file."""
        said = None if self._layout.utc_day is None else table[self._layout.utc_day][0].as_py()
        zoned = None if rows.stamps is None else bool(rows.stamps[0].zoned.any())
        terms = (sent.utc_day, said, zoned)
        if self._terms not in (None, terms):
            raise AsWholeError
        self._terms = terms


def _last_cut(grouped: Grouped) -> int:
    return int(grouping.last_cut(grouped.group, np.empty(len(grouped.firsts), dtype=np.int64)))


def _first_rows(sent: HalfHours, rows: int) -> HalfHours:
    statuses = sent.statuses
    return replace(
        sent,
        channel=sent.channel[:rows],
        day=sent.day[:rows],
        period=sent.period[:rows],
        energy_kwh=sent.energy_kwh[:rows],
        place=sent.place[:rows],
        statuses=statuses and Statuses(statuses.bits[:rows], statuses.blank[:rows], statuses.are_bits),
        shared={name: Coded(each.texts, each.codes[:rows]) for name, each in sent.shared.items()},
    )


def _keys(sent: HalfHours, grouped: Grouped) -> npt.NDArray[np.uint64]:
    """A number for each channel-day. Two that share one by chance are taken for one, and all is read as a whole."""
    channel, day = sent.channel[grouped.firsts], sent.day[grouped.firsts]
    used, place = np.unique(channel, return_inverse=True)
    names = sent.channels.names(used)
    hashed = np.array([hash(name) & 0xFFFFFFFFFFFFFFFF for name in names], dtype=np.uint64)
    keys = hashed[place] ^ (day.astype(np.uint64) * np.uint64(_DAY_MULTIPLIER))
    return np.where(keys == 0, np.uint64(1), keys)


class _SeenKeys:
    """The keys of all channel-days so far: 16 to 32 bytes for each."""

    def __init__(self) -> None:
        self._slots = np.zeros(2 * _FEW_KEYS, dtype=np.uint64)
        self._many = 0

    def add(self, keys: npt.NDArray[np.uint64]) -> bool:
        """Whether one of the keys was there already, or stands twice among them."""
        needed = self._many + len(keys)
        if 2 * needed > len(self._slots):
            kept = self._slots[self._slots != 0]
            self._slots = np.zeros(1 << (2 * needed).bit_length(), dtype=np.uint64)
            grouping.add_keys(kept, self._slots)
        new = int(grouping.add_keys(keys, self._slots))
        self._many += new
        return new < len(keys)
