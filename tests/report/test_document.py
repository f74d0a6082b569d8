"""report.json counts exactly."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.build import policy_override
from tests.report.made_up import NOT_RUN_REASON, run_of, validation_of
from validator.catalogue import CATALOGUE
from validator.regulation import Regulation, load_regulation
from validator.report import Refused, Run, write_run
from validator.schema import OUTCOMES
from validator.validation.dispensed import DispensationTally
from validator.validation.result import Validation


def _document(run: Run, folder: Path) -> dict[str, Any]:
    write_run(folder / "out", run)
    document: dict[str, Any] = json.loads((folder / "out" / "report.json").read_bytes())
    return document


@pytest.fixture
def document(tmp_path: Path, run: Run) -> dict[str, Any]:
    return _document(run, tmp_path)


def test_outcomes_add_up_to_the_rows_received(document: dict[str, Any]) -> None:
    assert document["outcomes"] == {"FAIL": 2, "NOT_ASSESSED": 1, "QUERY": 1, "PASS": 2}
    assert document["channel_days"] == 6
    for group in ("cops", "meters"):
        assert sum(row["channel_days"] for row in document[group]) == 6
        for outcome in OUTCOMES:
            told = sum(row["outcomes"][outcome] for row in document[group])
            assert told == document["outcomes"][outcome]


def test_size_of_the_submission(document: dict[str, Any]) -> None:
    assert (document["metering_systems"], document["channels"], document["readings"]) == (4, 4, 288)
    assert (document["first_date"], document["last_date"]) == ("2026-01-15", "2026-01-17")


def test_every_check_of_the_catalogue_is_told(document: dict[str, Any]) -> None:
    assert [check["code"] for check in document["checks"]] == [check.code for check in CATALOGUE]
    by_code = {check["code"]: check for check in document["checks"]}
    above = by_code["above_max_permissible"]
    assert above["outcomes"] == {"FAIL": 1}
    assert (above["periods"], above["findings"], above["ran"]) == (2, 1, 1)
    assert above["limits"] == [{"source": "BSCP502-4.1.6", "status": "confirmed", "outcome": "FAIL", "findings": 1}]
    assert by_code["spike"]["ran"] == 0
    assert by_code["spike"]["not_run"] == {NOT_RUN_REASON: 6}


def test_firmware_is_told_with_its_certification_and_what_was_meant(document: dict[str, Any]) -> None:
    by_firmware = {meter["firmware"]: meter for meter in document["meters"]}
    assert by_firmware["M6X8G0B"]["certification"] == "APPROVED"
    assert by_firmware["M6X8G0B"]["suggestions"] == []
    assert by_firmware["M6X8GOB"]["certification"] == "FIRMWARE_NOT_LISTED"
    assert by_firmware["M6X8GOB"]["suggestions"][0] == "did you mean M6X8G0B: letter O, digit 0"
    assert by_firmware[None]["cop"] is None


def test_time_is_told_with_its_shares(document: dict[str, Any]) -> None:
    stages = document["stages"]
    assert list(stages) == ["read", "check", "write_tables", "count", "write_report"]
    assert sum(stage["seconds"] for stage in stages.values()) == pytest.approx(document["wall_s"], abs=1e-5)
    assert sum(stage["share"] for stage in stages.values()) == pytest.approx(1, abs=1e-3)
    assert document["readings_per_second"] == pytest.approx(288 / document["wall_s"], abs=1)


def test_run_is_told(document: dict[str, Any], run: Run) -> None:
    assert document["regulation"] == {"hash": run.regulation.hash, "known_on": None, "overrides": []}
    assert document["standing"] == {"name": "standing.csv", "sha256": "cd" * 32}
    assert document["options"] == {"time_base": "local", "known_on": None, "jobs": 2}
    assert document["inputs"][0]["sha256"] == "ab" * 32
    assert document["started_at"] == "2026-02-01T06:12:00+00:00"


def test_overrides_and_refused_files_are_named(tmp_path: Path, validation: Validation) -> None:
    rules = load_regulation(policy_override(tmp_path / "rules", spike_tolerance="2.5"))
    refused = (Refused("bad\udcff.csv", "bad: found nothing"),)
    document = _document(run_of(validation, rules, refused=refused), tmp_path)
    assert document["regulation"]["overrides"][0]["line"] == 2
    assert document["refused"] == [{"name": "bad\udcff.csv", "message": "bad: found nothing"}]


def test_nothing_received(tmp_path: Path, regulation: Regulation) -> None:
    run = run_of(validation_of([]), regulation, inputs=(), wall_s=0.0, stages={})
    document = _document(run, tmp_path)
    assert document["channel_days"] == 0
    assert document["first_date"] is None
    assert set(document["outcomes"].values()) == {0}


def test_counts_that_do_not_add_up_are_never_written(tmp_path: Path, run: Run) -> None:
    wrong = replace(run.validation, outcomes={**run.validation.outcomes, "PASS": 3})
    with pytest.raises(RuntimeError, match="6 rows received"):
        write_run(tmp_path / "out", replace(run, validation=wrong))
    assert not (tmp_path / "out").exists()


def test_dispensations_at_work_are_told(run: Run, tmp_path: Path) -> None:
    tally = DispensationTally("D/535", 5, governs=2, certifies=3, checks={"spike": 1}, undecided=6)
    told = _document(replace(run, validation=replace(run.validation, dispensations=(tally,))), tmp_path)
    (row,) = told["dispensations"]
    assert row.pop("subject").startswith("outstations that meet only")
    assert row == {
        "ref": "D/535",
        "kind": "generic",
        "clause": None,
        "source": "CP1527",
        "status": "confirmed",
        "origin": "dispensations.csv:2",
        "channel_days": 5,
        "governs_issue": 2,
        "dispenses_certification": 3,
        "replaces_limits": {},
        "waives_checks": {"spike": 1},
        "undecided": 6,
    }
