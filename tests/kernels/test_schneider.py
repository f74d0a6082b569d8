"""Usual rows of a Schneider export, against a pattern and Python's own numbers and dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels import schneider as kernel
from tests.kernels.spoilt import one_spoilt

_NUMBER = r"(?P<number>[0-9]+(?:\.[0-9]*)?|)"
_GROUPED = r'"(?P<grouped>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?)"'
_ROW = re.compile(
    r"(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4}) (?P<H>[0-9]{2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2}))?,"
    rf"(?:{_NUMBER}|{_GROUPED})(?P<rest>(?:,[ !#-+\--~]*)+)\r?"
)
_CELLS = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Rows = list[tuple[int, float]]


def _row(line: str) -> tuple[int, float] | None:
    found = _ROW.fullmatch(line)
    if found is None or found["rest"].count(",") != _CELLS - 2:
        return None
    number = (found["number"] or found["grouped"] or "nan").replace(",", "")
    try:
        at = datetime(*(int(found[part] or 0) for part in "ymdHMS"), tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return None
    if sum(letter.isdigit() for letter in number) > kernel.MOST_DIGITS:
        return None
    return int((at - _EPOCH) / timedelta(seconds=1)), float(number)


def _oracle(lines: list[str]) -> Rows | None:
    rows = [_row(line) for line in lines]
    return None if None in rows else [row for row in rows if row]


def _read(lines: list[str]) -> Rows | None:
    data = np.frombuffer("".join(f"{line}\n" for line in lines).encode("latin-1"), dtype=np.uint8)
    most = len(data) // kernel.LEAST_ROW + 1
    seconds, reading = np.empty(most, np.int64), np.empty(most)
    rows = kernel.usual_rows(data, _CELLS, seconds, reading)
    if rows == kernel.NOT_USUAL:
        return None
    return list(zip(seconds[:rows].tolist(), reading[:rows].tolist(), strict=True))


_NUMBERS = st.one_of(
    st.integers(0, 10**7).map(lambda tenths: f'"{tenths / 10:,.1f}"'),
    st.integers(0, 10**7).map(lambda tenths: f"{tenths / 10}"),
    st.from_regex(r'"?[0-9]{0,4}(,[0-9]{3}){0,4}(\.[0-9]{0,4})?"?', fullmatch=True),
)
_TIMES = st.one_of(
    st.datetimes(datetime(1000, 1, 1)).map("{:%d/%m/%Y %H:%M:%S}".format),  # noqa: DTZ001
    st.from_regex(r"[0-3][0-9]/[01][0-9]/20[0-9]{2} [0-2][0-9]:[0-6][0-9](:[0-6][0-9])?", fullmatch=True),
)
_USUAL = st.builds(lambda at, number: f"01/04/2026 0{at}:30:00,{number},,,", st.integers(0, 9), _NUMBERS)
_RESTS = st.sampled_from([",,,", ",,,", ",,a b,~", ",,,\r", ",,", ",,,,", ',"",,', ",\t,,"])
_ROWS = st.builds(lambda at, number, rest: f"{at},{number}{rest}", _TIMES, _NUMBERS, _RESTS)
_SPOILS = ["", ",", "x", "1", "-", '"', "/", ":15", ".", " ", "\xe9", "\r", "\x7f"]


@given(st.lists(st.one_of(_USUAL, _USUAL, _ROWS), max_size=6))
def test_usual_rows(lines: list[str]) -> None:
    assert repr(_read(lines)) == repr(_oracle(lines))


@given(st.lists(_USUAL, min_size=1, max_size=4), st.data())
def test_with_one_line_spoilt(lines: list[str], data: st.DataObject) -> None:
    lines = one_spoilt(lines, _SPOILS, data)
    assert repr(_read(lines)) == repr(_oracle(lines))


@pytest.mark.parametrize(
    "number",
    [
        "0", "7.", "", "1234567.8", '"7"', '"1,234"', '"12,345.6"', '"123,456"', '"1,234,567.89"', '"1234567"',
        '"0,001"', "999999999999999", "0.99999999999999", '"999,999,999,999,999"', '"5."',
        # Just beyond.
        "9999999999999999", "0.999999999999999", '"999,999,999,999,999.0"', '",123"', '"1234,567"', '"1,23"',
        '"1,2345"', '"1,"', '"1,234.5,678"', "1.2.3", ".5", ".", '""', '"1,,234"', '"1,23.4"', "+1", "-1", "1e3",
        " 1", "1 ", '"1', '1"', '"1" ', "nan",
    ],
)  # fmt: skip
def test_numbers_at_the_edges(number: str) -> None:
    lines = [f"01/04/2026 00:30:00,{number},,,"]
    assert repr(_read(lines)) == repr(_oracle(lines))


@pytest.mark.parametrize(
    "at",
    [
        "01/01/0001 00:00", "31/12/0000 00:00", "31/12/9999 23:59:59", "29/02/2024 00:00", "29/02/2025 00:00",
        "29/02/2000 00:00", "29/02/1900 00:00", "28/02/1900 00:00", "30/04/2026 00:00", "31/04/2026 00:00",
        "31/01/2026 00:00", "32/01/2026 00:00", "01/12/2026 00:00", "01/13/2026 00:00", "01/00/2026 00:00",
        "00/01/2026 00:00", "01/01/2026 23:59", "01/01/2026 24:00", "01/01/2026 00:60", "01/01/2026 00:00:59",
        "01/01/2026 00:00:60", "31/12/1969 23:59:59", "01/01/2026_00:00", "01/01/2026", "01-01-2026 00:00",
        "01/01/2026 00:00:0", "01/01/2026 0000:00", "", "1/1/2026 00:00",
    ],
)  # fmt: skip
def test_stamps_at_the_edges(at: str) -> None:
    lines = [f"{at},1,,,", "01/04/2026 00:30:00,2,,,"]
    assert repr(_read(lines)) == repr(_oracle(lines))
    assert repr(_read(lines[::-1])) == repr(_oracle(lines[::-1]))


@pytest.mark.parametrize(
    "line", ["", "\r", "1", "01/01/2026 00:00,,,", "01/01/2026 00:00,,,,", "01/01/2026 00:00,,,,,"]
)
def test_the_shortest_rows(line: str) -> None:
    assert repr(_read([line])) == repr(_oracle([line]))
