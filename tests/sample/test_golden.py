"""The product says of the sample data what the golden files say, neither less nor more.

The golden files come from what was stated where each fault was planted, never from the product.
"""

from __future__ import annotations

import pytest

from sample_data.golden import runs
from tests.oracle import judge
from tests.sample.folders import (
    INDEX,
    NAMES,
    Finding,
    Verdict,
    golden_findings,
    golden_verdicts,
    readings,
    regulation,
    standing,
    validated,
)
from validator.catalogue import CATALOGUE

_ONE_FILE_EACH = list({golden: (golden, file) for golden, file in reversed(INDEX)}.values())


@pytest.mark.parametrize(("golden", "file"), INDEX, ids=[file for _, file in INDEX])
def test_findings(golden: str, file: str) -> None:
    found = validated(file).findings.select(list(Finding._fields)).to_pylist()
    assert sorted(Finding._make(map(_cell, row.values())) for row in found) == golden_findings(golden)


@pytest.mark.parametrize(("golden", "file"), INDEX, ids=[file for _, file in INDEX])
def test_verdicts(golden: str, file: str) -> None:
    said = validated(file).verdicts.select(list(Verdict._fields)).to_pylist()
    assert [Verdict._make(map(_cell, row.values())) for row in said] == golden_verdicts(golden)


@pytest.mark.parametrize(("golden", "file"), _ONE_FILE_EACH, ids=[golden for golden, _ in _ONE_FILE_EACH])
def test_the_oracle_agrees(golden: str, file: str) -> None:
    rows = readings(file).to_pylist()
    found: list[Finding] = []
    for row, judged in zip(rows, judge(rows, standing().frame.to_dicts(), regulation()), strict=True):
        channel_day = [_cell(row[column]) for column in Finding._fields[:4]]
        for check, periods in judged.found.items():
            stretches = [("", "")] if periods is None else [(str(a), str(b)) for a, b in runs(periods)]
            outcome = _outcome_of(check, judged.failed, judged.queried)
            found += [Finding._make([*channel_day, check, outcome, first, last]) for first, last in stretches]
    assert sorted(found) == golden_findings(golden)


def test_every_check_speaks() -> None:
    spoken = {finding.check for name in NAMES for finding in golden_findings(name)}
    assert spoken == {check.code for check in CATALOGUE}


def test_every_outcome_of_a_channel_day_is_there() -> None:
    outcomes = {verdict.outcome for name in NAMES for verdict in golden_verdicts(name)}
    assert outcomes == {"PASS", "QUERY", "NOT_ASSESSED", "FAIL"}


def test_most_channel_days_are_clean() -> None:
    outcomes = [verdict.outcome for name in NAMES for verdict in golden_verdicts(name)]
    assert outcomes.count("PASS") > len(outcomes) / 2


def test_a_format_without_alarms_loses_the_alarms_only() -> None:
    full, letters = golden_findings("formats_full"), golden_findings("formats_letters")
    assert [finding for finding in full if finding.check != "battery"] == letters


def test_a_format_without_attributes_loses_what_needs_them() -> None:
    letters, advances = golden_findings("formats_letters"), golden_findings("formats_advances")
    needing = ("firmware_mismatch", "clock_error")
    assert [finding for finding in letters if finding.check not in needing] == advances


def test_on_the_utc_day_periods_come_two_earlier() -> None:
    moved = [
        finding._replace(first_period=_earlier(finding.first_period), last_period=_earlier(finding.last_period))
        for finding in golden_findings("formats_advances")
    ]
    assert sorted(moved) == golden_findings("formats_utc")


@pytest.mark.parametrize("file", ["formats/D0036.usr", "formats/D0275.usr", "formats/D0379.usr"])
def test_what_a_format_does_not_carry_is_not_run(file: str) -> None:
    tallies = validated(file).tallies
    for check in ("battery", "firmware_mismatch", "clock_error", "register_advance_mismatch", "period_duration"):
        assert tallies[check].ran == 0
        assert sum(tallies[check].not_run.values()) == readings(file).num_rows


def _earlier(period: str) -> str:
    return str(int(period) - 2)


def _outcome_of(check: str, failed: list[str], queried: list[str]) -> str:
    if check in failed:
        return "FAIL"
    return "QUERY" if check in queried else "NOT_ASSESSED"


def _cell(value: object) -> str:
    """A value as golden files write it."""
    if isinstance(value, list):
        return "|".join(sorted(value))
    return "" if value is None else str(value)


@pytest.mark.parametrize(
    "file", ["formats/supplier.bg.csv", "formats/9900000000405_AI.schneider.csv", "formats/9900000000414.vital.xlsx"]
)
def test_a_format_without_statuses_says_nothing_of_estimates(file: str) -> None:
    tallies = validated(file).tallies
    for check in ("estimated", "invalid_flag", "battery", "register_advance_mismatch"):
        assert tallies[check].ran == 0
        assert sum(tallies[check].not_run.values()) == readings(file).num_rows
