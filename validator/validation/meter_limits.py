"""The resolved limits of each meter on file, as the kernels read them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from kernels.records import ISSUE_LIMITS, METER_LIMITS, fill_meter_limits
from validator.attach import Attached
from validator.validation.tolerance import RELATIVE, past

Floats = npt.NDArray[np.float64]


def meter_limits(attached: Attached) -> npt.NDArray[Any]:
    """METER_LIMITS, one entry for each entry of `attached.meters`, tolerance included."""
    policy = attached.regulation.policy
    meters = attached.meters
    limits = np.empty(len(meters.rated_kva), dtype=METER_LIMITS)
    fill_meter_limits(
        meters.rated_kva, meters.resolution_kwh, meters.energised_from_day, policy("max_rating_factor").value,
        policy("reactive_without_active_resolutions").value, policy("spike_floor_resolutions").value, RELATIVE, limits,
    )  # fmt: skip
    return limits


def issue_limits(attached: Attached) -> npt.NDArray[Any]:
    """ISSUE_LIMITS, one entry for each entry of `attached.profiles`, tolerance included."""
    profiles = attached.profiles
    limits = np.empty(len(profiles.max_permissible_kwh), dtype=ISSUE_LIMITS)
    limits["max_permissible_kwh"] = past(profiles.max_permissible_kwh)
    limits["demand_s"] = profiles.demand_minutes * 60.0
    # The duration check has its own limit and its own demand period; both come from the CoP Issue.
    limits["duration_s"] = past(profiles.duration_error_pct / 100.0 * limits["demand_s"])
    # Where the allowance is a share of each reading, a day is suspect on which the two differ at all.
    shares = np.zeros(2 * len(limits)) if main_check_of_reading(attached) else main_check_shares(attached)
    limits["check_active_share"], limits["check_reactive_share"] = shares[::2], shares[1::2]
    return limits


def main_check_of_reading(attached: Attached) -> bool:
    """Whether policy chose the reading of the source by which the allowance is a share of each reading."""
    return attached.regulation.policy("main_check_reading").text == "of_reading"


def main_check_shares(attached: Attached) -> Floats:
    """Share of full load by which main and check may differ under `full_load`, by place among the accuracy limits."""
    shares: Floats = attached.regulation.policy("main_check_factor").value * attached.profiles.full_load_pct / 100.0
    return shares


def main_check_allowance(attached: Attached, rows: npt.NDArray[np.int64]) -> Floats:
    """Allowance between main and check under `full_load` on some rows, in kWh (kVArh for reactive energy)."""
    allowance: Floats = main_check_shares(attached)[attached.energy[rows]] * attached.full_load_kwh[rows]
    return allowance
