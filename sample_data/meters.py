"""What is on file about the estate, and what follows from it alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

Issue = tuple[str, int]
"""A CoP and its Issue, such as ("5", 6)."""

SETTLED_IN = date(2022, 7, 1)


@dataclass(frozen=True)
class Resident:
    """What standing data must raise on every channel-day of a meter, whatever its readings are.

    `quantities` empty is all of them; `periods` None is the whole channel-day; `since` is inclusive.
    """

    check: str
    outcome: str
    arithmetic: str
    quantities: tuple[str, ...] = ()
    periods: frozenset[int] | None = None
    since: date = date.min


@dataclass(frozen=True)
class Meter:
    """One row of standing data, and by hand what Issue governs and what the approvals say of it.

    `governs` and `certification` None: no CoP Issue governs. Fields up to `alarms_capable` are columns.
    """

    role: str = "MAIN"
    effective_from: date = SETTLED_IN
    effective_to: date | None = None
    energised: bool = True
    energised_from: date | None = None
    manufacturer: str | None = "Secure Meters (UK) Limited"
    meter_type: str | None = "Prometer 100"
    variant: str | None = "P3E"
    firmware: str | None = "M6X8G0B"
    meter_serial: str = ""
    outstation_id: str = ""
    outstation_type: str | None = "Prometer 100"
    cop: str | None = "5"
    issue: int | None = 6
    first_registered_on: date | None = None
    installed_on: date | None = None
    rated_kva: float = 1000.0
    meter_class_active: str | None = "1"
    ct_class: str | None = "0.5"
    resolution_kwh: float = 0.1
    register_digits: int | None = 7
    direction: str | None = "IMPORT"
    collector: str | None = "SYNH"
    alarms_capable: str | None = None
    governs: Issue | None = ("5", 6)
    certification: str | None = "APPROVED"
    residents: tuple[Resident, ...] = field(default=())

    def valid_on(self, on: date) -> bool:
        """Whether this row is in force; both ends are inclusive."""
        return self.effective_from <= on <= (self.effective_to or date.max)


STANDING_COLUMNS = tuple(
    name for name in Meter.__dataclass_fields__ if name not in ("governs", "certification", "residents")
)


@dataclass(frozen=True)
class System:
    """A metering system: its site, the load it carries, the quantities it sends, and its meters.

    `scale_kwh` is the half hour's energy at 100 % of the shape. `shows` says what the system is there for.
    """

    mpan_core: str
    name: str
    shape: str
    scale_kwh: float
    quantities: tuple[str, ...]
    meters: tuple[Meter, ...]
    shows: str
    register_base_kwh: float | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(meter.role for meter in self.meters))

    def meter(self, role: str, on: date) -> Meter | None:
        """The row on file for a role and day."""
        return next((row for row in self.meters if row.role == role and row.valid_on(on)), None)
