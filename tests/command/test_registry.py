"""`copcheck registry`, `outstations`, `dispensations` and `standing`: what is printed, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command.conftest import Command
from tests.registry.made_up import approval, write_csv, write_lines
from tests.registry.test_standing import MPAN, SECRETS, d0268, meter
from validator.regulation import load_regulation


def test_set_up_look_at_and_take_back(copcheck: Command, empty: str, tmp_path: Path) -> None:
    at = ("--registry", empty)
    assert copcheck("registry", "status", *at).code == 2
    made = copcheck("registry", "init", *at, "--by", "clerk")
    assert made.code == 0, made.err
    assert "set up with the shipped tables, revision 1" in made.out
    assert "is there already" in copcheck("registry", "init", *at).out
    assert "tables at version 0001" in copcheck("registry", "upgrade", *at).out
    status = json.loads(copcheck("registry", "status", "--json", *at).out)
    assert (status["revision"], status["by"], status["hash"]) == (1, "clerk", load_regulation().hash)
    assert load_regulation().hash in copcheck("registry", "status", *at).out

    copcheck("approvals", "import", write_csv(tmp_path / "list.csv", [approval("MU-1")]), "--apply", *at)
    (row,) = json.loads(copcheck("approvals", "list", "--firmware", "MU-1", "--json", *at).out)
    number = row["origin"].rpartition(":")[2]
    take_back = ("registry", "retract", "approvals", number, "--why", "made up", *at)
    assert copcheck(*take_back).out.startswith(f"Would retract registry/approvals:{number}: ")
    assert copcheck(*take_back, "--apply").out.startswith("Retracted ")
    assert json.loads(copcheck("approvals", "list", "--firmware", "MU-1", "--json", *at).out) == []
    gone = copcheck(*take_back, "--apply")
    assert (gone.code, f"no row {number} held" in gone.err) == (2, True)
    unknown = copcheck("registry", "retract", "aprovals", "1", "--why", "x", *at)
    assert "did you mean approvals?" in unknown.err
    assert "first import" in copcheck("registry", "history", *at).out


def test_what_others_rely_on_is_not_taken_back(copcheck: Command, address: str) -> None:
    at = ("--registry", address)
    for table, number in (("cop_issues", "1"), ("approvals", "11"), ("certificate_events", "2"), ("sources", "1")):
        for apply in ((), ("--apply",)):
            said = copcheck("registry", "retract", table, number, "--why", "to see", *at, *apply)
            assert said.code == 2, (table, said.out)
    assert json.loads(copcheck("registry", "status", "--json", *at).out)["revision"] == 1


def test_a_registry_that_is_not_there(copcheck: Command, tmp_path: Path) -> None:
    for command in (("status",), ("history",), ("upgrade",)):
        said = copcheck("registry", *command, "--registry", tmp_path / "absent.db")
        assert said.code == 2
        assert "copcheck registry init" in said.err
    assert "COPCHECK_DATABASE_URL" in copcheck("registry", "status").err
    assert not (tmp_path / "absent.db").exists()


def test_it_is_named_by_the_environment(copcheck: Command, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPCHECK_DATABASE_URL", address)
    assert copcheck("registry", "status").code == 0
    assert "registry/approvals:1" in copcheck("approvals", "list").out


def test_no_message_has_the_password(copcheck: Command) -> None:
    said = copcheck("registry", "status", "--registry", "postgresql://clerk:hush-hush@127.0.0.1:1/db")
    assert said.code == 2
    assert "clerk:***@127.0.0.1:1/db" in said.err
    assert "hush-hush" not in said.err + said.out
    assert "hush-hush" not in copcheck("registry", "init", "--registry", "postgresql:/clerk:hush-hush@host/db").err


def test_outstations(copcheck: Command, address: str, tmp_path: Path) -> None:
    at = ("--registry", address)
    assert "No outstation types on file" in copcheck("outstations", "list", *at).out
    entry = {"code": "MU1", "outstation_type": "MADE-UP 1", "source": "RECALLED", "status": "recalled"}
    path = write_csv(tmp_path / "outstations.csv", [entry])
    assert "1 added" in copcheck("outstations", "import", path, "--apply", *at).out
    assert "1 of 1 outstation types" in copcheck("outstations", "list", *at).out
    bad = copcheck("outstations", "import", write_csv(path, [{**entry, "code": "mu"}]), "--apply", *at)
    assert (bad.code, "three capital letters or digits" in bad.err) == (2, True)
    protocol = {"collector": "MADE-UP", "outstation_type": "MADE-UP 1", "action": "approved", "date": "2024-01-05",
                "source": "RECALLED", "status": "recalled"}  # fmt: skip
    path = write_csv(tmp_path / "protocols.csv", [protocol])
    assert "1 added" in copcheck("outstations", "import", path, "--protocols", "--apply", *at).out
    ask = ("outstations", "decide", "--collector", "MADE-UP", "--type", "MADE-UP 1", *at)
    assert [copcheck(*ask, "--on", on).code for on in ("2024-01-04", "2024-01-05")] == [1, 0]
    assert "MADE-UP" in copcheck("outstations", "protocols", "--collector", "MADE-UP", *at).out


def test_dispensations(copcheck: Command, address: str) -> None:
    at = ("--registry", address)
    assert "4 of 4 dispensations" in copcheck("dispensations", "list", *at).out
    assert "subject: outstations that meet only the Issues" in copcheck("dispensations", "show", "D/535", *at).out
    absent = copcheck("dispensations", "show", "D/555", *at)
    assert (absent.code, "did you mean D/" in absent.err) == (2, True)
    add = ("dispensations", "add", "MADE-UP/1", "--subject", "made-up leave", "--source", "RECALLED", *at,
           "--set", "msids=9900000000015", "--set", "waives_checks=missing_day")  # fmt: skip
    assert "Nothing written" in copcheck(*add).out
    assert "revision 2" in copcheck(*add, "--apply").out
    assert "revision 2" in copcheck(*add, "--apply").out, "the same again changes nothing"
    ended = copcheck("dispensations", "end", "MADE-UP/1", "--expiry", "2024-12-31", "--apply", *at)
    assert "expires 2024-12-31; revision 3" in ended.out
    (row,) = json.loads(copcheck("dispensations", "list", "--msid", "9900000000015", "--json", *at).out)[-1:]
    assert (row["ref"], row["expiry"]) == ("MADE-UP/1", "2024-12-31")
    for option, words in (
        ("msid=1", "did you mean msids?"),
        ("msids", "COLUMN=VALUE"),
        ("recorded_on=2020-01-01", "column 'recorded_on'"),
        ("waives_checks=no_such_check", "no_such_check"),
    ):
        said = copcheck(*add, "--set", option, "--apply")
        assert (said.code, words in said.err) == (2, True), said.err


def test_standing(copcheck: Command, address: str, tmp_path: Path) -> None:
    at = ("--registry", address)
    path = write_csv(tmp_path / "standing.csv", [meter()])
    assert copcheck("standing", "diff", path, *at).code == 1
    assert "1 added" in copcheck("standing", "import", path, "--apply", *at).out
    same = copcheck("standing", "diff", path, *at)
    assert (same.code, "says the same already" in same.out) == (0, True)
    later = write_csv(tmp_path / "later.csv", [meter(effective_from="2024-03-01", firmware="M6X8G0B")])
    told = json.loads(copcheck("standing", "import", later, "--apply", "--json", *at).out)
    assert (len(told["added"]), told["changed"][0]["effective_to"], told["revision"]) == (1, "2024-02-29", 3)
    assert len(json.loads(copcheck("standing", "show", MPAN, "--json", *at).out)) == 2
    assert copcheck("standing", "show", MPAN, "--known-on", "2000-01-01", *at).code == 2
    spoilt = write_csv(tmp_path / "spoilt.csv", [meter(effective_from="2023-01-01")])
    said = copcheck("standing", "diff", spoilt, *at)
    assert (said.code, "already valid" in said.err) == (2, True)


def test_standing_of_a_flow_with_passwords(copcheck: Command, address: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "mtd.usr", *d0268())
    said = copcheck("standing", "import", path, "--apply", "--registry", address)
    assert said.code == 0, said.err
    shown = copcheck("standing", "show", MPAN, "--registry", address)
    for secret in SECRETS:
        assert secret not in said.out + said.err + shown.out + shown.err
