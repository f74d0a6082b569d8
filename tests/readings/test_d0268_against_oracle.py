"""D0268 in columns and line by line: both agree, however the file is cut or spoilt."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readings.d0268_by_lines import read_by_lines
from validator.errors import SubmissionError
from validator.readings import d0268
from validator.readings.d0268 import read_d0268
from validator.readings.record_trees import scanning

# Texts of up to 4, up to 12 and more bytes are kept in different ways.
_SERIALS = st.sampled_from(["S1", "S2", " S3 ", "S95A 0000123", "S95A 00001234"])
_TYPES = st.sampled_from(["MAKE TYPE", "CHECK MAKE", "CHECKER", "", " CHECK", "A LONG MAKE AND TYPE"])
_MPANS = st.sampled_from(["1", "2", " 3", "9900000000015", "9900000000024", " 9900000000033 "])
_OUTSTATIONS = st.sampled_from(["OUT1", "OUT2", " OUT1"])
_NUMBERS = st.sampled_from(
    ["0.1", "0.10", "1", "1.0", "", " ", "0", "x", "-1", "1e3", "123456789012345678901", ".5", "."]
)
_REGISTERS = st.tuples(
    st.one_of(_OUTSTATIONS, st.just("")),
    _NUMBERS,
    st.one_of(st.sampled_from(["", "1", "1.0"]), _NUMBERS),
    st.sampled_from(["AI", "AE", "RI", "A", "AIX", " AI"]),
    st.sampled_from(["6", "07", "", "12", "13", "0", "6.", "x", "123"]),
    st.sampled_from(["", "", "S1", "S2"]),
)
_SPOILS = st.sampled_from(
    ["", " ", "|", "01A|", "02A|", "03A|x", "04A|", "ZHV|", "ZPT|", "05A|x|", "x", "é", "\t", "\r"]
)


def _register(each: tuple[str, ...]) -> str:
    outstation, pulse, multiplier, quantity, digits, associated = each
    return f"04A|01|{outstation}|1|{pulse}|1.0|{multiplier}|{quantity}|{digits}|{associated}||"


@st.composite
def _systems(draw: st.DrawFn) -> list[str]:
    on = draw(st.sampled_from(["20260401", "20260501", "20251231"]))
    cop, issue = draw(st.sampled_from(["5", "6a", "03", "", "X"])), draw(st.sampled_from(["6", "", "0", "x", "1234"]))
    body = [f"01A|{draw(_MPANS)}|{on}|{cop}|{issue}|F|X|400|3|I||"]
    outstations = draw(st.lists(st.tuples(_OUTSTATIONS, st.sampled_from(["T1", "T2", ""])), max_size=2))
    body += [f"02A|{outstation}|{kind}" + "|" * 22 for outstation, kind in outstations]
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        status = draw(st.sampled_from(["A", "I", ""]))
        body.append(f"03A|{draw(_SERIALS)}|{draw(_TYPES)}|20250115|5|1/1|400/5|3P4W|{status}|20250115|MAPX|")
        body += [_register(each) for each in draw(st.lists(_REGISTERS, max_size=3))]
    return body


def _sent(systems: list[list[str]], end: str = "\n") -> list[str]:
    body = [line for system in systems for line in system]
    head = "ZHV|S|D0268002|M|MOPX|C|HHDC|20260402060000||||OPER|"
    return [line + end for line in [head, *body, f"ZPT|S|{len(body)}||{len(systems)}|20260402060000|"]]


def _read(content: bytes, jobs: int) -> Any:
    try:
        read = read_d0268(content, "sent", jobs=jobs)
    except SubmissionError as refused:
        return str(refused)
    return read.rows, read.notes


def _agree(content: bytes, patch: pytest.MonkeyPatch) -> None:
    expected: Any
    try:
        expected = read_by_lines(content, "sent")
    except SubmissionError as refused:
        expected = str(refused)
    for size, jobs in ((1 << 40, 1), (1, 1), (150, 2)):
        patch.setattr(d0268, "window_bytes", lambda _, of=size: of)
        assert _read(content, jobs) == expected


@pytest.fixture(scope="module")
def patch() -> Any:
    with pytest.MonkeyPatch.context() as patching:
        yield patching


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(_systems(), max_size=4), min_size=1, max_size=2), st.sampled_from(["\n", "\r\n"]))
def test_files_are_read_alike(patch: pytest.MonkeyPatch, parts: list[list[list[str]]], end: str) -> None:
    _agree("".join(line for part in parts for line in _sent(part, end)).encode(), patch)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_systems(), min_size=1, max_size=3), _SPOILS, st.data())
def test_spoilt_files_are_told_alike(
    patch: pytest.MonkeyPatch, systems: list[list[str]], spoil: str, data: st.DataObject
) -> None:
    lines = [line.rstrip("\n").split("|") for line in _sent(systems)]
    line = data.draw(st.integers(0, len(lines) - 1))
    field = data.draw(st.integers(0, len(lines[line]) - 1))
    lines[line][field] = spoil
    _agree("".join("|".join(fields) + "\n" for fields in lines).encode(), patch)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_systems(), min_size=1, max_size=3), _SPOILS, st.data())
def test_lines_put_in_or_taken_out_are_told_alike(
    patch: pytest.MonkeyPatch, systems: list[list[str]], spoil: str, data: st.DataObject
) -> None:
    lines = _sent(systems)
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at : at + data.draw(st.integers(0, 2))] = [spoil + "\n"]
    _agree("".join(lines).encode(), patch)


def test_a_group_that_is_too_long_for_its_texts_places_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = "".join(_sent([[f"01A|9900000000015|2026040{day}|5|6|F|X|400|3|I||"] for day in (1, 2, 3)])).encode()
    for jobs in (1, 2):
        monkeypatch.setattr(scanning, "MOST_BYTES", len(content))
        assert len(read_d0268(content, "sent", jobs=jobs).rows) == 3
        monkeypatch.setattr(scanning, "MOST_BYTES", len(content) - 1)
        with pytest.raises(SubmissionError, match=r"sent, line 1.*bytes under one 01A line.*several files"):
            read_d0268(content, "sent", jobs=jobs)
