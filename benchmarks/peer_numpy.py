"""The same per-period checks in numpy, several passes over whole arrays or over blocks that stay in the cache."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.estate import Estate
from benchmarks.rules import EVERY_CHECK, Rules
from kernels import period_bits as bit

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint32]
BESIDE = bit.ABOVE_MAX_PERMISSIBLE | bit.ABOVE_RATING | bit.REACTIVE_WITHOUT_ACTIVE | bit.IMPORT_EXPORT_BOTH
FLAGGED = bit.INVALID_FLAG | bit.ESTIMATED | bit.ALARMS
MEASURED = BESIDE | bit.MISSING_PERIOD | bit.NEGATIVE_ENERGY | bit.SPIKE
"""Checks for which it matters whether a reading is finite."""
BLOCK_SYSTEMS = 64
"""Metering systems at a time: 64 were quicker than 16, 256 and all at once."""


def check(made: Estate, rules: Rules, at_once: int | None = None, only: int = EVERY_CHECK) -> Bits:
    """One bit set per reading, uint32 (systems, channels, 48), of the checks of `only`.

    `at_once` metering systems are gone through after another, or all: the plain way to write it.
    """
    bits = np.zeros(made.energy_kwh.shape, dtype=np.uint32)
    step = at_once or max(made.systems, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        for first in range(0, made.systems, step):
            block = slice(first, first + step)
            _check(made.energy_kwh[block], made.flags[block], bits[block], rules, only)
    return bits


def _check(energy_kwh: Floats, flags: npt.NDArray[np.uint16], bits: Bits, rules: Rules, only: int) -> None:
    if only & MEASURED:
        finite = np.isfinite(energy_kwh)
    if only & bit.MISSING_PERIOD:
        _set(bits, ~finite, bit.MISSING_PERIOD)
    if only & bit.NEGATIVE_ENERGY:
        _set(bits, finite & (energy_kwh < rules.negative_kwh), bit.NEGATIVE_ENERGY)
    if only & bit.OFF_RESOLUTION:
        multiple = energy_kwh / rules.resolution_kwh
        _set(bits, np.abs(multiple - np.rint(multiple)) > rules.whole_multiple_tolerance, bit.OFF_RESOLUTION)
    _flags(flags, bits, only)
    if only & BESIDE:
        clean = np.where(finite, energy_kwh, 0.0)
        for meter in range(0, energy_kwh.shape[1], 4):
            _meter(clean[:, meter : meter + 4], bits[:, meter : meter + 4], rules, only)
    if only & bit.MAIN_CHECK_DISCREPANCY and energy_kwh.shape[1] == 8:
        apart = np.abs(energy_kwh[:, :4] - energy_kwh[:, 4:])
        _set(bits[:, :2], apart[:, :2] > rules.check_active_kwh, bit.MAIN_CHECK_DISCREPANCY)
        _set(bits[:, 2:4], apart[:, 2:] > rules.check_reactive_kvarh, bit.MAIN_CHECK_DISCREPANCY)
    if only & (bit.ZERO_RUN | bit.STUCK):
        _runs(energy_kwh, bits, rules, only)
    if only & bit.SPIKE:
        _spikes(np.where(finite, energy_kwh, -np.inf), bits, rules)


def _set(bits: Bits, found: Any, mask: np.uint32) -> None:
    """Most blocks hold nothing: asking first costs less than writing."""
    if found.any():
        bits |= found * mask


def _flags(flags: npt.NDArray[np.uint16], bits: Bits, only: int) -> None:
    if not only & FLAGGED or not flags.any():
        return
    if only & bit.INVALID_FLAG:
        padding = (flags & 2) != 0
        _set(bits, ((flags & 0xF000) != 0) | padding, bit.INVALID_FLAG)
    if only & bit.ESTIMATED:
        _set(bits, (flags & 1) != 0, bit.ESTIMATED)
    if only & bit.ALARMS:
        bits |= ((flags.astype(np.uint32) & 0xFFC) >> np.uint32(2)) << bit.FIRST_ALARM


def _meter(energy_kwh: Floats, bits: Bits, rules: Rules, only: int) -> None:
    active, reactive = energy_kwh[:, :2], energy_kwh[:, 2:]
    if only & bit.ABOVE_MAX_PERMISSIBLE:
        _set(bits[:, :2], active > rules.max_permissible_kwh, bit.ABOVE_MAX_PERMISSIBLE)
    if only & bit.ABOVE_RATING:
        net = reactive[:, :1] - reactive[:, 1:]
        _set(bits[:, :2], active * active + net * net > rules.rating_kvah**2, bit.ABOVE_RATING)
    if only & bit.REACTIVE_WITHOUT_ACTIVE:
        idle = (active == 0.0).all(axis=1, keepdims=True)
        _set(bits[:, 2:], np.logical_and(idle, reactive > rules.reactive_kvarh), bit.REACTIVE_WITHOUT_ACTIVE)
    if only & bit.IMPORT_EXPORT_BOTH:
        _set(bits[:, 0], (active > rules.floor_kwh).all(axis=1), bit.IMPORT_EXPORT_BOTH)


def _runs(energy_kwh: Floats, bits: Bits, rules: Rules, only: int) -> None:
    """Only days with enough equal neighbours are looked at run by run."""
    equal = energy_kwh[..., 1:] == energy_kwh[..., :-1]
    shortest = rules.shortest_run(only)
    for system, channel in np.argwhere(np.count_nonzero(equal, axis=-1) >= shortest - 1):
        edges = np.flatnonzero(~equal[system, channel]) + 1
        for first, last in zip((0, *edges), (*edges, energy_kwh.shape[-1]), strict=True):
            value = energy_kwh[system, channel, first]
            zero = value == 0.0
            if only & bit.ZERO_RUN and zero and channel % 4 < 2 and last - first >= rules.zero_run_periods:
                bits[system, channel, first:last] |= bit.ZERO_RUN
            if only & bit.STUCK and not zero and last - first >= rules.stuck_run_periods:
                bits[system, channel, first:last] |= bit.STUCK


def _spikes(energy_kwh: Floats, bits: Bits, rules: Rules) -> None:
    top = np.partition(energy_kwh, -3, axis=-1)[..., -3:]
    third, highest = top[..., 0], top.max(axis=-1)
    spike = (highest > rules.floor_kwh) & (third >= 0.0) & (highest - third > rules.spike_ratio * third)
    for system, channel in np.argwhere(spike):
        bits[system, channel, np.argmax(energy_kwh[system, channel])] |= bit.SPIKE
