"""Which CoP Issue governs, on the days where it turns."""

from __future__ import annotations

from datetime import date

import pytest

from validator.regulation import Regulation

G0B = ("Prometer 100", "P3E", "M6X8G0B")
EARLIER = {"1": 2, "2": 4, "3": 5, "5": 6, "10": 2}


@pytest.mark.parametrize(
    ("registered_on", "issue", "dispensation"),
    [
        (date(2010, 1, 1), 6, None),
        (date(2022, 6, 29), 6, None),
        (date(2022, 6, 30), 6, "D/535"),
        (date(2023, 12, 30), 6, "D/535"),
        (date(2023, 12, 31), 7, None),
    ],
)
def test_the_dispensation_and_its_first_and_last_days(
    regulation: Regulation, registered_on: date, issue: int, dispensation: str | None
) -> None:
    governing = regulation.govern("5", None, registered_on, *G0B)
    assert (governing.cop, governing.issue, governing.dispensation) == ("5", issue, dispensation)
    assert str(registered_on) in governing.reason
    assert "SECTION-L" in governing.reason


@pytest.mark.parametrize("cop", EARLIER)
def test_every_cop_that_the_dispensation_covers(regulation: Regulation, cop: str) -> None:
    governing = regulation.govern(cop, None, date(2023, 1, 1), *G0B)
    assert (governing.issue, governing.dispensation) == (EARLIER[cop], "D/535")
    assert "dispensations.csv:2, CP1527, confirmed" in governing.reason
    assert "ISG-255-05, confirmed" in governing.reason


@pytest.mark.parametrize(
    "kind", [("Prometer 100", "P3E", "M6X8GOB"), ("Prometer 100", "P3E", None), (None, None, None)]
)
def test_without_an_approval_for_the_earlier_issue_nothing_is_dispensed(
    regulation: Regulation, kind: tuple[str | None, str | None, str | None]
) -> None:
    governing = regulation.govern("5", None, date(2023, 1, 1), *kind)
    assert (governing.issue, governing.dispensation) == (7, None)


def test_a_declared_issue_governs_as_declared(regulation: Regulation) -> None:
    governing = regulation.govern("5", 7, date(2010, 1, 1), *G0B)
    assert (governing.cop, governing.issue, governing.dispensation) == ("5", 7, None)


@pytest.mark.parametrize(
    ("cop", "issue", "registered_on", "reason"),
    [
        (None, None, date(2020, 1, 1), "names no Code of Practice"),
        (None, 6, None, "names no Code of Practice"),
        ("5", None, None, "neither its Issue nor the date of first registration"),
        ("5", 9, None, "CoP 5 Issue 9, which is not on file"),
        ("4", None, date(2020, 1, 1), "no Issue of CoP 4 on file was in force on 2020-01-01"),
        ("11", None, date(2024, 9, 30), "no Issue of CoP 11 on file was in force on 2024-09-30"),
    ],
)
def test_none_governs(
    regulation: Regulation, cop: str | None, issue: int | None, registered_on: date | None, reason: str
) -> None:
    governing = regulation.govern(cop, issue, registered_on, *G0B)
    assert (governing.cop, governing.issue) == (None, None)
    assert reason in governing.reason


def test_issues_on_file_and_in_force(regulation: Regulation) -> None:
    held = regulation.issue_on_file("3", 5)
    assert held is not None
    assert held.committees == ("ISG", "SVG")
    assert regulation.issue_on_file("3", 4) is None
    last_day, first_day = (regulation.issue_in_force("3", date(2022, 6, day)) for day in (29, 30))
    assert last_day is held
    assert first_day is regulation.issue_on_file("3", 6)
    assert regulation.issue_in_force("8", date(1990, 1, 1)) is regulation.issue_on_file("8", 1)
