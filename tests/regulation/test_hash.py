"""The hash of the tables: content only."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

from tests.regulation.folders import FORMATS, Folder
from validator.regulation import Regulation, load_regulation, load_tables


def test_line_endings_and_a_byte_order_mark_do_not_matter(tables: Folder, regulation: Regulation) -> None:
    for path in tables.path.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_tables(tables.path).hash == regulation.hash


def test_the_folder_does_not_matter(tables: Folder, tmp_path: Path, regulation: Regulation) -> None:
    elsewhere = tmp_path / "elsewhere" / "deep"
    shutil.copytree(tables.path, elsewhere)
    assert load_tables(elsewhere).hash == load_tables(tables.path).hash == regulation.hash


def test_blank_knowledge_columns_do_not_matter(tables: Folder, regulation: Regulation) -> None:
    lines = tables.lines("approval_lists.csv")
    tables.write("approval_lists.csv", lines[0] + ",recorded_on,retracted_on", *(f"{row},," for row in lines[1:]))
    assert load_tables(tables.path).hash == regulation.hash


def test_any_cell_matters(tables: Folder, regulation: Regulation) -> None:
    number = tables.find("policy.csv", "max_rating_factor")
    line = tables.lines("policy.csv")[number - 1]
    tables.set_line("policy.csv", number, line.replace("1.2,", "1.20,"))
    assert load_tables(tables.path).hash != regulation.hash


def test_a_cell_does_not_run_into_the_next(tables: Folder, regulation: Regulation) -> None:
    number = tables.find("sources.csv", "COP3,")
    tables.set_line("sources.csv", number, "COP3,Code of Practice Three landing page,,,Elexonscope")
    assert load_tables(tables.path).hash != regulation.hash


def test_an_override_changes_the_hash_by_content_not_by_place(own: Folder, tmp_path: Path) -> None:
    own.write("format_limits.csv", FORMATS, "5,6,storage_days,20,day,SAS,confirmed,")
    other = tmp_path / "other"
    shutil.copytree(own.path, other)
    assert load_regulation(own.path).hash == load_regulation(other).hash != load_regulation().hash


def test_hash_is_hexadecimal(regulation: Regulation) -> None:
    assert len(bytes.fromhex(regulation.hash)) == 32


def test_a_regulation_can_be_pickled(regulation: Regulation) -> None:
    copy = pickle.loads(pickle.dumps(regulation))
    assert copy.hash == regulation.hash
    assert copy.limits_for("5", 7) == regulation.limits_for("5", 7)
