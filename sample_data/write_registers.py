"""Writes cumulative registers as Schneider and Vital systems export them, newest first (formats.md B8)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import openpyxl

from sample_data.days import ChannelDay
from sample_data.write_customers import HALF_HOUR
from sample_data.write_text import csv_text

_QUARTER = timedelta(minutes=15)
_HEADER = ("Time stamp", "Active energy (kWh)", "Events", "Comment", "User")
_MADE_ON = datetime(2026, 9, 17, tzinfo=UTC).replace(tzinfo=None)


def _readings(day: ChannelDay) -> list[tuple[datetime, float]]:
    """The register at the start of the day and at the end of each half hour, on the local clock."""
    at, register = datetime.combine(day.on, time(), UTC), day.register_start_kwh
    assert register is not None
    readings = [(at, register)]
    for value in day.values:
        assert value is not None
        at, register = at + HALF_HOUR, round(register + value, 3)
        readings.append((at, register))
    return readings


def schneider_csv(days: Sequence[ChannelDay]) -> str:
    """One register; thousands divided by commas."""
    rows = ((f"{at:%d/%m/%Y %H:%M:%S}", f"{reading:,.3f}", "", "", "") for at, reading in reversed(_readings(days[0])))
    return csv_text(_HEADER, rows)


def schneider_xlsx(days: Sequence[ChannelDay]) -> bytes:
    """The same in a workbook, each time with the clock's offset: the day is in summer time."""
    rows = [(f"{at:%Y-%m-%d %H:%M:%S} +1H, DST", reading) for at, reading in reversed(_readings(days[0]))]
    return _workbook([_HEADER, *rows])


def vital_xlsx(days: Sequence[ChannelDay]) -> bytes:
    """Import in H and export in I, every quarter of an hour: the first quarter has half of the energy."""
    imported, exported = (_quarters(day) for day in days)
    header = ("Time", *[""] * 6, "Import kWh", "Export kWh")
    rows = [
        (f"{at:%d/%m/%Y %H:%M:%S}", *[None] * 6, in_kwh, out_kwh)
        for (at, in_kwh), (_, out_kwh) in zip(reversed(imported), reversed(exported), strict=True)
    ]
    return _workbook([header, *rows])


def _quarters(day: ChannelDay) -> list[tuple[datetime, float]]:
    readings = _readings(day)
    quarters = [readings[0]]
    for (before, older), (at, newer) in pairwise(readings):
        quarters += [(before + _QUARTER, round((older + newer) / 2, 3)), (at, newer)]
    return quarters


def _workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = _MADE_ON
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
