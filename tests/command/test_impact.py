"""`copcheck impact` as its user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command.conftest import Command
from tests.impact.estates import SAMPLE, event_file

ASKED = ("impact", "--firmware", "M6X8G0B", "--on", "2026-11-24")


def test_tables_papers_and_notes_are_printed(copcheck: Command) -> None:
    said = copcheck(*ASKED, "--standing", SAMPLE)
    assert said.code == 0
    assert "69 meters of type Prometer 100 at 59 metering systems" in said.out
    assert "ISG answers for CoP 1 Issue 2, CoP 2 Issue 4 and CoP 3 Issue 5; paper: 255/05" in said.out
    assert "did you mean M6X8G0B: letter O, digit 0" in said.out
    assert "M6X8G05 is not withdrawn" in said.out
    (total,) = (line.split() for line in said.out.splitlines() if line.startswith("all "))
    assert total == ["all", "69", "59", "3", "62"]


def test_files_are_written_and_json_is_printed(copcheck: Command, tmp_path: Path) -> None:
    csv, html = tmp_path / "meters.csv", tmp_path / "paper.html"
    said = copcheck(*ASKED, "--standing", SAMPLE, "--committee", "ISG", "--csv", csv, "--html", html, "--json")
    assert said.code == 0
    document = json.loads(said.out)
    assert (document["committee"], document["counts"]["meters"], document["left_to_others"]) == ("ISG", 20, 49)
    assert len(csv.read_text(encoding="utf-8").splitlines()) == 21
    assert "Imbalance Settlement Group" in html.read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["meters.csv", "paper.html"]


def test_a_registry_answers_as_the_files_do(copcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(tmp_path / "registry.db")
    assert copcheck("registry", "init", "--registry", address).code == 0
    assert copcheck("standing", "import", SAMPLE, "--registry", address, "--apply").code == 0
    from_files = json.loads(copcheck(*ASKED, "--standing", SAMPLE, "--json").out)
    monkeypatch.setenv("COPCHECK_DATABASE_URL", address)
    from_registry = json.loads(copcheck(*ASKED, "--json").out)
    assert from_registry["counts"] == from_files["counts"]
    assert from_registry["regulation"]["kept_in"] == f"the registry {address}"


def test_an_event_that_is_not_on_file_is_tried(copcheck: Command, tmp_path: Path) -> None:
    said = copcheck("impact", "--event", event_file(tmp_path), "--standing", SAMPLE, "--on", "2026-11-24")
    assert said.code == 0
    assert "Prometer 100: firmware M6X8G0B amended to M6X8G0C" in said.out
    assert "The amendment is not on file" in said.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--firmware", "M6X8GOB"), "Did you mean M6X8G0B: letter O, digit 0?"),
        (("--amendment", "PROMETER-100-M6X8GB"), "did you mean PROMETER-100-M6X8G0B?"),
        (("--firmware", "M6X8G0B", "--amendment", "PROMETER-100-M6X8G0B"), "exactly one amendment"),
        ((), "exactly one amendment"),
        (("--amendment", "PROMETER-100-M6X8G0B", "--type", "Prometer 100"), "--type beside --firmware alone"),
        (("--event", "absent.csv"), "absent.csv: found no readable file"),
    ],
)
def test_what_cannot_be_answered_says_why(copcheck: Command, arguments: tuple[str, ...], message: str) -> None:
    said = copcheck("impact", "--standing", SAMPLE, *arguments)
    assert said.code == 2
    assert message in said.err
    assert said.out == ""


def test_without_standing_data_or_a_registry_there_is_no_estate(
    copcheck: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COPCHECK_DATABASE_URL", raising=False)
    said = copcheck(*ASKED)
    assert said.code == 2
    assert "no standing data" in said.err


def test_outputs_never_replace_what_was_read_or_each_other(copcheck: Command, tmp_path: Path) -> None:
    standing = tmp_path / "standing.csv"
    standing.write_bytes(SAMPLE.read_bytes())
    said = copcheck(*ASKED, "--standing", standing, "--csv", standing)
    assert said.code == 2
    assert standing.read_bytes() == SAMPLE.read_bytes()
    one = tmp_path / "one"
    assert copcheck(*ASKED, "--standing", standing, "--csv", one, "--html", one).code == 2
    assert not one.exists()


def test_a_place_that_cannot_be_written_is_named(copcheck: Command, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "absent" / "paper.html"):
        said = copcheck(*ASKED, "--standing", SAMPLE, "--html", place)
        assert said.code == 2
        assert f"{place}: found that it cannot be written" in said.err
