"""The register readings that no channel-day took: all are in the file, and the first in report.json."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.registers.unmatched import NONE_UNMATCHED, REASONS, UnmatchedReadings
from validator.report import unmatched as report
from validator.report.unmatched import MOST_LISTED, UNMATCHED_FILE, unmatched_document, write_unmatched


def _unmatched(
    rows: list[tuple[int, int, int]], files: tuple[str, ...] = ("a.usr", 'b "2", c.usr')
) -> UnmatchedReadings:
    file, line, reason = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return UnmatchedReadings(files, file.astype(np.int32), line, reason.astype(np.int8))


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 2**40), st.integers(1, len(REASONS) - 1)), max_size=20))
def test_all_are_in_the_file(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, int]]) -> None:
    path = tmp_path_factory.mktemp("out") / UNMATCHED_FILE
    unmatched = _unmatched(rows)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(report, "_AT_ONCE", 7)
        write_unmatched(path, unmatched)
    with path.open(newline="") as file:
        header, *found = csv.reader(file)
    assert header == ["file", "line", "reason"]
    assert [(name, int(line), reason) for name, line, reason in found] == list(unmatched)


def test_the_document_lists_the_first_and_says_where_all_are() -> None:
    unmatched = _unmatched([(0, line, 2) for line in range(1, 5001)])
    document = unmatched_document(unmatched)
    listed = document["unmatched_registers"]
    assert len(listed) == MOST_LISTED
    assert listed[-1] == {"file": "a.usr", "line": MOST_LISTED, "reason": REASONS[2]}
    assert (document["unmatched_registers_count"], document["unmatched_registers_file"]) == (5000, UNMATCHED_FILE)
    assert unmatched_document(NONE_UNMATCHED)["unmatched_registers_file"] is None


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    write_unmatched(tmp_path / "x", _unmatched([(0, 1, 1)], ("\udcff.usr",)))
    assert (tmp_path / "x").read_text().splitlines()[1].startswith('"?.usr",1,')
