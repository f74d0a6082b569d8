"""Lists that cannot be relied on: each is refused with the row and the reason, and the registry is as it was."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.databases import everything
from tests.registry import made_up
from tests.registry.made_up import approval, table_of, write_csv, write_lines, write_workbook
from validator.errors import RegistryError, RegulationError
from validator.registry.importing import workbook
from validator.registry.lists import import_list
from validator.registry.registry import Registry

GOOD = approval("MU-1")
HEADINGS = ",".join(GOOD)
LINE = ",".join(GOOD.values())


def refused(registry: Registry, path: Path, mapping: Path | None = None) -> str:
    """The message, alike when looking and when applying; the registry is as it was."""
    before = everything(registry)
    said = set()
    for apply in (False, True):
        with pytest.raises((RegistryError, RegulationError)) as caught:
            import_list(registry, path, "approvals", "clerk", mapping=mapping, on=date(2024, 3, 1), apply=apply)
        said.add(str(caught.value))
    assert everything(registry) == before
    (message,) = said
    return message


ROWS: dict[str, tuple[list[dict[str, str]], tuple[str, ...]]] = {
    "overlap and disagree": (
        [approval("MU-1", valid_to="2022-12-31"), approval("MU-1", valid_from="2022-06-01", basis="PARTIAL_TEST")],
        ("list.csv:3: approval of MU-1 for CoP 5 Issue 6 overlaps another", "list.csv:2 covers some of its days"),
    ),
    "end before beginning": (
        [GOOD, approval("MU-2", valid_from="2022-01-01", valid_to="2021-12-31")],
        ("list.csv:3: valid_to 2021-12-31 is before valid_from 2022-01-01",),
    ),
    "no such Issue": (
        [approval("MU-1", issue="9")],
        ("list.csv:2: CoP 5 Issue 9 is not on file", "the registry has Issue 6, 7 of it"),
    ),
    "no such CoP": ([approval("MU-1", cop="4", issue="1")], ("list.csv:2: CoP 4 Issue 1 is not on file",)),
    "duplicate": ([GOOD, approval("MU-2"), GOOD], ("list.csv:4:", "is there twice", "list.csv:2")),
    "unknown source": ([approval("MU-1", source="NO-SUCH")], ("list.csv:2: unknown source 'NO-SUCH'",)),
    "unknown status": ([approval("MU-1", status="confirmd")], ("list.csv:2: unknown status", "did you mean confirmed")),
    "wrong committees": ([approval("MU-1", committees="ISG")], ("list.csv:2: committees ISG", "says SVG")),
    "blank firmware": ([approval("")], ("list.csv:2: firmware is blank",)),
    "a date of another form": ([approval("MU-1", valid_from="1/2/2020")], ("list.csv:2: valid_from '1/2/2020'",)),
    "too long for a database": ([approval("M" * 256)], ("list.csv:2: firmware has 256 characters, at most 255",)),
    "a control character": ([approval("MU\x1b[31m1")], (r"list.csv:2: firmware 'MU\x1b[31m1' has the control",)),
    "a null character": ([approval("MU\x001")], ("list.csv:2:",)),
}


@pytest.mark.parametrize("case", ROWS)
def test_rows(untouched: Registry, tmp_path: Path, case: str) -> None:
    rows, words = ROWS[case]
    said = refused(untouched, write_csv(tmp_path / "list.csv", rows))
    assert all(word in said for word in words), said


def test_every_bad_row_is_told(untouched: Registry, tmp_path: Path) -> None:
    rows = [GOOD, approval("MU-2", issue="9"), approval(""), approval("MU-4", status="sure")]
    said = refused(untouched, write_csv(tmp_path / "list.csv", rows))
    assert "3 of 4 rows of list.csv" in said
    assert [line.split(": ")[0] for line in said.splitlines()[1:]] == ["list.csv:3", "list.csv:4", "list.csv:5"]


def test_many_bad_rows_are_counted(registry: Registry, tmp_path: Path) -> None:
    said = refused(registry, write_csv(tmp_path / "list.csv", [approval("", variant=f"V{n}") for n in range(60)]))
    assert "60 of 60 rows" in said
    assert said.endswith("and 10 more")


def test_an_approval_that_contradicts_one_on_file(registry: Registry, tmp_path: Path) -> None:
    import_list(registry, write_csv(tmp_path / "a.csv", [GOOD]), "approvals", "clerk", apply=True)
    two = [approval("MU-1", valid_from="2019-01-01", valid_to="2019-12-31"), approval("MU-1", valid_from="2023-01-01")]
    path = write_csv(tmp_path / "list.csv", two)
    before = everything(registry)
    with pytest.raises(RegulationError, match=r"list.csv:3: approval of MU-1 .* overlaps another, registry/approvals"):
        import_list(registry, path, "approvals", "clerk", keep_unlisted=True, apply=True)
    assert everything(registry) == before


FILES: dict[str, tuple[str, bytes, tuple[str, ...]]] = {
    "renamed": ("list.csv", f"{HEADINGS.replace('firmware,', 'firmwares,', 1)}\n{LINE}\n".encode(),
                ("an unknown column 'firmwares' in row 1 of list.csv", "did you mean firmware? Rename")),
    "renamed, not required": ("list.csv", f"{HEADINGS.replace('valid_from,', 'valid_form,')}\n{LINE}\n".encode(),
                              ("unknown column 'valid_form'", "did you mean valid_from?")),
    "Latin-1": ("list.csv", f"{HEADINGS}\n{LINE}\n{LINE.replace('MU-1', 'MÜ-1')}\n".encode("latin-1"),
                ("list.csv:3: a byte is not UTF-8",)),
    "UTF-16": ("list.csv", f"{HEADINGS}\n{LINE}\n".encode("utf-16"), ("list.csv:1: a byte is not UTF-8",)),
    "empty": ("list.csv", b"", ("list.csv has no row 1",)),
    "blank lines": ("list.csv", b"\n\n\n", ("list.csv has no row 1",)),
    "headings only": ("list.csv", f"{HEADINGS}\n".encode(), ("list.csv has headings only",)),
    "ragged": ("list.csv", f"{HEADINGS}\n{LINE}\n{LINE},more\n".encode(), ("list.csv:3: 18 cells",)),
    "an open quote": ("list.csv", f'{HEADINGS}\n"{LINE}\n'.encode(), ("list.csv:2: the line is not CSV",)),
    "a heading twice": (
        "list.csv", f"{HEADINGS},firmware\n{LINE},X\n".encode(), ("'firmware' is there twice",)
    ),
    "semicolons": ("list.csv", f"{HEADINGS}\n{LINE}\n".replace(",", ";").encode(), ("no column 'manufacturer'",)),
    "old Excel": ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), (".xls", "Save it as .xlsx")),
    "a zip that is no workbook": ("list.xlsx", b"PK\x03\x04 and nothing", ("list.xlsx is a damaged workbook",)),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_files(untouched: Registry, tmp_path: Path, case: str) -> None:
    name, content, words = FILES[case]
    path = tmp_path / name
    path.write_bytes(content)
    said = refused(untouched, path)
    assert all(word in said for word in words), said


def test_no_file_and_a_folder(untouched: Registry, tmp_path: Path) -> None:
    assert "no readable file" in refused(untouched, tmp_path / "absent.csv")
    assert "no readable file" in refused(untouched, tmp_path)


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def _repacked(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def _merged(path: Path) -> None:
    write_workbook(path, {"List": table_of([GOOD, approval("MU-2")])}, merge="A2:A3")


def _merged_title(path: Path) -> None:
    write_workbook(path, {"List": table_of([GOOD, approval("MU-2")])}, merge="C1:D1")


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _flipped(path: Path) -> None:
    members = _members(path)
    members[SHEET] = members[SHEET][:300] + b"<<" + members[SHEET][302:]
    _repacked(path, members)


def _without_sheet(path: Path) -> None:
    _repacked(path, {name: content for name, content in _members(path).items() if name != SHEET})


def _a_document(path: Path) -> None:
    _repacked(path, {"word/document.xml": b"<document/>", "[Content_Types].xml": b"<Types/>"})


def _far_off(path: Path) -> None:
    members = _members(path)
    cell = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    members[SHEET] = members[SHEET].replace(b"</sheetData>", cell)
    _repacked(path, members)


def _nowhere(path: Path) -> None:
    """The reader of sheets takes it for a column very far off."""
    members = _members(path)
    members[SHEET] = members[SHEET].replace(b"</sheetData>", b'<row><c r="CHECKA1"/></row></sheetData>')
    _repacked(path, members)


def _unnumbered(path: Path) -> None:
    members = _members(path)
    wide, deep = b"<row>" + b"<c/>" * 9_000 + b"</row>", b"<row><c/></row>" * 9_000
    members[SHEET] = members[SHEET].replace(b"</sheetData>", wide + deep + b"</sheetData>")
    _repacked(path, members)


def _bomb(path: Path) -> None:
    members = _members(path)
    members[SHEET] = members[SHEET].replace(b"</sheetData>", b" " * 1_000_000 + b"</sheetData>")
    _repacked(path, members)


def _bomb_in_disguise(path: Path) -> None:
    """It says of itself that it is small."""
    _bomb(path)
    size = len(_members(path)[SHEET])
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 5000)))


WORKBOOKS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "merged cells": (_merged, ("merged cells A2:A3 in list.xlsx/List", "Unmerge them")),
    "merged headings": (_merged_title, ("merged cells C1:D1",)),
    "cut short": (_cut_short, ("list.xlsx is a damaged workbook",)),
    "broken XML": (_flipped, ("list.xlsx is a damaged workbook",)),
    "no sheet": (_without_sheet, ("list.xlsx",)),
    "a document": (_a_document, ("list.xlsx is not a workbook",)),
    "a cell far off": (_far_off, ("row 1,048,576", "column XFD", "Delete what stands far off")),
    "a cell at no place": (_nowhere, ("list.xlsx is a damaged workbook", "a cell at 'CHECKA1'")),
    "cells without references": (_unnumbered, ("Delete what stands far off",)),
    "a zip bomb": (_bomb, ("list.xlsx unpacks to", "at most 500,000")),
    "a zip bomb in disguise": (_bomb_in_disguise, ("list.xlsx",)),
}


@pytest.mark.parametrize("case", WORKBOOKS)
def test_workbooks(untouched: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    monkeypatch.setattr(workbook, "MOST_BYTES", 500_000)
    spoil, words = WORKBOOKS[case]
    path = write_workbook(tmp_path / "list.xlsx", {"List": table_of([GOOD])})
    spoil(path)
    said = refused(untouched, path)
    assert all(word in said for word in words), said


def test_a_merged_title_above_the_headings_is_no_fault(registry: Registry, tmp_path: Path) -> None:
    rows = [["A made-up list", ""], *table_of([GOOD])]
    path = write_workbook(tmp_path / "list.xlsx", {"List": rows}, merge="A1:B1")
    mapping = write_lines(
        tmp_path / "m.toml", "header_row = 2", "[columns]", *(f'{column} = "{column}"' for column in GOOD)
    )
    done = import_list(registry, path, "approvals", "clerk", mapping=mapping, apply=True)
    assert len(done.difference.added) == 1


def test_what_looks_like_a_formula_is_text(registry: Registry, tmp_path: Path) -> None:
    names = ["=1+1", "+44", "-MU", "@SUM(A1)", '=HYPERLINK("x")']
    done = import_list(
        registry, write_csv(tmp_path / "list.csv", [approval(n) for n in names]), "approvals", "x", apply=True
    )
    assert [row.cells["firmware"] for row in done.difference.added] == names
    assert set(names) <= {row.firmware for row in registry.regulation().listing.approvals}


def test_a_formula_without_a_value_is_a_blank(untouched: Registry, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "list.xlsx", {"List": table_of([approval("=1+1")])})
    assert "list.xlsx/List:2: firmware is blank" in refused(untouched, path)


MAPPED = """
[columns]
manufacturer = "Maker"
meter_type = "Meter"
variant = "variant"
firmware = "CLEM"
[split]
variant = "/"
[patterns]
"Codes" = 'CoP(?P<cop>[0-9]+) Iss(?P<issue>[0-9]+)'
[always]
source = "RECALLED"
status = "recalled"
"""
THEIRS = "Maker,Meter,variant,CLEM,Codes\nMade-up Meters Ltd,MADE-UP 1,V1,MU-1,CoP5 Iss6\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("CLEM", "Firmware", ("no column 'CLEM' in row 1 of list.csv", "change the mapping file")),
        ("variant", "kind", ("no column 'variant'",)),
        ("Codes", "Code", ("no column 'Codes'", "did you mean Code?")),
        ("CoP5 Iss6", "CoP five", ("list.csv:2: Codes 'CoP five' is not understood",)),
        ("CoP5 Iss6", "CoP5 Iss9", ("list.csv:2: CoP 5 Issue 9 is not on file",)),
    ],
)
def test_a_list_that_is_not_as_the_mapping_says(
    untouched: Registry, tmp_path: Path, old: str, new: str, words: tuple[str, ...]
) -> None:
    mapping = write_lines(tmp_path / "m.toml", MAPPED)
    path = write_lines(tmp_path / "list.csv", THEIRS.replace(old, new))
    said = refused(untouched, path, mapping)
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[colums]\nfirmware = 'x'", ("'colums' in mapping m.toml", "did you mean columns?")),
        ("[columns]\nfirmwear = 'x'", ("'firmwear'", "did you mean firmware?")),
        ("[columns]\nrecorded_on = 'x'", ("'recorded_on'", "a column of approvals.csv")),
        ("[columns]\nissue = 6", ("'columns'", "of texts")),
        ("columns = 'x'", ("'columns'", "a table [columns]")),
        ("words = 'x'", ("'words'", "a table [words]")),
        ("[words]\nbasis = 'x'", ("'basis'", "a table [basis]")),
        ("[words.basis]\nx = 'y'", ("'basis'", "a column that [columns] maps")),
        ("[columns]\ncop = 'CoP'\n[split]\ncop = ''", ("'cop'", "the mark between the parts")),
        ("[split]\ncop = '/'", ("'cop'", "a column that [columns] maps")),
        ("[patterns]\nCodes = '(?P<cop>['", ("'Codes'", "a regular expression")),
        ("[patterns]\nCodes = 'CoP'", ("'Codes'", "named groups")),
        ("header_row = 0", ("'header_row'", "from 1")),
        ("header_row = true", ("'header_row'", "from 1")),
        ("[source]\ntittle = 'x'", ("'tittle'", "did you mean title?")),
        ("[columns]\nfirmware = 'firmware'", ("no manufacturer in the mapping", "[columns], [patterns] or [always]")),
        ("[columns", ("m.toml that cannot be read",)),
    ],
)  # fmt: skip
def test_mappings(untouched: Registry, tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    mapping = write_lines(tmp_path / "m.toml", text)
    said = refused(untouched, write_csv(tmp_path / "list.csv", [GOOD]), mapping)
    assert all(word in said for word in words), said


def test_a_mapping_that_is_not_there(untouched: Registry, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [GOOD])
    assert "no.toml that cannot be read" in refused(untouched, path, tmp_path / "no.toml")


def test_a_sheet_that_is_not_there(untouched: Registry, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "list.xlsx", {"List": table_of([GOOD]), "Notes": [["x"]]})
    mapping = write_lines(tmp_path / "m.toml", "sheet = 'Lists'")
    assert "no sheet 'Lists' in list.xlsx; expected one of List, Notes" in refused(untouched, path, mapping)


def test_damage_anywhere_never_crashes(tmp_path: Path) -> None:
    """A byte changed at a time, over the whole workbook: read, or refused."""
    path = write_workbook(tmp_path / "list.xlsx", {"List": table_of([GOOD])})
    whole = path.read_bytes()
    for at in range(0, len(whole), 97):
        path.write_bytes(bytes([*whole[:at], whole[at] ^ 0x55, *whole[at + 1 :]]))
        try:
            workbook.worksheet("list.xlsx", path.read_bytes(), "", 1)
        except RegistryError:
            continue
    assert io.BytesIO(whole).read(2) == b"PK"


def test_names_of_columns() -> None:
    assert [workbook.column_name(at) for at in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert workbook.cell_name(0, 0) == "A1"
    assert made_up.HEADINGS[0] == "manufacturer"
