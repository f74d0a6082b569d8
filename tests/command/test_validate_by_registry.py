"""`copcheck validate --registry`: the same verdicts as from files, by what was known when."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.command.conftest import Command
from tests.command.files import FLAT, MPAN, OTHER_MPAN, d0036, standing, write
from tests.databases import opened

SECRET = "hush-hush"


def verdicts(out: Path) -> list[dict[str, Any]]:
    return pq.read_table(out / "verdicts.parquet").to_pylist()


def test_the_same_verdicts_as_from_files(copcheck: Command, address: str, tmp_path: Path) -> None:
    given = [
        write(tmp_path / "a.usr", d0036()),
        write(tmp_path / "b.usr", d0036(("-0.1", *FLAT[1:]), mpan=OTHER_MPAN, quantity="AE")),
    ]
    for number, firmware in enumerate(("M6X8G0B", "M6X8GOB", "")):
        filed = standing(tmp_path, "5", "6", firmware)
        copcheck("standing", "import", filed, "--apply", "--registry", address)
        outs = [tmp_path / f"{name}{number}" for name in ("files", "registry", "both")]
        by_file = copcheck("validate", *given, "--standing", filed, "--out", outs[0])
        by_registry = copcheck("validate", *given, "--registry", address, "--out", outs[1])
        by_both = copcheck("validate", *given, "--registry", address, "--standing", filed, "--out", outs[2])
        assert by_file.code == by_registry.code == by_both.code
        assert verdicts(outs[0]) == verdicts(outs[1]) == verdicts(outs[2])
        reports = [json.loads((out / "report.json").read_text()) for out in outs]
        assert reports[0]["outcomes"] == reports[1]["outcomes"] == reports[2]["outcomes"]


def test_the_report_names_the_registry_and_not_its_password(
    copcheck: Command, address: str, kind: str, tmp_path: Path
) -> None:
    given = write(tmp_path / "day.usr", d0036())
    named = address.replace("postgres:@", f"postgres:{SECRET}@")
    copcheck("standing", "import", standing(tmp_path), "--apply", "--registry", named)
    said = copcheck("validate", given, "--registry", named, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    shown = address if kind == "sqlite" else "***"
    assert shown in report["options"]["registry"]
    for path in (tmp_path / "out").iterdir():
        assert SECRET.encode() not in path.read_bytes(), path.name
    assert SECRET not in said.out + said.err


def test_by_what_was_known(copcheck: Command, address: str, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", d0036())
    at = ("--registry", address)
    copcheck("standing", "import", standing(tmp_path, "5", "6", "M6X8GOB"), "--apply", *at)
    with opened(address) as registry:
        moment = registry.last_change_at().isoformat().replace("+00:00", "Z")
    copcheck("standing", "import", standing(tmp_path, "5", "6", "M6X8G0B"), "--apply", *at)
    copcheck("validate", given, *at, "--out", tmp_path / "now")
    copcheck("validate", given, *at, "--known-on", moment, "--out", tmp_path / "then")
    copcheck("validate", given, *at, "--known-on", "2000-01-01", "--out", tmp_path / "long-ago")
    words = [verdicts(tmp_path / out)[0]["certification"] for out in ("now", "then", "long-ago")]
    assert words[:2] == ["APPROVED", "FIRMWARE_NOT_LISTED"]
    assert verdicts(tmp_path / "long-ago")[0]["not_assessed"] == ["no_standing_data"]


def test_neither_standing_data_nor_a_registry(copcheck: Command, tmp_path: Path) -> None:
    said = copcheck("validate", write(tmp_path / "day.usr", d0036()), "--out", tmp_path / "out")
    assert said.code == 2
    assert "--standing FILE, or a --registry that has it" in said.err
    assert MPAN not in said.err
