"""A check without an oracle, or without cases at, inside and outside its limit, fails here."""

from __future__ import annotations

import pytest

from tests import oracle
from tests.validation.all_cases import CASES
from validator.catalogue import CATALOGUE, Check

_NO_LIMIT = {"estimated", *(check.code for check in CATALOGUE if check.family == "alarms")}
"""Checks of a bit: there is no value that could be at a limit."""


def _places(code: str) -> set[str]:
    return {made.place for made in CASES if made.code == code}


def test_oracle_has_the_checks_of_the_catalogue_in_its_order() -> None:
    assert list(oracle.CHECKS) == [check.code for check in CATALOGUE]


def test_every_case_is_about_a_check_of_the_catalogue() -> None:
    assert {made.code for made in CASES} == {check.code for check in CATALOGUE}


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.code)
def test_every_check_has_cases_on_both_sides(check: Check) -> None:
    assert {"inside", "outside"} <= _places(check.code)
    assert any(made.found for made in CASES if made.code == check.code)
    assert any(made.expected == "clear" for made in CASES if made.code == check.code)


@pytest.mark.parametrize(
    "check",
    [check for check in CATALOGUE if check.measure != "none" and check.code not in _NO_LIMIT],
    ids=lambda check: check.code,
)
def test_every_measured_check_has_a_case_at_its_limit(check: Check) -> None:
    assert "at" in _places(check.code)


@pytest.mark.parametrize("check", [check for check in CATALOGUE if check.needs], ids=lambda check: check.code)
def test_every_check_that_needs_something_has_a_case_without_it(check: Check) -> None:
    assert any(made.expected == "not run" for made in CASES if made.code == check.code)


@pytest.mark.parametrize(
    "check",
    [check for check in CATALOGUE if check.outcome == "LIMIT" and check.code != "register_advance_mismatch"],
    ids=lambda check: check.code,
)
def test_every_check_of_a_limit_has_been_seen_to_fail_or_query_by_its_status(check: Check) -> None:
    assert {made.outcome for made in CASES if made.code == check.code and made.found} <= {"FAIL", "QUERY"}
    assert any(made.outcome == "FAIL" for made in CASES if made.code == check.code)
