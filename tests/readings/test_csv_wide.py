"""Wide CSV: what is read, and what each broken cell is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.readings.samples import DAY, MPAN, NAMED, NAMED_CELLS, csv, csv_row, read, refusal, rows
from validator.schema import FLAG_ESTIMATED, FLAG_INVALID_STATUS, FLAG_PADDING, READINGS

_DAY = ["1.5"] * 48


def test_one_day() -> None:
    source = read(csv(csv_row(_DAY)), "day.csv")
    assert source.format == "csv-wide"
    assert source.readings.schema == READINGS
    assert source.readings.to_pylist() == [
        {
            **dict.fromkeys(READINGS.names),
            "mpan_core": MPAN,
            "measurement_quantity": "AI",
            "role": "MAIN",
            "settlement_date": DAY,
            "energy_kwh": [1.5] * 48,
            "utc_day": False,
            "alarms_carried": False,
            "source_file": "day.csv",
            "source_row": 1,
        }
    ]


def test_all_named_columns() -> None:
    named = (
        "meter_serial,outstation_id,firmware,register_start_kwh,register_end_kwh,register_read_kind,"
        "clock_error_s,collected_at,integration_minutes,utc_day,alarms_carried"
    )
    cells = "S95A 00001,OUT1,M6X8G05,100.5,172.5,SITE,-3.5,2026-04-02T07:00:00+01:00,30,true,true"
    sent = csv(csv_row(_DAY, named=f"{NAMED_CELLS},{cells}"), named=f"{NAMED},{named}")
    row = rows(sent)[0]
    assert [row[name] for name in named.split(",")] == [
        "S95A 00001", "OUT1", "M6X8G05", 100.5, 172.5, "SITE",
        -3.5, datetime(2026, 4, 2, 6, tzinfo=UTC), 30, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        csv(csv_row(_DAY), end="\r\n"),
        b"\xef\xbb\xbf" + csv(csv_row(_DAY)),
        csv(csv_row(_DAY)) + b"\r\n\n",
        csv(csv_row(_DAY)).removesuffix(b"\n"),
        csv(csv_row(_DAY), named=" MPAN_Core ,Measurement_Quantity, ROLE,settlement_date"),
        csv(csv_row(_DAY, named=f'"{MPAN}","AI","MAIN","2026-04-01"')),
        csv(csv_row(_DAY), named=NAMED.replace("role", '"role"')),
    ],
    ids=["CRLF", "BOM", "blank lines at the end", "no last line end", "capitals", "quotes", "quoted header"],
)
def test_accepted_forms_read_alike(content: bytes) -> None:
    assert read(content).readings == read(csv(csv_row(_DAY))).readings


@pytest.mark.parametrize(
    ("values", "day", "utc_day", "expected"),
    [
        (_DAY, "2026-01-15", False, [1.5] * 48),
        (["1.5"] * 46, "2026-03-29", False, [1.5] * 46),
        (["1.5"] * 46, "2026-03-29", True, [1.5] * 46 + [None] * 2),
        (["1.5"] * 46, "2026-01-15", False, [1.5] * 46 + [None] * 2),
        (["1.5"] * 47, "2026-03-29", False, [1.5] * 47),
        (["1.5"] * 50, "2025-10-26", False, [1.5] * 50),
        (["1.5"] * 48, "2025-10-26", False, [1.5] * 48 + [None] * 2),
        (["1.5"] * 48, "2025-10-26", True, [1.5] * 48),
        (["1.5"] * 50, "2026-01-15", False, [1.5] * 50),
        ([], "2026-01-15", False, [None] * 48),
        (["", "1.5", "", "-0.1"], "2026-01-15", False, [None, 1.5, None, -0.1] + [None] * 44),
    ],
)
def test_blank_cells_are_cut_down_to_the_day(
    values: list[str], day: str, utc_day: bool, expected: list[float | None]
) -> None:
    sent = csv(csv_row(values, named=f"{MPAN},AI,MAIN,{day}"))
    assert rows(sent, time_base="utc" if utc_day else "local")[0]["energy_kwh"] == expected


def test_columns_that_are_not_there_are_not_blanks() -> None:
    cells = ",".join([f"{MPAN},AI,MAIN,2025-10-26", *_DAY])
    assert rows(csv(cells, periods=48))[0]["energy_kwh"] == [1.5] * 48


def _flagged(flags: list[str], values: list[str] | None = None) -> dict[str, Any]:
    cells = [*flags, *[""] * (50 - len(flags))]
    return rows(csv(csv_row(_DAY if values is None else values, cells), flags=50))[0]


def test_letters_are_statuses() -> None:
    row = _flagged(["A", "E", "C", "X", "", *["A"] * 43])
    bad = FLAG_INVALID_STATUS
    assert row["period_flags"] == [0, FLAG_ESTIMATED, FLAG_PADDING, bad, bad, *[0] * 43]
    assert row["alarms_carried"] is False


def test_numbers_are_flag_bits() -> None:
    row = _flagged(["1", "65535", *["0"] * 46, "0", "0"])
    assert row["period_flags"] == [1, 65535, *[0] * 46]
    assert row["alarms_carried"] is True


def test_a_row_without_statuses_has_none() -> None:
    sent = csv(csv_row(_DAY, ["0"] * 48 + ["", ""]), csv_row(_DAY, [""] * 50), flags=50)
    found = [(row["period_flags"] is None, row["alarms_carried"]) for row in rows(sent)]
    assert found == [(False, True), (True, False)]


def test_a_missing_period_needs_no_status() -> None:
    row = _flagged(["A", "", "A"] + ["A"] * 45, ["1.0", "", "1.0"] + ["1.0"] * 45)
    assert row["period_flags"] == [0] * 48
    assert row["energy_kwh"][1] is None


def test_a_telling_status_after_the_last_value_is_kept() -> None:
    row = _flagged(["A"] * 48 + ["C", "A"])
    assert row["period_flags"] == [0] * 48 + [FLAG_PADDING]
    assert row["energy_kwh"] == [1.5] * 48 + [None]


def test_durations() -> None:
    durations = ",".join(f"d{period}" for period in range(1, 49))
    given = csv_row(_DAY) + ",1800" * 47 + ",1799.5"
    none = csv_row(_DAY) + "," * 48
    found = [row["period_duration_s"] for row in rows(csv(given, none, extra=f",{durations}"))]
    assert found == [[1800.0] * 47 + [1799.5], None]


def test_rows_are_numbered_and_other_columns_named() -> None:
    sent = csv(csv_row(_DAY) + ",x", csv_row(_DAY) + ",y", extra=",site")
    source = read(sent)
    assert source.readings["source_row"].to_pylist() == [1, 2]
    assert source.ignored_columns == ("site",)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_header_alone_has_no_rows(end: str) -> None:
    assert rows(csv().removesuffix(b"\n") + end.encode()) == []


def _with(position: int, text: str) -> str:
    return csv_row([*_DAY[: position - 1], text, *_DAY[position:]])


_WRONG_CELLS = [
    (_with(7, "12.4.5"), "p7", "'12.4.5'", "a decimal number"),
    (_with(7, "1e400"), "p7", "'1e400'", "a decimal number"),
    (_with(7, "NaN"), "p7", "'NaN'", "a decimal number"),
    (_with(7, "inf"), "p7", "'inf'", "a decimal number"),
    (_with(7, "null"), "p7", "'null'", "a decimal number"),
    (_with(7, " "), "p7", "' '", "a decimal number"),
    (_with(48, '"1,5"'), "p48", "'1,5'", "a decimal number"),
    (csv_row(_DAY, named=f",AI,MAIN,{DAY}"), "mpan_core", "null", "a value"),
    (csv_row(_DAY, named=f"{MPAN},AI,BOTH,{DAY}"), "role", "'BOTH'", "MAIN or CHECK"),
    (csv_row(_DAY, named=f"{MPAN},AI,MAIN,"), "settlement_date", "null", "a value"),
    (csv_row(_DAY, named=f"{MPAN},AI,MAIN,01/04/2026"), "settlement_date", "'01/04/2026'", "ISO text"),
    (csv_row(_DAY, named=f"{MPAN},AI,MAIN,2026-02-30"), "settlement_date", "'2026-02-30'", "ISO text"),
    (csv_row(_DAY, named=f"{MPAN},AI,MAIN,2026-06-03"), "settlement_date", "2026-06-03", "far future"),
    (csv_row(_DAY) + ",1", None, "55 cells", "54"),
    (csv_row(_DAY).removesuffix(","), None, "53 cells", "54"),
    ("", "mpan_core", "null", "a value"),
]


@pytest.mark.parametrize(("wrong", "column", "found", "expected"), _WRONG_CELLS, ids=[case[2] for case in _WRONG_CELLS])
def test_a_wrong_cell_is_refused_with_its_place(wrong: str, column: str | None, found: str, expected: str) -> None:
    error = refusal(csv(csv_row(_DAY), wrong, csv_row(_DAY)), "wrong.csv")
    assert error.place.file == "wrong.csv"
    assert (error.place.line, error.place.row, error.place.column) == (3, 2, column)
    assert found in error.found
    assert expected in error.expected


_WRONG_STATUSES = [
    (["A", "EE"], "f2", "'EE'", "A, E or C"),
    (["A", "1"], "f2", "'1'", "A, E or C"),
    (["1", "A"], "f2", "'A'", "flag bits"),
    (["1", "65536"], "f2", "'65536'", "flag bits"),
    (["1", "-1"], "f2", "'-1'", "flag bits"),
    (["1", "1.0"], "f2", "'1.0'", "flag bits"),
    (["1", "", *["0"] * 46], "f2", "blank", "flag bits"),
]


@pytest.mark.parametrize(("flags", "column", "found", "expected"), _WRONG_STATUSES)
def test_a_wrong_status_is_refused(flags: list[str], column: str, found: str, expected: str) -> None:
    cells = [*flags, *["0" if flags[0] == "1" else "A"] * (50 - len(flags))]
    error = refusal(csv(csv_row(_DAY, cells), flags=50))
    assert (error.place.line, error.place.row, error.place.column) == (2, 1, column)
    assert found in error.found
    assert expected in error.expected


_WRONG_HEADERS = [
    (csv(named=NAMED.replace(",role", "")), "role", "'role'", "Add the column 'role'"),
    (csv(named=NAMED.replace("mpan_core", "mpan_cor")), "mpan_core", "'mpan_core'", "Rename 'mpan_cor' to 'mpan_core'"),
    (csv(named=NAMED + ",clock_eror_s"), "clock_eror_s", "'clock_error_s'", "Rename it to 'clock_error_s'"),
    (csv(periods=47), "p48", "'p48'", "Add the column 'p48'"),
    (csv().replace(b",p7,", b",p-7,"), "p7", "'p7'", "Rename 'p-7' to 'p7'"),
    (csv(flags=50).replace(b",f7,", b",note,"), "f7", "'f7'", "Add"),
    (csv(periods=51), "p51", "p1 to p50", "Rename"),
    (csv(extra=",p99999999999999"), "p99999999999999", "p1 to p50", "Rename"),
    (csv(extra=",p01"), "p01", "p1 to p50", "Rename"),
    (csv(extra=",role"), "role", "each column once", ""),
    (csv(extra=",P1"), "p1", "each column once", ""),
]  # fmt: skip


@pytest.mark.parametrize(("content", "column", "expected", "action"), _WRONG_HEADERS)
def test_a_wrong_header_is_refused(content: bytes, column: str, expected: str, action: str) -> None:
    error = refusal(content)
    assert error.place.column == column
    assert expected in error.expected
    assert action in error.action


def test_bytes_that_are_not_utf8_are_refused() -> None:
    content = csv(csv_row(_DAY), csv_row(_DAY, named=f"{MPAN},AI,MAIN,2026-04-01"))
    error = refusal(content.replace(b"AI,MAIN,2026-04-01,1.5", b"A\xff,MAIN,2026-04-01,1.5", 1))
    assert error.place.line == 2
    assert "UTF-8" in error.expected


def test_many_rows_keep_their_order() -> None:
    days = [date.fromordinal(date(2020, 1, 1).toordinal() + index) for index in range(2000)]
    content = csv(*(csv_row([str(index)] * 50, named=f"{MPAN},AI,MAIN,{day}") for index, day in enumerate(days)))
    found = rows(content)
    assert [row["settlement_date"] for row in found] == days
    assert [row["energy_kwh"] for row in found] == [[float(index)] * 50 for index in range(2000)]
    wrong = content.replace(b"\n" + csv_row(["1999"] * 50, named=f"{MPAN},AI,MAIN,{days[-1]}").encode(), b"\nx,y")
    assert refusal(wrong).place.line == 2001
