"""Stark DF2 into readings (formats.md B8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.errors import SubmissionError
from validator.readings.casts import cast_or_refuse
from validator.readings.csv_table import text_table
from validator.readings.customers.df2_usual import SENSORS, usual_days
from validator.readings.customers.df2_windows import end_of, parts_of
from validator.readings.customers.windowed import ByWindow, Part, PartRead, Progress, WindowReader, tables_of
from validator.readings.formats import BOM
from validator.readings.half_hours import stamp_texts
from validator.readings.half_hours.channel_days import Channels, HalfHours, Statuses, channel_days
from validator.readings.half_hours.coded import coded, joined
from validator.readings.half_hours.letters import LETTERS, letter_statuses
from validator.readings.half_hours.row_csv import NUMBER, number_cells
from validator.readings.half_hours.stamp_texts import stamps_of
from validator.readings.half_hours.stamped import Reckoning, settled
from validator.readings.in_order import read_in_order
from validator.readings.pipes.windows import Bytes, Window, cut_buffer, window_bytes
from validator.readings.source import Decoded, Submission
from validator.schema import READINGS

_SENSED = {f"#S {number}": quantity for number, quantity in SENSORS.items()}
_HEAD = "#F2"
_OUTSTATION = re.compile(r"#O +([^\s\ud800-\udfff-]+)(?:\s*-.*)?")
_SENSOR = re.compile(r"#S +([0-9]+)")
_DATE, _TIME, _VALUE, _STATUS = "date", "time", "value", "status"
_COLUMNS = (_DATE, _TIME, _VALUE, _STATUS)
_FEWEST_CELLS = 3
_ROW = re.compile(rb"(?:\A|\n)([^#\n][^\n]*)")
_MOST_SHOWN = 60
_NEWLINE, _RETURN, _HASH = ord("\n"), ord("\r"), ord("#")
_SHAPE = "dd/mm/yyyy,HH:MM,value,status"


@dataclass(frozen=True)
class _Sections:
    """What follows each `#S`: its channel, and the bytes of its rows; `lines` of all rows, from 1."""

    mpan_cores: list[str]
    quantities: list[str]
    body: bytes
    channel: npt.NDArray[np.int32]
    lines: npt.NDArray[np.int64]


@dataclass
class _Width:
    """How many cells a row has, which the first of the file says; None as long as none is known."""

    cells: int | None = None


def read_df2(submission: Submission) -> Decoded:
    """Readings of a DF2 file; `source_row` is the line of the day's first row.

    Stamps are the ends of half hours in UTC, and days are of UTC. Rows have a date, a time, a value and a status, or
    all go without the status: of a longer status the last character counts. A channel that is opened again is read
    as another, so that a day sent twice is found to be a duplicate; a half hour twice under one `#S` is refused.
    Raises SubmissionError with line and column.
    """
    if submission.lenient:
        return read_in_order(submission, _read_any, lines_above=1, by_line=True, extent=_extent)
    by_window = df2_by_window(submission)
    data, size = np.frombuffer(submission.data, dtype=np.uint8), window_bytes(submission.jobs)
    windows = cut_buffer(data, lambda rest: by_window.end_of(rest, size))
    tables = list(tables_of(submission, by_window.parts(windows), by_window.reader, submission.jobs, Progress()))
    return Decoded(pa.concat_tables(tables) if tables else READINGS.empty_table())


def df2_by_window(submission: Submission) -> ByWindow:
    """How to read a DF2 file by windows: nothing is said across two channels, so each is read by itself.

    A lenient reading is of the whole, for a line that opens an outstation takes its channels along.
    """
    width = _Width()

    def parts(windows: Iterator[Window]) -> Iterator[Part]:
        for part in parts_of(windows):
            width.cells = width.cells or _cells_of_first_row(part.data)
            yield part

    def usual(part: Part) -> PartRead | None:
        return usual_days(submission, part, width.cells == len(_COLUMNS))

    return ByWindow(end_of, parts, WindowReader(lambda part: _read_any(part, width.cells), usual))


def _cells_of_first_row(data: Bytes) -> int | None:
    """How many cells are to be read of it; None where there is no row."""
    row = _ROW.search(data.data)
    return None if row is None else _cells(row.group(1))


def _cells(row: bytes) -> int:
    return max(_FEWEST_CELLS, min(len(_COLUMNS), row.count(b",") + 1))


def _extent(lines: list[bytes], at: int) -> int:
    """A line that opens a channel takes the rows under it along, and one that opens an outstation its channels."""
    end = at + 1
    if lines[at].startswith(b"#"):
        until = b"#" if lines[at].startswith(b"#S") else b"#O"
        while end < len(lines) and not lines[end].startswith(until):
            end += 1
    return end


def _read_any(submission: Submission, cells: int | None = None) -> Decoded:
    """The file, whatever its lines are, or a SubmissionError for one that cannot be read.

    Rows are taken to have as many `cells` as the file's first, where they are but a part of it.
    """
    sections = _sections(submission)
    table, statuses_sent = _rows(submission, sections, cells)
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
        energy_kwh=np.asarray(table[_VALUE].to_numpy(), dtype=np.float64),
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
    while len(starts) and not bytes(submission.data[starts[-1] : ends[-1]]).strip(b"\r"):
        starts, ends = starts[:-1], ends[:-1]
    first_bytes = data[np.minimum(starts, len(data) - 1)]
    marked = np.flatnonzero(first_bytes == _HASH)
    sections = _walk(submission, starts, ends, marked)
    blank = (starts == ends) | ((ends - starts == 1) & (first_bytes == _RETURN))
    if blank.any():
        # The reader of tables takes one at the end of the rows for none at all, and the others would move up.
        line = int(blank.argmax()) + 1
        raise submission.refuse("a blank line", _SHAPE, "Take it out", line=line)
    return sections


def _walk(
    submission: Submission, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], marked: npt.NDArray[np.int64]
) -> _Sections:
    texts = [
        # A byte that is no text stays what no line that is expected has.
        bytes(submission.data[start:end]).decode("utf-8", "surrogateescape").rstrip()
        for start, end in zip(starts[marked].tolist(), ends[marked].tolist(), strict=True)
    ]
    if not texts or marked[0] != 0 or texts[0] != _HEAD:
        found = bytes(submission.data[:_MOST_SHOWN]).split(b"\n", 1)[0].decode("latin-1").rstrip()
        raise submission.refuse(repr(found), f"{_HEAD} on the first line", "Send the whole file", line=1)
    mpan_cores: list[str] = []
    quantities: list[str] = []
    opened = np.zeros(len(texts), dtype=np.bool_)
    mpan: str | None = None
    for index, text in enumerate(texts[1:], 1):
        if (quantity := _SENSED.get(text) or _quantity(text)) and mpan is not None:
            mpan_cores.append(mpan)
            quantities.append(quantity)
            opened[index] = True
        elif outstation := _OUTSTATION.fullmatch(text):
            mpan = outstation.group(1)
        else:
            expected = "#O and an MPAN, or under it #S and a number from 1 to 4"
            line = int(marked[index]) + 1
            raise submission.refuse(ascii(text[:_MOST_SHOWN]), expected, "Correct the line", line=line)
    following = np.append(marked[1:], len(starts))
    counts = following - marked - 1
    lacking = (counts > 0) & ~opened
    if lacking.any():
        line = int(marked[lacking.argmax()]) + 2
        expected = "#O and #S above the first value"
        raise submission.refuse("a row without a channel", expected, "Send the whole file", line=line)
    return _Sections(
        mpan_cores,
        quantities,
        _without(submission.data, starts, ends, marked, following),
        np.repeat(np.arange(len(mpan_cores), dtype=np.int32), counts[opened]),
        np.delete(np.arange(1, len(starts) + 1), marked),
    )


def _quantity(text: str) -> str | None:
    sensor = _SENSOR.fullmatch(text)
    return SENSORS.get(sensor.group(1)) if sensor else None


def _without(
    data: memoryview,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    marked: npt.NDArray[np.int64],
    following: npt.NDArray[np.int64],
) -> bytes:
    """The file's bytes but for the marked lines."""
    firsts = starts[np.minimum(marked + 1, len(starts) - 1)].tolist()
    lasts = np.minimum(ends[following - 1] + 1, len(data)).tolist()
    rows = (following - marked > 1).tolist()
    return b"".join(data[first:last] for first, last, any_row in zip(firsts, lasts, rows, strict=True) if any_row)


