"""Small files in the customers' formats, for the readers' tests to send and to spoil. All hold 1 April 2026."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import openpyxl

from tests.readings.samples import MPAN, joined
from validator.readings import Hints

HALF_HOUR = timedelta(minutes=30)
MIDNIGHT = datetime(2026, 4, 1)  # noqa: DTZ001 - a clock without a zone, as the files have it
GIVEN = Hints(channels=(f"{MPAN}/AI",))
"""The channel of files that name none."""


def times(count: int = 48, first: datetime = MIDNIGHT, step: timedelta = HALF_HOUR) -> list[datetime]:
    """Times in order."""
    return [first + index * step for index in range(count)]


def plain_csv(*rows: str, time: str = "Time", end: str = "\n") -> bytes:
    """A plain half-hour CSV; a whole day of starts where no rows are given."""
    body = rows or [f"{MPAN},AI,{at:%Y-%m-%d %H:%M},1.5,A" for at in times()]
    return joined([f"MPAN,Channel,{time},Value,Status", *body], end)


def narrow_csv(*rows: str, names: str = "settlement_date,settlement_period,energy_kwh") -> bytes:
    """A narrow CSV; a whole day where no rows are given."""
    body = rows or [f"{MPAN},AI,2026-04-01,{period},1.5" for period in range(1, 49)]
    return joined([f"mpan_core,measurement_quantity,{names}", *body])


def df2(*rows: str, above: Sequence[str] = ("#F2", f"#O {MPAN}", "#S 1")) -> bytes:
    """A DF2 file; a whole UTC day where no rows are given."""
    body = rows or [f"{at + HALF_HOUR:%d/%m/%Y,%H:%M},1.5,A" for at in times()]
    return joined([*above, *body])


def british_gas(
    values: Sequence[str] = ("1.5",) * 48, beyond: str = "0,0", on: str = "01/04/2026", count: int = 1
) -> bytes:
    """Rows of the British Gas layout, all alike."""
    return joined([f"{MPAN},S95A 00001,{on},{','.join(values)},{beyond}"] * count)


def edf(
    values: Sequence[str] = ("1.5",) * 48, flags: Sequence[str] = ("Actual",) * 48, on: str = "01-04-2026"
) -> bytes:
    """One day of EDF's portal."""
    header = ["Month", "MPAN", "Measurement Type", "Settlement Date", *["00:00"] * 50, *["00:00 Flag"] * 50]
    padded = [[*cells, *["-"] * (50 - len(cells))] for cells in (values, flags)]
    return joined([",".join(header), ",".join(["Apr-26", MPAN, "AI", on, *padded[0], *padded[1]])])


def schneider(*rows: str, title: str = "Energy (kWh)") -> bytes:
    """A Schneider CSV; both ends of a whole day's half hours, newest first, where no rows are given."""
    readings = zip(times(49), range(1000, 1049), strict=True)
    body = rows or [f'{at:%d/%m/%Y %H:%M:%S},"{reading:,}",,,' for at, reading in reversed(list(readings))]
    return joined([f"Time stamp,{title},Events,Comment,User", *body])


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def schneider_xlsx(rows: Sequence[Sequence[Any]] = ()) -> bytes:
    """A Schneider workbook; both ends of a whole day's half hours, newest first, where no rows are given."""
    readings = zip(times(49), range(1000, 1049), strict=True)
    body = rows or [(f"{at:%Y-%m-%d %H:%M:%S} +1H, DST", reading) for at, reading in reversed(list(readings))]
    return workbook([("Time stamp", "Energy (kWh)", "Events", "Comment", "User"), *body])


def vital_xlsx(rows: Sequence[tuple[Any, Any, Any]] = ()) -> bytes:
    """A Vital workbook of (time, import, export); quarters of a whole day, newest first, where no rows are given."""
    readings = zip(times(97, step=HALF_HOUR / 2), range(97), strict=True)
    body = rows or [(f"{at:%d/%m/%Y %H:%M:%S}", quarter, None) for at, quarter in reversed(list(readings))]
    return workbook([("Time", *[""] * 6, "Import", "Export"), *((at, *[None] * 6, i, e) for at, i, e in body)])


def dip(*periods: dict[str, Any], **changes: Any) -> bytes:
    """An MHHS message in the sample mapping's made-up block; `changes` replace parts of the block or the MPAN."""
    entries = periods or [{"p": period, "value": 1.5, "quality": "A"} for period in range(1, 49)]
    block = {"utcSettlementDate": "2026-04-01", "quantity": "ACTIVE_IMPORT", "periods": list(entries)}
    block |= {name: value for name, value in changes.items() if name in block}
    common = {"S0": {"interfaceID": changes.get("interface", "IF-021")}, "M0": {"MPANCore": changes.get("mpan", MPAN)}}
    return json.dumps([{"payload": {"CommonBlock": common, "CustomBlock": {"PLACEHOLDER": block}}}]).encode()
