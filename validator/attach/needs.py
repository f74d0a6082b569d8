"""What checks need in order to run, as one bit each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from validator.catalogue import need_bit


def need_bits(rows: int, met: Mapping[str, npt.NDArray[np.bool_]]) -> npt.NDArray[np.uint64]:
    """The needs that are met, by name (rows,), as the catalogue's bits; uint64 (rows,)."""
    bits = np.zeros(rows, dtype=np.uint64)
    for name, holds in met.items():
        # Most needs hold on every row or on none.
        if holds.all():
            bits |= np.uint64(need_bit(name))
        elif holds.any():
            bits |= holds.astype(np.uint64) * np.uint64(need_bit(name))
    return bits
