"""Second readers of the files that collectors send to customers: line by line, in plain Python, from formats.md B8.

They share nothing with the product. Local time is worked out forwards: every half hour is given the labels that
the clock would give it, and a stamp is looked up among them.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
HALF_HOUR = timedelta(minutes=30)
ESTIMATED, PADDING, INVALID = 1, 2, 1 << 15
LETTERS = {"A": 0, "E": ESTIMATED, "C": PADDING}
WORDS = {**LETTERS, "ACTUAL": 0, "ESTIMATED": ESTIMATED, "ESTIMATE": ESTIMATED}
FIRST_DATE = date(1990, 1, 1)
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


class OracleError(Exception):
    """The file is refused; `line` is where, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclass
class OracleDay:
    """A channel-day; a value that did not come is None."""

    mpan_core: str
    quantity: str
    on: date
    utc_day: bool
    place: int
    values: list[float | None]
    flags: list[int] | None


@dataclass
class Row:
    """One half hour as sent: its channel, its stamp and what else stands on its line."""

    line: int
    channel: tuple[str, str, int]
    stamp: datetime
    value: float | None
    status: int | None
    start: datetime | None = field(default=None)


# Time


def day_starts(on: date, utc_day: bool) -> list[datetime]:
    """The instants at which the half hours of a day start."""
    zone = UTC if utc_day else LONDON
    at = datetime.combine(on, time(), zone).astimezone(UTC)
    end = datetime.combine(on + timedelta(days=1), time(), zone).astimezone(UTC)
    starts = []
    while at < end:
        starts.append(at)
        at += HALF_HOUR
    return starts


def clock(instant: datetime) -> datetime:
    """What the local clock shows, without its zone."""
    return instant.astimezone(LONDON).replace(tzinfo=None)


def labels(start: datetime, stamped: str) -> set[datetime]:
    """The local stamps that a half hour may carry."""
    if stamped == "start":
        return {clock(start)}
    return {clock(start + HALF_HOUR), clock(start) + HALF_HOUR}


def candidates(stamp: datetime, stamped: str) -> list[datetime]:
    """The starts of the half hours that a local stamp may stand for, in order."""
    near = [start for shift in (-1, 0, 1) for start in day_starts(stamp.date() + timedelta(shift), False)]
    return [start for start in near if stamp in labels(start, stamped)]


def alone(stamp: datetime, stamped: str) -> datetime | None:
    """The half hour meant by a local stamp that comes once."""
    found = candidates(stamp, stamped)
    if len(found) < 2 or stamped == "start":
        return found[0] if found else None
    shown = [start for start in found if clock(start + HALF_HOUR) == stamp]
    labelled = [start for start in found if clock(start) + HALF_HOUR == stamp]
    return next((each[0] for each in (shown, labelled) if len(each) == 1), found[0])


def place_local(rows: list[Row], stamped: str) -> None:
    """Give each row its start: of two alike in one channel, in the order in which they stand."""
    by_channel: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        row.start = alone(row.stamp, stamped)
        if row.start is None:
            raise OracleError(row.line)
        by_channel.setdefault(row.channel, []).append(row)
    for own in by_channel.values():
        first, last = own[0].start, own[-1].start
        assert first is not None
        assert last is not None
        backwards = last < first
        for stamp in {row.stamp for row in own}:
            alike = [row for row in own if row.stamp == stamp]
            found = candidates(stamp, stamped)
            if len(found) == 2 and len(alike) > 1:
                for index, row in enumerate(alike):
                    row.start = found[int((index == 0) == backwards)]


def place_utc(rows: list[Row], stamped: str) -> None:
    """Give each row its start."""
    for row in rows:
        row.start = row.stamp.replace(tzinfo=UTC) - (HALF_HOUR if stamped == "end" else timedelta(0))


# Channel-days


def days_of(rows: list[Row], utc_day: bool, today: date, with_status: bool, shift: int = 0) -> list[OracleDay]:
    """Rows put together; OracleError at a date that cannot be, and at a half hour that comes twice."""
    days: dict[tuple[tuple[str, str, int], date], list[Row | None]] = {}
    for row in rows:
        assert row.start is not None
        on = row.start.date() if utc_day else clock(row.start).date()
        if not FIRST_DATE <= on <= today + timedelta(days=1):
            raise OracleError(row.line)
        starts = day_starts(on, utc_day)
        own = days.setdefault((row.channel, on), [None] * len(starts))
        period = starts.index(row.start)
        if own[period] is not None:
            raise OracleError(row.line)
        own[period] = row
    return [_day(channel, on, utc_day, own, with_status, shift) for (channel, on), own in days.items()]


