"""Which amendment is meant: by event, by firmware, or one that is only supposed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.build import table_override
from tests.impact.estates import EVENT, IN_EFFECT, event, impact_on, meters, only
from validator.errors import RegulationError, SubmissionError
from validator.impact import (
    Effect,
    FirmwareKind,
    amendment_by_event,
    amendment_by_firmware,
    read_event,
    supposed_amendment,
)
from validator.impact.facts import facts_of
from validator.impact.notes import notes_of
from validator.regulation import Regulation, load_regulation

FIRST = "PROMETER-100-M6X8G05"


def test_a_firmware_and_the_event_that_brought_it_are_one_amendment(regulation: Regulation) -> None:
    by_firmware = amendment_by_firmware(regulation, "M6X8G0B")
    by_event = amendment_by_event(regulation, EVENT)
    assert by_firmware.events == by_event.events
    assert by_firmware.before.approvals == by_event.before.approvals
    assert (by_event.old, by_event.new) == (("M6X8G05",), "M6X8G0B")
    # Five CoP Issues on both variants.
    assert len(by_event.approvals) == 10


def test_without_the_first_certificate_the_later_firmware_stays(regulation: Regulation) -> None:
    amendment = amendment_by_event(regulation, FIRST)
    impact = impact_on(IN_EFFECT, meters({}, {"firmware": "M6X8G05"}), regulation, amendment)
    words = [(m.assessment.kind.value, m.assessment.before.word, m.assessment.after.word) for m in impact.meters]
    assert words == [("OTHER_LISTED", "APPROVED", "APPROVED"), ("NEW", "FIRMWARE_NOT_LISTED", "APPROVED")]


@pytest.mark.parametrize("name", ["PROMETER-100-M6X8GOB", "PROMETER-100-M6X8G0"])
def test_an_unknown_event_names_a_near_one(regulation: Regulation, name: str) -> None:
    with pytest.raises(SubmissionError, match=f"--amendment.*{name}.*did you mean PROMETER-100-M6X8G0"):
        amendment_by_event(regulation, name)


def test_an_unknown_firmware_names_a_near_one(regulation: Regulation) -> None:
    with pytest.raises(SubmissionError, match=r"M6X8GOB.*Did you mean M6X8G0B: letter O, digit 0\?"):
        amendment_by_firmware(regulation, "M6X8GOB")
    with pytest.raises(SubmissionError, match="no approval or event on file is about"):
        amendment_by_firmware(regulation, "Z")


def test_a_firmware_with_approvals_alone_is_told_from_them(tmp_path: Path) -> None:
    """A list that was imported has approvals and no events."""
    own = table_override(
        tmp_path / "own",
        "approvals.csv",
        {("firmware", "M6X8G0B", "cop", "5", "variant", "P3E"): {"firmware": "M6X8G0D", "meter_type": "Example X"}},
    )
    regulation = load_regulation(own)
    amendment = amendment_by_firmware(regulation, "M6X8G0D")
    assert amendment.events == ()
    assert (amendment.meter_type, amendment.old) == ("Example X", ("M6X8G05",))
    (facts,) = facts_of(amendment)
    assert (facts.event, str(facts.effective)) == ("", "2022-06")
    rows = meters({"meter_type": "Example X", "firmware": "M6X8G0D"})
    found = only(impact_on(IN_EFFECT, rows, regulation, amendment)).assessment
    assert (found.before.word, found.after.word) == ("TYPE_NOT_LISTED", "APPROVED")


def test_a_firmware_of_two_meter_types_has_to_be_told_apart(tmp_path: Path) -> None:
    own = table_override(
        tmp_path / "own", "approvals.csv", {("firmware", "M6X8G0B", "cop", "5"): {"meter_type": "Example X"}}
    )
    regulation = load_regulation(own)
    with pytest.raises(SubmissionError, match="2 meter types: Prometer 100, Example X"):
        amendment_by_firmware(regulation, "M6X8G0B")
    assert amendment_by_firmware(regulation, "M6X8G0B", "Example X").events == ()
    with pytest.raises(SubmissionError, match="did you mean Example X"):
        amendment_by_firmware(regulation, "M6X8G0B", "Example Y")


def test_an_event_that_is_not_on_file_is_supposed(regulation: Regulation, tmp_path: Path) -> None:
    amendment = supposed_amendment(regulation, event(tmp_path, manufacturer="Secure"))
    assert amendment.supposed
    assert amendment.before is regulation
    rows = meters({"firmware": "M6X8G0C"}, {"firmware": "M6X8G0B"}, {"firmware": "M6X8G05"})
    impact = impact_on(IN_EFFECT, rows, regulation, amendment)
    assert [m.assessment.kind for m in impact.meters] == [
        FirmwareKind.NEW,
        FirmwareKind.OLD,
        FirmwareKind.OTHER_LISTED,
    ]
    assert impact.meters[0].assessment.effect is Effect.GAINED
    assert "The amendment is not on file" in notes_of(impact)[0]


def test_a_supposed_event_holds_from_its_own_day(regulation: Regulation, tmp_path: Path) -> None:
    amendment = supposed_amendment(regulation, event(tmp_path))
    rows = meters({"firmware": "M6X8G0C"})
    words = [
        only(impact_on(on, rows, regulation, amendment)).assessment.after.word
        for on in (date(2022, 7, 4), date(2022, 7, 5))
    ]
    assert words == ["APPROVED_LATER", "APPROVED"]
    early = impact_on(date(2022, 7, 4), rows, regulation, amendment)
    assert any("not in force yet: it holds from 5 July 2022" in note for note in notes_of(early))


def test_a_removal_takes_certificates_away(regulation: Regulation, tmp_path: Path) -> None:
    removal = event(
        tmp_path,
        event="MADE-UP-REMOVAL",
        kind="CERTIFICATE_REMOVED",
        firmware="M6X8G05",
        replaces_firmware="",
        cops="5:6",
        removed_on="2022-07-05",
        published_on="",
        protocol_affected="",
    )
    amendment = supposed_amendment(regulation, removal)
    assert (amendment.old, amendment.new) == (("M6X8G05",), "")
    rows = meters({"firmware": "M6X8G05"}, {"firmware": "M6X8G05", "cop": "3", "issue": 5}, {})
    found = [m.assessment for m in impact_on(IN_EFFECT, rows, regulation, amendment).meters]
    assert [(each.kind.value, each.effect.value, each.after.word) for each in found] == [
        ("OLD", "LOST", "WITHDRAWN"),
        ("OLD", "STAYS_CERTIFIED", "APPROVED"),
        ("OTHER_LISTED", "STAYS_CERTIFIED", "APPROVED"),
    ]
    day_before = impact_on(date(2022, 7, 4), rows, regulation, amendment)
    assert [m.assessment.effect for m in day_before.meters] == [Effect.STAYS_CERTIFIED] * 3


def test_an_application_certifies_nothing(regulation: Regulation, tmp_path: Path) -> None:
    noted = event(tmp_path, kind="APPLICATION_NOTED", replaces_firmware="")
    impact = impact_on(IN_EFFECT, meters({"firmware": "M6X8G0C"}), regulation, supposed_amendment(regulation, noted))
    assert only(impact).assessment.effect is Effect.STAYS_UNCERTIFIED
    assert any("An application certifies nothing" in note for note in notes_of(impact))


def test_an_event_on_file_is_not_supposed_again(regulation: Regulation, tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match=f"on file already.*--amendment {EVENT}"):
        supposed_amendment(regulation, event(tmp_path, event=EVENT))


def test_a_supposed_event_builds_on_what_is_there(regulation: Regulation, tmp_path: Path) -> None:
    with pytest.raises(RegulationError, match=r"tried\.csv:2: M6X8G0Z is not certified"):
        supposed_amendment(regulation, event(tmp_path, replaces_firmware="M6X8G0Z"))
    with pytest.raises(RegulationError, match="overlaps another"):
        supposed_amendment(regulation, event(tmp_path, firmware="M6X8G0B", replaces_firmware="M6X8G05"))


def test_a_file_of_events_has_one_row(tmp_path: Path) -> None:
    path = tmp_path / "tried.csv"
    event(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")

    with pytest.raises(SubmissionError, match="2 events"):
        read_event(path)
    path.write_text(f"{lines[0]}\n", encoding="utf-8")
    with pytest.raises(SubmissionError, match="no event"):
        read_event(path)
    with pytest.raises(SubmissionError, match="no readable file"):
        read_event(tmp_path / "absent.csv")


def test_a_committee_that_answers_for_nothing_is_refused(regulation: Regulation, tmp_path: Path) -> None:
    amendment = supposed_amendment(regulation, event(tmp_path, cops="5:6"))
    impact = impact_on(IN_EFFECT, meters({}), regulation, amendment)
    with pytest.raises(SubmissionError, match=r"ISG, which answers for none.*SVG, which answers for them"):
        impact.narrowed("ISG")
