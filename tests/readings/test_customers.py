"""Stark DF2, British Gas and EDF files: what is read, and what each broken line is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.readings.customers import british_gas, df2, edf
from tests.readings.samples import DAY, MPAN, joined, read, refusal, rows
from validator.readings import Hints
from validator.schema import FLAG_ESTIMATED, FLAG_INVALID_STATUS, READINGS


def _expected(**changes: Any) -> dict[str, Any]:
    row = {
        **dict.fromkeys(READINGS.names),
        "mpan_core": MPAN,
        "measurement_quantity": "AI",
        "role": "MAIN",
        "settlement_date": DAY,
        "energy_kwh": [1.5] * 48,
        "period_flags": [0] * 48,
        "utc_day": True,
        "alarms_carried": False,
        "source_file": "sent",
        "source_row": 1,
    }
    return row | changes


def test_df2_in_one_day() -> None:
    assert rows(df2()) == [_expected(source_row=4)]


def test_df2_ends_are_utc_and_the_last_character_of_a_status_counts() -> None:
    sent = df2("01/04/26,00:30,1,A", "01/04/2026,01:00:00,2, 12E ", "02/04/26,00:00,3,?", "01/04/26,02:00,4,")
    row = rows(sent)[0]
    assert row["energy_kwh"] == [1.0, 2.0, None, 4.0, *[None] * 43, 3.0]
    invalid = FLAG_INVALID_STATUS
    assert row["period_flags"] == [0, FLAG_ESTIMATED, 0, invalid, *[0] * 43, invalid]


def test_df2_sensors_are_quantities() -> None:
    above = [line for sensor in "1234" for line in (f"#S {sensor}", "01/04/26,00:30,1,A")]
    found = rows(joined(["#F2", f"#O {MPAN}-Example", *above, "#O 9901", "#S 1", "01/04/26,00:30,1,A"]))
    assert [(row["mpan_core"], row["measurement_quantity"], row["source_row"]) for row in found] == [
        (MPAN, "AI", 4), (MPAN, "AE", 6), (MPAN, "RI", 8), (MPAN, "RE", 10), ("9901", "AI", 13),
    ]  # fmt: skip


def test_df2_without_statuses_has_none() -> None:
    assert rows(df2("01/04/26,00:30,1", "01/04/26,01:00,2"))[0]["period_flags"] is None


def test_a_df2_channel_opened_again_is_a_duplicate_day_and_not_an_error() -> None:
    day = df2()
    again = day + b"".join(day.splitlines(keepends=True)[2:])
    assert [row["settlement_date"] for row in rows(again)] == [DAY, DAY]


@pytest.mark.parametrize("content", [df2().replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + df2() + b"\n\r\n", df2()[:-1]])
def test_df2_forms_that_read_alike(content: bytes) -> None:
    assert read(content).readings == read(df2()).readings


_HEAD = ("#F2", f"#O {MPAN}", "#S 1")
_GOOD = "01/04/26,00:30,1,A"
_WRONG_DF2 = [
    ((*_HEAD, _GOOD, "01/04/26,00:45,1,A"), 5, "time", "hour or half hour"),
    ((*_HEAD, _GOOD, "01/04/26,00:30,1,A"), 5, "time", "one row"),
    ((*_HEAD, _GOOD, "2026-04-01,01:00,1,A"), 5, "time", "half hour's end"),
    ((*_HEAD, _GOOD, "31/04/26,01:00,1,A"), 5, "time", "half hour's end"),
    ((*_HEAD, _GOOD, "01/04/26,01:00,1.2.3,A"), 5, "value", "decimal number"),
    ((*_HEAD, _GOOD, "01/04/26,01:00,nan,A"), 5, "value", "decimal number"),
    ((*_HEAD, _GOOD, "01/04/26,01:00,1,A1"), 5, "status", "A, E or C"),
    ((*_HEAD, _GOOD, "01/04/26,01:00,1"), 5, None, "value,status"),
    ((*_HEAD, _GOOD, "01/04/26,01:00,1,5,A"), 5, None, "value,status"),
    ((*_HEAD, _GOOD, ""), 5, "time", "a date and a time"),
    ((*_HEAD, _GOOD, "", _GOOD), 5, None, "value,status"),
    ((*_HEAD, _GOOD, "#S 5"), 5, None, "1 to 4"),
    ((*_HEAD, _GOOD, "#X"), 5, None, "#O"),
    (("#F2", "#S 1", _GOOD), 2, None, "#O"),
    (("#F2", f"#O {MPAN}", _GOOD), 3, None, "#O and #S"),
    (("#F2", _GOOD), 2, None, "#O and #S"),
    ((*_HEAD, "01/04/89,00:30,1,A"), 4, "date", "far future"),
    ((*_HEAD, "01/04/1989,00:30,1,A"), 4, "date", "1990"),
]


@pytest.mark.parametrize(("lines", "line", "column", "expected"), _WRONG_DF2)
def test_a_wrong_df2_line_is_refused(lines: tuple[str, ...], line: int, column: str | None, expected: str) -> None:
    if lines[-1] == "":
        assert rows(joined(lines))
        return
    error = refusal(joined(lines))
    assert (error.place.line, error.place.column) == (line, column)
    assert expected in error.expected
    assert error.good == 0


def test_a_df2_fault_says_how_many_days_before_it_were_good() -> None:
    error = refusal(df2() + joined(["#S 2", "01/04/26,00:30,x,A"]))
    assert (error.place.line, error.good) == (53, 1)
    assert str(error).endswith("Correct the value. Channel-days before it that are good: 1")


def test_a_british_gas_day() -> None:
    found = rows(british_gas(count=2))
    assert found[0] == _expected(meter_serial="S95A 00001", period_flags=None)
    assert found[1]["source_row"] == 2


def test_british_gas_spaces_in_numbers_are_stray() -> None:
    row = rows(british_gas(["0. 262", " 1.5", "2.5 ", "", *["1.5"] * 44]))[0]
    assert row["energy_kwh"][:5] == [0.262, 1.5, 2.5, None, 1.5]


@pytest.mark.parametrize(
    ("beyond", "more"),
    [("0,0", []), (",", []), ("0.0,", []), ("1.5,0", [1.5]), ("0,2.5", [0.0, 2.5]), (",2.5", [None, 2.5])],
)
def test_british_gas_columns_for_the_long_day(beyond: str, more: list[float]) -> None:
    assert rows(british_gas(beyond=beyond))[0]["energy_kwh"] == [1.5] * 48 + more


def test_british_gas_is_import_unless_told() -> None:
    assert rows(british_gas(), hints=Hints(channels=(f"{MPAN}/AE",)))[0]["measurement_quantity"] == "AE"


_WRONG_GAS = [
    (british_gas(["x", *["1"] * 47]), "value 1", "decimal number"),
    (british_gas(["1,2", *["1"] * 47]), None, "as many as the first row"),
    (british_gas(["NaN", *["1"] * 47]), "value 1", "decimal number"),
    (british_gas([" ", *["1"] * 47]), "value 1", "decimal number"),
    (british_gas(on="31/02/2026"), "date", "dd/mm/yyyy"),
    (british_gas(on="2026-04-01"), "date", "dd/mm/yyyy"),
    (british_gas(on="01/04/2027"), "date", "far future"),
    (british_gas().replace(MPAN.encode(), b""), "MPAN", "a value"),
    (b"\n", "MPAN", "a value"),
]


@pytest.mark.parametrize(("wrong", "column", "expected"), _WRONG_GAS)
def test_a_wrong_british_gas_row_is_refused(wrong: bytes, column: str | None, expected: str) -> None:
    error = refusal(british_gas(count=2) + wrong + british_gas())
    assert (error.place.line, error.place.column) == (3, column)
    assert expected in error.expected
    assert error.good == 2


def test_an_edf_day() -> None:
    source = read(edf())
    assert source.readings.to_pylist() == [_expected(utc_day=False)]
    assert source.ignored_columns == ("month",)


@pytest.mark.parametrize(("on", "count"), [("29-03-2026", 46), ("26-10-2025", 50), ("01-04-2026", 48)])
def test_edf_days_are_local(on: str, count: int) -> None:
    row = rows(edf(["1.5"] * count, ["Actual"] * count, on))[0]
    assert (row["energy_kwh"], row["period_flags"]) == ([1.5] * count, [0] * count)


def test_edf_dashes_are_missing_values() -> None:
    row = rows(edf(["1.5", "-", "2.5"], ["Estimated", "-", "-"]))[0]
    assert row["energy_kwh"] == [1.5, None, 2.5, *[None] * 45]
    assert row["period_flags"] == [FLAG_ESTIMATED, 0, FLAG_INVALID_STATUS, *[0] * 45]


def test_edf_rows_of_one_day_are_left_to_the_checks() -> None:
    assert len(rows(edf() + edf().split(b"\n", 1)[1])) == 2


def test_edf_without_flags_has_none() -> None:
    assert rows(edf(flags=["-"] * 48))[0]["period_flags"] is None


_WRONG_EDF = [
    (edf(["x"]), "value 1", "decimal number"),
    (edf(["- "]), "value 1", "decimal number"),
    (edf(flags=["Guess"]), "flag 1", "Actual, Estimated"),
    (edf(on="01/04/2026"), "settlement date", "dd-mm-yyyy"),
    (edf(on="01-04-2027"), "settlement date", "far future"),
    (edf().replace(f"{MPAN},AI".encode(), f"{MPAN},-".encode()), "measurement type", "a value"),
    (edf().replace(b",-\n", b"\n"), None, "104"),
]


@pytest.mark.parametrize(("wrong", "column", "expected"), _WRONG_EDF)
def test_a_wrong_edf_row_is_refused(wrong: bytes, column: str | None, expected: str) -> None:
    error = refusal(edf() + wrong.split(b"\n", 1)[1])
    assert (error.place.line, error.place.row, error.place.column) == (3, 2, column)
    assert expected in error.expected
    assert error.good == 1


def test_an_edf_header_of_another_width_is_refused() -> None:
    assert "104 columns" in refusal(edf().replace(b"Month,", b""), format="csv-edf").expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("below", [[f"#O {MPAN}"], ["#S 2", "01/04/2026,01:00,1.5,A"]])
def test_a_blank_line_above_another_channel_of_df2_is_refused(below: list[str], end: str) -> None:
    """Taken for the end of the rows it would leave fewer values than half hours."""
    lines = ["#F2", f"#O {MPAN}", "#S 1", "01/04/2026,00:30,1.5,A", "", *below]
    error = refusal(joined(lines, end))
    assert (error.place.line, error.found) == (5, "a blank line")
    source = read(joined(lines, end), lenient=True)
    assert [(each.first_line, each.last_line) for each in source.refused] == [(5, 5)]
