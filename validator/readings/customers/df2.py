"""Stark DF2 into readings (formats.md B8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings.casts import cast_or_refuse
from validator.readings.csv_table import text_table
from validator.readings.formats import BOM
from validator.readings.half_hours import stamp_texts
from validator.readings.half_hours.channel_days import Channels, HalfHours, Statuses, channel_days
from validator.readings.half_hours.coded import coded, joined
from validator.readings.half_hours.letters import LETTERS, letter_statuses
from validator.readings.half_hours.row_csv import NUMBER, number_cells
from validator.readings.half_hours.stamp_texts import stamps_of
from validator.readings.half_hours.stamped import Reckoning, settled
from validator.readings.in_order import read_in_order
from validator.readings.source import Decoded, Submission

SENSORS = {"1": "AI", "2": "AE", "3": "RI", "4": "RE"}
_HEAD = "#F2"
_OUTSTATION = re.compile(r"#O +([^\s-]+)(?:\s*-.*)?")
_SENSOR = re.compile(r"#S +([0-9]+)")
_DATE, _TIME, _VALUE, _STATUS = "date", "time", "value", "status"
_NEWLINE, _HASH = ord("\n"), ord("#")


@dataclass(frozen=True)
class _Sections:
    """What follows each `#S`: its channel, and the bytes of its rows; `lines` of all rows, from 1."""

    mpan_cores: list[str]
    quantities: list[str]
    body: bytes
    channel: npt.NDArray[np.int32]
    lines: npt.NDArray[np.int64]


def read_df2(submission: Submission) -> Decoded:
    """Readings of a DF2 file; `source_row` is the line of the day's first row.

    Stamps are the ends of half hours in UTC, and days are of UTC. Rows have a date, a time, a value and a status, or
    all go without the status: of a longer status the last character counts. A channel that is opened again is read
    as another, so that a day sent twice is found to be a duplicate; a half hour twice under one `#S` is refused.
    Raises SubmissionError with line and column.
    """
    return read_in_order(submission, _read)


def _read(submission: Submission) -> Decoded:
    sections = _sections(submission)
    table, statuses_sent = _rows(submission, sections)
    stamps = joined(coded(table[_DATE]), coded(table[_TIME]), ",")

    def refuse(row: int, column: str, expected: str, action: str) -> SubmissionError:
        cells = [str(table[name][row].as_py()) for name in ((_DATE, _TIME) if column == _TIME else (column,))]
        return submission.refuse(
            repr(",".join(cells))[:60], expected, action, line=int(sections.lines[row]), column=column
        )

    if stamps.first_blank is not None:
        raise refuse(stamps.first_blank, _TIME, "a date and a time", "Fill them")
    read = stamps_of(stamps.texts, [stamp_texts.STARK])
    reckoning = Reckoning("end", "utc", "utc")
    day, period, _ = settled(
        read, stamps.codes, sections.channel, reckoning, lambda row, *said: refuse(row, _TIME, *said)
    )
    statuses = None
    if statuses_sent:
        statuses = _statuses(table[_STATUS], lambda row: refuse(row, _STATUS, "A, E or C", "Correct the status"))
    sent = HalfHours(
        channels=Channels.main(sections.mpan_cores, sections.quantities),
        channel=sections.channel,
        day=day,
        period=period,
        energy_kwh=_energies(submission, table[_VALUE], sections),
        statuses=statuses,
        place=sections.lines,
        utc_day=True,
        by_line=True,
        date_column=_DATE,
        period_column=_TIME,
    )
    return Decoded(channel_days(submission, sent))


def _sections(submission: Submission) -> _Sections:
    """Take the lines that begin with # out, and keep what they say of the rows under them."""
    data = np.frombuffer(submission.data, dtype=np.uint8)
    ends = np.flatnonzero(data == _NEWLINE)
    if not len(data) or data[-1] != _NEWLINE:
        ends = np.append(ends, len(data))
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else np.zeros(0, dtype=np.int64)
    if bytes(submission.data[: len(BOM)]) == BOM:
        starts[0] = len(BOM)
    while len(starts) and not bytes(submission.data[starts[-1] : ends[-1]]).strip():
        starts, ends = starts[:-1], ends[:-1]
    marked = np.flatnonzero(data[np.minimum(starts, len(data) - 1)] == _HASH)
    return _walk(submission, starts, ends, marked)


