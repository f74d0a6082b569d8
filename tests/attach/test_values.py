"""Readings as flat arrays: the same in one piece and in several, with nulls among them and null lists, by one thread or
two.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator import blocks
from validator.attach.values import values_of
from validator.schema import READINGS

ENERGIES = st.lists(st.one_of(st.none(), st.floats(0, 9)), max_size=4)
FLAGS = st.one_of(st.none(), st.lists(st.integers(0, 9), max_size=4))
DURATIONS = st.one_of(st.none(), st.lists(st.floats(0, 9), max_size=4))
LISTS = ("energy_kwh", "period_flags", "period_duration_s")


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 2)
    monkeypatch.setattr(blocks, "LEAST_ROWS", 1)


def readings(rows: list[tuple[Any, Any, Any]]) -> pa.Table:
    sent = {name: pa.array([row[k] for row in rows], READINGS.field(name).type) for k, name in enumerate(LISTS)}
    return pa.table({name: sent[name] if name in sent else pa.nulls(len(rows), pa.null()) for name in READINGS.names})


@pytest.mark.parametrize("jobs", [1, 2])
@given(st.lists(st.lists(st.tuples(st.one_of(st.none(), ENERGIES), FLAGS, DURATIONS), max_size=5), min_size=2))
def test_values_do_not_depend_on_the_pieces_that_they_come_in(
    jobs: int, pieces: list[list[tuple[Any, Any, Any]]]
) -> None:
    in_pieces = values_of(pa.concat_tables([readings(piece) for piece in pieces]), jobs)
    whole = values_of(readings([row for piece in pieces for row in piece]))
    energies = [value for piece in pieces for row in piece for value in row[0] or []]
    expected = [np.nan if value is None else value for value in energies]
    np.testing.assert_array_equal(in_pieces.energy_kwh, expected)
    for name in vars(whole):
        np.testing.assert_array_equal(getattr(in_pieces, name), getattr(whole, name))
        assert getattr(in_pieces, name).dtype == getattr(whole, name).dtype
