"""Meter type, variant and exact firmware against the approvals."""

from __future__ import annotations

from datetime import date

import pytest

from tests.regulation.folders import APPROVALS, Folder
from validator.regulation import WORDS, Regulation, load_regulation

ISSUES = {("1", 2): "ISG", ("2", 4): "ISG", ("3", 5): "ISG+SVG", ("5", 6): "SVG", ("10", 2): "SVG"}
FIRMWARE = {
    "M6X8G05": "APPROVED",
    "M6X8G0B": "APPROVED",
    "M6X8G0A": "FIRMWARE_NOT_LISTED",
    "m6x8g0b": "FIRMWARE_NOT_LISTED",
    "M6X8GOB": "FIRMWARE_NOT_LISTED",
}
ON = date(2023, 3, 1)
PROMETER = "Prometer 100"
P3E = "Secure Meters (UK) Limited,Prometer 100,P3E,wall,yes"


@pytest.mark.parametrize("variant", ["P3E", "R3E"])
@pytest.mark.parametrize(("cop", "issue"), ISSUES)
@pytest.mark.parametrize("firmware", FIRMWARE)
def test_five_strings_five_issues_two_variants(
    regulation: Regulation, firmware: str, cop: str, issue: int, variant: str
) -> None:
    decision = regulation.decide(PROMETER, variant, firmware, cop, issue, ON)
    assert decision.word == FIRMWARE[firmware]
    assert decision.committees == tuple(ISSUES[cop, issue].split("+"))
    assert decision.source == "ISG-255-05"
    assert all(committee in decision.reasons[-1] for committee in decision.committees)


@pytest.mark.parametrize(
    ("firmware", "said"),
    [
        ("M6X8GOB", ("did you mean M6X8G0B: letter O, digit 0",)),
        ("m6x8g0b", ("did you mean M6X8G0B: upper and lower case",)),
        ("m6x8gob", ("did you mean M6X8G0B: upper and lower case, letter o, digit 0",)),
        (
            "M6X8G08",
            ("did you mean M6X8G0B: digit 8, letter B", "M6X8G05 differs in one character (a hint only)"),
        ),
        (
            "M6X8G0S",
            ("did you mean M6X8G05: letter S, digit 5", "M6X8G0B differs in one character (a hint only)"),
        ),
        ("M6X8G0B ", ("did you mean M6X8G0B: white space around it",)),
        ("M6X8G0BB", ("M6X8G0B has one character less (a hint only)",)),
        ("M6X8G0", tuple(f"M6X8G0{end} has one character more (a hint only)" for end in "B5")),
        ("M6X8G0A", tuple(f"M6X8G0{end} differs in one character (a hint only)" for end in "B5")),
        ("Z", ()),
    ],
)
def test_suggestions_never_match(regulation: Regulation, firmware: str, said: tuple[str, ...]) -> None:
    decision = regulation.decide(PROMETER, "P3E", firmware, "5", 6, ON)
    assert decision.word == "FIRMWARE_NOT_LISTED"
    assert decision.suggestions == said


def test_an_inferred_approval_says_so(regulation: Regulation) -> None:
    decision = regulation.decide(PROMETER, "P3E", "M6X8G05", "5", 6, ON)
    assert decision.status == "inferred"
    assert any("approvals.csv:15 is inferred" in reason for reason in decision.reasons)
    assert regulation.decide(PROMETER, "P3E", "M6X8G0B", "5", 6, ON).status == "confirmed"


def test_a_later_firmware_does_not_withdraw_an_earlier_one(regulation: Regulation) -> None:
    assert regulation.decide(PROMETER, "P3E", "M6X8G05", "5", 6, date(2030, 1, 1)).word == "APPROVED"


@pytest.mark.parametrize(("day", "word"), [(date(2022, 5, 31), "APPROVED_LATER"), (date(2022, 6, 1), "APPROVED")])
def test_the_approval_begins(regulation: Regulation, day: date, word: str) -> None:
    assert regulation.decide(PROMETER, "P3E", "M6X8G0B", "5", 6, day).word == word


def test_decisions_are_steps(regulation: Regulation) -> None:
    steps = regulation.decisions(PROMETER, "P3E", "M6X8G0B", "5", 6, None)
    assert [(step.from_date, step.value.word) for step in steps] == [
        (None, "APPROVED_LATER"),
        (date(2022, 6, 1), "APPROVED"),
    ]
    assert regulation.decisions(PROMETER, "P3E", "M6X8G0B", "5", 6, None) is steps
    assert len(regulation.decisions(PROMETER, "P3E", "M6X8G05", "5", 6, None)) == 1


@pytest.mark.parametrize(
    ("meter_type", "variant", "firmware", "word"),
    [
        (PROMETER, "P3E", None, "UNKNOWN"),
        (PROMETER, "P3E", "", "UNKNOWN"),
        (None, "P3E", "M6X8G0B", "UNKNOWN"),
        ("Prometer 200", "P3E", "M6X8G0B", "TYPE_NOT_LISTED"),
        ("prometer 100", "P3E", "M6X8G0B", "TYPE_NOT_LISTED"),
        (PROMETER, "P3F", "M6X8G0B", "VARIANT_NOT_LISTED"),
        (PROMETER, None, "M6X8G0B", "VARIANT_NOT_LISTED"),
    ],
)
def test_what_is_not_listed(
    regulation: Regulation, meter_type: str | None, variant: str | None, firmware: str | None, word: str
) -> None:
    decision = regulation.decide(meter_type, variant, firmware, "5", 6, ON)
    assert decision.word == word
    assert decision.reasons
    assert decision.committees == ("SVG",)


