"""Counts, unions and runs of marked periods, against the same in plain Python."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels import tally
from kernels.period_bits import CHECKS

KINDS = np.zeros(CHECKS, dtype=np.int8)
KINDS[:6] = [tally.NONE, tally.ENERGY, tally.LOWEST, tally.APPARENT, tally.DISCREPANCY, tally.DURATION]
DEMAND_S = 1800.0

values = st.one_of(st.integers(0, 50).map(float), st.sampled_from([math.nan, math.inf, -1.0, 0.0]))
bits = st.sampled_from([0, 0, 1, 2, 3, 4, 6, 8, 16, 32, 63, 1 << 31])
day = st.lists(st.tuples(bits, values, values, values, values), max_size=52)


@dataclass(frozen=True)
class Run:
    row: int
    check: int
    first: int
    last: int
    worst: int
    value: float


def _measured(kind: int, main: float, check: float, reactive: float, duration: float) -> float:
    if kind == tally.APPARENT:
        return math.sqrt(main * main + (reactive * reactive if math.isfinite(reactive) else 0.0))
    if kind == tally.DISCREPANCY:
        return abs(main - check)
    return abs(duration - DEMAND_S) if kind == tally.DURATION else main


def _naive(row: int, marks: list[int], measured: list[tuple[float, ...]]) -> list[Run]:
    runs = []
    for check in range(CHECKS):
        kind = int(KINDS[check])
        marked_here = [mark >> check & 1 for mark in marks]
        for marked, group in groupby(range(len(marks)), marked_here.__getitem__):
            periods = list(group)
            if not marked:
                continue
            worst, value = periods[0], math.nan
            for period in periods if kind != tally.NONE else []:
                here = _measured(kind, *measured[period])
                if math.isnan(value) or (here < value if kind == tally.LOWEST else here > value):
                    worst, value = period, here
            runs.append(Run(row, check, periods[0], periods[-1], worst, value))
    return runs


@settings(deadline=None, max_examples=300)
@given(st.lists(day, min_size=1, max_size=4), st.sampled_from([0xFFFFFFFF, 0x3E, 0]))
def test_runs(days: list[list[tuple[int, float, float, float, float]]], mask: int) -> None:
    """Each metering system-day has a main AI, its check and an RI, of which the first is marked."""
    marks, energies, durations, offsets, expected = [], [], [], [0], []
    starts, counts, unions = [0], [0] * CHECKS, []
    for system, periods in enumerate(days):
        marks += [period[0] for period in periods]
        kept = [period[0] & mask for period in periods]
        starts.append(len(marks))
        for column in (1, 2, 3):
            energies += [period[column] for period in periods]
            durations += [period[4] for period in periods]
            offsets.append(len(energies))
        expected += _naive(3 * system, kept, [period[1:] for period in periods])
        unions.append(int(np.bitwise_or.reduce(np.array(kept, dtype=np.uint32))) if kept else 0)
        for check in range(CHECKS):
            counts[check] += sum(mark >> check & 1 for mark in kept)
    many = len(days)
    rows = np.arange(many, dtype=np.int64) * 3
    found, period_counts = np.array(marks, dtype=np.uint32), np.zeros(CHECKS, dtype=np.int64)
    day_bits = np.zeros(many, dtype=np.uint32)
    run_masks = np.full(3 * many, mask, dtype=np.uint32)
    runs = tally.gather(found, np.array(starts), rows, run_masks, day_bits, period_counts)
    assert (runs, period_counts.tolist(), day_bits.tolist()) == (len(expected), counts, unions)

    slots = np.array([[3 * k, -1, 3 * k + 2, -1, 3 * k + 1, -1, -1, -1] for k in range(many)], dtype=np.int32)
    where = (
        np.repeat(np.arange(many), 3).astype(np.int32), slots, np.tile([0, 1, 0], many).astype(np.int8),
        np.tile([0, 0, 2], many).astype(np.int8),
    )  # fmt: skip
    row, code, first, last, worst, value = (np.empty(runs, dtype=kind) for kind in ("i8", "i4", "i4", "i4", "i8", "f8"))
    written = tally.list_runs(
        found, np.array(starts), rows, day_bits, KINDS, np.array(energies, dtype=np.float64), np.array(offsets),
        np.array(durations, dtype=np.float64), np.full(3 * many, DEMAND_S), *where,
        row, code, first, last, worst, value,
    )  # fmt: skip
    assert written == runs
    for k, run in enumerate(expected):
        assert (row[k], code[k], first[k], last[k]) == (run.row, run.check, run.first, run.last)
        np.testing.assert_array_equal(value[k], run.value)
        if not math.isnan(run.value):
            assert worst[k] - starts[run.row // 3] == run.worst
