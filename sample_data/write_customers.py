"""Writes the files that collectors send to customers, and our narrow layout (formats.md B8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

import pyarrow as pa

from sample_data.days import ChannelDay
from sample_data.statuses import letter
from sample_data.write_text import cell, csv_text

HALF_HOUR = timedelta(minutes=30)
_SENSORS = {"AI": 1, "AE": 2, "RI": 3, "RE": 4}
_HOUSE = {"AI": "ACTIVE", "RI": "REACTIVE_IMP", "RE": "REACTIVE_EXP"}
_PORTAL = {"A": "Actual", "E": "Estimated"}
_MOST_PERIODS = 50


def _statuses(day: ChannelDay) -> list[str]:
    return [letter(flags) for flags in day.flags or [0] * len(day.values)]


def _starts(day: ChannelDay) -> Iterator[datetime]:
    """When each period starts, on a clock that does not change on this day."""
    midnight = datetime.combine(day.on, time(), UTC)
    return (midnight + HALF_HOUR * index for index in range(len(day.values)))


def narrow_table(days: Sequence[ChannelDay]) -> pa.Table:
    """Our own names, a row per half hour."""
    rows = [
        (day.system.mpan_core, day.quantity, day.role, day.on, period, value, status)
        for day in days
        for period, (value, status) in enumerate(zip(day.values, _statuses(day), strict=True), 1)
    ]
    names = (
        "mpan_core",
        "measurement_quantity",
        "role",
        "settlement_date",
        "settlement_period",
        "energy_kwh",
        "status",
    )
    columns = [list(column) for column in zip(*rows, strict=True)]
    return pa.table(dict(zip(names, columns, strict=True)))


def narrow_csv(days: Sequence[ChannelDay]) -> str:
    """The same as CSV."""
    table = narrow_table(days)
    return csv_text(table.column_names, (list(row.values()) for row in table.to_pylist()))


def plain_csv(days: Sequence[ChannelDay]) -> str:
    """Ends of periods by the local clock; a half hour without a value does not come."""
    rows = (
        (day.system.mpan_core, day.quantity, f"{start + HALF_HOUR:%d/%m/%Y %H:%M}", value, status)
        for day in days
        for start, value, status in zip(_starts(day), day.values, _statuses(day), strict=True)
        if value is not None
    )
    return csv_text(("MPAN", "Quantity", "Period end (local)", "kWh or kVArh", "Status"), rows)


def house_csv(days: Sequence[ChannelDay]) -> str:
    """Starts of periods in UTC, by the house format's words."""
    rows = (
        (day.system.mpan_core, _HOUSE[day.quantity], f"{start:%Y-%m-%d %H:%M}", value, status)
        for day in days
        for start, value, status in zip(_starts(day), day.values, _statuses(day), strict=True)
        if value is not None
    )
    return csv_text(("MPAN Core", "Channel Type", "Time", "Value", "Status"), rows)


def df2(days: Sequence[ChannelDay]) -> str:
    """Ends of periods in UTC; a half hour without a value does not come."""
    lines = ["#F2"]
    last = ""
    for day in days:
        if day.system.mpan_core != last:
            lines.append(f"#O {day.system.mpan_core}-{day.system.name}")
            last = day.system.mpan_core
        lines.append(f"#S {_SENSORS[day.quantity]}")
        lines += [
            f"{start + HALF_HOUR:%d/%m/%Y,%H:%M},{value},{status}"
            for start, value, status in zip(_starts(day), day.values, _statuses(day), strict=True)
            if value is not None
        ]
    return "\n".join(lines) + "\n"


def british_gas_csv(days: Sequence[ChannelDay]) -> str:
    """No header; 48 values and two columns of 0. One value has the stray space that such files are known for."""
    lines = []
    for day in days:
        values = [cell(value) for value in day.values]
        lines.append([day.system.mpan_core, cell(day.serial), f"{day.on:%d/%m/%Y}", *values, "0", "0"])
    lines[0][3] = lines[0][3].replace(".", ". ")
    return "".join(",".join(line) + "\n" for line in lines)


def edf_csv(days: Sequence[ChannelDay]) -> str:
    """Fifty values and fifty flags, `-` after the day's last."""
    times = [f"{index // 2:02d}:{index % 2 * 30:02d}" for index in range(_MOST_PERIODS)]
    header = ("Month", "MPAN", "Measurement Type", "Settlement Date", *times, *(f"{each} Flag" for each in times))
    rows = []
    for day in days:
        rest = ["-"] * (_MOST_PERIODS - len(day.values))
        values = ["-" if value is None else cell(value) for value in day.values]
        flags = [
            "-" if value is None else _PORTAL[status] for value, status in zip(day.values, _statuses(day), strict=True)
        ]
        named = (f"{day.on:%b-%y}", day.system.mpan_core, day.quantity, f"{day.on:%d-%m-%Y}")
        rows.append((*named, *values, *rest, *flags, *rest))
    return csv_text(header, rows)
