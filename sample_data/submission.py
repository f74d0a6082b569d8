"""A submission being put together: its channel-days, and the faults planted in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sample_data.days import ChannelDay, clean_days
from sample_data.estate import ESTATE
from sample_data.meters import Resident


@dataclass(frozen=True)
class Raises:
    """What checks.md says of a channel-day: a check, its outcome, and the periods it stands on."""

    check: str
    outcome: str
    periods: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plant:
    """One planted fault (or, `raises` empty, something at a limit that must stay silent)."""

    system: str
    channel: str
    on: date
    what: str
    arithmetic: str
    raises: tuple[Raises, ...]


@dataclass
class Submission:
    """`days` are in the order in which they are sent."""

    name: str
    title: str
    days: list[ChannelDay] = field(default_factory=list)
    plants: list[Plant] = field(default_factory=list)

    def send(self, names: Iterable[str], dates: Sequence[date], roles: Sequence[str] = ("MAIN", "CHECK")) -> None:
        """Add clean channel-days, and what the standing data alone must raise on them."""
        for name in names:
            for on in dates:
                sent = [day for day in clean_days(ESTATE[name], on) if day.role in roles]
                self.days.extend(sent)
                for day in sent:
                    self._expect_residents(day)

    def of(self, name: str, quantity: str = "AI", role: str = "MAIN", on: date | None = None) -> ChannelDay:
        """The first channel-day of a system with that quantity and role."""
        return next(
            day
            for day in self.days
            if (day.system.name, day.quantity, day.role) == (name, quantity, role) and on in (None, day.on)
        )

    def all_of(self, name: str, role: str = "MAIN", on: date | None = None) -> list[ChannelDay]:
        """Every channel-day of one meter."""
        return [d for d in self.days if (d.system.name, d.role) == (name, role) and on in (None, d.on)]

    def plant(self, days: Sequence[ChannelDay], what: str, arithmetic: str, *raises: Raises) -> None:
        """State what a fault raises on each of these channel-days, and write it down for the review."""
        for day in days:
            for said in raises:
                day.found[said.check] = (said.outcome, frozenset(said.periods) or None)
        self.plants.append(_written(days, what, arithmetic, raises))

    def silent(self, days: Sequence[ChannelDay], what: str, arithmetic: str) -> None:
        """Write down something at a limit, on which nothing may be said."""
        self.plants.append(_written(days, what, arithmetic, ()))

    def _expect_residents(self, day: ChannelDay) -> None:
        if day.meter is None:
            arithmetic = "no row of standing data for this meter on this day"
            self.plant([day], "nothing on file", arithmetic, Raises("no_standing_data", "NOT_ASSESSED"))
            return
        for resident in day.meter.residents:
            if day.on >= resident.since and day.quantity in (resident.quantities or (day.quantity,)):
                self._expect(day, resident)

    def _expect(self, day: ChannelDay, resident: Resident) -> None:
        periods = tuple(sorted(resident.periods or ()))
        said = Raises(resident.check, resident.outcome, periods)
        self.plant([day], "as its standing data stands", resident.arithmetic, said)


def set_values(day: ChannelDay, changes: dict[int, float | None]) -> None:
    """Overwrite the values of periods (from 1)."""
    for period, value in changes.items():
        day.values[period - 1] = value


def set_flags(day: ChannelDay, periods: Iterable[int], bits: int) -> None:
    """Add flag bits to periods (from 1)."""
    assert day.flags is not None
    for period in periods:
        day.flags[period - 1] |= bits


def shown_channel(day: ChannelDay) -> str:
    """Quantity and role, such as `AI MAIN`."""
    return f"{day.quantity} {day.role}"


def _written(days: Sequence[ChannelDay], what: str, arithmetic: str, raises: Sequence[Raises]) -> Plant:
    channels = ", ".join(dict.fromkeys(shown_channel(day) for day in days))
    first = days[0]
    return Plant(first.system.name, channels, first.on, what, arithmetic, tuple(raises))
