"""Cumulative register readings into half hours: the energy of each is the newer reading minus the older."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels.advances import advances_between
from validator.errors import SubmissionError
from validator.readings.dates import first_implausible
from validator.readings.half_hours.channel_days import Channels, HalfHours
from validator.readings.half_hours.clock import DAY_S, HALF_HOUR_S, NO_SUCH_TIME, Seconds, settlement_of
from validator.readings.half_hours.coded import coded
from validator.readings.half_hours.stamp_texts import Stamps, stamps_of
from validator.readings.half_hours.stamped import check_readable, instants_of
from validator.readings.source import Submission, TimeBase

_MICRO = 1_000_000
"""Registers carry at most six decimals; what a subtraction of doubles adds beyond them is not energy."""


@dataclass(frozen=True)
class RegisterRows:
    """Readings of one or more registers at the same times, in the file's order.

    `stamps` are text, null where blank, or int64 (rows,), seconds since 1970-01-01 on the clock of `zone`, where the
    reader has read them already and will send them as text for what is to be said of one. `reading_kwh` float64
    (registers, rows), NaN where blank; `place` int64 (rows,), lines where `by_line`, else rows of a sheet. `forms` are
    patterns of the stamps, `zone` the clock of those that do not state theirs, `days` whose days the half hours are put
    in where they do.
    """

    stamps: pa.ChunkedArray | Seconds
    reading_kwh: npt.NDArray[np.float64]
    place: npt.NDArray[np.int64]
    forms: tuple[str, ...]
    shape: str
    zone: TimeBase
    days: TimeBase
    column: str
    by_line: bool
    between: bool

    def shown(self, row: int) -> str:
        """The stamp of one row, from 0, in words."""
        return str(self.stamps[row])

    def refuse(self, submission: Submission, row: int, found: str, expected: str, action: str) -> SubmissionError:
        """The error for the stamp of one row, from 0."""
        place = int(self.place[row])
        line, sheet_row = (place, None) if self.by_line else (None, place)
        return submission.refuse(found, expected, action, line=line, row=sheet_row, column=self.column)


def advances(submission: Submission, rows: RegisterRows, channels: Channels) -> HalfHours:
    """The half hours between readings that stand half an hour apart, each placed where its newer reading is.

    `channels` are those of the registers, in their order. A half hour without a reading at both its ends is missing:
    nothing is spread over a gap. A newer reading below the older gives energy below zero, for the checks to find; so
    does a register that rolled over, since the file does not say how many digits it has. Readings between half hours
    are not needed where `rows.between` allows them, and are refused elsewhere. Raises SubmissionError for a time that
    cannot be read, one that the clock never showed, and two readings of one time.
    """
    instants, zoned = _instants(submission, rows)
    order = _rising(instants)
    order = order[instants[order] % HALF_HOUR_S == 0]
    _refuse_repeated(submission, rows, instants, order)
    parts = [_of_register(instants, order, reading) for reading in rows.reading_kwh]
    if len(rows.stamps) and not any(len(newer) for newer, _ in parts):
        raise submission.refuse(
            f"{len(rows.stamps)} reading{'' if len(rows.stamps) == 1 else 's'}, no two of them half an hour apart",
            "readings on the hour and half hour: a half hour is the difference of two",
            "Send the readings at both ends of each half hour",
        )
    newer = np.concatenate([each for each, _ in parts]) if parts else np.zeros(0, dtype=np.int64)
    starts = instants[newer] - HALF_HOUR_S
    utc_day = (rows.days if zoned else rows.zone) == "utc"
    day, period = settlement_of(starts, utc_day=utc_day)
    return HalfHours(
        channels=channels,
        channel=np.repeat(np.arange(len(parts), dtype=np.int32), [len(each) for each, _ in parts]),
        day=day,
        period=period,
        energy_kwh=np.concatenate([energy for _, energy in parts]) if parts else np.zeros(0),
        statuses=None,
        place=rows.place[newer],
        utc_day=utc_day,
        by_line=rows.by_line,
        date_column=rows.column,
        period_column=rows.column,
    )


def _instants(submission: Submission, rows: RegisterRows) -> tuple[Seconds, bool]:
    """The instant of each row, and whether the stamps state their offset from UTC."""
    stamps, codes = _stamps(submission, rows)

    def refuse(row: int, expected: str, action: str) -> SubmissionError:
        return rows.refuse(submission, row, repr(rows.shown(row)[:60]), expected, action)

    check_readable(stamps, codes, refuse, f"a time as {rows.shape}")
    instants = instants_of(stamps, codes, np.zeros(len(rows.stamps), dtype=np.int32), rows.zone)
    never = instants == NO_SUCH_TIME
    if never.any():
        expected = "a time that the clock showed: it went forward over this one"
        raise refuse(int(never.argmax()), expected, "Correct the time, or say --time-base utc if times are in UTC")
    # A reading at midnight ends the day before. One that no other is near becomes no half hour, but is not believed.
    implausible = first_implausible(((instants - 1) // DAY_S).astype(np.int32), submission.today)
    if implausible:
        row, expected = implausible
        raise refuse(row, expected, "Correct the date")
    off = instants % HALF_HOUR_S != 0
    if off.any() and not rows.between:
        expected = "a time on the hour or half hour"
        raise refuse(int(off.argmax()), expected, "Send half-hourly readings; none is moved")
    return instants, bool(len(stamps.zoned)) and bool(stamps.zoned.all())


def _stamps(submission: Submission, rows: RegisterRows) -> tuple[Stamps, npt.NDArray[np.int32]]:
    """Distinct stamps, and which of them is each row's."""
    if isinstance(rows.stamps, np.ndarray):
        return _distinct(rows.stamps)
    # In one chunk: each chunk would bring a dictionary of all before it, and stamps are nearly all distinct.
    whole = pa.concat_arrays(rows.stamps.chunks) if rows.stamps.num_chunks > 1 else rows.stamps
    texts = coded(pa.chunked_array([whole]) if isinstance(whole, pa.Array) else whole, trimmed=True)
    if texts.first_blank is not None:
        raise rows.refuse(submission, texts.first_blank, "blank", f"a time as {rows.shape}", "Fill it")
    return stamps_of(texts.texts, rows.forms), texts.codes


