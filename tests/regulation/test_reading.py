"""Tables as files: headers, fields, encodings, line numbers."""

from __future__ import annotations

import pytest

from tests.regulation.folders import Folder
from validator.errors import RegulationError
from validator.regulation import load_regulation, load_tables


def test_the_packaged_tables_load() -> None:
    regulation = load_regulation()
    assert {issue.cop for issue in regulation.cop_issues} >= {"1", "2", "3", "5", "10"}
    assert all(issue.source in regulation.sources for issue in regulation.cop_issues)
    assert regulation.overrides == ()


def test_an_unknown_column_suggests_the_near_one(tables: Folder) -> None:
    tables.set_line("policy.csv", 1, "policy,value,unit,source,stauts,note")
    with pytest.raises(RegulationError, match=r"^policy.csv:1: unknown column 'stauts', .*did you mean status\?"):
        load_tables(tables.path)


def test_a_missing_column_is_named(tables: Folder) -> None:
    tables.write("approval_lists.csv", "manufacturer,complete,source,status")
    with pytest.raises(RegulationError, match=r"^approval_lists.csv:1: column 'note' is missing, "):
        load_tables(tables.path)


def test_a_column_twice(tables: Folder) -> None:
    tables.write("approval_lists.csv", "manufacturer,complete,source,status,note,note")
    with pytest.raises(RegulationError, match=r"^approval_lists.csv:1: column 'note' is there twice, "):
        load_tables(tables.path)


@pytest.mark.parametrize(("line", "fields"), [("a,b", 2), ("a,b,c,d,e,f,g", 7)])
def test_a_wrong_count_of_fields(tables: Folder, line: str, fields: int) -> None:
    number = tables.append("policy.csv", line)
    with pytest.raises(RegulationError, match=f"^policy.csv:{number}: {fields} fields, the header has 6 columns"):
        load_tables(tables.path)


def test_an_unclosed_quote(tables: Folder) -> None:
    number = tables.append("policy.csv", 'max_rating_factor,1.2,"x rated')
    with pytest.raises(RegulationError, match=f"^policy.csv:{number}: the line is not CSV, "):
        load_tables(tables.path)


def test_bytes_that_are_not_utf8(tables: Folder) -> None:
    path = tables.path / "policy.csv"
    path.write_bytes(path.read_bytes() + b"caf\xe9\n")
    number = len(path.read_bytes().splitlines())
    with pytest.raises(RegulationError, match=f"^policy.csv:{number}: a byte is not UTF-8, "):
        load_tables(tables.path)


def test_a_missing_table(tables: Folder) -> None:
    (tables.path / "policy.csv").unlink()
    with pytest.raises(RegulationError, match=r"^policy.csv:1: the table is missing, "):
        load_tables(tables.path)


def test_an_empty_table_has_no_columns(tables: Folder) -> None:
    (tables.path / "policy.csv").write_bytes(b"")
    with pytest.raises(RegulationError, match=r"^policy.csv:1: column 'policy' is missing, "):
        load_tables(tables.path)


def test_a_stray_table(tables: Folder) -> None:
    tables.write("polices.csv", "a")
    with pytest.raises(RegulationError, match=r"^polices.csv:1: unknown table .*did you mean policy.csv\?"):
        load_tables(tables.path)


def test_lines_are_counted_over_empty_and_quoted_lines(tables: Folder) -> None:
    tables.append("policy.csv", "")
    lines = tables.lines("policy.csv")
    tables.write("policy.csv", *lines[:2], "", *lines[2:-1], '"nonsense",1,"two', 'lines",POLICY,policy,')
    number = len(lines) + 1
    with pytest.raises(RegulationError, match=f"^policy.csv:{number}: unknown policy 'nonsense'"):
        load_tables(tables.path)


def test_columns_may_stand_in_another_order(tables: Folder) -> None:
    lines = [line.split(",") for line in tables.lines("cop_issues.csv") if '"' not in line]
    tables.write("cop_issues.csv", *(",".join(reversed(cells)) for cells in lines))
    assert load_tables(tables.path).hash == load_regulation().hash
