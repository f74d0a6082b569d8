"""Importing a list: CSV or XLSX, by mapping or by our own headings; the difference, and what applying it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.databases import everything
from tests.registry import made_up, seed
from tests.registry.made_up import approval, table_of, write_csv, write_lines, write_workbook
from validator.errors import RegistryError
from validator.registry.lists import Imported, import_list
from validator.registry.registry import Registry
from validator.regulation.tables import Row

DAY = date(2024, 3, 1)
THREE = [approval("MU-1"), approval("MU-2"), approval("MU-3", "3", "5")]


def imported(registry: Registry, path: Path, apply: bool = True, kind: str = "approvals", **options: Any) -> Imported:
    return import_list(registry, path, kind, "clerk", on=options.pop("on", DAY), apply=apply, **options)


def counts(done: Imported) -> tuple[int, int, int, int]:
    found = done.difference
    return len(found.added), len(found.changed), len(found.removed), found.unchanged


def held(registry: Registry, table: str = "approvals.csv") -> dict[str, Mapping[str, str]]:
    """The made-up rows by firmware, or by what names a row of another table."""
    rows: Sequence[Row] = registry.tables()[table]
    name = {"approvals.csv": "firmware", "outstation_types.csv": "code", "dispensations.csv": "ref"}.get(
        table, "collector"
    )
    return {
        row.cells[name]: row.cells for row in rows if any("made-up" in cell.casefold() for cell in row.cells.values())
    }


@pytest.fixture
def with_three(registry: Registry, tmp_path: Path) -> Registry:
    imported(registry, write_csv(tmp_path / "first.csv", THREE))
    return registry


def test_a_csv_with_our_own_headings(registry: Registry, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", THREE)
    before = everything(registry)
    shown = imported(registry, path, apply=False)
    assert counts(shown) == (3, 0, 0, 0)
    assert (shown.rows, shown.revision, shown.applied) == (3, 1, False)
    assert everything(registry) == before
    done = imported(registry, path)
    assert counts(done) == (3, 0, 0, 0)
    assert (done.revision, done.applied, registry.revision()) == (2, True, 2)
    assert held(registry)["MU-3"] == {**held(registry)["MU-3"], **THREE[2]}
    (change,) = registry.history()[1:]
    assert (change.by, change.action) == ("clerk", "import approvals")
    assert change.detail.startswith("list.csv sha256 ")


def test_applied_again_it_changes_nothing_and_leaves_the_revision(with_three: Registry, tmp_path: Path) -> None:
    before = everything(with_three)
    again = imported(with_three, write_csv(tmp_path / "again.csv", THREE))
    assert counts(again) == (0, 0, 0, 3)
    assert (again.revision, with_three.revision()) == (2, 2)
    assert everything(with_three) == before


def test_a_workbook_says_what_the_csv_says(with_three: Registry, tmp_path: Path) -> None:
    typed = [{**row, "issue": int(row["issue"]), "valid_from": date.fromisoformat(row["valid_from"])} for row in THREE]
    path = write_workbook(tmp_path / "list.xlsx", {"Approvals": table_of(typed)})
    before = everything(with_three)
    assert counts(imported(with_three, path)) == (0, 0, 0, 3)
    assert everything(with_three) == before


def test_added_changed_removed_and_unchanged(with_three: Registry, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "next.csv", [THREE[0], approval("MU-2", basis="PARTIAL_TEST"), approval("MU-4")])
    done = imported(with_three, path)
    assert counts(done) == (1, 1, 1, 1)
    (change,) = done.difference.changed
    assert change.columns == ("basis",)
    assert change.before.cells["basis"] == "FULL_TEST"
    now = held(with_three)
    assert {name: row["valid_to"] for name, row in now.items()} == {
        "MU-1": "", "MU-2": "", "MU-3": "2024-02-29", "MU-4": "",
    }  # fmt: skip
    assert now["MU-2"]["basis"] == "PARTIAL_TEST"
    assert seed.words(with_three.regulation(), seed.NEW), "another maker's approvals are left alone"
    assert set(seed.words(with_three.regulation(), seed.NEW).values()) == {"APPROVED"}


def test_what_had_not_begun_is_removed_without_a_trace_in_force(registry: Registry, tmp_path: Path) -> None:
    imported(registry, write_csv(tmp_path / "a.csv", [approval("MU-1"), approval("MU-2", valid_from="2030-01-01")]))
    done = imported(registry, write_csv(tmp_path / "b.csv", [approval("MU-1")]))
    assert counts(done) == (0, 0, 1, 1)
    assert done.difference.ended == ()
    assert set(held(registry)) == {"MU-1"}


def test_keep_unlisted(with_three: Registry, tmp_path: Path) -> None:
    done = imported(with_three, write_csv(tmp_path / "part.csv", [approval("MU-9")]), keep_unlisted=True)
    assert counts(done) == (1, 0, 0, 0)
    assert all(not row["valid_to"] for row in held(with_three).values())


def test_what_ended_and_is_listed_again_holds_from_the_day_of_the_list(with_three: Registry, tmp_path: Path) -> None:
    plain = [{c: row[c] for c in row if c not in ("valid_from", "valid_from_precision", "valid_to")} for row in THREE]
    imported(with_three, write_csv(tmp_path / "without.csv", plain[:2]))
    later = date(2025, 1, 1)
    done = imported(with_three, write_csv(tmp_path / "again.csv", plain), on=later)
    assert counts(done) == (1, 0, 0, 2)
    rules = with_three.regulation()

    def word(on: date) -> str:
        return rules.decide(made_up.TYPE, "V1", "MU-3", "3", 5, on).word

    assert [word(on) for on in (date(2024, 2, 29), DAY, date(2024, 12, 31), later)] == [
        "APPROVED", "WITHDRAWN", "WITHDRAWN", "APPROVED",
    ]  # fmt: skip
    assert counts(imported(with_three, write_csv(tmp_path / "same.csv", plain), on=date(2025, 6, 1))) == (0, 0, 0, 3)


def test_a_blank_says_nothing_but_for_an_end(registry: Registry, tmp_path: Path) -> None:
    imported(registry, write_csv(tmp_path / "a.csv", [approval("MU-1", valid_to="2026-01-01")]))
    silent = approval(
        "MU-1", basis="", mounting="", protocol_affected="", valid_from="", valid_from_precision="unknown"
    )
    done = imported(registry, write_csv(tmp_path / "b.csv", [silent]))
    (change,) = done.difference.changed
    assert change.columns == ("valid_to",)
    now = held(registry)["MU-1"]
    assert (now["basis"], now["mounting"], now["valid_from"], now["valid_to"]) == (
        "FULL_TEST",
        "wall",
        "2020-01-01",
        "",
    )


def test_a_list_that_is_silent_about_most_columns(registry: Registry, tmp_path: Path) -> None:
    few = ("manufacturer", "meter_type", "firmware", "cop", "issue", "source", "status")
    done = imported(registry, write_csv(tmp_path / "few.csv", [{c: approval("MU-1")[c] for c in few}]))
    (row,) = done.difference.added
    assert (row.cells["basis"], row.cells["variant"], row.cells["valid_from_precision"]) == ("UNKNOWN", "", "unknown")
    assert row.cells["committees"] == "SVG", "from the CoP Issue"


def test_a_maker_by_another_name(registry: Registry, tmp_path: Path) -> None:
    listed = approval("M6X8G0B", manufacturer="Secure", meter_type=seed.TYPE, variant="P3E",
                      replaces_firmware=seed.OLD, basis="MAKER_DECLARATION", valid_from="2022-06",
                      valid_from_precision="", source="ISG-255-05", status="confirmed")  # fmt: skip
    done = imported(registry, write_csv(tmp_path / "list.csv", [listed]), keep_unlisted=True)
    assert counts(done) == (0, 0, 0, 1)


MAPPING = """
sheet = "Approved"
header_row = 3
date_format = "%d/%m/%Y"

