"""How one meter is judged beside the amendment of M6X8G05 to M6X8G0B."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.impact.estates import IN_EFFECT, impact_on, meters, only
from validator.impact import Effect, FirmwareKind
from validator.impact.notes import notes_of, suggestions_for
from validator.impact.steps import METER_OPERATOR, NOBODY, REGISTRANT
from validator.regulation import Regulation


@pytest.mark.parametrize(
    ("columns", "kind", "before", "after", "effect", "actor"),
    [
        ({}, "NEW", "FIRMWARE_NOT_LISTED", "APPROVED", Effect.GAINED, NOBODY),
        ({"firmware": "M6X8G05"}, "OLD", "APPROVED", "APPROVED", Effect.STAYS_CERTIFIED, NOBODY),
        (
            {"firmware": "M6X8G0A"},
            "UNLISTED",
            "FIRMWARE_NOT_LISTED",
            "FIRMWARE_NOT_LISTED",
            Effect.STAYS_UNCERTIFIED,
            METER_OPERATOR,
        ),
        ({"firmware": None}, "UNKNOWN", "UNKNOWN", "UNKNOWN", Effect.UNDECIDED, METER_OPERATOR),
        (
            {"variant": "P9X"},
            "NEW",
            "VARIANT_NOT_LISTED",
            "VARIANT_NOT_LISTED",
            Effect.STAYS_UNCERTIFIED,
            METER_OPERATOR,
        ),
        (
            {"issue": 7},
            "NEW",
            "FIRMWARE_NOT_LISTED",
            "APPROVED_OTHER_ISSUE",
            Effect.STAYS_UNCERTIFIED,
            REGISTRANT,
        ),
        ({"cop": None, "issue": None}, "NEW", "", "", Effect.UNDECIDED, METER_OPERATOR),
        ({"cop": "5", "issue": None}, "NEW", "", "", Effect.UNDECIDED, METER_OPERATOR),
    ],
)
def test_kind_decisions_effect_and_who_acts(
    regulation: Regulation,
    columns: dict[str, Any],
    kind: str,
    before: str,
    after: str,
    effect: Effect,
    actor: str,
) -> None:
    meter = only(impact_on(IN_EFFECT, meters(columns), regulation))
    found = meter.assessment
    assert (found.kind, found.before.word, found.after.word) == (FirmwareKind(kind), before, after)
    assert (found.effect, found.step.actor) == (effect, actor)


@pytest.mark.parametrize(
    ("firmware", "suggestion"),
    [
        ("M6X8GOB", "did you mean M6X8G0B: letter O, digit 0"),
        ("m6x8g0b", "did you mean M6X8G0B: upper and lower case"),
        ("M6X8G0A", "M6X8G0B differs in one character (a hint only)"),
    ],
)
def test_a_look_alike_is_suggested_and_never_matched(regulation: Regulation, firmware: str, suggestion: str) -> None:
    meter = only(impact_on(IN_EFFECT, meters({"firmware": firmware}), regulation))
    assert meter.assessment.kind is FirmwareKind.UNLISTED
    assert suggestion in suggestions_for(meter)
    assert meter.assessment.after.certified is False


@pytest.mark.parametrize(
    ("registered_on", "before", "after", "issue_before", "issue_after"),
    [
        (date(2022, 6, 29), "FIRMWARE_NOT_LISTED", "APPROVED", 6, 6),
        # D/535 lets an outstation of the earlier Issue be installed: only where it is approved for that one.
        (date(2022, 6, 30), "FIRMWARE_NOT_LISTED", "DISPENSED", 7, 6),
        (date(2023, 12, 30), "FIRMWARE_NOT_LISTED", "DISPENSED", 7, 6),
        (date(2023, 12, 31), "FIRMWARE_NOT_LISTED", "APPROVED_OTHER_ISSUE", 7, 7),
    ],
)
def test_the_amendment_changes_the_governing_issue_where_a_dispensation_hangs_on_it(
    regulation: Regulation, registered_on: date, before: str, after: str, issue_before: int, issue_after: int
) -> None:
    row = {"issue": None, "first_registered_on": registered_on}
    found = only(impact_on(date(2024, 1, 15), meters(row), regulation)).assessment
    assert (found.before.word, found.before.cop_issue) == (before, ("5", issue_before))
    assert (found.after.word, found.after.cop_issue) == (after, ("5", issue_after))


def test_a_maker_by_another_of_its_names_is_the_same_and_another_maker_is_not(regulation: Regulation) -> None:
    rows = meters({"manufacturer": "Secure"}, {"manufacturer": None}, {"manufacturer": "Example Meters (made up)"})
    impact = impact_on(IN_EFFECT, rows, regulation)
    assert len(impact.meters) == 2
    assert impact.estate.other_maker == 1
    assert any("another manufacturer" in note for note in notes_of(impact))


def test_types_that_look_alike_are_told_and_not_considered(regulation: Regulation) -> None:
    rows = meters({}, {"meter_type": "prometer 100"}, {"meter_type": "Other"}, {"meter_type": None})
    impact = impact_on(IN_EFFECT, rows, regulation)
    assert len(impact.meters) == 1
    assert (impact.estate.other_type, impact.estate.no_type, impact.estate.in_force) == (2, 1, 4)
    assert [(alike.meter_type, alike.meters) for alike in impact.estate.look_alikes] == [("prometer 100", 1)]
    assert any("prometer 100" in note for note in notes_of(impact))


def test_rows_count_on_the_days_they_are_in_force_both_ends_included(regulation: Regulation) -> None:
    row = {"effective_from": date(2022, 7, 1), "effective_to": date(2022, 7, 31)}
    held = [
        len(impact_on(on, meters(row), regulation).meters)
        for on in (date(2022, 6, 30), date(2022, 7, 1), date(2022, 7, 31), date(2022, 8, 1))
    ]
    assert held == [0, 1, 1, 0]


def test_a_main_and_a_check_meter_are_two_meters_of_one_metering_system(regulation: Regulation) -> None:
    (row,) = meters({})
    impact = impact_on(IN_EFFECT, [row, {**row, "role": "CHECK"}], regulation)
    assert [meter.role for meter in impact.meters] == ["CHECK", "MAIN"]
    assert len({meter.mpan_core for meter in impact.meters}) == 1


def test_meters_of_one_kind_are_assessed_once(regulation: Regulation) -> None:
    impact = impact_on(IN_EFFECT, meters({}, {}, {"firmware": "M6X8G05"}), regulation)
    first, second, third = impact.meters
    assert first.assessment is second.assessment
    assert first.assessment is not third.assessment


def test_an_empty_estate_is_said_to_be_so(regulation: Regulation) -> None:
    impact = impact_on(date(2019, 1, 1), meters({}), regulation)
    assert impact.meters == ()
    assert impact.estate.in_force == 0
