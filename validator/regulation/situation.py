"""What standing data says of a metering system that a dispensation's scope looks at, and whether one covers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property

from validator.regulation.rows import Dispensation


@dataclass(frozen=True, slots=True)
class Situation:
    """One metering system as standing data describes it; None where it says nothing."""

    cop: str | None
    issue: int | None
    first_registered_on: date | None
    meter_type: str | None
    variant: str | None
    firmware: str | None
    mpan_core: str | None = None
    installed_on: date | None = None


class Covered(Enum):
    """Whether a dispensation is for a metering system; UNDECIDED where standing data lacks the date asked for."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


def covers(row: Dispensation, at: Situation) -> Covered:
    """By CoP, meter type, variant, MSID and predicates; the Issue and the days in force are not looked at."""
    if (row.cops and at.cop not in row.cops) or (row.msids and at.mpan_core not in row.msids):
        return Covered.NO
    if row.meter_type not in ("", at.meter_type) or row.variant not in ("", at.variant):
        return Covered.NO
    met = (
        _predicate(at.installed_on, row.installed_from, row.installed_before),
        _predicate(at.first_registered_on, row.registered_from, row.registered_before),
    )
    return next((answer for answer in (Covered.NO, Covered.UNDECIDED) if answer in met), Covered.YES)


def _predicate(on: date | None, begins: date | None, before: date | None) -> Covered:
    """From a day inclusively, before a day strictly."""
    if begins is None and before is None:
        return Covered.YES
    if on is None:
        return Covered.UNDECIDED
    holds = (begins is None or begins <= on) and (before is None or on < before)
    return Covered.YES if holds else Covered.NO


def has_effect(row: Dispensation) -> bool:
    """Whether it changes what holds on its settlement dates."""
    return row.governs_issue is not None or bool(row.replaces_limits) or bool(row.waives_checks)


def strength(row: Dispensation) -> tuple[bool, int, str]:
    """Sorts the one that prevails first: site before generic, the later `valid_from`, then the reference."""
    return (row.kind != "site", -(row.valid_from or date.min).toordinal(), row.ref)


def prevails(row: Dispensation, over: Dispensation) -> str:
    """Why `row` stands before `over`, in words."""
    if row.kind != over.kind:
        return f"as a site dispensation it comes before the generic {over.ref}"
    if (row.valid_from or date.min) != (over.valid_from or date.min):
        return f"it is valid from a later day than {over.ref}"
    return f"it comes before {over.ref} in order of reference"


@dataclass(frozen=True)
class Dispensations:
    """All of them, so arranged that those of one metering system are found without a walk through the rest."""

    rows: tuple[Dispensation, ...]

    @cached_property
    def by_ref(self) -> Mapping[str, Dispensation]:
        return {row.ref: row for row in self.rows}

    @cached_property
    def msids(self) -> frozenset[str]:
        """The metering systems that any of them names."""
        return frozenset(msid for row in self.rows for msid in row.msids)

    @cached_property
    def looks_at_installation(self) -> bool:
        """Whether any of them asks when the meter was installed."""
        return any(row.installed_from or row.installed_before for row in self.rows)

    def with_effect(self, mpan_core: str | None) -> tuple[Dispensation, ...]:
        """Those that change what holds on a date and may be for the metering system: they name it, or none."""
        return _found(self._with_effect, mpan_core)

    def allowing(self, mpan_core: str | None) -> tuple[Dispensation, ...]:
        """Those that allow an earlier Issue and may be for the metering system: they name it, or none."""
        return _found(self._allowing, mpan_core)

    @cached_property
    def _with_effect(self) -> _ByMsid:
        return _by_msid(row for row in self.rows if has_effect(row))

    @cached_property
    def _allowing(self) -> _ByMsid:
        return _by_msid(row for row in self.rows if row.allows_issues_before is not None)


_ByMsid = Mapping[str, tuple[Dispensation, ...]]


def _by_msid(rows: Iterable[Dispensation]) -> _ByMsid:
    """Rows by the metering systems that they name; those that name none under a blank."""
    found: dict[str, list[Dispensation]] = {}
    for row in rows:
        for msid in row.msids or ("",):
            found.setdefault(msid, []).append(row)
    return {msid: tuple(held) for msid, held in found.items()}


def _found(by_msid: _ByMsid, mpan_core: str | None) -> tuple[Dispensation, ...]:
    return (*by_msid.get("", ()), *(by_msid.get(mpan_core, ()) if mpan_core else ()))
