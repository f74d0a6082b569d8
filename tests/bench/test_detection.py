"""Faults stand where they are said to, thresholds go through the product's own tables, and the counts are right."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.build import (
    MPAN,
    ordinary_values,
    policy_override,
    reading_days,
    reading_row,
    readings_table,
    standing_data,
    standing_row,
)
from validator.attach import channels_of
from validator.bench.days import opened, sample_of
from validator.bench.detection import Detected, detection
from validator.bench.faults import FAULTS, Place
from validator.bench.thresholds import THRESHOLDS, regulation_with
from validator.catalogue import BY_CODE
from validator.regulation import load_regulation


def _estate() -> pa.Table:
    rows = []
    for system in range(12):
        columns = {
            "mpan_core": f"{system:04d}",
            "firmware": "M6X8G0B",
            "register_start_kwh": 100.0,
            "register_end_kwh": 100.0 + sum(value or 0.0 for value in ordinary_values()),
            "register_read_kind": "REMOTE",
            "clock_error_s": 1.0,
        }
        for quantity, role in (("AI", "MAIN"), ("RI", "MAIN"), ("AI", "CHECK")):
            rows += reading_days(3, measurement_quantity=quantity, role=role, **columns)
    return readings_table(rows)


@pytest.fixture(scope="module")
def found() -> list[Detected]:
    meters = [standing_row(mpan_core=f"{system:04d}", role=role) for system in range(12) for role in ("MAIN", "CHECK")]
    return list(detection(_estate(), standing_data(meters)))


def test_every_fault_is_tried_on_its_check(found: list[Detected]) -> None:
    assert {one.fault for one in found} == {fault.name for fault in FAULTS}
    assert {one.check for one in found} <= set(BY_CODE)
    assert all(one.damaged > 0 and one.clean > 0 for one in found)


@pytest.mark.parametrize("fault", ["gap", "negative", "half a pulse", "clock-change mistake", "wrong firmware"])
def test_what_no_threshold_decides_is_always_caught(found: list[Detected], fault: str) -> None:
    (one,) = [one for one in found if one.fault == fault]
    assert (one.probability, one.false_alarm_rate) == (1.0, 0.0)
    assert one.shipped
    assert np.isnan(one.threshold)


def test_a_higher_threshold_never_catches_more(found: list[Detected]) -> None:
    for fault in FAULTS:
        swept = [one for one in found if one.fault == fault.name]
        assert [one.threshold for one in swept] == sorted(one.threshold for one in swept) or len(swept) == 1
        assert all(low.caught >= high.caught for low, high in pairwise(swept)), fault.name
        assert all(low.alarms >= high.alarms for low, high in pairwise(swept)), fault.name


def test_the_threshold_in_force_is_among_those_tried(found: list[Detected]) -> None:
    for fault in FAULTS:
        assert sum(one.shipped for one in found if one.fault == fault.name) == 1, fault.name


def test_the_same_seed_gives_the_same_figures() -> None:
    meters = [standing_row(mpan_core=f"{system:04d}") for system in range(12)]
    one, two = (next(iter(detection(_estate(), standing_data(meters), seed=3))) for _ in range(2))
    assert repr(one) == repr(two)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_changes_its_place_and_leaves_the_clean_days_as_they_are(fault: object) -> None:
    clean = opened(_estate())
    channels = channels_of(clean.table)
    row = int(np.flatnonzero(fault.where(clean, channels))[0])  # type: ignore[attr-defined]
    partners = tuple(int(channels.partners[quantity][row]) for quantity in ("AI", "AE", "RI", "RE"))
    changed = clean.copy()
    fault.put(Place(changed, row, partners, np.random.default_rng(1)))  # type: ignore[attr-defined]
    assert clean.closed().equals(opened(_estate()).closed())
    differing = {
        k
        for k in range(clean.table.num_rows)
        if not np.array_equal(clean.energy_kwh[k], changed.energy_kwh[k], equal_nan=True)
        or any(clean.columns[name][k] != changed.columns[name][k] for name in clean.columns)
    }
    assert differing
    assert differing <= {row, *partners}


@pytest.mark.parametrize("code", THRESHOLDS)
def test_a_swept_threshold_is_loaded_over_ones_own_rows(code: str, tmp_path: Path) -> None:
    own = policy_override(tmp_path / "own", zero_run_periods="40")
    threshold = THRESHOLDS[code]
    value = threshold.values[0]
    with regulation_with(threshold, value, own) as regulation:
        if threshold.column == "policy":
            assert regulation.policy(threshold.name).value == value
        else:
            limit = regulation.limits_for("5", 6).get(threshold.name)
            assert limit is not None
            assert limit.value == value
        if code != "zero_run":
            assert regulation.policy("zero_run_periods").value == 40
    assert load_regulation(own).policy("zero_run_periods").value == 40


def test_a_sample_holds_whole_metering_systems() -> None:
    table = _estate()
    sample = sample_of(table, 30, seed=1)
    assert 0 < sample.num_rows <= 30
    assert set(sample["mpan_core"].value_counts().field("counts").to_pylist()) == {9}
    assert sample_of(table, 10_000, seed=1) is table


def test_a_channel_without_what_a_fault_needs_is_passed_over() -> None:
    readings = readings_table([reading_row(settlement_date=row["settlement_date"]) for row in reading_days(8)])
    tried = {one.fault for one in detection(readings, standing_data([standing_row(mpan_core=MPAN)]))}
    assert "gap" in tried
    assert not {"main/check drift", "clock drift", "wrong firmware", "register roll-over"} & tried
