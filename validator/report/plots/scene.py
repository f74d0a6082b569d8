"""The numbers behind one finding: its own values and those of its partners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from validator.calendar import EPOCH, UTC_PERIODS, local_period_count
from validator.report.index import Floats, Index
from validator.report.plots.picture import Values

_DRAWABLE = 1e15
"""Above it axes have no sensible labels; such a value is shown as absent and told in the message."""


@dataclass(frozen=True)
class Scene:
    """One finding (position `at`) and the channel-day (`row`) on which it stands."""

    index: Index
    at: int

    @cached_property
    def finding(self) -> dict[str, Any]:
        return self.index.finding(self.at)

    @cached_property
    def row(self) -> int:
        return int(self.index.finding_row[self.at])

    @property
    def check(self) -> str:
        return str(self.finding["check"])

    @property
    def quantity(self) -> str:
        return str(self.finding["measurement_quantity"])

    @property
    def on(self) -> date:
        day: date = self.finding["settlement_date"]
        return day

    @property
    def unit(self) -> str:
        """kWh, or kVArh for reactive energy."""
        return "kVArh" if self.quantity in ("RI", "RE") else "kWh"

    @cached_property
    def utc_day(self) -> bool:
        return bool(self._cell("utc_day", self.row))

    @cached_property
    def values(self) -> Floats:
        """Energy of each period, NaN where there is no reading."""
        return self.energy(self.row)

    @property
    def expected(self) -> int:
        """Periods that the day should have."""
        return UTC_PERIODS if self.utc_day else local_period_count(self.on)

    @property
    def value(self) -> float | None:
        """The finding's value where it is a number."""
        return finite(self.finding["value"])

    @property
    def limit(self) -> float | None:
        """The finding's limit where it is a number."""
        return finite(self.finding["limit"])

    def energy(self, row: int) -> Floats:
        """Energy of each period of another row."""
        return _floats(self._cell("energy_kwh", row))

    def durations_s(self) -> Floats:
        """Duration of each period; empty where none were sent."""
        return _floats(self._cell("period_duration_s", self.row))

    @cached_property
    def flagged(self) -> frozenset[int]:
        """Periods from 0 that this check found on this channel-day; all of them for a whole-day finding."""
        index = self.index
        same = (index.finding_row == self.row) & (index.finding_check == index.finding_check[self.at])
        periods: set[int] = set()
        for at in np.flatnonzero(same):
            finding = index.finding(int(at))
            if finding["first_period"] is None or finding["last_period"] is None:
                return frozenset(range(len(self.values)))
            periods.update(range(finding["first_period"] - 1, finding["last_period"]))
        return frozenset(periods)

    def partner(self, quantity: str, role: str | None = None) -> int | None:
        """The first row of another quantity or role of this metering system on this day, None for none."""
        wanted_role = role or self.finding["role"]
        index = self.index
        same_day = (index.mpan == index.mpan[self.row]) & (index.day == index.day[self.row])
        for row in np.flatnonzero(same_day).tolist():
            named = (self._cell("measurement_quantity", row), self._cell("role", row))
            if named == (quantity, wanted_role) and self._cell("utc_day", row) == self.utc_day:
                return int(row)
        return None

    def aligned(self, row: int | None) -> Floats:
        """Another row's energy in this day's periods: NaN where it has none, or no such row is given."""
        own = np.full(len(self.values), np.nan)
        if row is not None:
            other = self.energy(row)[: len(own)]
            own[: len(other)] = other
        return own

    def reactive(self) -> Floats:
        """|RI - RE| of each period, an absent channel and an absent reading counting as nothing."""
        imported, exported = (np.nan_to_num(self.aligned(self.partner(q))) for q in ("RI", "RE"))
        return np.abs(imported - exported)

    def daily_totals(self, first: date, last: date) -> tuple[list[date], Values]:
        """Sum of the channel's readings on each date from `first` to `last`, None where no day came."""
        index = self.index
        dates = [first + timedelta(days=k) for k in range((last - first).days + 1)]
        rows = np.flatnonzero(index.channel == index.channel[self.row])
        row_of = {int(index.day[row]): int(row) for row in rows[::-1]}
        at = [row_of.get((on - EPOCH).days) for on in dates]
        return dates, tuple(None if row is None else float(np.nansum(self.energy(row))) for row in at)

    def _cell(self, column: str, row: int) -> Any:
        return self.index.validation.readings[column][row].as_py()


def finite(value: float | None) -> float | None:
    """The value where it can be drawn."""
    return value if value is not None and np.isfinite(value) and abs(value) < _DRAWABLE else None


def drawable(values: Floats) -> Values:
    """Values for a panel."""
    return tuple(finite(value) for value in values.tolist())


def _floats(values: list[float | None] | None) -> Floats:
    return np.array([np.nan if value is None else value for value in values or ()], dtype=np.float64)
