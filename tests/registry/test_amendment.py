"""The amendment of ISG paper 255/05 put on record by hand, in a registry that has not heard of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import validator.regulation
from tests.databases import everything
from tests.registry import seed
from validator.calendar import end_of
from validator.errors import RegulationError
from validator.registry import registry as registries
from validator.registry.life import record_event, scope_of
from validator.registry.registry import Registry, set_up
from validator.regulation import load_regulation
from validator.regulation.tables import read_tables

PACKAGED = Path(validator.regulation.__file__).parent


@pytest.fixture
def before_the_paper(empty: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Registry:
    """A registry whose first import has nothing of the new firmware."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for table in PACKAGED.glob("*.csv"):
        lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / table.name).write_text("".join(line for line in lines if seed.NEW not in line), encoding="utf-8")
    monkeypatch.setattr(registries, "packaged_tables", lambda: read_tables(folder))
    registry, new = set_up(empty, "tests")
    assert new
    return registry


def test_the_decisions_before_and_after(before_the_paper: Registry) -> None:
    registry = before_the_paper
    assert set(seed.words(registry.regulation(), seed.NEW).values()) == {"FIRMWARE_NOT_LISTED"}
    assert set(seed.words(registry.regulation(), seed.OLD).values()) == {"APPROVED"}

    done = record_event(registry, seed.AMENDMENT, "clerk", papers=seed.COMMITTEE_PAPERS, apply=True)

    assert len(done.granted) == 10
    assert done.ended == ()
    assert done.due == seed.PAPERS
    assert (done.revision, done.applied) == (2, True)
    after = registry.regulation()
    assert set(seed.words(after, seed.NEW).values()) == {"APPROVED"}
    assert set(seed.words(after, seed.OLD).values()) == {"APPROVED"}
    assert seed.words(after, seed.NEW, date(2022, 5, 31)) == dict.fromkeys(
        seed.words(after, seed.NEW), "APPROVED_LATER"
    )
    registry.engine.dispose()


def test_it_ends_with_what_is_shipped(before_the_paper: Registry) -> None:
    registry = before_the_paper
    papers = [{**paper, "note": ""} for paper in seed.COMMITTEE_PAPERS]
    papers[1]["note"] = "announced in the ISG's paper; its own number was not seen"
    record_event(registry, seed.AMENDMENT, "clerk", papers=papers, apply=True)
    held, shipped = registry.tables(), read_tables(PACKAGED)
    for table in ("approvals.csv", "certificate_events.csv", "committee_papers.csv"):
        ours = sorted(tuple(row.cells.items()) for row in held[table])
        assert ours == sorted(tuple(row.cells.items()) for row in shipped[table]), table
    registry.engine.dispose()


def test_what_was_known_the_moment_before(before_the_paper: Registry) -> None:
    registry = before_the_paper
    first = registry.regulation().hash
    record_event(registry, seed.AMENDMENT, "clerk", papers=seed.COMMITTEE_PAPERS, apply=True)
    at = registry.last_change_at()
    before = registry.regulation(known_at=at - timedelta(microseconds=1))
    assert before.hash == first
    assert set(seed.words(before, seed.NEW).values()) == {"FIRMWARE_NOT_LISTED"}
    assert set(seed.words(registry.regulation(known_at=at), seed.NEW).values()) == {"APPROVED"}
    today, yesterday = end_of(at.date()), end_of(at.date() - timedelta(days=1))
    assert set(seed.words(registry.regulation(known_at=today), seed.NEW).values()) == {"APPROVED"}
    assert set(seed.words(registry.regulation(known_at=yesterday), seed.NEW).values()) == {"FIRMWARE_NOT_LISTED"}
    # Long after, the answer of the time before is still to be had.
    assert registry.regulation(known_at=datetime(1990, 1, 1, tzinfo=UTC)).hash == first
    registry.engine.dispose()


def test_without_apply_nothing_is_written(before_the_paper: Registry) -> None:
    registry = before_the_paper
    before = everything(registry)
    done = record_event(registry, seed.AMENDMENT, "clerk", papers=seed.COMMITTEE_PAPERS)
    assert (len(done.granted), done.revision, done.applied) == (10, 1, False)
    assert everything(registry) == before
    registry.engine.dispose()


def test_its_scope_is_all_that_the_amended_firmware_has(untouched: Registry) -> None:
    event = {key: seed.AMENDMENT[key] for key in ("kind", "meter_type", "replaces_firmware")}
    every = scope_of(untouched, {**event, "manufacturer": "Secure"}, None, None)
    assert every == {key: seed.AMENDMENT[key] for key in ("variants", "mountings", "outstation_integral", "cops")}
    one = scope_of(untouched, {**event, "manufacturer": seed.MAKER}, ["R3E"], ["5:6"])
    assert (one["variants"], one["mountings"], one["cops"]) == ("R3E", "rack", "5:6")


def test_recording_it_twice_is_refused(registry: Registry) -> None:
    before = everything(registry)
    with pytest.raises(RegulationError, match=f"{seed.EVENT} is there twice"):
        record_event(registry, seed.AMENDMENT, "clerk", apply=True)
    assert everything(registry) == before


def test_the_product_and_the_registry_agree_on_the_seed(untouched: Registry) -> None:
    assert seed.words(untouched.regulation(), seed.NEW) == seed.words(load_regulation(), seed.NEW)
