"""All per-period checks and what they are measured against; the peers must answer alike before they are timed."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

from benchmarks import peer_numpy
from benchmarks.estate import Estate, estate
from benchmarks.floor import floor_by_day, floor_flat
from benchmarks.product import Prepared, bits_of, prepared
from benchmarks.rules import rules_of

SYSTEMS = int(os.environ.get("COPCHECK_BENCH_SYSTEMS", "2000"))
GROUP = pytest.mark.benchmark(group="per-period checks, one thread")


@pytest.fixture(scope="module")
def made() -> Estate:
    return estate(SYSTEMS)


@pytest.fixture(scope="module")
def ready(made: Estate) -> Prepared:
    return prepared(made)


@pytest.mark.parametrize("check", [True, False], ids=["main and check", "main only"])
def test_peers_answer_alike(check: bool) -> None:
    pytest.importorskip("duckdb", reason="DuckDB is no dependency of the product: see benchmarks/peers")
    from benchmarks.suite_kernels import peers_of, same_answers

    small = estate(2_000, check=check)
    ready = prepared(small)
    same_answers(small, bits_of(ready.check(), small), peers_of(small, rules_of(ready)))


def test_peers_answer_alike_on_each_check() -> None:
    pytest.importorskip("duckdb", reason="DuckDB is no dependency of the product: see benchmarks/peers")
    from benchmarks.alone import CHECKS
    from benchmarks.suite_kernels import FINDINGS, alone

    assert set(alone(estate(1_500, suspect=FINDINGS), 1)) == set(CHECKS)


def test_numpy_answers_alike(made: Estate, ready: Prepared) -> None:
    ours = bits_of(ready.check(), made)
    for at_once in (None, peer_numpy.BLOCK_SYSTEMS):
        assert np.array_equal(peer_numpy.check(made, rules_of(ready), at_once), ours)


def test_every_day_can_hold_findings() -> None:
    everywhere = estate(500, suspect=1.0)
    assert bits_of(prepared(everywhere).check(), everywhere).any(axis=-1).all()
    nowhere = estate(500, suspect=0.0)
    # Chance alone makes a spike now and then.
    assert bits_of(prepared(nowhere).check(), nowhere).any(axis=-1).mean() < 0.01


@GROUP
def test_floor_flat(benchmark: Any, ready: Prepared) -> None:
    values = ready.attached.values
    benchmark(floor_flat, values.energy_kwh, values.flags, np.zeros(len(values.energy_kwh), dtype=np.uint32))


@GROUP
def test_floor_by_day(benchmark: Any, ready: Prepared) -> None:
    values = ready.attached.values
    bits = np.zeros(len(values.energy_kwh), dtype=np.uint32)
    benchmark(floor_by_day, values.energy_kwh, values.flags, values.offsets, bits)


@GROUP
def test_all_checks(benchmark: Any, ready: Prepared) -> None:
    benchmark(ready.check, 1)


@GROUP
def test_numpy(benchmark: Any, made: Estate, ready: Prepared) -> None:
    benchmark.pedantic(peer_numpy.check, (made, rules_of(ready)), rounds=3)
