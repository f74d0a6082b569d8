"""The sum of periods against the register's advance, over a day and over a run of days."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validator.attach import Attached
from validator.validation.measured import Measured
from validator.validation.tolerance import past

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
DAY, WEEK, SITE = "register_advance_day", "register_advance_week", "register_advance_site"
WEEK_DAYS = 7


def register_mismatch(attached: Attached, ran: Bools) -> Measured:
    """Days, and runs of seven or more consecutive days, whose sums depart from the register's advance."""
    sums = _day_sums(attached)
    rows = np.flatnonzero(ran)
    days = _mismatch(attached, rows, rows, sums[rows], DAY)
    first, last, total = _long_runs(attached, ran & ~attached.channels.repeated, sums)
    runs = _mismatch(attached, first, last, total, WEEK)
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


def _long_runs(
    attached: Attached, usable: Bools, sums: Floats
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """First row, last row and sum of each maximal run of seven or more consecutive days of a channel.

    A run ends where another row of standing data comes into force.
    """
    channels = attached.channels
    rows = np.flatnonzero(usable)
    order = rows[np.lexsort((channels.day[rows], channels.channel[rows]))]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (np.diff(channels.channel[order]) != 0) | (np.diff(channels.day[order]) != 1)
    # Another standing row may be another meter, whose register starts elsewhere.
    new[1:] |= np.diff(attached.meter[order]) != 0
    begin = np.flatnonzero(new)
    length = np.diff(np.append(begin, len(order)))
    total = np.add.reduceat(sums[order], begin) if len(begin) else np.zeros(0)
    long = length >= WEEK_DAYS
    return order[begin[long]], order[begin[long] + length[long] - 1], total[long]


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
