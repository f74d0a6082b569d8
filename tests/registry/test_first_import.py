"""A registry that was just set up says what the shipped tables say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.databases import everything, opened
from tests.registry import seed
from validator.errors import RegistryError
from validator.registry.contents import contents_of
from validator.registry.facts import FACTS
from validator.registry.registry import Registry, set_up
from validator.regulation import load_regulation
from validator.regulation.asking import Asked, answers_to
from validator.regulation.certificate_life import papers_due, replay
from validator.regulation.loading import packaged_tables

SHIPPED = load_regulation()


def test_the_same_tables_and_the_same_hash(untouched: Registry) -> None:
    shipped = packaged_tables()
    held = untouched.tables()
    assert held.keys() == shipped.keys()
    for name, rows in shipped.items():
        assert [row.cells for row in held[name]] == [row.cells for row in rows], name
    assert untouched.regulation().hash == SHIPPED.hash


@pytest.mark.parametrize("on", [date(2022, 5, 31), date(2022, 6, 1), date(2022, 7, 5), date(2026, 11, 24)])
@pytest.mark.parametrize("firmware", [seed.OLD, seed.NEW, "M6X8GOB", "m6x8g0b", ""])
def test_the_same_decisions_and_reasons(untouched: Registry, on: date, firmware: str) -> None:
    asked = Asked(seed.TYPE, firmware, on)
    held = answers_to(asked, untouched.regulation())
    shipped = answers_to(asked, SHIPPED)
    assert [answer.word for answer in held] == [answer.word for answer in shipped]
    for ours, theirs in zip(held, shipped, strict=True):
        assert (ours.cop, ours.issue, ours.dispensations) == (theirs.cop, theirs.issue, theirs.dispensations)
        assert ours.decision is not None
        assert theirs.decision is not None
        assert ours.decision.suggestions == theirs.decision.suggestions
        assert ours.decision.committees == theirs.decision.committees


def test_a_reason_names_the_row_of_the_registry(untouched: Registry) -> None:
    decision = untouched.regulation().decide(seed.TYPE, "P3E", seed.NEW, "5", 6, seed.MEETING)
    assert any("registry/approvals:4" in reason for reason in decision.reasons), decision.reasons


def test_what_is_shipped_was_always_known(untouched: Registry) -> None:
    long_ago = datetime(1990, 1, 1, tzinfo=UTC)
    assert untouched.regulation(known_at=long_ago).hash == SHIPPED.hash


def test_the_seed_is_certified_on_both_variants_for_five_issues(untouched: Registry) -> None:
    rules = untouched.regulation()
    assert seed.words(rules, seed.NEW) == dict.fromkeys(seed.words(rules, seed.NEW), "APPROVED")
    assert seed.words(rules, seed.OLD) == dict.fromkeys(seed.words(rules, seed.OLD), "APPROVED"), "not withdrawn"
    assert len(seed.words(rules, seed.NEW)) == 10
    (amended,) = (event for event in rules.certificate_events if event.event == seed.EVENT)
    assert amended.protocol_affected == "no"


def test_the_seed_replays_from_its_events_alone(untouched: Registry) -> None:
    rules = untouched.regulation()

    def said(row: object) -> tuple[object, ...]:
        return tuple(getattr(row, name) for name in row.__dataclass_fields__ if name != "origin")  # type: ignore[attr-defined]

    replayed = replay(rules.certificate_events, rules.cop_issues)
    assert sorted(map(said, replayed), key=repr) == sorted(map(said, rules.listing.approvals), key=repr)


def test_which_paper_goes_to_which_committee(untouched: Registry) -> None:
    rules = untouched.regulation()
    (amended,) = (event for event in rules.certificate_events if event.event == seed.EVENT)
    assert papers_due(amended, rules.cop_issues) == seed.PAPERS
    papers = {(paper.committee, paper.paper, paper.meeting_on) for paper in rules.papers}
    assert papers == {("ISG", "255/05", seed.MEETING), ("SVG", "", seed.MEETING)}


def test_setting_up_again_changes_nothing(address: str) -> None:
    before = everything(address)
    registry, new = set_up(address, "another")
    registry.engine.dispose()
    assert not new
    assert everything(address) == before


def test_its_contents(untouched: Registry) -> None:
    held = contents_of(untouched)
    shipped = packaged_tables()
    assert (held.revision, held.by, held.hash) == (1, "tests", SHIPPED.hash)
    counts = {name: (held, retracted) for name, held, retracted in held.counts}
    assert counts.pop("standing_data") == (0, 0)
    assert counts == {name.removesuffix(".csv"): (len(shipped[name]), 0) for name in FACTS}


def test_where_there_is_none(empty: str, kind: str) -> None:
    with pytest.raises(RegistryError, match="copcheck registry init"), opened(empty) as registry:
        registry.revision()
    assert kind != "sqlite" or not Path(empty).exists()