def _rows(submission: Submission, sections: _Sections, cells: int | None) -> tuple[pa.Table, bool]:
    """The rows' cells, values as doubles and the others as text, and whether they have statuses."""
    names = _COLUMNS[: cells or _cells(sections.body.split(b"\n", 1)[0])]
    words = dict.fromkeys((_DATE, _TIME, _STATUS), pa.dictionary(pa.int32(), pa.string()))
    part = replace(submission, data=memoryview(sections.body))
    try:
        table = text_table(part, names, names, 0, {**words, _VALUE: pa.float64()}, quoted=False)
        if pc.all(pc.is_finite(table[_VALUE]), min_count=0).as_py():
            return table, _STATUS in names
    except SubmissionError:
        pass
    # Something is wrong with it: as text, each value can be shown as it was sent.
    try:
        table = text_table(part, names, names, 0, words, quoted=False)
    except SubmissionError as error:
        row = error.place.line
        line = int(sections.lines[row - 1]) if row is not None and row <= len(sections.lines) else None
        expected = _SHAPE if line else error.expected
        raise submission.refuse(
            error.found, expected, "Correct the line", line=line, column=error.place.column
        ) from error
    return table.set_column(2, _VALUE, _energies(submission, table[_VALUE], sections)), _STATUS in names


def _energies(submission: Submission, column: pa.ChunkedArray, sections: _Sections) -> pa.ChunkedArray:
    try:
        return cast_or_refuse(submission, _VALUE, column, partial(number_cells, kind=pa.float64()), NUMBER)
    except SubmissionError as error:
        line = int(sections.lines[error.place.row - 1]) if error.place.row else None
        raise submission.refuse(error.found, error.expected, error.action, line=line, column=_VALUE) from error


def _statuses(column: pa.ChunkedArray, refuse: Callable[[int], SubmissionError]) -> Statuses:
    found = coded(column, trimmed=True)
    return letter_statuses([text[-1] for text in found.texts.to_pylist()], found.codes, LETTERS, refuse)
