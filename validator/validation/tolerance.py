"""When a value is past a limit."""

from __future__ import annotations

from typing import overload

import numpy as np
import numpy.typing as npt

RELATIVE = 1e-9
"""At the limit passes; a value breaks a limit when past it by more than 1e-9 of the greater of 1 and it."""


@overload
def past(limit: float) -> float: ...
@overload
def past(limit: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]: ...
def past(limit: float | npt.NDArray[np.float64]) -> float | npt.NDArray[np.float64]:
    """The highest value that still does not break an upper limit."""
    return limit + RELATIVE * np.maximum(1.0, np.abs(limit))
