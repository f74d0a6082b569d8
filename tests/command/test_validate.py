"""What `copcheck validate` answers: exit codes, messages and the folder that it leaves."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.command.conftest import Command
from tests.command.files import FLAT, MPAN, OTHER_MPAN, d0036, standing, write
from validator.schema import FINDINGS, VERDICTS


def _outcomes(out: Path) -> dict[str, int]:
    return dict(json.loads((out / "report.json").read_text())["outcomes"])


def test_a_clean_file_passes_with_code_0(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", d0036())
    said = copcheck("validate", given, "--standing", standing(tmp_path), "--out", tmp_path / "out")
    assert said.code == 0, said.err
    assert _outcomes(tmp_path / "out")["PASS"] == 1
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "verdicts.parquet",
        "findings.parquet",
        "findings.csv",
        "report.json",
        "report.html",
    }


def test_without_the_page_the_verdicts_are_the_same(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", d0036())
    written = {}
    for out, options in (("with", []), ("without", ["--no-report"])):
        said = copcheck("validate", given, "--standing", standing(tmp_path), "--out", tmp_path / out, *options)
        assert said.code == 0, said.err
        written[out] = {path.name: path for path in (tmp_path / out).iterdir()}
    assert written["with"].keys() - written["without"].keys() == {"report.html"}
    for name in ("verdicts.parquet", "findings.parquet"):
        assert pq.read_table(written["with"][name]) == pq.read_table(written["without"][name])
    assert f"Verdicts: {tmp_path / 'without'}" in said.err


def test_the_tables_have_their_schemas_and_name_the_checks(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", d0036())
    copcheck("validate", given, "--standing", standing(tmp_path), "--out", tmp_path / "out")
    verdicts = pq.read_table(tmp_path / "out" / "verdicts.parquet")
    assert verdicts.schema.names == VERDICTS.names
    assert json.loads(verdicts.schema.metadata[b"copcheck.checks"])[8] == "negative_energy"
    assert pq.read_table(tmp_path / "out" / "findings.parquet").schema.names == FINDINGS.names


def test_a_fault_in_the_data_is_a_verdict_with_code_1(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", d0036(("-0.1", *FLAT[1:])))
    said = copcheck("validate", given, "--standing", standing(tmp_path), "--out", tmp_path / "out")
    assert said.code == 1
    findings = pq.read_table(tmp_path / "out" / "findings.parquet").to_pylist()
    negative = [finding for finding in findings if finding["check"] == "negative_energy"]
    assert [(f["first_period"], f["value"], f["next_action"]) for f in negative] == [(1, -0.1, "collector")]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (d0036()[:-2] + d0036()[-1:], "ZPT"),
        (d0036()[:-1], "ZPT"),
        (d0036(("12.4.5", *FLAT[1:])), "12.4.5"),
        (d0036(("1e400", *FLAT[1:])), "1e400"),
        ([d0036()[0], d0036()[1], "ZPT|SYN0000001|1||1|20260917071500|"], "102"),
        ([], "empty"),
        ([d0036()[0], "ZPT|SYN0000001|0||0|20260917071500|"], "without channel-days"),
    ],
    ids=["lost line", "no trailer", "two points", "exponent", "101 alone", "empty", "nothing in it"],
)
def test_a_fault_in_the_submission_is_code_2_and_says_where(
    copcheck: Command, tmp_path: Path, lines: list[str], words: str
) -> None:
    given = write(tmp_path / "day.usr", lines)
    said = copcheck("validate", given, "--standing", standing(tmp_path), "--out", tmp_path / "out")
    assert said.code == 2
    assert "day.usr" in said.err
    assert words in said.err
    assert not (tmp_path / "out").exists()


def test_fifty_one_periods_are_a_verdict(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", d0036((*FLAT, "1.0", "1.1", "1.2")))
    said = copcheck("validate", given, "--standing", standing(tmp_path), "--out", tmp_path / "out")
    assert said.code == 1
    verdict = pq.read_table(tmp_path / "out" / "verdicts.parquet").to_pylist()[0]
    assert verdict["failed"] == ["period_count"]


def test_one_unreadable_file_is_reported_and_the_others_are_validated(copcheck: Command, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder / "a.usr", d0036())
    (folder / "b.usr.gz").write_bytes(gzip.compress(b"ZHV|")[:-6])
    write(folder / "c.usr", d0036(mpan=OTHER_MPAN))
    said = copcheck("validate", folder, "--standing", standing(tmp_path), "--out", tmp_path / "out")
    assert said.code == 2
    assert "b.usr.gz" in said.err
    assert sum(_outcomes(tmp_path / "out").values()) == 2
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert len(report["refused"]) == 1


def test_the_same_file_twice_is_told_and_its_days_are_duplicates(copcheck: Command, tmp_path: Path) -> None:
    first = write(tmp_path / "a.usr", d0036())
    again = write(tmp_path / "b.usr", d0036())
    said = copcheck("validate", first, again, "--standing", standing(tmp_path), "--out", tmp_path / "out")
    assert said.code == 1
    assert "same content" in said.err
    failed = pq.read_table(tmp_path / "out" / "verdicts.parquet")["failed"].to_pylist()
    assert failed == [[], ["duplicate_day"]]


def test_standard_input_is_read(copcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = write(tmp_path / "day.usr", d0036())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.read_bytes())))
    said = copcheck("validate", "-", "--standing", standing(tmp_path), "--out", tmp_path / "out")
    assert said.code == 0, said.err


def test_a_later_firmware_string_is_exact(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", d0036())
    filed = standing(tmp_path, "5", "6", "M6X8GOB")
    copcheck("validate", given, "--standing", filed, "--out", tmp_path / "out")
    verdict = pq.read_table(tmp_path / "out" / "verdicts.parquet").to_pylist()[0]
    assert verdict["certification"] == "FIRMWARE_NOT_LISTED"
    assert verdict["not_assessed"] == ["not_certified"]
    messages = pq.read_table(tmp_path / "out" / "findings.parquet")["message"].to_pylist()
    assert any("did you mean M6X8G0B" in message for message in messages)


def test_an_override_promotes_a_status_and_the_report_says_so(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", d0036())
    rules = tmp_path / "rules"
    rules.mkdir()
    header = "cop,from_issue,limit,value,unit,source,status,note"
    write(rules / "format_limits.csv", [header, "5,6,required_quantities,AI|RI|RE,,COP5-I6,confirmed,read in the CoP"])
    filed = standing(tmp_path, "5", "6", "M6X8G0B")
    plain = copcheck("validate", given, "--standing", filed, "--out", tmp_path / "plain")
    said = copcheck("validate", given, "--standing", filed, "--regulation", rules, "--out", tmp_path / "out")
    assert (plain.code, said.code) == (0, 1)
    assert "recalled -> confirmed" in said.err
    assert MPAN in (tmp_path / "out" / "report.html").read_text()


def test_broken_tables_are_code_2_with_file_and_line(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", d0036())
    rules = tmp_path / "rules"
    rules.mkdir()
    write(
        rules / "policy.csv",
        ["policy,value,unit,source,status,note", "spike_tolerance,-1,x third highest,POLICY,policy,"],
    )
    said = copcheck(
        "validate", given, "--standing", standing(tmp_path), "--regulation", rules, "--out", tmp_path / "out"
    )
    assert said.code == 2
    assert "policy.csv:2: " in said.err


@pytest.mark.parametrize("collector", [None, "SP Dataserve"])
def test_a_collector_without_approval_is_told_which_and_by_what(
    copcheck: Command, tmp_path: Path, collector: str | None
) -> None:
    given = write(tmp_path / "day.usr", d0036())
    row = f"{MPAN},MAIN,2020-01-01,CM10,{'' if collector else 'SP Dataserve'},8,1"
    filed = write(tmp_path / "standing.csv", ["mpan_core,role,effective_from,outstation_type,collector,cop,issue", row])
    by = ["--collector", collector] if collector else []
    copcheck("validate", given, "--standing", filed, "--out", tmp_path / "out", "--no-report", *by)
    told = (tmp_path / "out" / "findings.csv").read_text()
    assert "SP Dataserve reading CM10 was removed in 2021-11 (protocol_approvals.csv:3, confirmed)" in told
