"""Half hours that came a row each, grouped into channel-days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels import grouping
from validator.calendar import day_of_number, expected_periods
from validator.errors import SubmissionError
from validator.readings.dates import first_implausible
from validator.readings.half_hours.coded import Coded
from validator.readings.source import Submission
from validator.readings.table import Columns, provenance, with_absent_columns
from validator.schema import FLAG_INVALID_STATUS

MOST_PERIODS = 50
_ROWS_A_SLOT = 2

Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Channels:
    """Who the channels are: text arrays (channels,)."""

    mpan_core: pa.Array
    measurement_quantity: pa.Array
    role: pa.Array

    @classmethod
    def main(cls, mpan_cores: list[str], quantities: list[str]) -> Channels:
        """Channels of main meters."""
        roles = pa.repeat(pa.scalar("MAIN", pa.string()), len(mpan_cores))
        return cls(pa.array(mpan_cores, pa.string()), pa.array(quantities, pa.string()), roles)

    def names(self, channels: Numbers) -> list[tuple[str, ...]]:
        """MPAN core, quantity and role of some of the channels."""
        at = pa.array(channels)
        columns = (each.take(at).to_pylist() for each in (self.mpan_core, self.measurement_quantity, self.role))
        return list(zip(*columns, strict=True))


@dataclass(frozen=True)
class Statuses:
    """`bits` uint16 (rows,); `blank` bool (rows,), no status was sent; `are_bits`: numbers, which carry alarms."""

    bits: npt.NDArray[np.uint16]
    blank: npt.NDArray[np.bool_]
    are_bits: bool = False


@dataclass(frozen=True)
class HalfHours:
    """One row per half hour; all arrays (rows,) but `channels`.

    `channel` is a row number of `channels`, `day` counts from 1970-01-01, `period` from 1; `energy_kwh` is NaN
    where blank. `place` is the row's own place in the submission from 1: a line where `by_line`, else a row, which
    stands `lines_above` lines further down where the format has lines.
    """

    channels: Channels
    channel: Numbers
    day: Numbers
    period: Numbers
    energy_kwh: npt.NDArray[np.float64]
    statuses: Statuses | None
    place: npt.NDArray[np.int64]
    utc_day: bool
    by_line: bool = False
    lines_above: int | None = None
    date_column: str = "settlement_date"
    period_column: str = "settlement_period"
    shared: dict[str, Coded] = field(default_factory=dict)
    """Columns that must be the same throughout a channel-day, such as the serial number."""

    def refuse(
        self, submission: Submission, row: int, found: str, expected: str, action: str, column: str | None = None
    ) -> SubmissionError:
        """The error for one row of these."""
        place = int(self.place[row])
        if self.by_line:
            return submission.refuse(found, expected, action, line=place, column=column)
        line = place + self.lines_above if self.lines_above is not None else None
        return submission.refuse(found, expected, action, line=line, row=place, column=column)


@dataclass(frozen=True)
class Grouped:
    """Each row's channel-day, int32 (rows,), and each channel-day's first row, int64 (channel-days,)."""

    group: Numbers
    firsts: npt.NDArray[np.int64]


def channel_days(submission: Submission, sent: HalfHours, grouped: Grouped | None = None) -> pa.Table:
    """The READINGS table; channel-days in the order in which they first appear.

    A day is as long as its date should be; a half hour that did not come is null, and a period beyond the day
    lengthens it, for the checks to find. `period_flags` is null for a day without any status; a blank status among
    others is one that is not A, E or C. Two rows for one half hour are refused with both places: which of them
    holds cannot be known. (A whole day sent again is a duplicate day only in formats that group by day or channel.)
    `grouped` is what `grouped_rows` says of them, where it was asked already.
    """
    _check(submission, sent)
    grouped = grouped or grouped_rows(sent)
    group, firsts = grouped.group, grouped.firsts
    days = sent.day[firsts]
    utc_day = np.full(len(firsts), sent.utc_day)
    lengths = expected_periods(days, utc_day)
    grouping.most_periods(group, sent.period, lengths)
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    if offsets[-1] > 2**31 - 1:
        raise submission.refuse(f"{offsets[-1]} half hours", "at most 2**31", "Send it in smaller parts")
    row_of = np.full(int(offsets[-1]), -1, dtype=np.int64)
    taken = grouping.place_rows(group, sent.period, offsets, row_of)
    if taken >= 0:
        raise _overlap(submission, sent, int(taken), int(row_of[offsets[group[taken]] + sent.period[taken] - 1]))
    places = _Places(row_of, len(row_of) == len(group) and bool((np.diff(row_of, prepend=-1) == 1).all()))
    list_offsets = pa.array(offsets.astype(np.int32))
    columns: Columns = {
        "mpan_core": sent.channels.mpan_core.take(pa.array(sent.channel[firsts])),
        "measurement_quantity": sent.channels.measurement_quantity.take(pa.array(sent.channel[firsts])),
        "role": sent.channels.role.take(pa.array(sent.channel[firsts])),
        "settlement_date": pa.array(days, pa.int32()).view(pa.date32()),
        "energy_kwh": pa.ListArray.from_arrays(list_offsets, _energies(sent, places)),
        **{name: _shared(submission, sent, name, group, firsts) for name in sent.shared},
    }
    alarms = pa.array(np.zeros(len(firsts), dtype=np.bool_))
    if sent.statuses is not None:
        columns["period_flags"] = _flags(submission, sent, sent.statuses, places, list_offsets, group, len(firsts))
        alarms = columns["period_flags"].is_valid() if sent.statuses.are_bits else alarms
    source_rows = pa.array(sent.place[firsts], pa.int64())
    return with_absent_columns({**columns, **provenance(submission.name, sent.utc_day, alarms, source_rows)})


@dataclass(frozen=True)
class _Places:
    """`row_of` int64 (half hours,): the row that belongs there, -1 where none came.

    `unmoved`: rows came sorted by channel, day and period, without a gap, so that nothing has to move.
    """

    row_of: npt.NDArray[np.int64]
    unmoved: bool

    def place(self, values: npt.NDArray[Any], absent: float) -> npt.NDArray[Any]:
        """The values of rows where they belong, `absent` where no row came."""
        if self.unmoved:
            return values
        placed = np.full(len(self.row_of), absent, dtype=values.dtype)
        there = self.row_of >= 0
        placed[there] = values[self.row_of[there]]
        return placed


def _check(submission: Submission, sent: HalfHours) -> None:
    lengths = {len(each) for each in (sent.channel, sent.day, sent.period, sent.energy_kwh, sent.place)}
    assert len(lengths) == 1, "the kernels that group rows look no array's length up"
    found = first_implausible(sent.day, submission.today)
    if found:
        row, expected = found
        shown = str(np.datetime64(int(sent.day[row]), "D"))
        raise sent.refuse(submission, row, shown, expected, "Correct the date", sent.date_column)
    outside = (sent.period < 1) | (sent.period > MOST_PERIODS)
    if outside.any():
        row = int(outside.argmax())
        expected = f"a settlement period from 1 to {MOST_PERIODS}"
        raise sent.refuse(submission, row, str(sent.period[row]), expected, "Correct the period", sent.period_column)


def grouped_rows(sent: HalfHours) -> Grouped:
    """The rows by channel-day."""
    rows = len(sent.day)
    group = np.empty(rows, dtype=np.int32)
    # Room for the channel-days that there can be: every channel on every date that came.
    dates = int(sent.day.max()) - int(sent.day.min()) + 1 if rows else 1
    most = min(rows, len(sent.channels.mpan_core) * dates) or 1
    first_row = np.empty(most, dtype=np.int64)
    slots = np.full(1 << (_ROWS_A_SLOT * most).bit_length(), -1, dtype=np.int32)
    groups = grouping.group_rows(sent.channel, sent.day, slots, group, first_row)
    return Grouped(group, first_row[:groups])


def _overlap(submission: Submission, sent: HalfHours, row: int, first: int) -> SubmissionError:
    channel = int(sent.channel[row])
    who = f"{sent.channels.mpan_core[channel].as_py()} {sent.channels.measurement_quantity[channel].as_py()}"
    when = f"{day_of_number(int(sent.day[row])).isoformat()} period {sent.period[row]}"
    noun = "row" if not sent.by_line and sent.lines_above is None else "line"
    holder = submission.as_sent(int(sent.place[first]) + (sent.lines_above or 0))
    return sent.refuse(
        submission,
        row,
        f"{who}, {when}, which {noun} {holder} holds already",
        "one row for each half hour",
        "Take out the one that does not hold",
        sent.period_column,
    )


def _energies(sent: HalfHours, places: _Places) -> pa.Array:
    energies = places.place(sent.energy_kwh, np.nan)
    blank = np.isnan(energies)
    return pa.array(energies, pa.float64(), mask=blank if blank.any() else None)


def _flags(
    submission: Submission,
    sent: HalfHours,
    statuses: Statuses,
    places: _Places,
    offsets: pa.Array,
    group: Numbers,
    groups: int,
) -> pa.Array:
    """Lists of uint16; null for a channel-day on which no row has a status."""
    any_blank = bool(statuses.blank.any())
    has_any = np.full(groups, not any_blank)
    bits = statuses.bits
    if any_blank:
        has_any[group[~statuses.blank]] = True
        lacking = statuses.blank & ~np.isnan(sent.energy_kwh) & has_any[group]
        if statuses.are_bits and lacking.any():
            row = int(lacking.argmax())
            expected = "flag bits, a whole number from 0 to 65535, as on the day's other rows"
            raise sent.refuse(submission, row, "blank", expected, "Write 0 for no flag", "period_flags")
        bits = np.where(lacking, np.uint16(FLAG_INVALID_STATUS), bits)
    placed = places.place(bits, 0)
    if has_any.all():
        return pa.ListArray.from_arrays(offsets, pa.array(placed, pa.uint16()))
    lengths = np.diff(offsets.to_numpy())
    own = np.concatenate([[0], np.cumsum(np.where(has_any, lengths, 0))]).astype(np.int32)
    values = pa.array(placed[np.repeat(has_any, lengths)], pa.uint16())
    return pa.ListArray.from_arrays(pa.array(own), values, mask=pa.array(~has_any))


def _shared(
    submission: Submission, sent: HalfHours, name: str, group: Numbers, firsts: npt.NDArray[np.int64]
) -> pa.Array:
    """The column's value on each channel-day's first row; refused where a later row differs."""
    texts, codes = sent.shared[name]
    differs = codes != codes[firsts[group]]
    if differs.any():
        row = int(differs.argmax())
        first = int(firsts[group[row]])
        shown = [
            repr(texts[int(codes[each])].as_py()) if codes[each] < len(texts) else "blank" for each in (row, first)
        ]
        above = sent.lines_above or 0
        other = submission.as_sent(int(sent.place[first]) + above) - above
        expected = f"{shown[1]}, as on row {other} of the same channel-day"
        raise sent.refuse(submission, row, shown[0], expected, "Send one for the day", name)
    chosen = codes[firsts]
    return texts.take(pa.array(chosen, mask=chosen == len(texts)))
