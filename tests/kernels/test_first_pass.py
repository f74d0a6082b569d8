"""A channel-day that the first pass clears of a check has no period that the check would mark."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.first_pass import first_pass
from kernels.marking import mark
from kernels.period_bits import (
    ABOVE_MAX_PERMISSIBLE,
    DEENERGISED_BUT_CONSUMING,
    MISSING_PERIOD,
    NEGATIVE_ENERGY,
    OFF_RESOLUTION,
    SPIKE,
    STUCK,
    ZERO_RUN,
)
from kernels.records import DAY_FACTS, ISSUE_LIMITS, METER_LIMITS

CHECKS = (
    MISSING_PERIOD,
    NEGATIVE_ENERGY,
    OFF_RESOLUTION,
    ABOVE_MAX_PERMISSIBLE,
    DEENERGISED_BUT_CONSUMING,
    SPIKE,
    STUCK,
    ZERO_RUN,
)
TOLERANCE = 1e-6 + 1e-9
SPIKE_RATIO = 1.8 + 1.8e-9
RESOLUTION = 0.1

ordinary = st.integers(0, 10_000).map(lambda tenths: tenths / 10)
awkward = st.sampled_from(
    [
        *(math.nan, -math.nan, math.inf, -math.inf, 0.0, -0.0, -1e-9, -2e-9, -1.0, 5e-324, 1e300),
        *(k * RESOLUTION * (1 + sign * 1e-6) for k in (1, 7, 1e6, 1e10) for sign in (-1, 1, 0.999, -1.001)),
        *(math.nextafter(600.0, 0), 600.0, math.nextafter(600.0, 1e9), 28.0, math.nextafter(28.0, 29), 10.0),
    ]
)
days = st.one_of(
    st.lists(ordinary, max_size=60),
    st.lists(st.one_of(ordinary, awkward), max_size=60),
    st.lists(st.sampled_from([0.0, 10.0, 28.0]), min_size=40, max_size=52),
    st.tuples(ordinary, st.integers(1, 60)).map(lambda run: [run[0]] * run[1]),
)


def _judged(values: list[float], before: list[float] | None = None) -> tuple[np.void, np.uint32]:
    """The day's facts, and every mark that the second pass makes when it suspects everything.

    After a day `before`, a day of 48 periods is looked at in one loop; the first of all never is.
    """
    earlier = before or []
    energy_kwh = np.array([*earlier, *values], dtype=np.float64)
    flags = np.zeros(len(energy_kwh), dtype=np.uint16)
    offsets = np.array([len(earlier), len(energy_kwh)], dtype=np.int64)
    meters = np.zeros(1, dtype=np.int32)
    limits = np.zeros(2, dtype=METER_LIMITS)
    limits["resolution_kwh"] = RESOLUTION
    limits["multiples_per_kwh"] = 1.0 / RESOLUTION
    limits["floor_kwh"] = 1.0
    issues = np.array([(600.0, *[np.nan] * 4)], dtype=ISSUE_LIMITS)
    systems, slots = np.zeros(1, np.int32), np.array([[0, -1, -1, -1, -1, -1, -1, -1]], np.int32)
    where = (systems, slots, np.zeros(1, np.int8), np.zeros(1, np.int8))
    synchronised = np.uint16(1 << 7)
    facts, both = np.zeros(1, dtype=DAY_FACTS), np.empty(2)
    words = np.zeros((len(energy_kwh) + 3) // 4, dtype=np.uint64)
    first_pass(
        energy_kwh, energy_kwh.view(np.int64), flags, words, np.zeros(0), offsets, meters, limits, meters, issues,
        1e-9, *where, 12, SPIKE_RATIO, TOLERANCE, 1e-9, synchronised, 0, 1, both, both.view(np.int64), facts,
    )  # fmt: skip
    bits = np.zeros(len(values), dtype=np.uint32)
    everything = np.bitwise_or.reduce(np.array(CHECKS))
    mark(
        energy_kwh, flags, np.zeros(0), offsets, meters, limits, meters, issues, 1e-9, *where, np.ones(1, np.int32),
        np.array([48], np.int32), np.zeros(1, np.int64), np.array([everything]), offsets - len(earlier),
        -1e-9, 48, 12, SPIKE_RATIO, TOLERANCE, 1e-9, synchronised, False, bits,
    )  # fmt: skip
    return facts[0], np.bitwise_or.reduce(bits) if len(bits) else np.uint32(0)


@settings(deadline=None, max_examples=600)
@given(days)
def test_what_is_cleared_is_clear(values: list[float]) -> None:
    facts, marked = _judged(values)
    assert marked & ~facts["suspects"] == 0
    finite = [value for value in values if math.isfinite(value)]
    assert facts["finite"] == len(finite)
    assert all(facts["lowest"] <= value <= facts["highest"] for value in finite)


full_days = st.one_of(
    st.lists(ordinary, min_size=48, max_size=48),
    st.lists(st.one_of(ordinary, awkward), min_size=48, max_size=48),
    st.lists(st.sampled_from([0.0, 10.0, 28.0]), min_size=48, max_size=48),
)


@settings(deadline=None, max_examples=600)
@given(full_days, full_days)
def test_a_full_day_after_another_is_seen_as_it_is_alone(before: list[float], values: list[float]) -> None:
    facts, marked = _judged(values, before)
    alone, marked_alone = _judged(values)
    assert marked == marked_alone
    assert marked & ~facts["suspects"] == 0
    assert facts[["finite", "lowest", "highest"]] == alone[["finite", "lowest", "highest"]]
    # What stands before may make a day suspect of runs, and of nothing else.
    runs = STUCK | ZERO_RUN
    assert facts["suspects"] & ~runs == alone["suspects"] & ~runs
    assert alone["suspects"] & runs & ~facts["suspects"] == 0


@pytest.mark.parametrize("periods", [46, 48, 50])
@pytest.mark.parametrize(
    ("late", "check"),
    [([1.05, 2.0], OFF_RESOLUTION), ([-0.1, 3.0], NEGATIVE_ENERGY), ([math.inf, 1.0], MISSING_PERIOD),
     ([math.nextafter(600.0 + 6e-7, 1e9), 500.0], ABOVE_MAX_PERMISSIBLE)],
)  # fmt: skip
def test_the_last_periods_of_any_day_are_looked_at(periods: int, late: list[float], check: np.uint32) -> None:
    ordinary_day = [10.0 + period / 10 for period in range(periods - 2)]
    for end in (late, late[::-1]):
        assert _judged([*ordinary_day, *end], [10.0] * 48)[0]["suspects"] & check
    assert _judged([*ordinary_day, 10.0, 10.1], [10.0] * 48)[0]["suspects"] & check == 0


@pytest.mark.parametrize(
    ("values", "check"),
    [
        ([1.0, 1.05, 2.0], OFF_RESOLUTION),
        ([1e12, 2.0, 3.0], OFF_RESOLUTION),
        ([28.1, 10.0, 10.0, 1.0], SPIKE),
        ([600.1, 500.0, 400.0], ABOVE_MAX_PERMISSIBLE),
        ([2.0] * 12, STUCK),
        ([0.0] * 48, ZERO_RUN),
        ([1.0, math.nan], MISSING_PERIOD),
        ([1.0, -1.0], NEGATIVE_ENERGY),
    ],
)
def test_what_is_broken_is_suspected(values: list[float], check: np.uint32) -> None:
    assert _judged(values)[0]["suspects"] & check


def test_an_ordinary_day_is_cleared_of_everything() -> None:
    facts, marked = _judged([10.0 + period / 10 for period in range(48)])
    assert facts["suspects"] & ~DEENERGISED_BUT_CONSUMING == 0
    assert (facts["lowest"], facts["highest"], facts["finite"]) == (10.0, 14.7, 48)
    assert marked & ~DEENERGISED_BUT_CONSUMING == 0
