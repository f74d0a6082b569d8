"""The sum of periods against the register's advance, over a day and over a run of days."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validator.attach import Attached
from validator.attach.register_runs import register_runs
from validator.validation.measured import Measured
from validator.validation.tolerance import past

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
DAY, WEEK, SITE = "register_advance_day", "register_advance_week", "register_advance_site"


def register_mismatch(attached: Attached, ran: Bools, complete: Bools) -> Measured:
    """Days, and runs of seven days or more, whose sums depart from the register's advance; `complete` is (rows,)."""
    sums = _day_sums(attached)
    both = np.isfinite(attached.register_start_kwh) & np.isfinite(attached.register_end_kwh)
    rows = np.flatnonzero(ran & both)
    days = _mismatch(attached, rows, rows, sums[rows], DAY)
    found = register_runs(attached, complete)
    # The last place may be the end of all: a zero beyond it gives it something to stand on.
    total = np.add.reduceat(np.append(sums[found.order], 0.0), found.places)[::2] if len(found.first) else np.zeros(0)
    runs = _mismatch(attached, found.first, found.last, total, WEEK)
    order = np.argsort(np.concatenate([days.rows, runs.rows]), kind="stable")
    basis = (*days.basis, *runs.basis)
    return Measured(
        np.concatenate([days.rows, runs.rows])[order],
        np.concatenate([days.value, runs.value])[order],
        np.concatenate([days.limit, runs.limit])[order],
        tuple(basis[k] for k in order),
    )


def _day_sums(attached: Attached) -> Floats:
    energy_kwh, offsets = attached.values.energy_kwh, attached.values.offsets
    sums = np.zeros(attached.rows)
    filled = np.flatnonzero(np.diff(offsets) > 0)
    if len(filled):
        # Empty days own no reading, so the starts of the filled ones cut the readings exactly. A day with
        # an infinite reading has no sum, and the check does not run on it.
        with np.errstate(invalid="ignore", over="ignore"):
            sums[filled] = np.add.reduceat(energy_kwh, offsets[filled])
    return sums


def _mismatch(
    attached: Attached,
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
    total: Floats,
    basis: str,
) -> Measured:
    policy = attached.regulation.policy
    digits = attached.meters.register_digits[attached.meter[last]].astype(np.float64)
    advance = attached.register_end_kwh[last] - attached.register_start_kwh[first]
    advance = np.where((advance < 0) & (digits > 0), advance + 10.0**digits, advance)
    on_site = attached.read_on_site[last]
    pct = np.where(on_site, policy(SITE).value, policy(basis).value)
    resolution = np.nan_to_num(attached.resolution_kwh[last], nan=0.0)
    allowance = pct / 100.0 * np.abs(advance) + resolution
    difference = np.abs(total - advance)
    broken = difference > past(allowance)
    names = tuple(SITE if site else basis for site in on_site[broken])
    return Measured(last[broken], difference[broken], allowance[broken], names)
