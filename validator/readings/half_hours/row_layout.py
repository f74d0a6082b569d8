"""Which column of a table of half hours is what, and how its words are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from validator.readings.half_hours import letters, stamp_texts
from validator.readings.half_hours.clock import Stamped
from validator.readings.source import TimeBase


@dataclass(frozen=True)
class RowLayout:
    """Column names by what they hold; None where the file has no such column.

    Either `date` and `period`, or `stamp` is there. `stamped` and `zone` say how stamps are meant (`zone` also
    whose days `date` is of); `days`, in whose days stamps are put that state their offset from UTC. `quantity_of`
    turns the file's word for a channel into a measurement quantity. `shared` are columns of ours that must be the
    same throughout a channel-day. `utc_day` is a column of truth values, the same on every row. `trimmed`: white
    space around a text does not count. `ignored` names columns that are not ours.
    """

    names: tuple[str, ...]
    mpan_core: str
    quantity: str
    energy: str
    stamped: Stamped
    zone: TimeBase
    days: TimeBase
    date: str | None = None
    period: str | None = None
    stamp: str | None = None
    role: str | None = None
    status: str | None = None
    bits: str | None = None
    utc_day: str | None = None
    shared: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    trimmed: bool = False
    quantity_of: Callable[[str], str] = str
    statuses: Mapping[str, int] = field(default_factory=lambda: letters.LETTERS)
    stamp_forms: tuple[str, ...] = (stamp_texts.ISO,)
    date_forms: tuple[str, ...] = (stamp_texts.DATE_ISO,)

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns of few distinct texts."""
        every = (self.mpan_core, self.quantity, self.role, self.date, self.stamp, self.status, self.utc_day)
        return tuple(name for name in every if name is not None)

    @property
    def known(self) -> tuple[str, ...]:
        """Every column that is read."""
        numbers = (self.period, self.bits, self.energy)
        return (*self.texts, *(name for name in numbers if name is not None), *self.shared)
