"""Results appear whole or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from validator.errors import SubmissionError
from validator.report import Run, require_writable, write_run
from validator.report.folder import FILES


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_all_files_are_written(tmp_path: Path, run: Run) -> None:
    write_run(tmp_path / "a" / "out", run)
    assert _names(tmp_path / "a" / "out") == sorted(FILES)
    assert _names(tmp_path / "a") == ["out"]


def test_an_empty_folder_is_used(tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    out.mkdir()
    write_run(out, run)
    assert _names(out) == sorted(FILES)


def test_an_earlier_run_is_replaced(tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    write_run(out, run)
    (out / "report.html").write_text("old")
    write_run(out, run)
    assert (out / "report.html").read_text() != "old"
    assert _names(tmp_path) == ["out"]


def test_a_link_to_a_folder_is_followed(tmp_path: Path, run: Run) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    write_run(link, run)
    assert link.is_symlink()
    assert _names(tmp_path / "real") == sorted(FILES)


@pytest.mark.parametrize(
    ("name", "content"),
    [("notes.txt", "mine"), ("report.json", "{}"), ("report.json", "not json"), ("report.json", "[1]")],
)
def test_a_folder_with_anything_else_is_refused(tmp_path: Path, run: Run, name: str, content: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text(content)
    with pytest.raises(SubmissionError, match="Empty it, or name another"):
        write_run(out, run)
    assert _names(out) == [name]
    assert (out / name).read_text() == content


def test_a_note_beside_an_earlier_run_is_not_lost(tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    write_run(out, run)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(SubmissionError, match=r"notes\.txt"):
        write_run(out, run)
    assert (out / "notes.txt").read_text() == "mine"


def test_a_file_in_the_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(SubmissionError, match="found a file"):
        require_writable(tmp_path / "out")


def test_a_file_above_the_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SubmissionError, match="cannot be written to"):
        require_writable(tmp_path / "file" / "out")


def test_a_mount_point_is_refused() -> None:
    with pytest.raises(SubmissionError, match="Name a folder inside it"):
        require_writable(Path("/"))


@pytest.mark.parametrize("part", ["write.write_tables", "write.index_of", "page.page_of", "write.encode_document"])
def test_a_fault_leaves_the_folder_as_it_was(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    out = tmp_path / "out"
    write_run(out, run)
    before = {name: (out / name).read_bytes() for name in FILES}

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(f"validator.report.{part}", fail)
    with pytest.raises(OSError, match="no space left"):
        write_run(out, run)
    assert {name: (out / name).read_bytes() for name in FILES} == before
    assert _names(tmp_path) == ["out"]


def test_a_fault_at_the_last_step_puts_the_earlier_run_back(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write_run(out, run)
    before = (out / "report.json").read_bytes()
    rename = Path.rename

    def fail_on_new(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise OSError("stopped")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_on_new)
    with pytest.raises(OSError, match="stopped"):
        write_run(out, run)
    assert (out / "report.json").read_bytes() == before
    assert _names(tmp_path) == ["out"]


_KILLED = """
import os, signal, sys
from pathlib import Path
from validator.report.folder import whole_or_nothing
with whole_or_nothing(Path(sys.argv[1])) as folder:
    (folder / "report.html").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_the_folder_as_it_was(tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    write_run(out, run)
    before = {name: (out / name).read_bytes() for name in FILES}
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(out)], check=False)
    assert killed.returncode == -9
    assert {name: (out / name).read_bytes() for name in FILES} == before
    write_run(out, run)
    assert json.loads((out / "report.json").read_bytes())["channel_days"] == 6