def _day(
    channel: tuple[str, str, int], on: date, utc_day: bool, own: list[Row | None], with_status: bool, shift: int
) -> OracleDay:
    values = [None if row is None else row.value for row in own]
    sent = [row for row in own if row is not None]
    flags: list[int] | None = None
    if with_status and any(row.status is not None for row in sent):
        flags = [0 if row is None else _flag(row) for row in own]
    return OracleDay(channel[0], channel[1], on, utc_day, min(row.line for row in sent) - shift, values, flags)


def _flag(row: Row) -> int:
    if row.status is None:
        return 0 if row.value is None else INVALID
    return row.status


# Cells


def lines_of(content: bytes) -> list[str]:
    """Lines without their ends, those without text at the end left out."""
    # A byte that is no text stays one character of its own, and fits nothing that is expected.
    lines = content.decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n")
    lines = [line.removesuffix("\r") for line in lines]
    while lines and lines[-1] == "":
        lines.pop()
    return lines


def number(text: str, line: int) -> float | None:
    """A value; None where blank."""
    if text == "":
        return None
    trimmed = text.strip(" \t")
    if not _NUMBER.fullmatch(trimmed) or not math.isfinite(float(trimmed)):
        raise OracleError(line)
    return float(trimmed)


def status(text: str, meanings: dict[str, int], line: int) -> int | None:
    """Flag bits of a status; None where blank."""
    if text == "":
        return None
    if text in meanings:
        return meanings[text]
    if len(text) > 1 or text.isdigit():
        raise OracleError(line)
    return INVALID


def stamp(text: str, patterns: tuple[str, ...], line: int) -> datetime:
    """A time in one of the patterns of strptime, with as many digits as they say, on the half hour."""
    for pattern in patterns:
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007
        except ValueError:
            continue
        if found.strftime(pattern) == text and found.minute in (0, 30) and found.second == 0:
            return found
    raise OracleError(line)


def day(text: str, pattern: str, line: int, today: date) -> date:
    """A date in a pattern, with all its digits, that can be believed."""
    try:
        found = datetime.strptime(text, pattern)  # noqa: DTZ007
    except ValueError:
        raise OracleError(line) from None
    if found.strftime(pattern) != text or not FIRST_DATE <= found.date() <= today + timedelta(days=1):
        raise OracleError(line)
    return found.date()


# Formats


def read_df2(content: bytes, today: date) -> list[OracleDay]:
    """Stark DF2: ends of half hours in UTC."""
    mpan: str | None = None
    quantity: str | None = None
    rows: list[Row] = []
    opened = 0
    width = 0
    patterns = ("%d/%m/%Y,%H:%M", "%d/%m/%Y,%H:%M:%S", "%d/%m/%y,%H:%M", "%d/%m/%y,%H:%M:%S")
    lines = lines_of(content)
    if not lines or lines[0].rstrip() != "#F2":
        raise OracleError(1)
    for line, text in enumerate(lines[1:], 2):
        if text.startswith("#"):
            named = re.fullmatch(r"#O +([^\s-]+)( *-.*)?", text.rstrip())
            sensor = re.fullmatch(r"#S +([1-4])", text.rstrip())
            if named:
                mpan, quantity = named.group(1), None
            elif sensor and mpan is not None:
                quantity = ("AI", "AE", "RI", "RE")[int(sensor.group(1)) - 1]
                opened += 1
            else:
                raise OracleError(line)
            continue
        cells = text.split(",")
        width = width or min(max(len(cells), 3), 4)
        if mpan is None or quantity is None or len(cells) != width:
            raise OracleError(line)
        at = stamp(",".join(cells[:2]), patterns, line)
        flag = status(cells[3].strip()[-1:], LETTERS, line) if width == 4 else None
        rows.append(Row(line, (mpan, quantity, opened), at, number(cells[2], line), flag))
    place_utc(rows, "end")
    return days_of(rows, True, today, width == 4)


