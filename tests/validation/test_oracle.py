"""The oracle gives the hand-stated answer of every boundary case, and verdicts worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests import oracle
from tests.build import SHORT_DAY, WINTER_DAY, ordinary_values, reading_row, standing_row, values_with
from tests.validation.all_cases import CASES
from tests.validation.cases import Case
from tests.validation.rules import rules


def answer(judged: oracle.Judged, code: str) -> object:
    """What a verdict says of one check, in the words of a case."""
    if code not in judged.ran:
        return "not run"
    if code not in judged.found:
        return "clear"
    periods = judged.found[code]
    return "whole day" if periods is None else frozenset(periods)


def judge_one(made: Case) -> oracle.Judged:
    return oracle.judge(list(made.rows), list(made.standing), rules(made.rules), made.collector)[made.on]


@pytest.mark.parametrize("made", CASES, ids=lambda made: made.name)
def test_oracle_gives_the_stated_answer(made: Case) -> None:
    judged = judge_one(made)
    assert answer(judged, made.code) == made.expected
    lists = {"FAIL": judged.failed, "QUERY": judged.queried, "NOT_ASSESSED": judged.not_assessed}
    assert [outcome for outcome, codes in lists.items() if made.code in codes] == [made.outcome] * made.found
    if made.certification:
        assert judged.certification == made.certification


def test_no_two_cases_have_one_name() -> None:
    names = [made.name for made in CASES]
    assert sorted(names) == sorted(set(names))


def test_an_ordinary_day_passes() -> None:
    rows = [reading_row(measurement_quantity=quantity) for quantity in ("AI", "RI", "RE")]
    judged = oracle.judge(rows, [standing_row()], rules("shipped"))
    assert [verdict.outcome for verdict in judged] == ["PASS"] * 3
    assert {(verdict.cop, verdict.issue, verdict.certification) for verdict in judged} == {("5", 6, "APPROVED")}


def test_a_day_of_many_faults() -> None:
    row = reading_row(energy_kwh=values_with({1: -1.0, 2: None, 7: 900.0}, 47), firmware="M6X8G05")
    judged = oracle.judge([row], [standing_row()], rules("shipped"))[0]
    assert judged.outcome == "FAIL"
    assert judged.failed == [
        "period_count",
        "missing_period",
        "negative_energy",
        "above_max_permissible",
        "above_cop_capacity",
        "firmware_mismatch",
    ]
    assert judged.queried == ["required_quantity", "above_rating", "spike"]
    assert judged.found["above_rating"] == {7}


def test_not_assessed_outranks_a_query_and_yields_to_a_failure() -> None:
    stuck = reading_row(energy_kwh=[3.0] * 48)
    assert oracle.judge([stuck], [], rules("shipped"))[0].outcome == "NOT_ASSESSED"
    failing = reading_row(energy_kwh=[-3.0] * 48)
    assert oracle.judge([failing], [], rules("shipped"))[0].outcome == "FAIL"


def test_without_standing_data_nothing_governs() -> None:
    judged = oracle.judge([reading_row()], [], rules("shipped"))[0]
    assert (judged.cop, judged.issue, judged.certification) == (None, None, None)
    assert judged.not_assessed == ["no_standing_data"]
    assert judged.ran == {
        "mpan_check_digit",
        "unknown_quantity",
        "period_count",
        "missing_period",
        "duplicate_day",
        "missing_day",
        "negative_energy",
        "no_standing_data",
        "stuck",
    }


@pytest.mark.parametrize(
    ("on", "utc_day", "periods"),
    [
        (WINTER_DAY, False, 48),
        (SHORT_DAY, False, 46),
        (date(2026, 10, 25), False, 50),
        (SHORT_DAY, True, 48),
        (date(2025, 3, 30), False, 46),
        (date(2024, 10, 27), False, 50),
        (date(2026, 7, 1), False, 48),
    ],
)
def test_expected_periods(on: date, utc_day: bool, periods: int) -> None:
    assert oracle.expected_periods(on, utc_day) == periods


def test_ordinary_values_are_ordinary() -> None:
    assert len(set(ordinary_values(50))) == 50
