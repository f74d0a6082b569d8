"""What a CoP Issue states, and what it inherits."""

from __future__ import annotations

import pytest

from tests.regulation.folders import Folder
from validator.regulation import Limit, Regulation, load_tables


def limit(regulation: Regulation, cop: str, issue: int, name: str) -> Limit:
    found = regulation.limits_for(cop, issue).get(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("issue", "days", "status", "may_fail"), [(6, 20, "analogue", False), (7, 90, "confirmed", True)]
)
def test_a_later_issue_restates(regulation: Regulation, issue: int, days: int, status: str, may_fail: bool) -> None:
    storage = limit(regulation, "5", issue, "storage_days")
    assert (storage.value, storage.status, storage.may_fail) == (days, status, may_fail)


def test_a_later_issue_inherits_what_it_does_not_restate(regulation: Regulation) -> None:
    inherited = limit(regulation, "5", 7, "period_end_error")
    assert inherited is limit(regulation, "5", 6, "period_end_error")
    assert (inherited.from_issue, inherited.unit, inherited.source) == (6, "s", "RECALLED")
    assert inherited.origin.startswith("format_limits.csv:")


def test_an_issue_older_than_the_first_row_has_no_limit(regulation: Regulation) -> None:
    assert regulation.limits_for("5", 6).get("selectable_periods") is None
    assert regulation.limits_for("5", 5).all() == ()
    assert regulation.limits_for("5", 5).accuracy("active") == ()
    assert regulation.limits_for("12", 1).all() == ()


def test_values_are_numbers_only_where_they_are(regulation: Regulation) -> None:
    assert limit(regulation, "5", 7, "selectable_periods").values == (30.0, 20.0, 15.0, 10.0, 5.0)
    classes = limit(regulation, "5", 7, "ct_class")
    assert (classes.text, classes.values) == ("0.5", ())
    with pytest.raises(ValueError, match=r"ct_class '0\.5' is not a number"):
        _ = classes.value


def test_what_a_limit_applies_to(regulation: Regulation) -> None:
    assert limit(regulation, "10", 3, "max_permissible_energy").applies_to == "whole_current"
    assert limit(regulation, "5", 7, "max_permissible_energy").applies_to == ""


def test_accuracy_is_inherited_by_group(regulation: Regulation) -> None:
    bands = regulation.limits_for("5", 7).accuracy("active")
    assert [(band.power_factor, band.load_from_pct, band.limit_pct) for band in bands] == [
        ("unity", 20, 1.5),
        ("unity", 5, 2.5),
        ("0.5lag-0.8lead", 20, 2.5),
    ]
    assert [band.may_fail for band in bands] == [True, False, False]
    assert len(regulation.limits_for("5", 7).accuracy("reactive")) == 2


def test_a_later_issue_replaces_a_whole_group(tables: Folder) -> None:
    tables.append("accuracy_limits.csv", "5,7,active,10,120,yes,unity,1.2,SAS,analogue,")
    bands = load_tables(tables.path).limits_for("5", 7).accuracy("active")
    assert [(band.power_factor, band.load_from_pct, band.from_issue) for band in bands] == [
        ("0.5lag-0.8lead", 20, 6),
        ("unity", 10, 7),
    ]


@pytest.mark.parametrize(
    ("better", "worse"),
    [("0.2S", "0.2"), ("0.2", "0.5S"), ("0.5S", "0.5"), ("0.5", "1"), ("C", "B"), ("B", "A"), ("1", "2")],
)
def test_classes_are_ranked(regulation: Regulation, better: str, worse: str) -> None:
    ranks = regulation.class_rank(better), regulation.class_rank(worse)
    assert ranks[0] is not None
    assert ranks[1] is not None
    assert ranks[0] < ranks[1]


def test_equivalent_and_unknown_classes(regulation: Regulation) -> None:
    assert regulation.class_rank("1") == regulation.class_rank("B")
    assert regulation.class_rank("2") == regulation.class_rank("A")
    assert regulation.class_rank("7") is None


def test_policy(regulation: Regulation) -> None:
    factor = regulation.policy("main_check_factor")
    assert (factor.value, factor.status, factor.may_fail, factor.cop) == (1.5, "secondary", True, None)
    assert regulation.policy("main_check_reading").text == "full_load"