def read_plain(content: bytes, today: date, stamped: str, zone: str) -> list[OracleDay]:
    """Plain CSV with the columns MPAN, channel, time, value and status, in this order."""
    quantities = {"ACTIVE": "AI", "REACTIVE_IMP": "RI", "REACTIVE_EXP": "RE"}
    patterns = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")
    rows = []
    for line, text in enumerate(lines_of(content)[1:], 2):
        cells = text.split(",")
        if len(cells) != 5 or "\r" in text:
            raise OracleError(line)
        mpan, word, time_text, value, letter = (cell.strip() for cell in cells)
        if not mpan or not word:
            raise OracleError(line)
        quantity = quantities.get(word.upper(), word.upper() if word.upper() in ("AI", "AE", "RI", "RE") else word)
        flag = status(letter.upper(), WORDS, line)
        at = stamp(time_text, patterns, line)
        # A cell of nothing but spaces is not blank: it is no number.
        if cells[3] != "" and value == "":
            raise OracleError(line)
        rows.append(Row(line, (mpan, quantity, 0), at, number(value, line), flag))
    (place_utc if zone == "utc" else place_local)(rows, stamped)
    return days_of(rows, zone == "utc", today, True, shift=1)


def read_british_gas(content: bytes, today: date) -> list[OracleDay]:
    """British Gas: MPAN, serial, date, 48 values of a UTC day and two columns more."""
    days = []
    for line, text in enumerate(lines_of(content), 1):
        cells = text.split(",")
        if len(cells) != 53 or "\r" in text or not cells[0].strip():
            raise OracleError(line)
        on = day(cells[2].strip(), "%d/%m/%Y", line, today)
        for cell in cells[3:]:
            if cell and not cell.replace(" ", ""):
                raise OracleError(line)
        values = [number(cell.replace(" ", ""), line) for cell in cells[3:]]
        length = max([48, *(49 + index for index in (0, 1) if values[48 + index])])
        days.append(OracleDay(cells[0].strip(), "AI", on, True, line, values[:length], None))
    return days


def read_edf(content: bytes, today: date) -> list[OracleDay]:
    """EDF: month, MPAN, type, date, fifty values and fifty flags of a local day."""
    days = []
    for line, text in enumerate(lines_of(content)[1:], 2):
        cells = ["" if cell == "-" else cell for cell in text.split(",")]
        if len(cells) != 104 or "\r" in text or not cells[1].strip() or not cells[2].strip():
            raise OracleError(line)
        on = day(cells[3].strip(), "%d-%m-%Y", line, today)
        values = [number(cell, line) for cell in cells[4:54]]
        flags = [status(cell.strip().upper(), WORDS, line) for cell in cells[54:]]
        telling = [index for index in range(50) if values[index] is not None or flags[index]]
        length = max([len(day_starts(on, False)), *(index + 1 for index in telling)])
        sent: list[int] | None = None
        if any(flag is not None for flag in flags):
            sent = [_edf_flag(flags[index], values[index]) for index in range(length)]
        days.append(OracleDay(cells[1].strip(), cells[2].strip(), on, False, line - 1, values[:length], sent))
    return days


def _edf_flag(flag: int | None, value: float | None) -> int:
    if flag is None:
        return 0 if value is None else INVALID
    return flag


def read_registers(content: bytes, mpan: str, quantity: str, today: date, zone: str) -> list[OracleDay]:
    """Schneider CSV: a half hour is the newer reading less the older."""
    rows = []
    for line, text in enumerate(lines_of(content)[1:], 2):
        cells = [] if "\r" in text else next(csv.reader([text]), [])
        if len(cells) != 5:
            raise OracleError(line)
        at = stamp(cells[0].strip(), ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"), line)
        if cells[1] and not re.fullmatch(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]*)?", cells[1].strip(" ")):
            raise OracleError(line)
        rows.append(Row(line, (mpan, quantity, 0), at, number(cells[1].replace(",", ""), line), None))
    (place_utc if zone == "utc" else place_local)(rows, "start")
    readings: dict[datetime, Row] = {}
    for row in rows:
        assert row.start is not None
        ended = (row.start - timedelta(seconds=1)).date()
        if row.start in readings or not FIRST_DATE <= ended <= today + timedelta(days=1):
            raise OracleError(row.line)
        readings[row.start] = row
    halves = list(_halves(readings))
    if rows and not halves:
        raise OracleError(0)
    return days_of(halves, zone == "utc", today, False)


def _halves(readings: dict[datetime, Row]) -> Iterator[Row]:
    for at, newer in readings.items():
        older = readings.get(at - HALF_HOUR)
        if older is None or older.value is None or newer.value is None:
            continue
        energy = round(newer.value - older.value, 6)
        yield Row(newer.line, newer.channel, newer.stamp, energy, None, at - HALF_HOUR)


Reader = Callable[[bytes, date], list[OracleDay]]