[columns]
manufacturer = "Maker"
meter_type = "Meter"
variant = "Kinds"
firmware = "CLEM"
basis = "How"
valid_from = "Since"

[split]
variant = "/"
firmware = ","

[patterns]
"Codes" = 'CoP(?P<cop>[0-9]+) Iss(?P<issue>[0-9]+)'

[words.basis]
"type test" = "FULL_TEST"
"letter" = "MAKER_DECLARATION"

[always]
source = "MADE-UP-LIST"
status = "recalled"

[source]
source = "MADE-UP-LIST"
title = "A made-up list of approvals"
"""
HEADINGS = ["Maker", "Meter", "Kinds", "CLEM", "Codes", "How", "Since", "Remark"]
THEIRS = [
    [made_up.MAKER, made_up.TYPE, "V1/V2", "MU-1, MU-2", "CoP5 Iss6; CoP3 Iss5", "type test", "01/02/2023", "x"],
    [made_up.MAKER, made_up.TYPE, "V1", "MU-3", "CoP10 Iss2", "letter", date(2023, 5, 4), ""],
]


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "mapping.toml", MAPPING)


def test_a_mapping(registry: Registry, tmp_path: Path, mapping: Path) -> None:
    sheets = {"Read me": [["nothing"]], "Approved": [["A list"], [], HEADINGS, *THEIRS]}
    done = imported(registry, write_workbook(tmp_path / "list.xlsx", sheets), mapping=mapping)
    assert counts(done) == (9, 0, 0, 0)
    assert done.unread == ("Remark",)
    rows = [row.cells for row in done.difference.added]
    said = {(c["variant"], c["firmware"], c["cop"], c["issue"], c["committees"]) for c in rows}
    assert said == {
        *((v, f, cop, issue, who) for v in ("V1", "V2") for f in ("MU-1", "MU-2")
          for cop, issue, who in (("5", "6", "SVG"), ("3", "5", "ISG+SVG"))),
        ("V1", "MU-3", "10", "2", "SVG"),
    }  # fmt: skip
    assert {(c["valid_from"], c["valid_from_precision"], c["basis"]) for c in rows} == {
        ("2023-02-01", "day", "FULL_TEST"),
        ("2023-05-04", "day", "MAKER_DECLARATION"),
    }
    assert registry.regulation().sources["MADE-UP-LIST"].title == "A made-up list of approvals"


def test_a_mapping_onto_csv(registry: Registry, tmp_path: Path, mapping: Path) -> None:
    lines = [
        "A list",
        "",
        ",".join(HEADINGS),
        '"Made-up Meters Ltd",MADE-UP 1,V1,"MU-1,MU-2",CoP5 Iss6,letter,01/02/2023,',
    ]
    path = write_lines(tmp_path / "list.csv", *lines)
    assert counts(imported(registry, path, mapping=mapping)) == (2, 0, 0, 0)
    assert counts(imported(registry, path, mapping=mapping)) == (0, 0, 0, 2)
    assert registry.revision() == 2


def test_the_source_of_a_mapping_is_recorded_once(with_three: Registry, tmp_path: Path, mapping: Path) -> None:
    for number, firmware in enumerate(("MU-7", "MU-8")):
        row = [made_up.MAKER, made_up.TYPE, "V1", firmware, "CoP5 Iss6", "letter", "01/02/2023", ""]
        path = write_workbook(tmp_path / f"{number}.xlsx", {"Approved": [[], ["title"], HEADINGS, row]})
        imported(with_three, path, mapping=mapping, keep_unlisted=True)
    assert [row.cells["source"] for row in with_three.tables()["sources.csv"]].count("MADE-UP-LIST") == 1


def test_text_under_no_heading_is_said_to_be_unread(registry: Registry, tmp_path: Path) -> None:
    rows = table_of(THREE)
    rows[2].append("a note in the margin")
    done = imported(registry, write_workbook(tmp_path / "list.xlsx", {"Sheet": rows}))
    assert done.unread == ("(column R)",)


def test_only_at_the_revision_that_was_looked_at(with_three: Registry, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "next.csv", [*THREE, approval("MU-4")])
    before = everything(with_three)
    with pytest.raises(RegistryError, match="revision 2, written by clerk") as caught:
        imported(with_three, path, if_revision=1)
    assert "look at the difference again" in str(caught.value)
    assert everything(with_three) == before
    assert counts(imported(with_three, path, if_revision=2)) == (1, 0, 0, 3)


def test_a_list_of_outstation_types(registry: Registry, tmp_path: Path) -> None:
    def entry(code: str, **cells: str) -> dict[str, str]:
        return {"code": code, "outstation_type": f"MADE-UP {code}", "source": "RECALLED", "status": "recalled", **cells}

    first = imported(registry, write_csv(tmp_path / "a.csv", [entry("AA1"), entry("AA2")]), kind="outstations")
    assert counts(first) == (2, 0, 0, 0)
    second = imported(registry, write_csv(tmp_path / "b.csv", [entry("AA2"), entry("AA3")]), kind="outstations")
    assert counts(second) == (1, 0, 1, 1)
    ends = {code: row["valid_to"] for code, row in held(registry, "outstation_types.csv").items()}
    assert ends == {"AA1": "2024-02-29", "AA2": "", "AA3": ""}


def test_a_list_of_protocol_approvals(registry: Registry, tmp_path: Path) -> None:
    entry = {"collector": "MADE-UP", "outstation_type": "MADE-UP 1", "action": "approved", "date": "2024-01",
             "instation_software": "made-up 1.0", "source": "RECALLED", "status": "recalled"}  # fmt: skip
    done = imported(registry, write_csv(tmp_path / "a.csv", [entry]), kind="protocols")
    assert counts(done) == (1, 0, 0, 0)
    assert held(registry, "protocol_approvals.csv")["MADE-UP"]["date_precision"] == "month"
    (step,) = (s for s in registry.regulation().protocol("MADE-UP", "MADE-UP 1") if s.approved)
    assert step.from_date == date(2024, 1, 1)
    assert counts(imported(registry, write_csv(tmp_path / "b.csv", [entry]), kind="protocols")) == (0, 0, 0, 1)


def test_a_list_of_dispensations(registry: Registry, tmp_path: Path) -> None:
    entry = {"ref": "MADE-UP/1", "kind": "site", "subject": "made-up leave", "msids": "9900000000015",
             "waives_checks": "missing_day", "source": "RECALLED", "status": "recalled"}  # fmt: skip
    path = write_csv(tmp_path / "a.csv", [entry])
    assert counts(imported(registry, path, kind="dispensations", keep_unlisted=True)) == (1, 0, 0, 0)
    assert held(registry, "dispensations.csv")["MADE-UP/1"]["waives_checks"] == "missing_day"
    assert "D/535" in registry.regulation().dispensations.by_ref
