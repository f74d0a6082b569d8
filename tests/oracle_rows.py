"""Second readers of our own two layouts, a row per half hour and a row per channel-day, in plain Python.

They take rows as dictionaries, from whichever library read the file, and share nothing with the product. A cell of
a CSV is text; a cell of a table is a value of its own kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.oracle_customers import LETTERS, OracleError, clock, day_starts, number

HALF_HOUR_MINUTES = (0, 30)
INVALID = 1 << 15
SHARED = ("meter_serial", "outstation_id", "firmware")


@dataclass
class RowDay:
    """One channel-day; `shared` are the columns that a narrow row repeats."""

    mpan_core: str
    quantity: str
    role: str
    on: date
    row: int
    values: list[float | None]
    flags: list[int] | None
    shared: dict[str, str | None]


@dataclass
class _Open:
    day: RowDay
    told: dict[int, bool]
    sent: set[int]


def read_narrow(rows: Iterable[Mapping[str, Any]], today: date, *, utc_day: bool = False) -> list[RowDay]:
    """Half hours by settlement date and period; OracleError with the row (from 1) where one cannot be read."""
    days: dict[tuple[str, str, str, date], _Open] = {}
    for place, row in enumerate(rows, 1):
        mpan, quantity = _filled(row, "mpan_core", place), _filled(row, "measurement_quantity", place)
        role = _filled(row, "role", place) if "role" in row else "MAIN"
        on, period = _date(row["settlement_date"], place), _whole(row["settlement_period"], place)
        if role not in ("MAIN", "CHECK") or not date(1990, 1, 1) <= on <= today.replace(day=today.day + 1):
            raise OracleError(place)
        if not 1 <= period <= 50:
            raise OracleError(place)
        shared = {name: row[name] or None for name in SHARED if name in row}
        key = (mpan, quantity, role, on)
        if key not in days:
            length = len(day_starts(on, utc_day))
            day = RowDay(mpan, quantity, role, on, place, [None] * length, [0] * length, shared)
            days[key] = _Open(day, {}, set())
        _take(days[key], row, period, shared, place)
    return [_closed(each) for each in days.values()]


def _take(opened: _Open, row: Mapping[str, Any], period: int, shared: dict[str, str | None], place: int) -> None:
    day = opened.day
    assert day.flags is not None
    if period in opened.sent or shared != day.shared:
        raise OracleError(place)
    opened.sent.add(period)
    while len(day.values) < period:
        day.values.append(None)
        day.flags.append(0)
    energy = row["energy_kwh"]
    day.values[period - 1] = number(energy, place) if isinstance(energy, str) else energy
    flag = _flag(row, place)
    opened.told[period] = flag is not None
    day.flags[period - 1] = 0 if flag is None else flag


def _flag(row: Mapping[str, Any], place: int) -> int | None:
    """Flag bits of a row; None where it has no status."""
    if row.get("period_flags") not in (None, ""):
        return _whole(row["period_flags"], place)
    letter = row.get("status")
    if letter in (None, ""):
        return None
    if letter in LETTERS:
        return LETTERS[letter]
    if len(letter) > 1 or letter.isdigit():
        raise OracleError(place)
    return INVALID


def _closed(opened: _Open) -> RowDay:
    """A day without any status has no flags; a value without one among others has a flag that is not valid."""
    day = opened.day
    assert day.flags is not None
    if not any(opened.told.values()):
        day.flags = None
        return day
    for period, told in opened.told.items():
        if not told and day.values[period - 1] is not None:
            day.flags[period - 1] = INVALID
    return day


def _filled(row: Mapping[str, Any], name: str, place: int) -> str:
    if not row[name]:
        raise OracleError(place)
    return str(row[name])


def _date(cell: Any, place: int) -> date:
    if isinstance(cell, date):
        return cell
    try:
        found = datetime.strptime(cell, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        raise OracleError(place) from None
    if found.isoformat() != cell:
        raise OracleError(place)
    return found


def _whole(cell: Any, place: int) -> int:
    if isinstance(cell, int):
        return cell
    if not cell.isascii() or not cell.isdigit():
        raise OracleError(place)
    return int(cell)


def read_wide(rows: Iterable[Mapping[str, str]], *, utc_day: bool = False) -> list[dict[str, Any]]:
    """A wide CSV's rows, from a reader that gives text: the columns by name, with the lists of p1 and f1."""
    return [_wide(row, utc_day) for row in rows]


def _wide(row: Mapping[str, str], utc_day: bool) -> dict[str, Any]:
    on = date.fromisoformat(row["settlement_date"])
    cells = [row.get(f"p{period}", "") for period in range(1, 51)]
    letters = [row.get(f"f{period}", "") for period in range(1, 51)]
    filled = [period for period in range(1, 51) if cells[period - 1] or letters[period - 1] not in ("", "A")]
    length = max([len(day_starts(on, utc_day)), *filled])
    found: dict[str, Any] = {name: text or None for name, text in row.items() if name[0] not in "pf" or len(name) > 3}
    found["settlement_date"] = on
    found["energy_kwh"] = [float(cell) if cell else None for cell in cells[:length]]
    if any(letters):
        found["period_flags"] = [LETTERS.get(letter, INVALID) if letter else 0 for letter in letters[:length]]
    for name in ("register_start_kwh", "register_end_kwh", "clock_error_s"):
        if found.get(name):
            found[name] = float(found[name])
    if found.get("integration_minutes"):
        found["integration_minutes"] = int(found["integration_minutes"])
    if found.get("collected_at"):
        found["collected_at"] = datetime.fromisoformat(found["collected_at"])
    return found


def period_of(start: datetime, utc_day: bool) -> tuple[date, int]:
    """Settlement date and period, from 1, of the half hour that starts at an instant."""
    on = start.date() if utc_day else clock(start).date()
    return on, day_starts(on, utc_day).index(start) + 1
