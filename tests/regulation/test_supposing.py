"""The regulation as if an event had never been, or as if one were on file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.regulation.folders import Folder
from validator.errors import RegulationError
from validator.regulation import Regulation, load_tables
from validator.regulation.certificate_rows import UNKNOWN_DATE, CertificateEvent, PartialDate

ON = date(2022, 7, 5)


def word(regulation: Regulation, firmware: str, on: date = ON, cop: str = "5", issue: int = 6) -> str:
    return regulation.decide("Prometer 100", "P3E", firmware, cop, issue, on).word


def amended(regulation: Regulation) -> CertificateEvent:
    return next(row for row in regulation.certificate_events if row.kind == "FIRMWARE_AMENDED")


def removal(regulation: Regulation, on: date = ON) -> CertificateEvent:
    return replace(
        amended(regulation),
        event="REMOVAL",
        kind="CERTIFICATE_REMOVED",
        replaces_firmware="",
        published_on=UNKNOWN_DATE,
        removed_on=PartialDate(on, "day"),
        origin="tried.csv:2",
    )


def test_without_an_amendment_its_approvals_and_papers_are_gone_and_the_rest_stands(regulation: Regulation) -> None:
    assert word(regulation, "M6X8G0B") == "APPROVED"
    without = regulation.without(amended(regulation))
    assert word(without, "M6X8G0B") == "FIRMWARE_NOT_LISTED"
    assert word(without, "M6X8G05") == "APPROVED"
    assert [row.event for row in without.certificate_events] == ["PROMETER-100-M6X8G05"]
    assert without.papers == ()
    # What was answered before is not remembered by the other, either way.
    assert word(regulation, "M6X8G0B") == "APPROVED"


def test_a_supposition_has_a_hash_of_its_own(regulation: Regulation) -> None:
    event = amended(regulation)
    hashes = {
        regulation.hash,
        regulation.without(event).hash,
        regulation.without_approvals(regulation.approvals[:1]).hash,
        regulation.with_event(removal(regulation)).hash,
    }
    assert len(hashes) == 4
    assert regulation.without(event).hash == regulation.without(event).hash


def test_an_event_put_back_gives_the_same_decisions(regulation: Regulation) -> None:
    event = amended(regulation)
    again = regulation.without(event).with_event(event)
    kept = {(row.variant, row.firmware, row.cop, row.issue, row.valid_from) for row in regulation.approvals}
    assert {(row.variant, row.firmware, row.cop, row.issue, row.valid_from) for row in again.approvals} == kept


def test_a_removal_ends_on_the_day_before_and_without_it_the_approvals_go_on(regulation: Regulation) -> None:
    removed = regulation.with_event(removal(regulation))
    assert word(removed, "M6X8G0B", date(2022, 7, 4)) == "APPROVED"
    assert word(removed, "M6X8G0B") == "WITHDRAWN"
    assert word(removed, "M6X8G05") == "APPROVED"
    assert word(removed.without(removal(regulation)), "M6X8G0B") == "APPROVED"


def test_an_approval_that_would_end_before_it_begins_never_holds(regulation: Regulation) -> None:
    removed = regulation.with_event(removal(regulation, date(2022, 6, 1)))
    assert all(row.firmware != "M6X8G0B" for row in removed.approvals)


def test_an_approval_belongs_to_the_last_event_that_took_effect_by_its_beginning(tables: Folder) -> None:
    """Granted, removed, granted anew: without the second grant the first one's approvals stand."""
    again = next(line for line in tables.lines("certificate_events.csv") if line.startswith("PROMETER-100-M6X8G0B"))
    gone = (
        "GONE,Secure Meters (UK) Limited,Prometer 100,CERTIFICATE_REMOVED,,,,M6X8G0B,,,UNKNOWN,,,,,2023-01-01,"
        "ISG-255-05,policy,made up for a test"
    )
    tables.append("certificate_events.csv", gone)
    tables.append(
        "certificate_events.csv", again.replace("PROMETER-100-M6X8G0B", "AGAIN").replace("2022-06,", "2024-01,")
    )
    for number, line in enumerate(tables.lines("approvals.csv"), 1):
        if ",M6X8G0B," in line:
            tables.set_line("approvals.csv", number, line.replace("month,,", "month,2022-12-31,"))
            tables.append("approvals.csv", line.replace("2022-06-01,month", "2024-01-01,month"))
    regulation = load_tables(tables.path)
    events = {row.event: row for row in regulation.certificate_events}
    without_second = regulation.without(events["AGAIN"])
    assert word(regulation, "M6X8G0B", date(2024, 6, 1)) == "APPROVED"
    assert word(without_second, "M6X8G0B", date(2024, 6, 1)) == "WITHDRAWN"
    assert word(without_second, "M6X8G0B", date(2022, 7, 1)) == "APPROVED"
    without_first = regulation.without(events["PROMETER-100-M6X8G0B"])
    assert word(without_first, "M6X8G0B", date(2022, 7, 1)) == "APPROVED_LATER"
    assert word(without_first, "M6X8G0B", date(2024, 6, 1)) == "APPROVED"


def test_an_event_that_overlaps_or_builds_on_nothing_is_refused(regulation: Regulation) -> None:
    event = replace(amended(regulation), event="TRIED", origin="tried.csv:2")
    with pytest.raises(RegulationError, match="overlaps another"):
        regulation.with_event(event)
    with pytest.raises(RegulationError, match=r"tried\.csv:2: M6X8G0Z is not certified"):
        regulation.with_event(replace(event, firmware="M6X8G0C", replaces_firmware="M6X8G0Z"))
    with pytest.raises(RegulationError, match="is there twice"):
        regulation.with_event(replace(event, event="PROMETER-100-M6X8G0B", firmware="M6X8G0C"))
