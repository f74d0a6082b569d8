"""Which limit a finding stands on: its source, its status, and so whether it may FAIL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.attach import Attached
from validator.attach.profiles import ENERGIES, full_load
from validator.catalogue import BY_CODE, Check
from validator.regulation import AccuracyLimit, Limit
from validator.regulation.rows import FAILING_STATUSES, weakest_status
from validator.validation.day_checks import class_faults

Keys = npt.NDArray[np.int64]

LIMIT_OF_CHECK = {
    "required_quantity": "required_quantities",
    "check_meter_absent": "check_meter_required",
    "resolution_too_coarse": "energy_resolution",
    "demand_period": "demand_period",
    "storage_exceeded": "storage_days",
    "above_max_permissible": "max_permissible_energy",
    "above_cop_capacity": "capacity_up_to",
    "clock_error": "period_end_error",
    "period_duration": "period_duration_error",
}
POLICY_OF_CHECK = {
    "above_rating": "max_rating_factor",
    "zero_run": "zero_run_periods",
    "stuck": "stuck_run_periods",
    "spike": "spike_tolerance",
    "reactive_without_active": "reactive_without_active_resolutions",
    "import_export_both": "spike_floor_resolutions",
}
REGISTER_BASES = ("register_advance_day", "register_advance_week", "register_advance_site")
_NO_BASIS, _METER_CLASS, _CT_CLASS = 0, 1, 2
_CLASS_KEYS = 4
_DECIDED = ("certified_other_issue", "certified_later")


@dataclass(frozen=True)
class Citation:
    """`source` and `status` of the rows a finding stands on; the status is "" where no limit row does.

    `dispensations` are the references by which it stands as it does, and `remark` ends its message.
    """

    source: str
    status: str
    outcome: str
    dispensations: tuple[str, ...] = ()
    remark: str = ""


def keys_of(check: Check, attached: Attached, rows: npt.NDArray[np.int64], basis: tuple[str, ...]) -> Keys:
    """One number per finding that tells apart the citations of one check."""
    profile = attached.profile[rows].astype(np.int64)
    if check.code == "main_check_discrepancy":
        return attached.energy[rows].astype(np.int64)
    if check.code == "register_advance_mismatch":
        return np.array([REGISTER_BASES.index(name) for name in basis], dtype=np.int64)
    if check.code == "meter_class":
        meter_worse, ct_worse = class_faults(attached)
        faults = meter_worse[rows] * _METER_CLASS + ct_worse[rows] * _CT_CLASS
        return profile * _CLASS_KEYS + faults.astype(np.int64)
    if check.outcome == "LIST":
        certification = attached.certification[rows].astype(np.int64)
        place = certification * (attached.meters.frame.height + 1) + attached.meter[rows]
        return place * len(attached.profiles.limits) + profile
    if check.code in _DECIDED:
        return attached.certification[rows].astype(np.int64) * len(attached.profiles.limits) + profile
    return profile


def cite(check: Check, attached: Attached, key: int) -> Citation:
    """The citation of one key of `keys_of`."""
    if check.outcome == "LIST":
        return _listed(attached, key)
    if check.outcome == "LIMIT":
        limits = list(_limits(check, attached, key))
        status = weakest_status(*(limit.status for limit in limits))
        if check.code == "meter_class":
            # Each broken class is a fault of its own: the best known of them decides.
            failing = [limit for limit in limits if limit.may_fail]
            status = failing[0].status if failing else status
        sources = "; ".join(dict.fromkeys(limit.source for limit in limits))
        profile = _profile_of(check, key)
        used = [*limits, *_used_besides(check, attached, profile)]
        return Citation(
            sources,
            status,
            "FAIL" if status in FAILING_STATUSES else "QUERY",
            tuple(
                dict.fromkeys((*_governed(attached, profile), *(row.dispensation for row in used if row.dispensation)))
            ),
            _remark(attached, profile, used),
        )
    if check.code in _DECIDED:
        certification, profile = divmod(key, len(attached.profiles.limits))
        decision = attached.rulings.decisions[certification]
        by = _governed(attached, profile)
        return Citation(decision.source, decision.status, check.outcome, by, _remark(attached, profile, ()))
    policy = POLICY_OF_CHECK.get(check.code)
    if policy is not None:
        limit = attached.regulation.policy(policy)
        return Citation(limit.source, limit.status, check.outcome)
    return Citation(check.source, "", check.outcome)


def _limits(check: Check, attached: Attached, key: int) -> Iterable[Limit | AccuracyLimit]:
    profiles, regulation = attached.profiles, attached.regulation
    if check.code == "main_check_discrepancy":
        yield regulation.policy("main_check_factor")
        rows = profiles.limits[key // 2].accuracy(ENERGIES[key % 2])
        at = full_load(rows)
        of_reading = regulation.policy("main_check_reading").text == "of_reading"
        yield from rows if of_reading or at is None else (at,)
    elif check.code == "register_advance_mismatch":
        yield regulation.policy(REGISTER_BASES[key])
    elif check.code == "meter_class":
        flags = {"meter_class_active": _METER_CLASS, "ct_class": _CT_CLASS}
        names = [name for name, flag in flags.items() if key % _CLASS_KEYS & flag]
        yield from (limit for name in names if (limit := profiles.limits[key // _CLASS_KEYS].get(name)) is not None)
    elif check.code == "demand_period":
        on = profiles.limits[key]
        yield from (limit for limit in (on.get("selectable_periods") or on.get("demand_period"),) if limit)
    else:
        limit = profiles.limit(key, LIMIT_OF_CHECK[check.code])
        if limit is None:
            raise RuntimeError(f"{check.code} found something where the CoP has no limit on file")
        yield limit


def _used_besides(check: Check, attached: Attached, profile: int) -> Iterable[Limit]:
    """Limits that a finding is worked out with, but does not break."""
    demand = attached.profiles.limit(profile, "demand_period")
    if check.code == "period_duration" and demand is not None:
        yield demand


def _profile_of(check: Check, key: int) -> int:
    """The profile in a key of a check of the outcome LIMIT; -1 where its limits are no CoP's."""
    if check.code == "register_advance_mismatch":
        return -1
    return key // {"main_check_discrepancy": len(ENERGIES), "meter_class": _CLASS_KEYS}.get(check.code, 1)


