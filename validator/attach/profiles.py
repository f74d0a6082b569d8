"""The limits of each governing CoP Issue as arrays, resolved once for each Issue."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.attach.rulings import ProfileKey
from validator.catalogue import BY_CODE, need_bit
from validator.regulation import AccuracyLimit, IssueLimits, Limit, Regulation
from validator.schema import QUANTITIES

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
NO_CAPACITY, APPARENT_MVA, ACTIVE_MW = -1, 1, 0
ANY_METER, WHOLE_CURRENT, CT_OPERATED = 0, 1, 2
ENERGIES = ("active", "reactive")
FULL_LOAD_PCT = 100.0
_FULL_LOAD_FACTOR = {"active": "unity", "reactive": "zero"}
_FACTOR_ENDS = re.compile(r"(?P<lag>[0-9.]+)lag-(?P<lead>[0-9.]+)lead")

_LIMIT_NEEDS = {
    "limit_required_quantities": "required_quantities",
    "limit_check_meter_required": "check_meter_required",
    "limit_energy_resolution": "energy_resolution",
    "limit_demand_period": "demand_period",
    "limit_storage_days": "storage_days",
    "limit_period_end_error": "period_end_error",
    "limit_period_duration_error": "period_duration_error",
}


@dataclass(frozen=True)
class Profiles:
    """One entry per governing CoP Issue (as dispensed) and a last one for none, so that the index -1 finds it.

    Numbers are NaN where the Issue has no such limit on file. `bands` is float64 (2 * profiles, bands,
    5), active then reactive for each profile, as `kernels.main_check` reads it. `on_file` is a set of
    `limit_` needs, `waived` a set of catalogue bits.
    """

    keys: tuple[ProfileKey, ...]
    limits: tuple[IssueLimits, ...]
    storage_days: Floats
    period_end_error_s: Floats
    duration_error_pct: Floats
    demand_minutes: Floats
    resolution_pct: Floats
    max_permissible_kwh: Floats
    max_permissible_applies: npt.NDArray[np.int8]
    capacity: Floats
    capacity_kind: npt.NDArray[np.int8]
    required: npt.NDArray[np.uint8]
    check_required: Bools
    active_rank: Floats
    ct_rank: Floats
    full_load_pct: Floats
    bands: Floats
    has_bands: Bools
    on_file: npt.NDArray[np.uint64]
    waived: npt.NDArray[np.uint64]

    def limit(self, profile: int, name: str) -> Limit | None:
        """A limit of a profile by its name in the tables."""
        return self.limits[profile].get(name) if profile >= 0 else None


def profiles_of(keys: Sequence[ProfileKey], regulation: Regulation) -> Profiles:
    """Limits of the governing CoP Issues `keys`, in that order, as dispensations have them."""
    laid = _Laid(keys, regulation)

    def number(name: str) -> Floats:
        return laid.each(lambda on: _number(on.get(name)), name)

    return Profiles(
        keys=tuple(keys),
        limits=laid.limits,
        storage_days=number("storage_days"),
        period_end_error_s=number("period_end_error"),
        duration_error_pct=number("period_duration_error"),
        demand_minutes=number("demand_period"),
        resolution_pct=number("energy_resolution"),
        max_permissible_kwh=number("max_permissible_energy"),
        max_permissible_applies=laid.each(_applies, "max_permissible_energy", ANY_METER).astype(np.int8),
        capacity=number("capacity_up_to"),
        capacity_kind=laid.each(_capacity_kind, "capacity_up_to", NO_CAPACITY).astype(np.int8),
        required=laid.each(_required, "required_quantities", 0).astype(np.uint8),
        check_required=laid.each(_check_required, "check_meter_required", 0).astype(np.bool_),
        active_rank=laid.each(lambda on: _worst_rank(on.get("meter_class_active"), regulation), "meter_class_active"),
        ct_rank=laid.each(lambda on: _worst_rank(on.get("ct_class"), regulation), "ct_class"),
        full_load_pct=laid.by_energy(lambda rows: np.nan if (at := full_load(rows)) is None else at.limit_pct),
        bands=laid.bands(),
        has_bands=laid.by_energy(lambda rows: bool(rows), 0).astype(np.bool_),
        on_file=laid.on_file(),
        waived=laid.waived(regulation),
    )


class _Laid:
    """Limits laid out by profile: once for each CoP Issue, then anew only where a dispensation replaces some.

    Ten thousand metering systems with a dispensation each are as many profiles of few Issues.
    """

    def __init__(self, keys: Sequence[ProfileKey], regulation: Regulation) -> None:
        self.keys = keys
        self.limits = tuple(regulation.limits_for(key.cop, key.issue, key.dispensations) for key in keys)
        issues: dict[tuple[str, int], int] = {}
        self.issue = np.array([issues.setdefault(key[:2], len(issues)) for key in keys], dtype=np.int64)
        self.plain = tuple(regulation.limits_for(cop, issue) for cop, issue in issues)
        self.replaced = _replaced(keys, regulation)

    def each(self, value: Callable[[IssueLimits], float], name: str, none: float = np.nan) -> Floats:
        """float64 (profiles + 1,): a value that depends on the limit `name` alone; `none` for no profile."""
        values = np.append(np.array([value(on) for on in self.plain], dtype=np.float64)[self.issue], none)
        for profile in self.replaced.get(name, ()):
            values[profile] = value(self.limits[profile])
        return values

    def by_energy(self, value: Callable[[Sequence[AccuracyLimit]], float], none: float = np.nan) -> Floats:
        """Flat (2 * (profiles + 1),): active and reactive of each profile, and `none` twice for no profile."""
        each = [[value(on.accuracy(energy)) for energy in ENERGIES] for on in self.plain]
        values = np.vstack([np.array(each, dtype=np.float64).reshape(-1, 2)[self.issue], (none, none)])
        for k, energy in enumerate(ENERGIES):
            for profile in self.replaced.get(f"accuracy_{energy}", ()):
                values[profile, k] = value(self.limits[profile].accuracy(energy))
        return values.ravel()

    def bands(self) -> Floats:
        """Load bands of each profile and energy, padded with a kind that nothing matches."""
        deepest = max((len(on.accuracy(energy)) for on in self.plain for energy in ENERGIES), default=0) + 1
        tables = [[_bands(on.accuracy(energy), deepest) for energy in ENERGIES] for on in self.plain]
        bands = np.array(tables, dtype=np.float64).reshape(-1, 2, deepest, 5)[self.issue]
        for k, energy in enumerate(ENERGIES):
            for profile in self.replaced.get(f"accuracy_{energy}", ()):
                bands[profile, k] = _bands(self.limits[profile].accuracy(energy), deepest)
        return bands.reshape(-1, deepest, 5)

    def on_file(self) -> npt.NDArray[np.uint64]:
        """The `limit_` needs that each profile meets."""
        needs = np.array([_on_file(on) for on in self.plain], dtype=np.uint64)[self.issue]
        for need, name in _LIMIT_NEEDS.items():
            # A dispensation may set a limit that the Issue does not state.
            needs[self.replaced.get(name, [])] |= np.uint64(need_bit(need))
        return np.append(needs, np.uint64(0))

    def waived(self, regulation: Regulation) -> npt.NDArray[np.uint64]:
        """Bits of the checks that are waived for each profile."""
        waived = np.zeros(len(self.keys) + 1, dtype=np.uint64)
        for profile, key in enumerate(self.keys):
            if key.dispensations:
                waived[profile] = sum(BY_CODE[code].mask for code in regulation.waived_checks(key.dispensations))
        return waived


def _replaced(keys: Sequence[ProfileKey], regulation: Regulation) -> dict[str, list[int]]:
    """The profiles in which a dispensation sets each limit."""
    replaced: dict[str, list[int]] = {}
    for profile, key in enumerate(keys):
        rows = (regulation.dispensations.by_ref[ref] for ref in key.dispensations)
        for name in {limit.name for row in rows for limit in row.replaces_limits}:
            replaced.setdefault(name, []).append(profile)
    return replaced


def full_load(rows: Sequence[AccuracyLimit]) -> AccuracyLimit | None:
    """The row that holds at full load: unity power factor for active energy, zero for reactive."""
    for row in rows:
        if row.power_factor == _FULL_LOAD_FACTOR[row.energy] and row.load_from_pct <= FULL_LOAD_PCT:
            below = row.load_to_pct > FULL_LOAD_PCT
            if below or (row.load_to_inclusive and row.load_to_pct == FULL_LOAD_PCT):
                return row
    return None


def _number(limit: Limit | None) -> float:
    return np.nan if limit is None else limit.value


def _applies(on: IssueLimits) -> float:
    limit = on.get("max_permissible_energy")
    kinds = {"": ANY_METER, "whole_current": WHOLE_CURRENT, "ct_operated": CT_OPERATED}
    return ANY_METER if limit is None else kinds[limit.applies_to or ""]


def _capacity_kind(on: IssueLimits) -> float:
    limit = on.get("capacity_up_to")
    return NO_CAPACITY if limit is None else {"MVA": APPARENT_MVA, "MW": ACTIVE_MW}.get(limit.unit, NO_CAPACITY)


def _required(on: IssueLimits) -> float:
    limit = on.get("required_quantities")
    named = () if limit is None else limit.text.split("|")
    return sum(1 << k for k, quantity in enumerate(QUANTITIES) if quantity in named)


def _check_required(on: IssueLimits) -> float:
    limit = on.get("check_meter_required")
    return limit is not None and limit.text == "yes"


def _worst_rank(limit: Limit | None, regulation: Regulation) -> float:
    if limit is None:
        return np.nan
    ranks = [rank for text in limit.text.split("|") if (rank := regulation.class_rank(text)) is not None]
    return max(ranks, default=np.nan)


def _bands(rows: Sequence[AccuracyLimit], deepest: int) -> Floats:
    """Load bands of one energy, float64 (deepest, 5), padded with a kind that nothing matches."""
    bands = np.full((deepest, 5), -9.0)
    for place, row in enumerate(rows):
        bands[place] = _band(row)
    bands[-1] = (-9.0, *_factor_ends(rows), 0.0)
    return bands


def _band(row: AccuracyLimit) -> tuple[float, ...]:
    kind = 0.0 if row.power_factor == _FULL_LOAD_FACTOR[row.energy] else 1.0
    return (kind, row.load_from_pct, row.load_to_pct, float(row.load_to_inclusive), row.limit_pct)


def _factor_ends(rows: Sequence[AccuracyLimit]) -> tuple[float, float, float]:
    """Lowest lagging, lowest leading and highest power factor of the lagging-leading rows; infinite: none."""
    for row in rows:
        found = _FACTOR_ENDS.fullmatch(row.power_factor)
        if found:
            lag, lead = float(found["lag"]), float(found["lead"])
            return lag, lead, max(lag, lead)
    return np.inf, np.inf, -np.inf


def _on_file(on: IssueLimits) -> int:
    needs = [need for need, name in _LIMIT_NEEDS.items() if on.get(name) is not None]
    return sum(need_bit(need) for need in needs)
