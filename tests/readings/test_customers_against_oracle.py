"""The customers' formats against second readers in plain Python, on good files and on spoilt ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle_customers import (
    HALF_HOUR,
    OracleDay,
    OracleError,
    clock,
    day_starts,
    read_british_gas,
    read_df2,
    read_edf,
    read_plain,
    read_registers,
)
from tests.readings.samples import MPAN, TODAY, joined, read
from validator.errors import SubmissionError
from validator.readings import Hints

_SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_CHANGES = [date(2025, 3, 30), date(2025, 10, 26), date(2026, 3, 29)]
_DATES = st.one_of(st.sampled_from(_CHANGES), st.dates(date(1990, 1, 2), date(2026, 5, 29)))
_VALUES = st.one_of(
    st.integers(0, 99_999).map(lambda tenths: f"{tenths / 10:.1f}"),
    st.sampled_from(["0", "-0.5", "1e3", ".5", "7.", "123456.789"]),
    st.just(""),
)
_STATUSES = st.sampled_from(["A", "A", "E", "C", "X", ""])
_SPOILS = st.sampled_from(["", ",", ",,", "A", "x", "1", "-", "#", "#S 2", "/", ":15", ".", " ", "é", "99"])

Read = Callable[[bytes, date], list[OracleDay]]


def _same(content: bytes, oracle: Read, word: str, **options: object) -> None:
    if not content:
        return
    try:
        expected = oracle(content, TODAY)
    except OracleError as refused:
        _refused_alike(content, word, refused, **options)
        return
    rows = read(content, format=word, **options).readings.to_pylist()
    assert [(row["mpan_core"], row["measurement_quantity"], row["settlement_date"]) for row in rows] == [
        (day.mpan_core, day.quantity, day.on) for day in expected
    ]
    assert [row["source_row"] for row in rows] == [day.place for day in expected]
    assert [row["utc_day"] for row in rows] == [day.utc_day for day in expected]
    assert [row["period_flags"] for row in rows] == [day.flags for day in expected]
    assert [row["energy_kwh"] for row in rows] == [day.values for day in expected]


def _refused_alike(content: bytes, word: str, refused: OracleError, **options: object) -> None:
    with pytest.raises(SubmissionError) as caught:
        read(content, format=word, **options)
    assert caught.value.place.line == (refused.line or None)


def _spoilt(lines: list[str], data: st.DataObject) -> list[str]:
    at = data.draw(st.integers(0, len(lines) - 1))
    way = data.draw(st.sampled_from(["drop", "twice", "insert", "cut", "put in"]))
    line, spoil = lines[at], data.draw(_SPOILS)
    within = data.draw(st.integers(0, len(line)))
    changed = {
        "drop": [],
        "twice": [line, line],
        "insert": [spoil, line],
        "cut": [line[:within]],
        "put in": [line[:within] + spoil + line[within:]],
    }[way]
    return [*lines[:at], *changed, *lines[at + 1 :]]


@st.composite
def _starts(draw: st.DrawFn, utc_day: bool) -> list[datetime]:
    """Starts of half hours of a day or two, in order or backwards, some left out."""
    first = draw(_DATES)
    starts = [
        start for shift in range(draw(st.integers(1, 2))) for start in day_starts(first + timedelta(shift), utc_day)
    ]
    for _ in range(draw(st.integers(0, 3))):
        starts.pop(draw(st.integers(0, len(starts) - 1)))
    return starts[::-1] if draw(st.booleans()) else starts


@st.composite
def _df2(draw: st.DrawFn) -> list[str]:
    lines = ["#F2"]
    year = draw(st.sampled_from(["%y", "%Y"]))
    with_status = draw(st.booleans())
    for number in range(draw(st.integers(1, 2))):
        lines.append(f"#O {9900000000015 + number}{draw(st.sampled_from(['', '-Site', ' - Site']))}")
        for _ in range(draw(st.integers(0, 2))):
            lines.append(f"#S {draw(st.integers(1, 4))}")
            value, status = draw(_VALUES), draw(st.sampled_from(["A", "E", "C", "X", "", "12A", "xE"]))
            for index, start in enumerate(draw(_starts(True))):
                at = f"{start + HALF_HOUR:%d/%m/{year},%H:%M}"
                cells = [at, value if index == 3 else f"{index}.5"]
                lines.append(",".join([*cells, status if index in (1, 3) else "A"] if with_status else cells))
    return lines


def _label(start: datetime, stamped: str, zone: str) -> datetime:
    shown = start + HALF_HOUR if stamped == "end" else start
    return shown if zone == "utc" else clock(shown)


@st.composite
def _plain(draw: st.DrawFn, stamped: str, zone: str) -> list[str]:
    lines = [f"MPAN,Channel,Period {stamped} ({zone}),kWh,Status"]
    pattern = draw(st.sampled_from(["%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M"]))
    words = st.sampled_from(["AI", "RE", " ACTIVE ", "reactive_imp", "UN"])
    for channel in range(draw(st.integers(1, 2))):
        word = draw(words)
        value, status = draw(_VALUES), draw(st.sampled_from(["A", "e", "Estimated", "X", ""]))
        for index, start in enumerate(draw(_starts(zone == "utc"))):
            at = f"{_label(start, stamped, zone):{pattern}}"
            cells = (str(9900000000015 + channel), word, at, value if index == 3 else f"{index}.5")
            lines.append(",".join([*cells, status if index in (1, 3) else "A"]))
    return lines


@st.composite
def _british_gas(draw: st.DrawFn) -> list[str]:
    rows = []
    for number in range(draw(st.integers(1, 3))):
        values = [f"{index}.5" for index in range(48)] + [draw(st.sampled_from(["0", "", "1.5"])) for _ in range(2)]
        values[draw(st.integers(0, 47))] = draw(st.one_of(_VALUES, st.sampled_from(["0. 262", " 1.5", "1 2.5"])))
        rows.append(",".join([str(9900000000015 + number), "S 1", f"{draw(_DATES):%d/%m/%Y}", *values]))
    return rows


@st.composite
def _edf(draw: st.DrawFn) -> list[str]:
    rows = [",".join(["Month", "MPAN", "Measurement Type", "Settlement Date", *["00:00"] * 50, *["f"] * 50])]
    for _ in range(draw(st.integers(1, 3))):
        on = draw(_DATES)
        due = len(day_starts(on, False)) + draw(st.sampled_from([0, 0, -2, 1]))
        due = min(due, 50)
        values = [f"{index}.5" for index in range(due)] + ["-"] * (50 - due)
        flags = ["Actual"] * due + ["-"] * (50 - due)
        at = draw(st.integers(0, 49))
        values[at], flags[at] = (
            draw(st.one_of(_VALUES, st.just("-"))),
            draw(st.sampled_from(["Estimated", "-", "X", ""])),
        )
        rows.append(
            ",".join(["Apr-26", MPAN, draw(st.sampled_from(["AI", "RI", "RE"])), f"{on:%d-%m-%Y}", *values, *flags])
        )
    return rows


@st.composite
def _registers(draw: st.DrawFn, zone: str) -> list[str]:
    reading = draw(st.integers(0, 5_000_000)) / 10
    lines = []
    for start in sorted(draw(_starts(zone == "utc"))):
        shown = start if zone == "utc" else clock(start)
        told = draw(st.sampled_from([f'"{reading:,.1f}"', f'"{reading:,.1f}"', f"{reading:.1f}", ""]))
        lines.append(f"{shown:%d/%m/%Y %H:%M:%S},{told},,,")
        reading = round(reading + draw(st.integers(-3, 400)) / 10, 1)
    return ["Time stamp,kWh,Events,Comment,User", *lines[::-1]]


_ENDS = st.sampled_from(["\n", "\r\n"])
_KINDS = [("start", "utc"), ("end", "utc"), ("start", "local"), ("end", "local")]


@given(_df2(), _ENDS, st.data(), st.booleans())
@_SETTINGS
def test_df2(lines: list[str], end: str, data: st.DataObject, spoil: bool) -> None:
    _same(joined(_spoilt(lines, data) if spoil else lines, end), read_df2, "df2")


@pytest.mark.parametrize(("stamped", "zone"), _KINDS)
@given(st.data(), _ENDS, st.booleans())
@_SETTINGS
def test_plain(stamped: str, zone: str, data: st.DataObject, end: str, spoil: bool) -> None:
    lines = data.draw(_plain(stamped, zone))
    content = joined([lines[0], *(_spoilt(lines[1:], data) if spoil else lines[1:])], end)
    _same(content, lambda sent, today: read_plain(sent, today, stamped, zone), "csv-half-hour")


@given(_british_gas(), _ENDS, st.data(), st.booleans())
@_SETTINGS
def test_british_gas(lines: list[str], end: str, data: st.DataObject, spoil: bool) -> None:
    _same(joined(_spoilt(lines, data) if spoil else lines, end), read_british_gas, "csv-british-gas")


@given(_edf(), _ENDS, st.data(), st.booleans())
@_SETTINGS
def test_edf(lines: list[str], end: str, data: st.DataObject, spoil: bool) -> None:
    body = _spoilt(lines[1:], data) if spoil else lines[1:]
    _same(joined([lines[0], *body], end), read_edf, "csv-edf")


@pytest.mark.parametrize("zone", ["utc", "local"])
@given(st.data(), st.booleans())
@_SETTINGS
def test_registers(zone: str, data: st.DataObject, spoil: bool) -> None:
    lines = data.draw(_registers(zone))
    body = _spoilt(lines[1:], data) if spoil else lines[1:]
    # What a quote means that does not stand around a whole cell is not for either reader to say.
    if any('"' in re.sub(r'(?<=,)"[^"]*"(?=,|\Z)', "", line) for line in body):
        return
    _same(
        joined([lines[0], *body]),
        lambda sent, today: read_registers(sent, MPAN, "AI", today, zone),
        "csv-schneider",
        time_base=zone,
        hints=Hints(channels=(f"{MPAN}/AI",)),
    )


def test_the_oracle_knows_the_days() -> None:
    assert [len(day_starts(on, False)) for on in _CHANGES] == [46, 50, 46]
    assert day_starts(date(2026, 7, 1), False)[0] == datetime(2026, 6, 30, 23, tzinfo=UTC)