def _governed(attached: Attached, profile: int) -> tuple[str, ...]:
    """The dispensation by which the profile's Issue governs, if one does."""
    by = attached.profiles.keys[profile].governed_by if profile >= 0 else None
    return (by,) if by else ()


def _remark(attached: Attached, profile: int, limits: Iterable[Limit | AccuracyLimit]) -> str:
    """The end of a message: what dispensations have to do with it. Blank where nothing."""
    remarks = []
    for by in _governed(attached, profile):
        key = attached.profiles.keys[profile]
        remarks.append(f"CoP {key.cop} Issue {key.issue} governs by dispensation {by}")
    replaced = {limit.dispensation: limit for limit in limits if limit.dispensation}
    for reference, limit in replaced.items():
        remarks += [limit.note] if limit.note else []
        remarks.append(f"limit set by dispensation {reference}")
    return "".join(f"; {remark}" for remark in remarks)


def _listed(attached: Attached, key: int) -> Citation:
    place, profile = divmod(key, len(attached.profiles.limits))
    certification, meter = divmod(place, attached.meters.frame.height + 1)
    decision = attached.rulings.decisions[certification]
    row = attached.meters.frame.row(meter, named=True)
    complete = attached.regulation.list_complete(row["manufacturer"], row["meter_type"])
    source = decision.source or BY_CODE["not_certified"].source
    outcome = "FAIL" if complete else "NOT_ASSESSED"
    by = _governed(attached, profile)
    return Citation(source, decision.status, outcome, by, _remark(attached, profile, ()))
