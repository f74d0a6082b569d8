"""Writes standing data, the estate's list and wide CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sample_data.days import ChannelDay
from sample_data.meters import STANDING_COLUMNS, System
from sample_data.statuses import letter

_ATTRIBUTES = (
    "meter_serial",
    "outstation_id",
    "firmware",
    "register_start_kwh",
    "register_end_kwh",
    "register_read_kind",
    "clock_error_s",
    "collected_at",
    "integration_minutes",
)


def cell(value: Any) -> str:
    """A value as a CSV cell: yes or no, ISO dates and UTC instants, blank for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV table with line feeds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def standing_csv(systems: Iterable[System]) -> str:
    """Standing data, one row per meter and period of validity."""
    rows = (
        [system.mpan_core, *(getattr(meter, column) for column in STANDING_COLUMNS)]
        for system in systems
        for meter in system.meters
    )
    return csv_text(("mpan_core", *STANDING_COLUMNS), rows)


def estate_csv(systems: Iterable[System]) -> str:
    """Which site is behind which number, for a person."""
    rows = (
        (
            system.mpan_core,
            system.name,
            system.meters[-1].cop if system.meters else None,
            system.shape,
            "|".join(system.quantities),
            system.shows,
        )
        for system in systems
    )
    return csv_text(("mpan_core", "site", "cop", "load_shape", "quantities", "shows"), rows)


def wide_csv(days: Sequence[ChannelDay]) -> str:
    """Channel-days with `p1` to the longest day's last period; `f` columns where any has statuses."""
    periods = max(len(day.values) for day in days)
    with_statuses = any(day.flags is not None for day in days)
    header = ["mpan_core", "measurement_quantity", "role", "settlement_date", *_ATTRIBUTES]
    header += [f"p{period}" for period in range(1, max(periods, 48) + 1)]
    if with_statuses:
        header += [f"f{period}" for period in range(1, max(periods, 48) + 1)]
    return csv_text(header, (_wide_row(day, max(periods, 48), with_statuses) for day in days))


def _wide_row(day: ChannelDay, periods: int, with_statuses: bool) -> list[Any]:
    row: list[Any] = [
        day.system.mpan_core,
        day.quantity,
        day.role,
        day.on,
        day.serial,
        day.outstation_id,
        day.firmware,
        day.register_start_kwh,
        day.register_end_kwh,
        day.register_read_kind,
        day.clock_error_s,
        day.collected_at,
        day.integration_minutes,
    ]
    blank = [None] * (periods - len(day.values))
    row += [*day.values, *blank]
    return [*row, *(letter(flags) for flags in day.flags or ()), *blank] if with_statuses else row
