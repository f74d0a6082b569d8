"""With the sample's own rules over the shipped tables, a made-up dispensation changes what it says and no more."""

from __future__ import annotations

from functools import cache

import pytest

from tests.sample.folders import SAMPLES, golden_findings, readings, standing
from validator.regulation import load_regulation
from validator.validation import Validation, validate_readings

REF = "MADE-UP/1"
TOWN_HALL, PRINT_WORKS, SAWMILL = "9900000000229", "9900000000441", "9900000000450"
DISPENSED = {(TOWN_HALL, "meter_class"), (PRINT_WORKS, "clock_error")}
"""CTs of class 1 under a limit of class 1; a clock 25 s out under a limit of 30 s."""


@cache
def validated(file: str) -> Validation:
    return validate_readings(readings(file), standing(), load_regulation(SAMPLES / "own_rules"))


@pytest.mark.parametrize(
    ("golden", "file", "lifted"),
    [
        ("normal_day", "normal_day/readings.parquet", DISPENSED),
        # The day before its first.
        ("collector_day", "collector_day/SYNH_D0036_20260915.usr", set()),
    ],
)
def test_only_what_it_dispenses_changes(golden: str, file: str, lifted: set[tuple[str, str]]) -> None:
    found = validated(file).findings.to_pylist()
    expected = [row for row in golden_findings(golden) if (row.mpan_core, row.check) not in lifted]
    names = ("mpan_core", "measurement_quantity", "role", "check", "outcome")
    said = sorted(tuple(row[name] for name in names) for row in found)
    assert said == sorted(tuple(getattr(row, name) for name in names) for row in expected)


def test_a_clock_beyond_the_dispensed_limit_names_it() -> None:
    found = validated("normal_day/readings.parquet").findings.to_pylist()
    named = [row for row in found if row["dispensation"] == REF]
    assert {(row["mpan_core"], row["check"], row["limit"]) for row in named} == {(SAWMILL, "clock_error", 30.0)}
    assert all(row["message"].endswith(f"; limit set by dispensation {REF}") for row in named)


def test_its_channel_days_are_counted() -> None:
    tallies = {tally.ref: tally for tally in validated("normal_day/readings.parquet").dispensations}
    # Three sites of three channels each.
    assert tallies[REF].limits == {"ct_class": 9, "period_end_error": 9}
    assert tallies[REF].channel_days == 9
