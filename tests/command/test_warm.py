"""Kernels compiled ahead of a run, and a word where they were not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kernels import finished
from tests.command.conftest import Command

SAMPLES = Path(__file__).parents[2] / "sample_data"
READ = """
import sys
from pathlib import Path
from kernels import finished
from validator import warming
from validator.errors import SubmissionError
from validator.readings import read_submission
from validator.readings.d0268 import read_d0268
for work in (*warming._APART, warming.compile_kernels):
    work()
compiled = []
plain = finished.Finished.load_overload
def watched(self, signature, target):
    found = plain(self, signature, target)
    if found is None:
        compiled.append((self._impl.filename_base, str(signature)))
    return found
finished.Finished.load_overload = watched
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        read_submission(path, allow_test_data=True)
    except SubmissionError:
        pass  # A message without its mapping, and meter details.
read_d0268((Path(sys.argv[1]) / "D0268.usr").read_bytes(), "details", allow_test_data=True)
print(compiled)
"""
ONE = """
from kernels.finished import before_compiling
from kernels.grouping import most_periods
import numpy as np
before_compiling(lambda: print("compiling"))
rows = np.zeros(1, np.int32)
most_periods(rows, rows, rows)
most_periods(rows.astype(np.int64), rows, rows)
"""


def _said(code: str, *words: object, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_after_warming_no_sample_file_has_a_kernel_compiled() -> None:
    assert _said(READ, SAMPLES / "formats") == "[]"


def test_nor_is_it_for_a_file_in_pieces() -> None:
    small = "from validator.readings import pieces\npieces.ROWS_AT_ONCE, pieces.BYTES_AT_ONCE = 100, 4000\n"
    assert _said(READ.replace("compiled = []", small + "compiled = []"), SAMPLES / "formats") == "[]"


def test_it_is_said_once_that_kernels_are_compiled(tmp_path: Path) -> None:
    assert _said(ONE, NUMBA_CACHE_DIR=str(tmp_path)) == "compiling"
    assert _said(ONE, NUMBA_CACHE_DIR=str(tmp_path)) == ""


def test_without_a_folder_to_keep_them_in_there_is_nothing_to_do(
    copcheck: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernels.compile.CACHE_FOLDER", None)
    said = copcheck("warm")
    assert said.code == 2
    assert "NUMBA_CACHE_DIR" in said.err


def test_the_word_is_given_once() -> None:
    told: list[str] = []
    finished.before_compiling(lambda: told.append("compiling"))
    finished._compiling()
    finished._compiling()
    assert told == ["compiling"]
