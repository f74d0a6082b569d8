"""The limits of each governing CoP Issue as arrays, resolved once for each Issue."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.catalogue import need_bit
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
    """One entry per governing CoP Issue and a last one for none, so that the index -1 finds it.

    Numbers are NaN where the Issue has no such limit on file. `bands` is float64 (2 * profiles, bands,
    5), active then reactive for each profile, as `kernels.main_check` reads it. `on_file` is a set of
    `limit_` needs.
    """

    keys: tuple[tuple[str, int], ...]
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

    def limit(self, profile: int, name: str) -> Limit | None:
        """A limit of a profile by its name in the tables."""
        return self.limits[profile].get(name) if profile >= 0 else None


def profiles_of(keys: Sequence[tuple[str, int]], regulation: Regulation) -> Profiles:
    """Limits of the governing CoP Issues `keys`, in that order."""
    limits = tuple(regulation.limits_for(cop, issue) for cop, issue in keys)

    def numbers(name: str) -> Floats:
        return _each(limits, lambda on: _number(on.get(name)))

    return Profiles(
        keys=tuple(keys),
        limits=limits,
        storage_days=numbers("storage_days"),
        period_end_error_s=numbers("period_end_error"),
        duration_error_pct=numbers("period_duration_error"),
        demand_minutes=numbers("demand_period"),
        resolution_pct=numbers("energy_resolution"),
        max_permissible_kwh=numbers("max_permissible_energy"),
        max_permissible_applies=_each(limits, _applies, ANY_METER).astype(np.int8),
        capacity=numbers("capacity_up_to"),
        capacity_kind=_each(limits, _capacity_kind, NO_CAPACITY).astype(np.int8),
        required=_each(limits, _required, 0).astype(np.uint8),
        check_required=_each(limits, _check_required, 0).astype(np.bool_),
        active_rank=_each(limits, lambda on: _worst_rank(on.get("meter_class_active"), regulation)),
        ct_rank=_each(limits, lambda on: _worst_rank(on.get("ct_class"), regulation)),
        full_load_pct=_by_energy(limits, lambda rows: np.nan if (at := full_load(rows)) is None else at.limit_pct),
        bands=_bands(limits),
        has_bands=_by_energy(limits, lambda rows: bool(rows), 0).astype(np.bool_),
        on_file=np.array([*(_on_file(on) for on in limits), 0], dtype=np.uint64),
    )


def full_load(rows: Sequence[AccuracyLimit]) -> AccuracyLimit | None:
    """The row that holds at full load: unity power factor for active energy, zero for reactive."""
    for row in rows:
        if row.power_factor == _FULL_LOAD_FACTOR[row.energy] and row.load_from_pct <= FULL_LOAD_PCT:
            below = row.load_to_pct > FULL_LOAD_PCT
            if below or (row.load_to_inclusive and row.load_to_pct == FULL_LOAD_PCT):
                return row
    return None


def _each(
    limits: Sequence[IssueLimits],
    value: Callable[[IssueLimits], float],
    none: float = np.nan,
) -> Floats:
    return np.array([*(value(on) for on in limits), none], dtype=np.float64)


def _by_energy(
    limits: Sequence[IssueLimits],
    value: Callable[[Sequence[AccuracyLimit]], float],
    none: float = np.nan,
) -> npt.NDArray[np.float64]:
    """Flat (2 * (profiles + 1),): active and reactive of each profile, and `none` twice for no profile."""
    values = [value(on.accuracy(energy)) for on in limits for energy in ENERGIES]
    return np.array([*values, none, none], dtype=np.float64)


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


def _bands(limits: Sequence[IssueLimits]) -> Floats:
    """Load bands of each profile and energy, padded with a kind that nothing matches."""
    tables = [[_band(row) for row in on.accuracy(energy)] for on in limits for energy in ENERGIES]
    ends = [_factor_ends(on.accuracy(energy)) for on in limits for energy in ENERGIES]
    deepest = max((len(table) for table in tables), default=0) + 1
    bands = np.full((len(tables), deepest, 5), -9.0)
    for k, table in enumerate(tables):
        if table:
            bands[k, : len(table)] = table
        bands[k, -1] = (-9.0, *ends[k], 0.0)
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
