"""Plain and narrow CSV: what is read, and what each broken cell is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.readings.customers import HALF_HOUR, MIDNIGHT, narrow_csv, plain_csv, times
from tests.readings.samples import DAY, MPAN, read, refusal, rows
from validator.readings import Hints
from validator.schema import FLAG_ESTIMATED, FLAG_INVALID_STATUS, READINGS


def test_a_plain_day() -> None:
    source = read(plain_csv(), "day.csv")
    assert source.format == "csv-half-hour"
    assert source.readings.schema == READINGS
    assert source.readings.to_pylist() == [
        {
            **dict.fromkeys(READINGS.names),
            "mpan_core": MPAN,
            "measurement_quantity": "AI",
            "role": "MAIN",
            "settlement_date": DAY,
            "energy_kwh": [1.5] * 48,
            "period_flags": [0] * 48,
            "utc_day": False,
            "alarms_carried": False,
            "source_file": "day.csv",
            "source_row": 1,
        }
    ]


@pytest.mark.parametrize(
    ("header", "options", "expected"),
    [
        ("Time", {}, (False, 3)),
        ("Time", {"time_base": "utc"}, (True, 3)),
        ("Time (UTC)", {}, (True, 3)),
        ("HH start GMT", {"time_base": "local"}, (True, 3)),
        ("Local time", {"time_base": "utc"}, (False, 3)),
        ("Period ending", {}, (False, 2)),
        ("period_end_utc", {}, (True, 2)),
        ("Time", {"hints": Hints(stamps="end")}, (False, 2)),
        ("Start time", {"hints": Hints(stamps="end")}, (False, 3)),
        ("Time to", {}, (False, 2)),
    ],
)
def test_the_header_says_how_times_are_meant(header: str, options: Any, expected: tuple[bool, int]) -> None:
    row = rows(plain_csv(f"{MPAN},AI,2026-04-01 01:00,1.5,A", time=header), **options)[0]
    assert (row["utc_day"], row["energy_kwh"].index(1.5) + 1) == expected


def test_the_house_words_are_utc_and_import() -> None:
    sent = [f"{MPAN},{word},2026-04-01 01:00,1.5,A" for word in ("ACTIVE", "REACTIVE_IMP", "REACTIVE_EXP")]
    found = rows(plain_csv(*sent))
    assert [row["measurement_quantity"] for row in found] == ["AI", "RI", "RE"]
    assert all(row["utc_day"] for row in found)


def test_times_with_an_offset_are_instants_in_the_callers_days() -> None:
    sent = plain_csv(f"{MPAN},AI,2026-04-01T00:00:00Z,1.5,A", f"{MPAN},AI,2026-04-01T01:00:00Z,2.5,A")
    local, utc = rows(sent)[0], rows(sent, time_base="utc")[0]
    assert [local["energy_kwh"].index(value) for value in (1.5, 2.5)] == [2, 4]
    assert [utc["energy_kwh"].index(value) for value in (1.5, 2.5)] == [0, 2]


def test_what_does_not_come_is_missing_and_statuses_stay_with_their_values() -> None:
    sent = plain_csv(
        f"{MPAN},AI,2026-04-01 00:00,1.5,E", f"{MPAN},AI,2026-04-01 01:00,,", f"{MPAN},AI,2026-04-01 01:30,2,X"
    )
    row = rows(sent)[0]
    assert row["energy_kwh"] == [1.5, None, None, 2.0] + [None] * 44
    assert row["period_flags"] == [FLAG_ESTIMATED, 0, 0, FLAG_INVALID_STATUS] + [0] * 44


def test_a_day_without_statuses_has_none() -> None:
    sent = plain_csv(
        f"{MPAN},AI,2026-04-01 00:00,1,", f"{MPAN},AI,2026-04-02 00:00,1,A", f"{MPAN},RI,2026-04-02 00:00,1,"
    )
    assert [row["period_flags"] is None for row in rows(sent)] == [True, False, True]


def test_rows_in_any_order_are_the_same_day() -> None:
    body = [f"{MPAN},AI,{at:%d/%m/%Y %H:%M},{at.hour}.5,A" for at in times()]
    shuffled = body[::2] + body[1::2][::-1]
    assert rows(plain_csv(*shuffled))[0]["energy_kwh"] == rows(plain_csv(*body))[0]["energy_kwh"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_forms_that_read_alike(end: str) -> None:
    expected = read(plain_csv()).readings
    assert read(b"\xef\xbb\xbf" + plain_csv(end=end) + b"\r\n").readings == expected
    assert read(plain_csv().replace(MPAN.encode(), b'"' + MPAN.encode() + b'"')).readings == expected
    assert read(plain_csv().replace(b",AI,", b", ai ,")).readings == expected


def test_other_columns_are_named_and_a_header_alone_has_no_rows() -> None:
    assert read(b"Site,MPAN,Channel,Time,Value\n").ignored_columns == ("site",)
    assert rows(plain_csv("x").split(b"\n")[0] + b"\n", format="csv-half-hour") == []


_GOOD = f"{MPAN},AI,2026-04-01 00:00,1,A"
_WRONG = [
    (f"{MPAN},AI,2026-04-01 00:15,1,A", "time", "00:15", "hour or half hour"),
    (f"{MPAN},AI,2026-04-01 00:30:01,1,A", "time", "00:30:01", "hour or half hour"),
    (f"{MPAN},AI,01-04-2026 00:30,1,A", "time", "01-04-2026", "half hour's start"),
    (f"{MPAN},AI,2026-04-01 24:00,1,A", "time", "24:00", "half hour's start"),
    (f"{MPAN},AI,2026-02-30 00:00,1,A", "time", "2026-02-30", "half hour's start"),
    (f"{MPAN},AI,2026-03-29 01:30,1,A", "time", "01:30", "went forward"),
    (f"{MPAN},AI,2026-04-01 00:30Z,1,A", "time", "00:30Z", "without an offset"),
    (f"{MPAN},AI,2027-04-01 00:30,1,A", "time", "2027-04-01", "far future"),
    (f"{MPAN},AI,1989-04-01 00:30,1,A", "time", "1989-04-01", "1990"),
    (f"{MPAN},AI,2026-04-01 00:00,2,A", "time", "which line 3 holds already", "one row"),
    (f'{MPAN},AI,2026-04-01 00:30,"1,5",A', "value", "'1,5'", "decimal number"),
    (f"{MPAN},AI,2026-04-01 00:30,NaN,A", "value", "'NaN'", "decimal number"),
    (f"{MPAN},AI,2026-04-01 00:30,inf,A", "value", "'inf'", "decimal number"),
    (f"{MPAN},AI,2026-04-01 00:30,1e400,A", "value", "'1e400'", "decimal number"),
    (f"{MPAN},AI,2026-04-01 00:30,1,ok", "status", "'ok'", "A, E or C"),
    (",AI,2026-04-01 00:30,1,A", "mpan", "blank", "a value"),
    (f"{MPAN},,2026-04-01 00:30,1,A", "channel", "blank", "a value"),
    (f"{MPAN},AI,2026-04-01 00:30,1", None, "4 cells", "5"),
    (f"{MPAN},AI,2026-04-01 00:30,1,A,x", None, "6 cells", "5"),
    ("", "mpan", "blank", "a value"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "column", "found", "expected"), _WRONG, ids=[case[2] for case in _WRONG])
def test_a_wrong_row_is_refused_with_its_place(wrong: str, column: str | None, found: str, expected: str) -> None:
    whole = [f"{MPAN},RI,2026-04-01 {at:%H:%M},1,A" for at in times()]
    error = refusal(plain_csv(*whole, _GOOD, wrong, _GOOD.replace("00:00", "03:00")))
    assert (error.place.line, error.place.row, error.place.column) == (51, 50, column)
    assert found.replace("line 3", "line 50") in error.found
    assert expected in error.expected
    assert error.good == 1


def test_the_first_fault_of_the_file_is_told() -> None:
    error = refusal(plain_csv(_GOOD, f"{MPAN},AI,2026-04-01 00:45,1,A", f"{MPAN},AI,2026-04-01 01:00,x,A"))
    assert (error.place.line, error.place.column) == (3, "time")


def test_bytes_that_are_not_utf8_are_refused() -> None:
    error = refusal(plain_csv(_GOOD, "\xe9,AI,2026-04-01 00:30,1,A").replace("\xe9".encode(), b"\xe9"))
    assert error.place.line == 3


@pytest.mark.parametrize("name", ["MPAN", "Channel", "Time", "Value"])
def test_a_header_without_a_part_is_refused(name: str) -> None:
    error = refusal(plain_csv().replace(name.encode(), b"Other", 1), format="csv-half-hour")
    assert error.place.line == 1
    assert "a column for the" in error.expected


def test_a_long_and_a_short_local_day() -> None:
    for on, labels, count in (
        ("2025-10-26", [*range(2), *range(2, 4), *range(2, 48)], 50),
        ("2025-03-30", [0, 1, *range(4, 48)], 46),
    ):
        sent = [f"{MPAN},AI,{on} {half // 2:02d}:{half % 2 * 30:02d},{index}.5,A" for index, half in enumerate(labels)]
        assert rows(plain_csv(*sent))[0]["energy_kwh"] == [index + 0.5 for index in range(count)]


def test_the_repeated_hour_once_leaves_its_second_half_missing() -> None:
    sent = [f"{MPAN},AI,2025-10-26 {half // 2:02d}:{half % 2 * 30:02d},1.5,A" for half in range(48)]
    assert rows(plain_csv(*sent))[0]["energy_kwh"] == [1.5] * 4 + [None] * 2 + [1.5] * 44


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("MPAN,Channel,Date,Period,kWh", "AI,01/04/2026,3,1.5"),
        ("MPAN,Quantity,Settlement Date,SP,Actual kWh,Vendor", "AI,2026-04-01,3,1.5,x"),
        ("MPAN,Channel,Date,kWh", "AI,2026-04-01 01:00,1.5"),
        ("mpan_core,Channel,start_time,usage", "AI,2026-04-01 01:00,1.5"),
    ],
)
def test_near_relatives(header: str, cells: str) -> None:
    source = read(f"{header}\n{MPAN},{cells}\n".encode())
    assert source.format == "csv-half-hour"
    assert source.readings["energy_kwh"].to_pylist()[0][:4] == [None, None, 1.5, None]


def test_a_role_is_honoured() -> None:
    sent = f"MPAN,Channel,Time,kWh,Role\n{MPAN},AI,2026-04-01 01:00,1.5,CHECK\n"
    assert rows(sent.encode())[0]["role"] == "CHECK"
    assert refusal(sent.replace("CHECK", "SPARE").encode()).place.column == "role"


# Narrow


def test_a_narrow_day() -> None:
    source = read(narrow_csv(), "day.csv")
    assert source.format == "csv-narrow"
    row = source.readings.to_pylist()[0]
    assert (row["role"], row["energy_kwh"], row["period_flags"], row["utc_day"]) == ("MAIN", [1.5] * 48, None, False)


def test_all_narrow_columns() -> None:
    names = "role,settlement_date,settlement_period,energy_kwh,period_flags,utc_day,meter_serial,outstation_id,firmware"
    sent = narrow_csv(
        f"{MPAN},AI,CHECK,2026-04-01,2,1.5,4,true,S 1,OUT1,M6X8G05",
        f"{MPAN},AI,CHECK,2026-04-01,1,-2,0,true,S 1,OUT1,M6X8G05",
        names=names,
    )
    row = rows(sent)[0]
    assert row["energy_kwh"] == [-2.0, 1.5] + [None] * 46
    assert row["period_flags"] == [0, 4] + [0] * 46
    assert (row["alarms_carried"], row["utc_day"], row["role"]) == (True, True, "CHECK")
    assert (row["meter_serial"], row["outstation_id"], row["firmware"]) == ("S 1", "OUT1", "M6X8G05")


@pytest.mark.parametrize(("name", "shift"), [("period_start", 0), ("period_end", 1)])
def test_narrow_stamps(name: str, shift: int) -> None:
    sent = [f"{MPAN},AI,{MIDNIGHT + HALF_HOUR * (index + shift)},{index}.5" for index in range(48)]
    assert rows(narrow_csv(*sent, names=f"{name},energy_kwh"))[0]["energy_kwh"] == [index + 0.5 for index in range(48)]


def test_a_period_beyond_the_day_is_left_to_the_checks() -> None:
    row = rows(narrow_csv(f"{MPAN},AI,2026-04-01,50,1.5"))[0]
    assert row["energy_kwh"] == [None] * 49 + [1.5]


def test_an_unknown_quantity_is_left_to_the_checks() -> None:
    assert rows(narrow_csv(f"{MPAN},XX,2026-04-01,1,1.5"))[0]["measurement_quantity"] == "XX"


_NARROW = "settlement_date,settlement_period,energy_kwh"
_WRONG_NARROW = [
    (_NARROW, "2026-04-01,0,1", "settlement_period", "from 1 to 50"),
    (_NARROW, "2026-04-01,51,1", "settlement_period", "from 1 to 50"),
    (_NARROW, "2026-04-01,1.5,1", "settlement_period", "whole number"),
    (_NARROW, "2026-04-01,,1", "settlement_period", "a value"),
    (_NARROW, "2026-04-01,2,x", "energy_kwh", "decimal number"),
    (_NARROW, "01/04/2026,2,1", "settlement_date", "a date"),
    (_NARROW, "2026-04-01,1,1", "settlement_period", "one row"),
    (f"role,{_NARROW}", "BOTH,2026-04-01,2,1", "role", "MAIN or CHECK"),
    (f"{_NARROW},status", "2026-04-01,2,1,AA", "status", "letter"),
    (f"{_NARROW},period_flags", "2026-04-01,2,1,70000", "period_flags", "65535"),
    (f"{_NARROW},period_flags", "2026-04-01,2,1,", "period_flags", "65535"),
    (f"{_NARROW},utc_day", "2026-04-01,2,1,maybe", "utc_day", "true or false"),
    (f"{_NARROW},utc_day", "2026-04-01,2,1,false", "utc_day", "same in every row"),
    (f"{_NARROW},firmware", "2026-04-01,2,1,B", "firmware", "'A'"),
]


@pytest.mark.parametrize(("names", "cells", "column", "expected"), _WRONG_NARROW)
def test_a_wrong_narrow_row_is_refused(names: str, cells: str, column: str, expected: str) -> None:
    last = {"status": ",A", "period_flags": ",0", "utc_day": ",true", "firmware": ",A"}.get(names.split(",")[-1], "")
    good = ("MAIN," if names.startswith("role") else "") + "2026-04-01,1,1" + last
    error = refusal(narrow_csv(f"{MPAN},AI,{good}", f"{MPAN},AI,{cells}", names=names))
    assert (error.place.line, error.place.row, error.place.column) == (3, 2, column)
    assert expected in error.expected


_WRONG_HEADERS = [
    ("settlement_period,energy_kwh", "settlement_date"),
    ("settlement_date,settlement_period,energy_kw", "energy_kwh"),
    ("settlement_date,settlement_period,energy_kwh,statuss", "statuss"),
    ("period_start,period_end,energy_kwh", "period_end"),
    ("period_start,settlement_date,energy_kwh", "settlement_date"),
    ("settlement_date,settlement_period,energy_kwh,status,period_flags", "period_flags"),
    ("settlement_date,settlement_period,energy_kwh,energy_kwh", "energy_kwh"),
]


@pytest.mark.parametrize(("names", "column"), _WRONG_HEADERS)
def test_a_wrong_narrow_header_is_refused(names: str, column: str) -> None:
    assert refusal(narrow_csv("x", names=names)).place.column == column


def test_a_line_end_within_a_row_is_refused() -> None:
    assert refusal(plain_csv(_GOOD, _GOOD.replace(",AI", "\r,AI"))).place.line == 3
