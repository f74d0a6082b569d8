"""Which checks run on which channel-days, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kernels.period_bits import CHECKS, PERIOD_CODES
from validator.catalogue import CATALOGUE, NEEDS, REASONS, need_bit

PERIOD_CHECKS = tuple(check for check in CATALOGUE if check.per_period)
PERIOD_BIT = {check.code: bit for bit, check in enumerate(PERIOD_CHECKS)}
"""Bit of each per-period check in the bit set of one reading."""

if tuple(PERIOD_BIT) != PERIOD_CODES or len(PERIOD_CODES) > CHECKS:
    raise ValueError("kernels/period_bits.py and the catalogue's per-period checks differ")


@dataclass(frozen=True)
class Running:
    """`checks` uint64 (rows,): bits of the catalogue; `period_checks` uint32 (rows,): bits of PERIOD_BIT.

    `not_run` counts channel-days by check code and reason. `waived` uint64 (rows,) has the checks that would
    have run but for a dispensation; it is None where there is none of those.
    """

    checks: npt.NDArray[np.uint64]
    period_checks: npt.NDArray[np.uint32]
    not_run: dict[str, dict[str, int]]
    waived: npt.NDArray[np.uint64] | None = None


def running_of(carried: npt.NDArray[np.uint64]) -> Running:
    """Decides from what each row carries; once for each distinct set, as few of them are."""
    encoded = pc.dictionary_encode(pa.array(carried))
    inverse = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    sets = [int(value) for value in encoded.dictionary.to_pylist()]
    rows = np.bincount(inverse, minlength=len(sets)).tolist()
    checks = np.array([_decided(carries)[0] for carries in sets], dtype=np.uint64)
    period_checks = np.array([_decided(carries)[1] for carries in sets], dtype=np.uint32)
    return Running(checks[inverse], period_checks[inverse], not_run_of(zip(sets, rows, strict=True)))


def not_run_of(sets: Iterable[tuple[int, int]]) -> dict[str, dict[str, int]]:
    """Rows on which each check does not run, by reason; from sets of what is carried and on how many rows each is."""
    not_run: dict[str, dict[str, int]] = {check.code: {} for check in CATALOGUE}
    for carries, many in sets:
        for code, reason in _decided(carries)[2]:
            counts = not_run[code]
            counts[reason] = counts.get(reason, 0) + many
    return not_run


@lru_cache(maxsize=4096)
def _decided(carries: int) -> tuple[int, int, tuple[tuple[str, str], ...]]:
    """Bits of the catalogue and of PERIOD_BIT that run on one set of what is carried, and why the others do not."""
    checks, period_checks, wanting = 0, 0, []
    for check, needed in zip(CATALOGUE, _NEEDED, strict=True):
        lacking = needed & ~carries
        if lacking:
            wanting.append((check.code, REASONS[NEEDS[(lacking & -lacking).bit_length() - 1]]))
            continue
        checks |= check.mask
        if check.per_period:
            period_checks |= 1 << PERIOD_BIT[check.code]
    return checks, period_checks, tuple(wanting)


_NEEDED = [sum(need_bit(need) for need in check.needs) for check in CATALOGUE]
