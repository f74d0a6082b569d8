"""What `copcheck checks`, `limits` and `version` print."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
import typer

from service.command.app import PARTS as OF_THE_SERVICE
from tests.command.conftest import Command
from validator.catalogue import CATALOGUE
from validator.command.parts import PARTS, Part
from validator.regulation import load_regulation
from validator.version import product_version

HEAVY = ("numpy", "pyarrow", "polars", "numba", "sqlalchemy", "fastapi")


def test_every_check_is_listed(copcheck: Command) -> None:
    said = copcheck("checks")
    assert said.code == 0
    assert all(check.code in said.out for check in CATALOGUE)


def test_limits_show_value_source_status_and_row(copcheck: Command) -> None:
    said = copcheck("limits", "--cop", "5", "--issue", "7")
    assert said.code == 0
    storage = next(line for line in said.out.splitlines() if "storage_days" in line)
    assert storage.split()[:4] == ["5", "7", "storage_days", "90"]
    assert "CP1527" in storage
    assert "confirmed" in storage


def test_an_issue_not_on_file_names_those_that_are(copcheck: Command) -> None:
    said = copcheck("limits", "--cop", "5", "--issue", "9")
    assert said.code == 2
    assert "CoP 5 Issue 7" in said.err


def test_version_names_the_tables(copcheck: Command) -> None:
    assert load_regulation().hash in copcheck("version").out


@pytest.mark.parametrize("part", [*PARTS, *OF_THE_SERVICE], ids=lambda part: part.module)
def test_a_list_of_commands_says_of_each_what_its_own_help_says(part: Part) -> None:
    parent = typer.Typer()
    parent.add_typer(import_module(part.module).app, name=next(iter(part.words)) if part.grouped else None)
    parent.callback()(lambda: None)
    commands = typer.main.get_command(parent).commands  # type: ignore[attr-defined]
    assert {name: " ".join(command.help.split("\n\n")[0].split()) for name, command in commands.items()} == part.words


@pytest.mark.parametrize("asked", ["--help", "--version", "validte"])
def test_what_commands_there_are_is_told_without_loading_them(asked: str) -> None:
    told = (
        "import sys\nfrom service.command.app import main\ntry:\n    main()\n"
        f"finally:\n    print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", told, asked], capture_output=True, text=True, check=False)
    assert done.stdout.endswith("[]\n"), done.stderr
    assert {"--help": "serve", "--version": product_version(), "validte": "'validate'"}[
        asked
    ] in done.stdout + done.stderr


def test_without_words_the_commands_are_listed(copcheck: Command) -> None:
    said = copcheck()
    assert said.code == 2
    assert all(word in said.out for part in PARTS for word in part.words)


def test_a_command_after_two_dashes_is_run(copcheck: Command) -> None:
    assert load_regulation().hash in copcheck("--", "version").out
