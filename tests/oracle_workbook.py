"""Second readers of the workbooks, by openpyxl and line by line in plain Python, from formats.md B8."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl

from tests.oracle_customers import HALF_HOUR, clock, day_starts

_ION = re.compile(r"([0-9-]{10} [0-9:]{8})(?: ([+-][0-9]{1,2})H(?:, DST)?)?")


@dataclass
class SheetDay:
    """One channel-day; `row` is the sheet's row of its first half hour's newer reading in the order of the sheet."""

    quantity: str
    on: date
    row: int
    values: list[float | None]


def _rows(content: bytes) -> Iterator[tuple[int, tuple[Any, ...]]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    yield from enumerate(sheet.iter_rows(values_only=True), 1)


def read_schneider(content: bytes, quantity: str, *, utc_day: bool = False) -> list[SheetDay]:
    """A Schneider sheet: instants with the clock's offset stated, UTC where there is none."""
    readings: dict[datetime, tuple[int, float | None]] = {}
    headed = False
    for place, cells in _rows(content):
        if not headed:
            headed = str(cells[0]).lower().replace(" ", "") == "timestamp"
            continue
        found = _ION.fullmatch(str(cells[0]))
        assert found is not None, place
        shown = datetime.strptime(found.group(1), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        readings[shown - timedelta(hours=int(found.group(2) or 0))] = (place, cells[1])
    return _days(quantity, readings, utc_day)


def read_vital(content: bytes, *, utc_day: bool = False) -> list[SheetDay]:
    """A Vital sheet of a day on which no clock changes: quarters of an hour, of which halves are used."""
    registers: Mapping[str, dict[datetime, tuple[int, float | None]]] = {"AI": {}, "AE": {}}
    for place, cells in _rows(content):
        try:
            shown = datetime.strptime(str(cells[0]), "%d/%m/%Y %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            continue
        instant = shown if utc_day else shown - (clock(shown) - shown.replace(tzinfo=None))
        for quantity, column in (("AI", 7), ("AE", 8)):
            if instant.minute in (0, 30):
                registers[quantity][instant] = (place, cells[column])
    return [day for quantity, readings in registers.items() for day in _days(quantity, readings, utc_day)]


def _days(quantity: str, readings: dict[datetime, tuple[int, float | None]], utc_day: bool) -> list[SheetDay]:
    days: dict[date, SheetDay] = {}
    for instant, (place, newer) in readings.items():
        _, older = readings.get(instant - HALF_HOUR, (0, None))
        if newer is None or older is None:
            continue
        start = instant - HALF_HOUR
        on = start.date() if utc_day else clock(start).date()
        starts = day_starts(on, utc_day)
        day = days.setdefault(on, SheetDay(quantity, on, place, [None] * len(starts)))
        day.values[starts.index(start)] = round(newer - older, 6)
    return list(days.values())
