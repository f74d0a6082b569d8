"""Advances of a register, against a walk through its readings in plain Python."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels.advances import advances_between

_APART_S = 1800
_READINGS = st.one_of(st.none(), st.floats(0, 1e9), st.integers(0, 10**9).map(lambda tenths: tenths / 10))


def _oracle(instants: list[int], readings: list[float | None], order: list[int]) -> list[tuple[int, float]]:
    there = [row for row in order if readings[row] is not None]
    found = []
    for older, newer in pairwise(there):
        if instants[newer] - instants[older] == _APART_S:
            after, before = readings[newer], readings[older]
            assert after is not None
            assert before is not None
            found.append((newer, round((after - before) * 1_000_000) / 1_000_000))
    return found


def _read(instants: list[int], readings: list[float | None], order: list[int]) -> list[tuple[int, float]]:
    reading = np.array([math.nan if each is None else each for each in readings])
    newer, advance = np.empty(len(order), np.int64), np.empty(len(order))
    rows = np.array(order, dtype=np.int64)
    found = advances_between(np.array(instants, np.int64), rows, reading, _APART_S, 1_000_000, newer, advance)
    return list(zip(newer[:found].tolist(), advance[:found].tolist(), strict=True))


@given(st.lists(st.tuples(st.integers(0, 12), _READINGS), max_size=12, unique_by=lambda row: row[0]), st.data())
def test_advances(rows: list[tuple[int, float | None]], data: st.DataObject) -> None:
    instants = [quarter * _APART_S // 2 for quarter, _ in rows]
    readings = [reading for _, reading in rows]
    order = sorted(range(len(rows)), key=instants.__getitem__)
    order = [row for row in order if data.draw(st.booleans()) or data.draw(st.booleans())]
    assert _read(instants, readings, order) == _oracle(instants, readings, order)


@pytest.mark.parametrize(("apart_s", "found"), [(1799, []), (1800, [(1, 0.3)]), (1801, [])])
def test_at_the_edges(apart_s: int, found: list[tuple[int, float]]) -> None:
    assert _read([0, apart_s], [0.1, 0.4], [0, 1]) == found


def test_to_the_nearest_millionth() -> None:
    assert _read([0, 1800, 3600], [1.0, 1.0000004, 1.000001], [0, 1, 2]) == [(1, 0.0), (2, 0.000001)]
    assert _read([0], [1.0], [0]) == []
    assert _read([], [], []) == []
