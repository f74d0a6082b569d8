"""The MPAN core's check digit (SVA data catalogue; thirteen digits, the last a check)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

MPAN_DIGITS = 13
_WEIGHTS = np.array([3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43], dtype=np.int64)


def is_cva_msid(identifiers: pa.Array) -> npt.NDArray[np.bool_]:
    """True where an identifier is a four-digit CVA MSID, which has no check digit; shape (n,)."""
    return _matches(identifiers, r"\A[0-9]{4}\z")


def check_digit_is_right(identifiers: pa.Array) -> npt.NDArray[np.bool_]:
    """True where an identifier is thirteen ASCII digits whose last is the check digit; shape (n,)."""
    well_formed = _matches(identifiers, r"\A[0-9]{13}\z")
    right = np.zeros(len(identifiers), dtype=np.bool_)
    if well_formed.any():
        text = identifiers.filter(pa.array(well_formed)).cast(pa.string())
        digits = np.frombuffer("".join(text.to_pylist()).encode(), dtype=np.uint8).reshape(-1, MPAN_DIGITS)
        values = digits.astype(np.int64) - ord("0")
        right[well_formed] = (values[:, :12] @ _WEIGHTS) % 11 % 10 == values[:, 12]
    return right


def _matches(identifiers: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    matched = pc.fill_null(pc.match_substring_regex(identifiers, pattern), False)
    return np.asarray(matched.to_numpy(zero_copy_only=False), dtype=np.bool_)
