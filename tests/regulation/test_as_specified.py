"""The packaged tables say no more than was seen: no false firmness."""

from __future__ import annotations

import csv

from tests.regulation.folders import Folder


def rows(tables: Folder, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(tables.lines(table)))


def test_no_row_of_a_weak_source_is_confirmed(tables: Folder) -> None:
    for path in sorted(tables.path.iterdir()):
        for row in rows(tables, path.name):
            assert row.get("source") not in ("RECALLED", "POLICY") or row.get("status") != "confirmed", row


def test_the_firmware_that_was_replaced_is_only_inferred(tables: Folder) -> None:
    # Others may be added: what the paper states and implies stays what it is.
    cited = [row for row in rows(tables, "approvals.csv") if row["meter_type"] == "Prometer 100"]
    statuses = {(row["firmware"], row["status"]) for row in cited if row["firmware"] in ("M6X8G0B", "M6X8G05")}
    assert statuses == {("M6X8G0B", "confirmed"), ("M6X8G05", "inferred")}


def test_only_one_dispensation_reaches_back_to_an_earlier_issue(tables: Folder) -> None:
    reaching = [row for row in rows(tables, "dispensations.csv") if row["allows_issues_before"]]
    assert [(row["ref"], row["allows_issues_before"], row["source"]) for row in reaching] == [
        ("D/535", "2022-06-30", "CP1527")
    ]
