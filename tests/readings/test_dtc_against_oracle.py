"""The scanner and a second reader in plain Python agree, on good files and on spoilt ones."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle_dtc import RECORDS, OracleError, read_flow
from tests.readings.samples import enveloped, joined, read
from validator.errors import SubmissionError

_FLOWS = st.sampled_from(sorted(RECORDS))
_COUNTS = st.sampled_from([46, 48, 50, 47, 51, 1, 0])
# Two days short of the latest date that is read: a channel may hold three days in a row.
_DATES = st.dates(date(1990, 1, 1), date(2026, 5, 31))
_VALUES = st.one_of(
    st.integers(0, 99_999_999).map(lambda tenths: f"{tenths / 10:.1f}"),
    st.integers(0, 9_999_999).map(lambda thousandths: f"{thousandths / 1000:.3f}"),
    st.from_regex(r"-?[0-9]{0,9}\.?[0-9]{1,7}", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,12}\.[0-9]{0,12}", fullmatch=True),
    st.just(""),
)
_STATUSES = st.sampled_from(["A", "A", "A", "E", "C", "X", ""])
_SPOILS = st.sampled_from(["", "|", "101|", "102|20260401|", "103|A|1.0|", "66L|A|1.0|", "ZPT|", "\r", "e", ".", "é"])


@st.composite
def _files(draw: st.DrawFn) -> tuple[str, list[str]]:
    flow = draw(_FLOWS)
    channel_id, day_id, value_id = RECORDS[flow]
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 2))):
        body: list[str] = []
        groups = draw(st.integers(0, 3))
        for group in range(groups):
            body.append(f"{channel_id}|{9900000000015 + group}|{draw(st.sampled_from(['AI', 'RE']))}|SUPP|")
            first = draw(_DATES)
            for day in range(draw(st.integers(1, 3))):
                body.append(f"{day_id}|{first + timedelta(day):%Y%m%d}|".replace("-", ""))
                value, status = draw(_VALUES), draw(_STATUSES)
                count = draw(_COUNTS)
                body += [f"{value_id}|A|{k}.{k % 10}|" for k in range(max(0, count - 1))]
                body += [f"{value_id}|{status}|{value}|"] * min(1, count)
        lines += enveloped(body, flow, groups)
    return flow, lines


def _agree(content: bytes, flow: str) -> None:
    try:
        expected = read_flow(content, flow)
    except OracleError as refused:
        _refused_alike(content, flow, refused)
        return
    table = read(content, format=flow).readings
    assert table["mpan_core"].to_pylist() == [day.mpan_core for day in expected]
    assert table["measurement_quantity"].to_pylist() == [day.quantity for day in expected]
    assert table["settlement_date"].to_pylist() == [day.settlement_date for day in expected]
    assert table["source_row"].to_pylist() == [day.line for day in expected]
    assert table["period_flags"].to_pylist() == [day.flags for day in expected]
    energies = pa.array([day.energies for day in expected], pa.list_(pa.float64()))
    assert [_hex(day) for day in table["energy_kwh"].to_pylist()] == [_hex(day) for day in energies.to_pylist()]


def _refused_alike(content: bytes, flow: str, refused: OracleError) -> None:
    with pytest.raises(SubmissionError) as caught:
        read(content, format=flow)
    assert caught.value.place.line == refused.line


def _hex(values: list[float | None]) -> list[str | None]:
    return [None if value is None else value.hex() for value in values]


@given(_files(), st.sampled_from(["\n", "\r\n"]), st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_readers_agree(sent: tuple[str, list[str]], end: str, marked: bool) -> None:
    flow, lines = sent
    _agree((b"\xef\xbb\xbf" if marked else b"") + joined(lines, end), flow)


@given(_files(), st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_readers_refuse_the_same_spoilt_line(sent: tuple[str, list[str]], data: st.DataObject) -> None:
    flow, lines = sent
    at = data.draw(st.integers(0, len(lines) - 1))
    way = data.draw(st.sampled_from(["drop", "twice", "insert", "cut", "put in"]))
    line = lines[at]
    within = data.draw(st.integers(0, len(line)))
    spoil = data.draw(_SPOILS)
    changed = {
        "drop": [],
        "twice": [line, line],
        "insert": [spoil, line],
        "cut": [line[:within]],
        "put in": [line[:within] + spoil + line[within:]],
    }[way]
    _agree(joined([*lines[:at], *changed, *lines[at + 1 :]]), flow)


@given(st.lists(_VALUES, min_size=1, max_size=60))
@settings(max_examples=300, deadline=None)
def test_a_value_is_float_of_its_text(values: list[str]) -> None:
    body = ["101|1234|AI|S|", "102|20260401|", *(f"103|A|{value}|" for value in values)]
    _agree(joined(enveloped(body)), "D0036")
