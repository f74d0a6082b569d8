"""The limits of every meter, to the last bit, against the same in Python's own numbers."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.records import METER_LIMITS, fill_meter_limits
from validator.validation.tolerance import RELATIVE

sizes = st.one_of(st.floats(0.001, 1e6), st.just(math.nan))


def _past(limit: float) -> float:
    return limit + RELATIVE * (abs(limit) if abs(limit) > 1.0 else 1.0)


@settings(deadline=None)
@given(st.lists(st.tuples(sizes, sizes, st.integers(-1, 30_000)), max_size=5), st.floats(0.1, 5.0))
def test_limits_of_meters(meters: list[tuple[float, float, int]], factor: float) -> None:
    kva, resolution = (np.array([meter[k] for meter in meters], dtype=np.float64) for k in (0, 1))
    days = np.array([meter[2] for meter in meters], dtype=np.int32)
    limits = np.empty(len(meters), dtype=METER_LIMITS)
    fill_meter_limits(kva, resolution, days, factor, 4.0, 10.0, RELATIVE, limits)
    for (rated, step, day), filled in zip(meters, limits.tolist(), strict=True):
        expected = (
            step, 1.0 / step, _past(rated * 0.5 * factor), _past(4.0 * step), _past(10.0 * step), rated * 0.5, day,
        )  # fmt: skip
        np.testing.assert_array_equal(np.array(filled), np.array(expected))
