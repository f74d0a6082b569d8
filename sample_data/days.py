"""Clean channel-days: believable values, whole counts of the resolution, registers that agree."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sample_data.meters import Meter, System
from sample_data.shapes import SHAPES

SEED = "copcheck sample estate 1"

SHORT_DAY = date(2026, 3, 29)
LONG_DAY = date(2026, 10, 25)

Found = tuple[str, frozenset[int] | None]
"""An outcome and the periods (from 1) that it stands on; None for the whole channel-day."""


@dataclass
class ChannelDay:
    """One channel-day as a collector sends it, and in `found` what must be said of it, by check.

    `meter` None: nothing is on file. `shows_as` is its certification where that differs from the meter's.
    """

    system: System
    meter: Meter | None
    quantity: str
    role: str
    on: date
    values: list[float | None]
    flags: list[int] | None
    durations_s: list[float] | None
    serial: str | None = None
    outstation_id: str | None = None
    firmware: str | None = None
    register_start_kwh: float | None = None
    register_end_kwh: float | None = None
    register_read_kind: str | None = None
    clock_error_s: float | None = None
    collected_at: datetime | None = None
    integration_minutes: int | None = None
    found: dict[str, Found] = field(default_factory=dict)
    shows_as: str | None = None

    def total(self) -> float:
        """Sum of the readings that are there, kWh."""
        return round(sum(v for v in self.values if v is not None and abs(v) < float("inf")), 3)


def half_hours(on: date) -> list[int]:
    """The half hours of the clock (0 to 47) of a local day: 01:00 to 02:00 is lost or comes twice."""
    whole = list(range(48))
    if on == SHORT_DAY:
        return whole[:2] + whole[4:]
    return whole[:4] + whole[2:] if on == LONG_DAY else whole


def clean_days(system: System, on: date) -> list[ChannelDay]:
    """Every channel of a system on one day, main first."""
    roles = system.roles or ("MAIN",)
    return [_channel_day(system, quantity, role, on) for role in roles for quantity in system.quantities]


def settle_registers(days: Iterable[ChannelDay]) -> None:
    """Give every channel a register that advances by what its periods sum to, day after day."""
    at: dict[tuple[str, str, str], float] = {}
    for day in days:
        channel = (day.system.mpan_core, day.quantity, day.role)
        start = at.get(channel, _register_base(day))
        digits = 6 if day.meter is None else day.meter.register_digits or 6
        end = round((start + day.total()) % 10**digits, 3)
        day.register_start_kwh, day.register_end_kwh = start, end
        at[channel] = end


def _register_base(day: ChannelDay) -> float:
    if day.system.register_base_kwh is not None:
        return day.system.register_base_kwh
    draw = random.Random(f"{SEED}|register|{day.system.mpan_core}|{day.quantity}|{day.role}|{day.meter is None}")
    return float(10_000 + int(draw.random() * 400_000))


def _channel_day(system: System, quantity: str, role: str, on: date) -> ChannelDay:
    meter = system.meter(role, on)
    resolution = meter.resolution_kwh if meter else 0.1
    counts = _counts(system, quantity, on, resolution)
    if role == "CHECK":
        counts = _of_check_meter(system, quantity, on, counts)
    draw = random.Random(f"{SEED}|clock|{system.mpan_core}|{role}|{on}")
    return ChannelDay(
        system=system,
        meter=meter,
        quantity=quantity,
        role=role,
        on=on,
        values=[round(count * resolution, 3) for count in counts],
        flags=[0] * len(counts),
        durations_s=[1800.0] * len(counts),
        serial=meter.meter_serial if meter else None,
        outstation_id=meter.outstation_id if meter else None,
        firmware=meter.firmware if meter else None,
        register_read_kind="REMOTE",
        clock_error_s=(int(draw.random() * 81) - 40) / 10,
        collected_at=_collected(on, 1, int(draw.random() * 180)),
        integration_minutes=30,
    )


def _collected(on: date, days_later: int, minutes: int) -> datetime:
    """The instant `minutes` after 03:00 UTC, some days after the settlement date."""
    return datetime.combine(on + timedelta(days=days_later), time(3), UTC) + timedelta(minutes=minutes)


def collected(on: date, days_later: int) -> datetime:
    """An instant in the morning of a later day."""
    return _collected(on, days_later, 150)


def _counts(system: System, quantity: str, on: date, resolution: float) -> list[int]:
    """Whole counts of the resolution, one a period, with a little noise that never repeats for long."""
    shape = SHAPES[system.shape]
    scale_counts = round(system.scale_kwh / resolution)
    draw = random.Random(f"{SEED}|{system.mpan_core}|{quantity}|{on}")
    counts = []
    for half_hour in half_hours(on):
        net = shape.permille(half_hour, on.weekday() >= 5)
        share = max(net, 0) if quantity in ("AI", "RI") else max(-net, 0)
        if quantity in ("RI", "RE"):
            share = share * shape.reactive // 100
        level = share * scale_counts // 1000
        if quantity == "AI" and share == 0:
            level = shape.house_counts
        counts.append(_noisy(level, draw.random()))
    return counts


def _noisy(level: int, drawn: float) -> int:
    if level == 0:
        return 0
    spread = max(2, level * 3 // 100)
    return max(1, level - spread + int(drawn * (2 * spread + 1)))


def _of_check_meter(system: System, quantity: str, on: date, counts: list[int]) -> list[int]:
    """What the check meter counts: the same to within a count, and nothing where there is nothing."""
    draw = random.Random(f"{SEED}|check|{system.mpan_core}|{quantity}|{on}")
    drift = [int(draw.random() * 3) - 1 for _ in counts]
    return [max(count + each, 1) if count else 0 for count, each in zip(counts, drift, strict=True)]
