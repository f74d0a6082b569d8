"""Customers' files read leniently: what is left out stands in `refused` with its bytes, and the rest is as sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle_customers import (
    OracleDay,
    OracleError,
    read_british_gas,
    read_df2,
    read_edf,
    read_plain,
)
from tests.readings import customers
from tests.readings.samples import MPAN, NAMED_CELLS, TODAY, csv, csv_row, joined, read, refusal
from tests.readings.test_customers_against_oracle import (
    _SETTINGS,
    _british_gas,
    _df2,
    _edf,
    _plain,
    _spoilt,
)
from validator.readings import Source, leniently

Read = Callable[[bytes, date], list[OracleDay]]


@pytest.fixture(autouse=True, params=[(10**6, 1), (0, 5)], ids=["one by one", "among few"])
def _ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults are met one after another in all of the file, or looked for among a few lines first."""
    monkeypatch.setattr(leniently, "_FEW", request.param[0])
    monkeypatch.setattr(leniently, "_AT_ONCE", request.param[1])


def _left_out(source: Source) -> set[int]:
    """Lines, from 1."""
    return {line for each in source.refused for line in range(each.first_line, each.last_line + 1)}


def _without(content: bytes, lines: set[int]) -> bytes:
    every = content.split(b"\n")
    return b"\n".join(line for number, line in enumerate(every, 1) if number not in lines)


def _holds(content: bytes, word: str, oracle: Read) -> None:
    """What is kept is what the second reader finds in the file without the refused lines, and no more is left out."""
    source = read(content, format=word, lenient=True)
    lines = content.split(b"\n")
    for each in source.refused:
        sent = b"\n".join(lines[each.first_line - 1 : each.last_line])
        assert each.content.rstrip(b"\n") == sent.rstrip(b"\n")
        assert each.reason.place.line is not None
        assert each.first_line <= each.reason.place.line <= each.last_line
    expected = oracle(_without(content, _left_out(source)), TODAY)
    rows = source.readings.to_pylist()
    assert [row["energy_kwh"] for row in rows] == [day.values for day in expected]
    assert [row["period_flags"] for row in rows] == [day.flags for day in expected]
    try:
        oracle(content, TODAY)
    except OracleError:
        return
    assert source.refused == ()


_ENDS = st.sampled_from(["\n", "\r\n"])


def _spoilt_twice(lines: list[str], data: st.DataObject) -> list[str]:
    return _spoilt(_spoilt(lines, data) or lines, data) or lines


@given(_df2(), _ENDS, st.data())
@_SETTINGS
def test_df2(lines: list[str], end: str, data: st.DataObject) -> None:
    _holds(joined(["#F2", *_spoilt_twice(lines[1:] or ["#O 1"], data)], end), "df2", read_df2)


@given(st.data(), _ENDS)
@_SETTINGS
def test_plain(data: st.DataObject, end: str) -> None:
    lines = data.draw(_plain("end", "utc"))
    content = joined([lines[0], *_spoilt_twice(lines[1:], data)], end)
    _holds(content, "csv-half-hour", lambda sent, today: read_plain(sent, today, "end", "utc"))


@given(_british_gas(), _ENDS, st.data())
@_SETTINGS
def test_british_gas(lines: list[str], end: str, data: st.DataObject) -> None:
    _holds(joined(_spoilt_twice(lines, data), end), "csv-british-gas", read_british_gas)


@given(_edf(), _ENDS, st.data())
@_SETTINGS
def test_edf(lines: list[str], end: str, data: st.DataObject) -> None:
    _holds(joined([lines[0], *_spoilt_twice(lines[1:], data)], end), "csv-edf", read_edf)


def test_a_row_of_a_day_is_a_channel_day_and_places_are_those_of_the_file() -> None:
    days = [f"{day:02}/04/2026" for day in range(1, 6)]
    lines = [customers.british_gas(on=day) for day in days]
    lines[1], lines[3] = lines[1].replace(b"1.5", b"x", 1), lines[3][:60] + b"\n"
    source = read(b"".join(lines), lenient=True)
    assert source.readings["source_row"].to_pylist() == [1, 3, 5]
    assert [(each.first_line, each.last_line, each.channel_days, each.content) for each in source.refused] == [
        (2, 2, 1, lines[1]), (4, 4, 1, lines[3]),
    ]  # fmt: skip
    assert [(each.reason.place.line, each.reason.place.row) for each in source.refused] == [(2, 2), (4, 4)]