def test_a_near_type_is_suggested(regulation: Regulation) -> None:
    decision = regulation.decide("prometer 100", "P3E", "M6X8G0B", "5", 6, ON)
    assert decision.suggestions == ("did you mean Prometer 100: upper and lower case",)


@pytest.mark.parametrize(
    ("registered_on", "word", "dispensation"),
    [
        (date(2022, 6, 29), "APPROVED_OTHER_ISSUE", None),
        (date(2022, 6, 30), "DISPENSED", "D/535"),
        (date(2023, 12, 30), "DISPENSED", "D/535"),
        (date(2023, 12, 31), "APPROVED_OTHER_ISSUE", None),
        (None, "APPROVED_OTHER_ISSUE", None),
    ],
)
def test_a_declared_later_issue_and_the_dispensation(
    regulation: Regulation, registered_on: date | None, word: str, dispensation: str | None
) -> None:
    decision = regulation.decide(PROMETER, "P3E", "M6X8G0B", "5", 7, date(2024, 5, 1), registered_on)
    assert (decision.word, decision.dispensation) == (word, dispensation)
    assert any("CoP 5 Issue 6" in reason for reason in decision.reasons)
    assert any("D/535" in reason for reason in decision.reasons) == (dispensation is not None)


def test_an_inferred_approval_keeps_its_status_under_a_dispensation(regulation: Regulation) -> None:
    decision = regulation.decide(PROMETER, "P3E", "M6X8G05", "5", 7, ON, date(2023, 1, 1))
    assert (decision.word, decision.source, decision.status) == ("DISPENSED", "CP1527", "inferred")


def test_an_issue_that_governs_by_dispensation_is_dispensed(regulation: Regulation) -> None:
    registered_on = date(2023, 1, 1)
    governing = regulation.govern("5", None, registered_on, PROMETER, "P3E", "M6X8G0B")
    assert governing.cop is not None
    assert governing.issue is not None
    decision = regulation.decide(
        PROMETER, "P3E", "M6X8G0B", governing.cop, governing.issue, ON, registered_on, governing.dispensation
    )
    assert (decision.word, decision.dispensation, decision.source) == ("DISPENSED", "D/535", "CP1527")
    declared = regulation.decide(PROMETER, "P3E", "M6X8G0B", "5", 6, ON, registered_on)
    assert (declared.word, declared.dispensation) == ("APPROVED", None)


def test_approved_for_another_cop_only(regulation: Regulation) -> None:
    assert regulation.decide(PROMETER, "P3E", "M6X8G0B", "6", 4, ON).word == "APPROVED_OTHER_ISSUE"


def test_withdrawn_after_its_last_day(own: Folder) -> None:
    own.write(
        "approvals.csv",
        APPROVALS,
        P3E + ",M6X8G0B,M6X8G05,5,6,SVG,2022-06-01,month,2022-12-31,UNKNOWN,no,ISG-255-05,confirmed",
        P3E + ",M6X8G0B,M6X8G05,5,6,SVG,2024-01-01,day,,UNKNOWN,no,ISG-255-05,confirmed",
        P3E + ",OLD1,,5,6,SVG,,unknown,2020-12-31,UNKNOWN,no,ISG-255-05,secondary",
    )
    regulation = load_regulation(own.path)
    steps = regulation.decisions(PROMETER, "P3E", "M6X8G0B", "5", 6, None)
    assert [(step.from_date, step.value.word) for step in steps] == [
        (None, "APPROVED_LATER"),
        (date(2022, 6, 1), "APPROVED"),
        (date(2023, 1, 1), "WITHDRAWN"),
        (date(2024, 1, 1), "APPROVED"),
    ]
    for day, word in ((1, "APPROVED"), (31, "APPROVED")):
        assert regulation.decide(PROMETER, "P3E", "M6X8G0B", "5", 6, date(2022, 12, day)).word == word
    assert regulation.decide(PROMETER, "P3E", "OLD1", "5", 7, date(2021, 1, 1)).word == "WITHDRAWN"
    assert regulation.decide(PROMETER, "P3E", "OLD1", "5", 7, date(2020, 1, 1)).word == "APPROVED_OTHER_ISSUE"


def test_every_word_is_one_of_the_words(regulation: Regulation) -> None:
    assert set(FIRMWARE.values()) < set(WORDS)
    assert len(WORDS) == 9


def test_whether_a_list_is_complete(regulation: Regulation, own: Folder) -> None:
    maker = "Secure Meters (UK) Limited"
    assert not regulation.list_complete(maker, PROMETER)
    assert not regulation.list_complete("Another Maker", PROMETER)
    own.write("approval_lists.csv", "manufacturer,complete,source,status,note", f"{maker},yes,POLICY,policy,")
    complete = load_regulation(own.path)
    assert complete.list_complete(maker, None)
    assert complete.list_complete(None, PROMETER)
    assert not complete.list_complete("Another Maker", PROMETER)
    assert not complete.list_complete(None, "Prometer 200")
    assert not complete.list_complete(None, None)