def _walk(
    submission: Submission, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], marked: npt.NDArray[np.int64]
) -> _Sections:
    texts = [bytes(submission.data[starts[line] : ends[line]]).decode("latin-1").rstrip() for line in marked]
    if not texts or marked[0] != 0 or texts[0] != _HEAD:
        found = bytes(submission.data[:40]).split(b"\n", 1)[0].decode("latin-1").rstrip()
        raise submission.refuse(repr(found), f"{_HEAD} on the first line", "Send the whole file", line=1)
    mpan_cores: list[str] = []
    quantities: list[str] = []
    rows: list[npt.NDArray[np.int64]] = []
    parts: list[memoryview] = []
    mpan: str | None = None
    sensed = False
    following = [*marked[1:].tolist(), len(starts)]
    for line, text, until in zip(marked.tolist(), texts, following, strict=True):
        if line:
            outstation, sensor = _OUTSTATION.fullmatch(text), _SENSOR.fullmatch(text)
            if outstation:
                mpan, sensed = outstation.group(1), False
            elif sensor and mpan is not None and sensor.group(1) in SENSORS:
                mpan_cores.append(mpan)
                quantities.append(SENSORS[sensor.group(1)])
                sensed = True
            else:
                expected = "#O and an MPAN, or under it #S and a number from 1 to 4"
                raise submission.refuse(repr(text[:60]), expected, "Correct the line", line=line + 1)
        if until > line + 1:
            if not sensed:
                expected = "#O and #S above the first value"
                raise submission.refuse("a row without a channel", expected, "Send the whole file", line=line + 2)
            rows.append(np.arange(line + 1, until, dtype=np.int64))
            end = min(int(ends[until - 1]) + 1, len(submission.data))
            parts.append(submission.data[starts[line + 1] : end])
            if bytes(parts[-1][-1:]) != b"\n":
                parts.append(memoryview(b"\n"))
        else:
            rows.append(np.zeros(0, dtype=np.int64))
    counts = [len(each) for each, text in zip(rows, texts, strict=True) if _SENSOR.fullmatch(text)]
    return _Sections(
        mpan_cores,
        quantities,
        b"".join(parts),
        np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        np.concatenate(rows) + 1,
    )


def _rows(submission: Submission, sections: _Sections) -> tuple[pa.Table, bool]:
    """The rows' cells as text, and whether they have statuses."""
    first = sections.body.split(b"\n", 1)[0]
    names = (_DATE, _TIME, _VALUE, _STATUS)[: max(3, min(4, first.count(b",") + 1))]
    words = dict.fromkeys((_DATE, _TIME, _STATUS), pa.dictionary(pa.int32(), pa.string()))
    part = replace(submission, data=memoryview(sections.body))
    try:
        return text_table(part, names, names, 0, words, quoted=False), _STATUS in names
    except SubmissionError as error:
        row = error.place.line
        line = int(sections.lines[row - 1]) if row is not None and row <= len(sections.lines) else None
        expected = "dd/mm/yyyy,HH:MM,value,status" if line else error.expected
        raise submission.refuse(error.found, expected, "Correct the line", line=line) from error


def _energies(submission: Submission, column: pa.ChunkedArray, sections: _Sections) -> npt.NDArray[np.float64]:
    try:
        cast = cast_or_refuse(submission, _VALUE, column, partial(number_cells, kind=pa.float64()), NUMBER)
    except SubmissionError as error:
        line = int(sections.lines[error.place.row - 1]) if error.place.row else None
        raise submission.refuse(error.found, error.expected, error.action, line=line, column=_VALUE) from error
    return np.asarray(cast.to_numpy(), dtype=np.float64)


def _statuses(column: pa.ChunkedArray, refuse: Callable[[int], SubmissionError]) -> Statuses:
    found = coded(column, trimmed=True)
    return letter_statuses([text[-1] for text in found.texts.to_pylist()], found.codes, LETTERS, refuse)
