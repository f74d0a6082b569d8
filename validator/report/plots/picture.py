"""What a plot shows, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from validator.calendar import period_start_clock
from validator.report import words

CLOCK_STEP = 6
"""Half hours between the clock labels of a day."""

Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars over slots (half hours, or days), one set of axes.

    `bars` and `line` have one value per slot, None where there is none to draw; `line` may be (). `flagged`
    are the offending slots, from 0. `limit` is in the unit of `axis`, and None where there is none.
    """

    axis: str
    bars: Values
    flagged: frozenset[int] = frozenset()
    line: Values = ()
    limit: float | None = None
    limit_label: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Panels over common slots. `ticks` labels the edges of slots; `end` marks where the day should end.

    `key` tells the signs apart as (sign, words): bar, flag, line, limit or end.
    """

    panels: tuple[Panel, ...]
    slots: int
    ticks: tuple[tuple[int, tuple[str, ...]], ...]
    axis: str
    key: tuple[tuple[str, str], ...]
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number of a whole channel-day against its limit, both in `unit`."""

    value: float
    limit: float
    unit: str
    key: tuple[tuple[str, str], ...]


def clock_ticks(on: date, slots: int, utc_day: bool) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Clock time and settlement period every three hours, and the clock time at the end."""
    ticks = [
        (slot, (period_start_clock(on, slot + 1, utc_day), f"P{slot + 1}"))
        for slot in range(0, slots, CLOCK_STEP)
        if slots - slot >= CLOCK_STEP // 2
    ]
    return (*ticks, (slots, (period_start_clock(on, slots + 1, utc_day),)))


def date_ticks(dates: list[date]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """About eight dates, each at the start of its day."""
    step = max(1, -(-len(dates) // 8))
    return tuple((slot, (f"{on.day} {on:%b}",)) for slot, on in enumerate(dates) if slot % step == 0)


def limit_label(limit: float, unit: str) -> str:
    """`limit 600 kWh`."""
    return f"limit {words.amount(limit)} {unit}".strip()
