"""Builds small submissions for tests: rows as dictionaries, blanks filled in."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

import validator.regulation
from validator.schema import READINGS
from validator.standing import StandingData, standing_from_rows

Row = dict[str, Any]

MPAN = "9900000000015"
"""Its check digit is right."""
WINTER_DAY = date(2026, 1, 15)
SHORT_DAY = date(2026, 3, 29)
LONG_DAY = date(2026, 10, 25)
FULL_LOAD_KWH = 500.0
"""Energy of a half hour at the rated 1,000 kVA of `standing_row`."""


def ordinary_values(periods: int = 48) -> list[float | None]:
    """Readings that no check has anything to say about: positive, on resolution, never twice the same."""
    return [10.0 + period / 10 for period in range(periods)]


def values_with(changes: dict[int, float | None], periods: int = 48) -> list[float | None]:
    """Ordinary values, but for the periods (from 1) given."""
    values = ordinary_values(periods)
    for period, value in changes.items():
        values[period - 1] = value
    return values


def reading_row(**columns: Any) -> Row:
    """One channel-day with all columns of READINGS; `columns` replace an unremarkable MAIN AI day."""
    unremarkable: Row = {
        **dict.fromkeys(READINGS.names),
        "mpan_core": MPAN,
        "measurement_quantity": "AI",
        "role": "MAIN",
        "settlement_date": WINTER_DAY,
        "energy_kwh": ordinary_values(),
        "utc_day": False,
        "alarms_carried": False,
        "source_file": "built",
        "source_row": 1,
    }
    _refuse_unknown(columns, unremarkable)
    return {**unremarkable, **columns}


def reading_days(days: int, start: date = WINTER_DAY, **columns: Any) -> list[Row]:
    """Consecutive channel-days, all alike."""
    return [reading_row(settlement_date=start + timedelta(days=n), **columns) for n in range(days)]


def standing_row(**columns: Any) -> Row:
    """One meter on file, certified for CoP 5 Issue 6, always in force; `columns` replace its entries."""
    unremarkable: Row = {
        "mpan_core": MPAN,
        "role": "MAIN",
        "effective_from": date(2020, 1, 1),
        "effective_to": None,
        "energised": True,
        "energised_from": None,
        "manufacturer": "Secure Meters (UK) Limited",
        "meter_type": "Prometer 100",
        "variant": "P3E",
        "firmware": "M6X8G0B",
        "meter_serial": "S100",
        "outstation_id": "O100",
        "outstation_type": None,
        "cop": "5",
        "issue": 6,
        "first_registered_on": None,
        "installed_on": None,
        "rated_kva": 1000.0,
        "meter_class_active": None,
        "ct_class": None,
        "resolution_kwh": 0.1,
        "register_digits": None,
        "direction": None,
        "collector": None,
        "alarms_capable": None,
    }
    _refuse_unknown(columns, unremarkable)
    return {**unremarkable, **columns}


def readings_table(rows: Sequence[Row]) -> pa.Table:
    """Rows as a table of the schema READINGS; `source_row` counts from 1 where a row gives none."""
    numbered = [{"source_row": place, **row} for place, row in enumerate(rows, 1)]
    columns = [pa.array([row.get(field.name) for row in numbered], field.type) for field in READINGS]
    return pa.Table.from_arrays(columns, schema=READINGS)


def standing_data(rows: Sequence[Row]) -> StandingData:
    """Rows as standing data, read by the rules for a file."""
    return standing_from_rows(list(rows))


def policy_override(folder: Path, **values: str) -> Path:
    """A folder of overrides that sets policies of the shipped tables to other values."""
    return table_override(folder, "policy.csv", {("policy", name): {"value": v} for name, v in values.items()})


def table_override(folder: Path, table: str, changes: dict[tuple[str, ...], dict[str, str]]) -> Path:
    """A folder of overrides that changes cells of shipped rows.

    A key is (column, value, column, value, ...) that finds the rows; the value is the cells to set.
    """
    shipped = Path(validator.regulation.__file__).parent / table
    with shipped.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    changed = []
    for key, cells in changes.items():
        wanted = dict(zip(key[::2], key[1::2], strict=True))
        found = [row for row in rows if wanted.items() <= row.items()]
        if not found:
            raise ValueError(f"{table} has no row with {wanted}")
        changed += [{**row, **cells} for row in found]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / table).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(changed)
    return folder


def _refuse_unknown(columns: Row, known: Row) -> None:
    unknown = set(columns) - set(known)
    if unknown:
        raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
