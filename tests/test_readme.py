"""The README says what the product does today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import meanings, readme
from validator.report.folder import FILES
from validator.schema import SENT_COLUMNS
from validator.standing.columns import COLUMNS


def test_readme_is_current() -> None:
    difference = "".join(readme.changes(readme.README.read_text(encoding="utf-8"), readme.render()))
    assert not difference, f"run `make readme`:\n{difference}"


def test_meanings_are_of_the_columns_and_files_that_there_are() -> None:
    assert list(meanings.READINGS) == list(SENT_COLUMNS)
    assert list(meanings.STANDING) == list(COLUMNS)
    assert list(meanings.OUTPUT_FILES) == list(FILES)


def test_check_tells_an_old_readme_and_leaves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "README.md"
    old.write_text("# old\n", encoding="utf-8")
    monkeypatch.setattr(readme, "README", old)
    assert readme.main(["--check"]) == 1
    assert "-# old" in capsys.readouterr().err
    assert old.read_text(encoding="utf-8") == "# old\n"


def test_writing_makes_the_check_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readme, "README", tmp_path / "README.md")
    assert readme.main([]) == 0
    assert readme.main(["--check"]) == 0
