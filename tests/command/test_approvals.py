"""`copcheck approvals` on the shipped tables and on a registry: what is printed, and the exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command.conftest import Command
from tests.conftest import KINDS
from tests.databases import Template
from tests.registry import made_up, seed
from tests.registry.made_up import approval, write_csv

ON = ("--on", "2022-07-05")
ASK = ("approvals", "decide", "--type", seed.TYPE)


@pytest.fixture(scope="module", params=["shipped", *KINDS])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The options that say where the approvals are."""
    if request.param == "shipped":
        return ()
    template: Template = request.getfixturevalue(f"{request.param}_template")
    return ("--registry", template.copied(tmp_path_factory.mktemp("source")))


def columns(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_the_five_by_two_table(copcheck: Command, source: tuple[str, ...]) -> None:
    said = copcheck(*ASK, "--firmware", seed.NEW, *ON, *source)
    assert said.code == 0, said.err
    lines = [columns(line) for line in said.out.splitlines()]
    assert lines == [
        ["Prometer 100 M6X8G0B on 2022-07-05"],
        ["P3E", "R3E", "answered for by"],
        *([f"CoP {cop} Issue {issue}", "APPROVED", "APPROVED", who] for (cop, issue), who in seed.ISSUES.items()),
    ]


def test_the_table_as_json(copcheck: Command, source: tuple[str, ...]) -> None:
    answers = json.loads(copcheck(*ASK, "--firmware", seed.OLD, *ON, "--json", *source).out)
    assert {(a["variant"], a["cop"], a["issue"]): a["word"] for a in answers} == {
        (variant, cop, issue): "APPROVED" for variant in seed.VARIANTS for cop, issue in seed.ISSUES
    }
    assert {(a["cop"], "+".join(a["decision"]["committees"])) for a in answers} == {
        (cop, who) for (cop, _), who in seed.ISSUES.items()
    }


def test_one_decision_with_its_reasons(copcheck: Command, source: tuple[str, ...]) -> None:
    said = copcheck(*ASK, "--variant", "P3E", "--firmware", seed.NEW, "--cop", "5", "--issue", "6", *ON, *source)
    assert said.code == 0
    assert said.out.startswith("APPROVED: Prometer 100 P3E M6X8G0B for CoP 5 Issue 6 on 2022-07-05")
    assert "because: Prometer 100 P3E firmware M6X8G0B is listed, matched exactly" in said.out
    assert "SVG answers for CoP 5" in said.out
    assert "source: ISG-255-05 (confirmed)" in said.out


def test_a_letter_for_a_digit(copcheck: Command, source: tuple[str, ...]) -> None:
    said = copcheck(*ASK, "--variant", "P3E", "--firmware", "M6X8GOB", "--cop", "5", *ON, *source)
    assert said.code == 1
    assert "did you mean M6X8G0B: letter O, digit 0" in said.out
    assert "FIRMWARE_NOT_LISTED" in said.out
    found = copcheck("approvals", "find", "M6X8GOB", *source)
    assert found.code == 1
    assert "did you mean M6X8G0B: letter O, digit 0" in found.out


def test_what_is_not_listed_is_code_1(copcheck: Command, source: tuple[str, ...]) -> None:
    said = copcheck(
        "approvals", "decide", "--type", "Prometer 200", "--firmware", "X", "--cop", "5", "--issue", "6", *source
    )
    assert said.code == 1
    assert said.out.startswith("TYPE_NOT_LISTED")
    assert "Prometer 100 differs in one character" in said.out


def test_a_question_that_is_none_is_code_2(copcheck: Command, source: tuple[str, ...]) -> None:
    said = copcheck(*ASK, "--firmware", seed.NEW, "--issue", "6", *source)
    assert said.code == 2
    assert "--cop beside --issue" in said.err
    assert copcheck(*ASK, "--firmware", seed.NEW, "--known-on", "yesterday", *source).code == 2


def test_list_and_find(copcheck: Command, source: tuple[str, ...]) -> None:
    said = copcheck("approvals", "list", "--manufacturer", "Secure", "--firmware", seed.NEW, "--cop", "3", *source)
    assert said.code == 0
    everything = len(json.loads(copcheck("approvals", "list", "--json", *source).out))
    assert said.out.splitlines()[-1] == f"2 of {everything} approvals"
    assert len(json.loads(copcheck("approvals", "list", "--on", "2022-05-31", "--json", *source).out)) == 10
    found = copcheck("approvals", "find", "m6x8g0b", *source)
    assert found.code == 0
    assert "10 approvals" in found.out


def test_show(copcheck: Command, source: tuple[str, ...]) -> None:
    said = copcheck("approvals", "show", seed.TYPE, *source)
    assert said.code == 0
    assert "PROMETER-100-M6X8G0B: firmware amended" in said.out
    assert "ISG: paper 255/05, 2022-07-05, on CoP 1 Issue 2, CoP 2 Issue 4, CoP 3 Issue 5" in said.out
    assert "on CoP 3 Issue 5, CoP 5 Issue 6, CoP 10 Issue 2" in said.out
    assert "protocol: not affected" in said.out
    told = json.loads(copcheck("approvals", "show", seed.TYPE, "--json", *source).out)
    assert len(told["approvals"]) == 20
    absent = copcheck("approvals", "show", "Prometer 10", *source)
    assert absent.code == 2
    assert "did you mean Prometer 100?" in absent.err


def test_an_amendment_looked_at_and_applied(copcheck: Command, address: str) -> None:
    at = ("--registry", address, "--by", "clerk")
    amend = ("approvals", "amend", "--manufacturer", "Secure", "--type", seed.TYPE, "--from-firmware", seed.NEW,
             "--to-firmware", "MADE-UP-0C", "--basis", "MAKER_DECLARATION", "--protocol-affected", "no",
             "--published", "2024-06", "--source", "MADE-UP-PAPER", "--source-title", "A made-up paper",
             "--paper", "ISG:1/1:2024-07-05", "--paper", "SVG::2024-07-05", *at)  # fmt: skip
    looked = copcheck(*amend)
    assert looked.code == 0, looked.err
    assert "ISG is to be told of CoP 1 Issue 2, CoP 2 Issue 4, CoP 3 Issue 5" in looked.out
    assert "SVG is to be told of CoP 3 Issue 5, CoP 5 Issue 6, CoP 10 Issue 2" in looked.out
    assert f"{seed.NEW} stays approved" in looked.out
    assert "Nothing written" in looked.out
    ask = (*ASK, "--firmware", "MADE-UP-0C", "--on", "2024-07-01", "--registry", address)
    assert copcheck(*ask).code == 1
    applied = copcheck(*amend, "--apply")
    assert "revision 2" in applied.out
    assert copcheck(*ask).code == 0
    assert copcheck(*ask, "--known-on", "2000-01-01").code == 1
    again = copcheck(*amend, "--apply")
    assert again.code == 2
    assert "there twice" in again.err or "overlaps another" in again.err
    removed = copcheck("approvals", "withdraw", "--manufacturer", "Secure", "--type", seed.TYPE, "--firmware",
                       "MADE-UP-0C", "--removed", "2025-01-01", "--source", "RECALLED", "--apply", *at)  # fmt: skip
    assert removed.code == 0, removed.err
    assert removed.out.count("last day 2024-12-31") == 10
    assert copcheck(*ask[:-4], "--on", "2025-01-01", "--registry", address).code == 1
    history = json.loads(copcheck("registry", "history", "--json", "--registry", address).out)
    assert [(change["by"], change["action"]) for change in history[1:]] == [
        ("clerk", "certificate FIRMWARE_AMENDED"),
        ("clerk", "certificate CERTIFICATE_REMOVED"),
    ]


def test_a_certificate_issued(copcheck: Command, address: str) -> None:
    issue = ("approvals", "issue", "--manufacturer", made_up.MAKER, "--type", made_up.TYPE, "--firmware", "MU-1",
             "--variant", "V1:wall", "--variant", "V2:rack", "--cop", "5:6", "--issued", "2024-01-01",
             "--source", "RECALLED", "--registry", address)  # fmt: skip
    done = json.loads(copcheck(*issue, "--json", "--apply").out)
    assert [(a["variant"], a["mounting"]) for a in done["granted"]] == [("V1", "wall"), ("V2", "rack")]
    bad = copcheck(*issue, "--paper", "ISG", "--event", "X")
    assert bad.code == 2
    assert "COMMITTEE:NUMBER:DATE" in bad.err


def test_an_import_looked_at_and_applied(copcheck: Command, address: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [approval("MU-1"), approval("MU-2")])
    command = ("approvals", "import", path, "--on", "2024-03-01", "--registry", address)
    looked = copcheck(*command)
    assert looked.code == 0, looked.err
    assert "list.csv, 2 rows: 2 added, 0 changed, 0 removed, 0 unchanged" in looked.out
    assert "--apply writes it (--if-revision 1" in looked.out
    applied = copcheck(*command, "--apply", "--if-revision", "1")
    assert applied.out.splitlines()[-1].endswith("revision 2")
    assert "says the same already; revision 2" in copcheck(*command, "--apply").out
    stale = copcheck(*command, "--apply", "--if-revision", "1")
    assert stale.code == 2
    assert "expected revision 1" in stale.err
    write_csv(path, [approval("MU-1", basis="PARTIAL_TEST")])
    told = json.loads(copcheck(*command, "--json").out)
    assert [change["columns"] for change in told["changed"]] == [["basis"]]
    assert [row["firmware"] for row in told["removed"]] == ["MU-2"]
    write_csv(path, [approval("MU-1", issue="9")])
    bad = copcheck(*command, "--apply")
    assert bad.code == 2
    assert "list.csv:2: CoP 5 Issue 9 is not on file" in bad.err
    assert bad.out == ""


def test_a_row_that_looks_like_markup_is_printed_as_it_is(copcheck: Command, address: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [approval("[red]MU[/red]")])
    assert "[red]MU[/red]" in copcheck("approvals", "import", path, "--registry", address).out


LIGHT = """
import sys
from validator.command.main import main
sys.argv = ["copcheck", *sys.argv[1:]]
try:
    main()
finally:
    print(sorted({"sqlalchemy", "alembic", "psycopg", "numba", "fastapi"} & set(sys.modules)), file=sys.stderr)
"""


def test_a_question_to_the_shipped_tables_loads_no_database(tmp_path: Path) -> None:
    asked = [*ASK, "--firmware", seed.NEW, *ON]
    done = subprocess.run([sys.executable, "-c", LIGHT, *asked], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.strip() == "[]"
    assert "APPROVED" in done.stdout