def _distinct(seconds: Seconds) -> tuple[Stamps, npt.NDArray[np.int32]]:
    steps = np.diff(seconds)
    if (steps > 0).all():
        codes = np.arange(len(seconds), dtype=np.int32)
    elif (steps < 0).all():
        seconds, codes = seconds[::-1], np.arange(len(seconds) - 1, -1, -1, dtype=np.int32)
    else:
        seconds, inverse = np.unique(seconds, return_inverse=True)
        codes = inverse.astype(np.int32)
    return Stamps.read(seconds), codes


def _refuse_repeated(
    submission: Submission, rows: RegisterRows, instants: Seconds, order: npt.NDArray[np.int64]
) -> None:
    same = np.flatnonzero(np.diff(instants[order]) == 0)
    if not len(same):
        return
    pairs = np.sort(np.stack([order[same], order[same + 1]]), axis=0)
    first, later = (int(row) for row in pairs[:, pairs[1].argmin()])
    noun = "line" if rows.by_line else "row"
    found = f"{rows.shown(later)!r}, which {noun} {submission.as_sent(int(rows.place[first]))} has already"
    raise rows.refuse(submission, later, found, "one reading for each time", "Take out the one that does not hold")


def _of_register(
    instants: Seconds, order: npt.NDArray[np.int64], reading_kwh: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The newer row of each half hour in the file's order, and the energy, of one register."""
    newer, energy = np.empty(len(order), dtype=np.int64), np.empty(len(order), dtype=np.float64)
    found = advances_between(instants, order, reading_kwh, HALF_HOUR_S, _MICRO, newer, energy)
    newer, energy = newer[:found], energy[:found]
    as_sent = _rising(newer)
    return newer[as_sent], energy[as_sent]


def _rising(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The order in which the values rise, those that are the same as they stand."""
    if (values[1:] >= values[:-1]).all():
        return np.arange(len(values))
    return np.argsort(values, kind="stable")
