"""The resolved limits of each meter on file, as the kernels read them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from kernels.records import ISSUE_LIMITS, METER_LIMITS
from validator.attach import Attached
from validator.validation.tolerance import past

Floats = npt.NDArray[np.float64]


def meter_limits(attached: Attached) -> npt.NDArray[Any]:
    """METER_LIMITS, one entry for each entry of `attached.meters`, tolerance included."""
    policy = attached.regulation.policy
    meters = attached.meters
    limits = np.empty(len(meters.profile), dtype=METER_LIMITS)
    floor = policy("spike_floor_resolutions").value * meters.resolution_kwh
    active, reactive = _check_allowances(attached)
    limits["resolution_kwh"] = meters.resolution_kwh
    with np.errstate(divide="ignore"):
        limits["multiples_per_kwh"] = 1.0 / meters.resolution_kwh
    limits["rating_kvah"] = past(meters.rated_kva * 0.5 * policy("max_rating_factor").value)
    limits["reactive_kvarh"] = past(policy("reactive_without_active_resolutions").value * meters.resolution_kwh)
    limits["floor_kwh"] = past(floor)
    limits["check_active_kwh"] = active
    limits["check_reactive_kvarh"] = reactive
    limits["energised_from_day"] = meters.energised_from_day
    limits["issue"] = meters.profile
    return limits


def issue_limits(attached: Attached) -> npt.NDArray[Any]:
    """ISSUE_LIMITS, one entry for each entry of `attached.profiles`, tolerance included."""
    profiles = attached.profiles
    limits = np.empty(len(profiles.max_permissible_kwh), dtype=ISSUE_LIMITS)
    limits["max_permissible_kwh"] = past(profiles.max_permissible_kwh)
    limits["demand_s"] = profiles.demand_minutes * 60.0
    # The duration check has its own limit and its own demand period; both come from the CoP Issue.
    limits["duration_s"] = past(profiles.duration_error_pct / 100.0 * limits["demand_s"])
    return limits


def main_check_of_reading(attached: Attached) -> bool:
    """Whether policy chose the reading of the source by which the allowance is a share of each reading."""
    return attached.regulation.policy("main_check_reading").text == "of_reading"


def _check_allowances(attached: Attached) -> tuple[Floats, Floats]:
    """Between main and check, active and reactive, for each meter; 0 where it differs from period to period."""
    profile = attached.meters.profile.astype(np.int64)
    if main_check_of_reading(attached):
        return np.zeros(len(profile)), np.zeros(len(profile))
    if not (attached.channels.role == 1).any():
        return np.full(len(profile), np.nan), np.full(len(profile), np.nan)
    full_load_kwh = attached.meters.rated_kva * 0.5
    active, reactive = (main_check_allowance(attached, profile * 2 + k, full_load_kwh) for k in (0, 1))
    return past(active), past(reactive)


def main_check_allowance(attached: Attached, energy: npt.NDArray[Any], full_load_kwh: Floats) -> Floats:
    """Allowance between main and check in kWh under `full_load`, by place among the accuracy limits."""
    factor = attached.regulation.policy("main_check_factor").value
    allowance: Floats = factor * attached.profiles.full_load_pct[energy] / 100.0 * full_load_kwh
    return allowance