def test_a_row_of_a_half_hour_leaves_it_missing() -> None:
    rows = [f"{MPAN},AI,{at:%Y-%m-%d %H:%M},1.5,A" for at in customers.times()]
    rows[3], rows[9] = rows[3].replace("1.5", "1,5"), rows[8]
    source = read(customers.plain_csv(*rows), lenient=True)
    (values,) = source.readings["energy_kwh"].to_pylist()
    assert [period for period, value in enumerate(values, 1) if value is None] == [4, 10]
    assert source.readings["source_row"].to_pylist() == [1]
    assert [each.first_line for each in source.refused] == [5, 11]
    assert "which line 10 holds already" in source.refused[1].reason.found
    assert sum(each.channel_days for each in source.refused) == 0


@pytest.mark.parametrize(("spoilt", "gone"), [("#S 9", 49), ("#S 1 ", 0), ("#O", 98)])
def test_a_line_that_opens_rows_takes_them_along(spoilt: str, gone: int) -> None:
    """What follows a channel that is not known belongs to no other."""
    body = [f"{at + customers.HALF_HOUR:%d/%m/%Y,%H:%M},1.5,A" for at in customers.times()]
    second = f"#O {MPAN}" if spoilt == "#O" else "#S 2"
    lines = ["#F2", f"#O {MPAN}", "#S 1", *body, second, *(["#S 2"] if spoilt == "#O" else []), *body]
    at = lines.index(second, 3)
    lines[at] = spoilt
    source = read(joined(lines), lenient=True)
    assert source.readings.num_rows == (1 if gone else 2)
    assert len(_left_out(source)) == (gone and len(lines) - at)


def test_wide_rows_are_left_out_and_counted() -> None:
    rows = [csv_row(["1.5"] * 48, named=NAMED_CELLS.replace("04-01", f"04-{day:02}")) for day in (1, 2, 3)]
    rows[1] = rows[1].replace("1.5", "1.x", 1)
    assert refusal(csv(*rows)).good == 1
    source = read(csv(*rows), lenient=True)
    assert (source.readings["source_row"].to_pylist(), len(source.refused)) == ([1, 3], 1)


def test_a_row_whose_fault_another_makes_is_left_out_alone() -> None:
    """Among few lines it may be the other way round, or no fault at all."""
    rows = [
        f"{MPAN},AI,26/10/2025 {at},1.5,E" for at in ("00:30", "01:00", "01:30", "01:00", "01:30", "01:00", "02:00")
    ]
    source = read(customers.plain_csv("x", *rows, *(f"y{place}" for place in range(9))), lenient=True)
    assert [each.first_line for each in source.refused] == [2, 8, *range(10, 19)]


def test_a_header_cannot_be_left_out() -> None:
    assert refusal(b"mpan_core,role\nx,y\n", "x.csv", lenient=True)


def test_a_file_of_which_too_little_can_be_read_is_refused() -> None:
    rows = [f"{MPAN},AI,2026-04-01 00:00,x,A"] * 1002
    whole = [f"{MPAN},AI,{at:%Y-%m-%d %H:%M},1.5,A" for at in customers.times()]
    error = refusal(customers.plain_csv(*whole, *rows), lenient=True)
    assert "at most 1000" in error.expected
    assert error.good == 1


def test_a_return_within_a_row_ends_it_for_what_is_left_out_too() -> None:
    head, *rows = _half_hours()
    spoilt = [head, rows[0], rows[1].replace("0.5", "0.5\r9"), *rows[2:]]
    source = read("".join(f"{line}\n" for line in spoilt).encode(), lenient=True)
    assert [(each.first_line, each.content) for each in source.refused] == [(4, b"9\n")]
    assert source.readings["energy_kwh"].to_pylist() == [[0.5] * 48]


def _half_hours() -> list[str]:
    named = f"{MPAN},AI,2026-05-16"
    head = "mpan_core,measurement_quantity,settlement_date,settlement_period,energy_kwh"
    return [head, *(f"{named},{period},0.5" for period in range(1, 49))]
