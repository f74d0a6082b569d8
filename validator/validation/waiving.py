"""Checks that a dispensation waives: they are not run, and the reason names it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.attach import Attached
from validator.catalogue import codes_of
from validator.validation.running import PERIOD_BIT, PERIOD_CHECKS, Running


def without_waived(running: Running, attached: Attached) -> Running:
    """`running` without the waived checks. One that could not run anyway keeps its own reason."""
    masks = attached.profiles.waived
    if not masks.any():
        return running
    waived = running.checks & masks[attached.profile]
    not_run = {code: dict(reasons) for code, reasons in running.not_run.items()}
    for profile, bits, rows in _distinct(attached.profile, waived):
        references = attached.regulation.waived_checks(attached.profiles.keys[profile].dispensations)
        for code in codes_of(bits):
            reason = f"waived by dispensation {references[code]}"
            not_run[code][reason] = not_run[code].get(reason, 0) + rows
    return replace(
        running,
        checks=running.checks & ~waived,
        period_checks=running.period_checks & ~_period_bits(waived),
        not_run=not_run,
        waived=waived,
    )


def _distinct(profile: npt.NDArray[np.int32], waived: npt.NDArray[np.uint64]) -> list[tuple[int, int, int]]:
    """Profile, waived bits and number of rows, of the rows on which something is waived."""
    chosen = np.flatnonzero(waived)
    sets = pa.array(waived[chosen]).dictionary_encode()
    places = np.asarray(sets.indices.to_numpy(), dtype=np.int64)
    keys, rows = np.unique(profile[chosen] * np.int64(max(len(sets.dictionary), 1)) + places, return_counts=True)
    bits = sets.dictionary.to_pylist()
    return [
        (int(key // len(bits)), bits[int(key % len(bits))], int(many)) for key, many in zip(keys, rows, strict=True)
    ]


def _period_bits(waived: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint32]:
    """Catalogue bits as bits of PERIOD_BIT."""
    bits = np.zeros(len(waived), dtype=np.uint32)
    for check in PERIOD_CHECKS:
        held = (waived >> np.uint64(check.bit) & np.uint64(1)).astype(np.uint32)
        bits |= held << np.uint32(PERIOD_BIT[check.code])
    return bits
