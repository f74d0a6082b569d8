"""What `copcheck checks`, `limits` and `version` print."""

from __future__ import annotations

from tests.command.conftest import Command
from validator.catalogue import CATALOGUE
from validator.regulation import load_regulation


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
