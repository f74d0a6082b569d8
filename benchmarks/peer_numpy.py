"""The same per-period checks in numpy, several passes over blocks that stay in the cache."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.estate import Estate
from benchmarks.rules import Rules
from kernels import period_bits as bit

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint32]
BLOCK_SYSTEMS = 64
"""Metering systems at a time: 64 were quicker than 16, 256 and all at once."""


def check(made: Estate, rules: Rules) -> Bits:
    """One bit set per reading, uint32 (systems, channels, 48)."""
    bits = np.zeros(made.energy_kwh.shape, dtype=np.uint32)
    with np.errstate(invalid="ignore", divide="ignore"):
        for first in range(0, made.systems, BLOCK_SYSTEMS):
            block = slice(first, first + BLOCK_SYSTEMS)
            _check(made.energy_kwh[block], made.flags[block], bits[block], rules)
    return bits


def _check(energy_kwh: Floats, flags: npt.NDArray[np.uint16], bits: Bits, rules: Rules) -> None:
    finite = np.isfinite(energy_kwh)
    _set(bits, ~finite, bit.MISSING_PERIOD)
    _set(bits, finite & (energy_kwh < rules.negative_kwh), bit.NEGATIVE_ENERGY)
    multiple = energy_kwh / rules.resolution_kwh
    _set(bits, np.abs(multiple - np.rint(multiple)) > rules.whole_multiple_tolerance, bit.OFF_RESOLUTION)
    _flags(flags, bits)
    clean = np.where(finite, energy_kwh, 0.0)
    for meter in range(0, energy_kwh.shape[1], 4):
        _meter(clean[:, meter : meter + 4], bits[:, meter : meter + 4], rules)
    if energy_kwh.shape[1] == 8:
        apart = np.abs(energy_kwh[:, :4] - energy_kwh[:, 4:])
        _set(bits[:, :2], apart[:, :2] > rules.check_active_kwh, bit.MAIN_CHECK_DISCREPANCY)
        _set(bits[:, 2:4], apart[:, 2:] > rules.check_reactive_kvarh, bit.MAIN_CHECK_DISCREPANCY)
    _runs(energy_kwh, bits, rules)
    _spikes(np.where(finite, energy_kwh, -np.inf), bits, rules)


def _set(bits: Bits, found: Any, mask: np.uint32) -> None:
    """Most blocks hold nothing: asking first costs less than writing."""
    if found.any():
        bits |= found * mask


def _flags(flags: npt.NDArray[np.uint16], bits: Bits) -> None:
    if not flags.any():
        return
    estimated, padding = (flags & 1) != 0, (flags & 2) != 0
    _set(bits, ((flags & 0xF000) != 0) | padding, bit.INVALID_FLAG)
    _set(bits, estimated, bit.ESTIMATED)
    bits |= ((flags.astype(np.uint32) & 0xFFC) >> np.uint32(2)) << bit.FIRST_ALARM


def _meter(energy_kwh: Floats, bits: Bits, rules: Rules) -> None:
    active, reactive = energy_kwh[:, :2], energy_kwh[:, 2:]
    _set(bits[:, :2], active > rules.max_permissible_kwh, bit.ABOVE_MAX_PERMISSIBLE)
    net = reactive[:, :1] - reactive[:, 1:]
    _set(bits[:, :2], active * active + net * net > rules.rating_kvah**2, bit.ABOVE_RATING)
    idle = (active == 0.0).all(axis=1, keepdims=True)
    _set(bits[:, 2:], np.logical_and(idle, reactive > rules.reactive_kvarh), bit.REACTIVE_WITHOUT_ACTIVE)
    _set(bits[:, 0], (active > rules.floor_kwh).all(axis=1), bit.IMPORT_EXPORT_BOTH)


def _runs(energy_kwh: Floats, bits: Bits, rules: Rules) -> None:
    """Only days with enough equal neighbours are looked at run by run."""
    equal = energy_kwh[..., 1:] == energy_kwh[..., :-1]
    shortest = min(rules.zero_run_periods, rules.stuck_run_periods)
    for system, channel in np.argwhere(np.count_nonzero(equal, axis=-1) >= shortest - 1):
        edges = np.flatnonzero(~equal[system, channel]) + 1
        for first, last in zip((0, *edges), (*edges, energy_kwh.shape[-1]), strict=True):
            value = energy_kwh[system, channel, first]
            zero = value == 0.0
            if zero and channel % 4 < 2 and last - first >= rules.zero_run_periods:
                bits[system, channel, first:last] |= bit.ZERO_RUN
            if not zero and last - first >= rules.stuck_run_periods:
                bits[system, channel, first:last] |= bit.STUCK


def _spikes(energy_kwh: Floats, bits: Bits, rules: Rules) -> None:
    top = np.partition(energy_kwh, -3, axis=-1)[..., -3:]
    third, highest = top[..., 0], top.max(axis=-1)
    spike = (highest > rules.floor_kwh) & (third >= 0.0) & (highest - third > rules.spike_ratio * third)
    for system, channel in np.argwhere(spike):
        bits[system, channel, np.argmax(energy_kwh[system, channel])] |= bit.SPIKE
