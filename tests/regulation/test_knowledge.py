"""What was known on a day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.regulation.folders import FORMATS, POLICY, Folder
from validator.errors import RegulationError
from validator.regulation import Regulation, load_regulation, load_tables


def storage_days(regulation: Regulation) -> float | None:
    limit = regulation.limits_for("5", 6).get("storage_days")
    return limit.value if limit else None


@pytest.mark.parametrize(
    ("known_on", "days"),
    [(None, 25), (date(2025, 5, 1), 25), (date(2025, 4, 30), 20), (date(2020, 1, 1), 20)],
)
def test_an_override_recorded_on_a_day_leaves_what_was_known_before(
    own: Folder, known_on: date | None, days: int
) -> None:
    own.write("format_limits.csv", FORMATS + ",recorded_on", "5,6,storage_days,25,day,SAS,analogue,,2025-05-01")
    assert storage_days(load_regulation(own.path, known_on)) == days


@pytest.mark.parametrize(("known_on", "days"), [(None, None), (date(2025, 4, 30), 20), (date(2025, 5, 1), None)])
def test_a_retracted_row_is_no_longer_known(own: Folder, known_on: date | None, days: int | None) -> None:
    own.write("format_limits.csv", FORMATS + ",retracted_on", "5,6,storage_days,20,day,SAS,analogue,,2025-05-01")
    assert storage_days(load_regulation(own.path, known_on)) == days


def test_the_hash_is_of_all_rows_whatever_was_known(own: Folder) -> None:
    own.write("format_limits.csv", FORMATS + ",recorded_on", "5,6,storage_days,25,day,SAS,analogue,,2025-05-01")
    assert load_regulation(own.path, date(2020, 1, 1)).hash == load_regulation(own.path).hash


def test_rows_known_at_different_times_do_not_conflict(tables: Folder) -> None:
    lines = tables.lines("policy.csv")
    at = tables.find("policy.csv", "max_rating_factor") - 1
    old = lines[at] + ",,2025-01-01"
    new = "max_rating_factor,1.3,x rated,POLICY,policy,ours,2025-01-01,"
    rest = [line + ",," for number, line in enumerate(lines) if number not in (0, at)]
    tables.write("policy.csv", lines[0] + ",recorded_on,retracted_on", *rest, old, new)
    known = {day: load_tables(tables.path, None, day) for day in (None, date(2024, 12, 31), date(2025, 1, 1))}
    assert [known[day].policy("max_rating_factor").value for day in known] == [1.3, 1.2, 1.3]


def test_rows_that_were_known_together_conflict_even_if_neither_is_now(tables: Folder) -> None:
    lines = [line + "," for line in tables.lines("approval_lists.csv")]
    lines[0] += "retracted_on"
    tables.write(
        "approval_lists.csv",
        *lines,
        "Maker,no,POLICY,policy,,2025-01-01",
        "Maker,yes,POLICY,policy,,2025-02-01",
    )
    with pytest.raises(RegulationError, match=r"^approval_lists.csv:4: approvals list Maker is there twice, "):
        load_tables(tables.path)


def test_a_policy_that_was_not_known_yet(own: Folder) -> None:
    own.write("policy.csv", POLICY + ",retracted_on", "max_rating_factor,1.2,x rated,POLICY,policy,,2025-01-01")
    with pytest.raises(RegulationError, match=r"^policy.csv:1: policy max_rating_factor is missing, "):
        load_regulation(own.path)


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        ("2025-01-01,2025-01-01", "retracted_on 2025-01-01 is not after recorded_on 2025-01-01, "),
        ("yesterday,", "recorded_on 'yesterday' is not a date, "),
    ],
)
def test_bad_knowledge_dates(own: Folder, dates: str, message: str) -> None:
    own.write(
        "policy.csv",
        POLICY + ",recorded_on,retracted_on",
        f"max_rating_factor,1.2,x rated,POLICY,policy,,{dates}",
    )
    with pytest.raises(RegulationError, match=f"^own/policy.csv:2: {message}"):
        load_regulation(own.path)
