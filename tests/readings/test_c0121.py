"""C0121, raw meter data: what is read, what each broken file is told, and a second reader that agrees."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle_dtc import OracleError
from tests.oracle_idd import checksum, enveloped, read_c0121
from tests.readings.samples import joined, read, refusal, rows
from validator.errors import SubmissionError
from validator.schema import FLAG_INVALID_STATUS

_KNOWN = [
    "AAA|C0121001|D|20260810093000|CD|CDCA|TR|SYNTH001|1|OPER|",
    "RMD|9901|", "MS9|20260809|", "OS9|OUT0000001|", "CN9|1|AI|M|", "RMP|1|101.5|A|", "RMP|2|102.5|A|",
    "RMP|3|103.5|A|", "ZZZ|9|1618311743|",
]  # fmt: skip
"""The file of formats.md B6, whose count and checksum were worked out there."""
_TODAY = date(2026, 8, 20)


def _sent(*body: str) -> bytes:
    return joined(enveloped(list(body)))


_GROUPS = ("RMD|9901|", "MS9|20260809|", "OS9|OUT0000001|", "CN9|1|AI|M|")


def test_the_known_checksums() -> None:
    vector = [
        "AAA|E0041001|D|20260810093000|EN|CONSUSEN|EC|ECVAA|1|TEST1|",
        "EDN|ECVNAA0001|KEY0000001|ECVNAA0001|REF0000001|20260811||",
        "CD9|1|12.5|",
    ]
    assert checksum(vector) == 829768304
    assert checksum(_KNOWN[:-1]) == 1618311743


def test_the_known_file_is_read() -> None:
    (row,) = rows(joined(_KNOWN), today=_TODAY)
    assert row["mpan_core"] == "9901"
    assert row["outstation_id"] == "OUT0000001"
    assert (row["measurement_quantity"], row["role"]) == ("AI", "MAIN")
    assert (row["settlement_date"], row["source_row"]) == (date(2026, 8, 9), 5)
    assert (row["energy_kwh"], row["period_flags"]) == ([101.5, 102.5, 103.5], [0, 0, 0])
    assert not row["utc_day"]
    assert not row["alarms_carried"]


def test_groups_are_taken_from_above() -> None:
    body = [
        *_GROUPS, "RMP|1|1|A|", "CN9|2|AE|C|", "RMP|1|2|A|", "OS9|OUT2|", "CN9|1|RI|M|", "RMP|1|3|A|",
        "MS9|20260810|", "OS9|OUT1|", "CN9|1|AI|M|", "RMP|1|4|A|", "RMD|9902|", "MS9|20260809|", "OS9|OUT3|",
        "CN9|1|AI|M|", "RMP|1|5|A|",
    ]  # fmt: skip
    found = [
        (row["mpan_core"], row["settlement_date"].day, row["outstation_id"], row["measurement_quantity"], row["role"])
        for row in rows(_sent(*body), today=_TODAY)
    ]
    assert found == [
        ("9901", 9, "OUT0000001", "AI", "MAIN"),
        ("9901", 9, "OUT0000001", "AE", "CHECK"),
        ("9901", 9, "OUT2", "RI", "MAIN"),
        ("9901", 10, "OUT1", "AI", "MAIN"),
        ("9902", 9, "OUT3", "AI", "MAIN"),
    ]


def test_statuses_and_periods_left_out() -> None:
    body = ["RMP|1|1|A|", "RMP|2|2|B|", "RMP|3|3|C|", "RMP|4|4|D|", "RMP|5||A|", "RMP|8|8.25|A|"]
    (row,) = rows(_sent(*_GROUPS, *body), today=_TODAY)
    assert row["energy_kwh"] == [1.0, 2.0, None, 4.0, None, None, None, 8.25]
    assert row["period_flags"] == [0, FLAG_INVALID_STATUS, 0, FLAG_INVALID_STATUS, 0, 0, 0, 0]


_VALUES = [f"RMP|{period}|{period}.5|A|" for period in range(1, 49)]


def _spoilt(line: int, text: str | None) -> bytes:
    """A day with one record (from 1) replaced, or taken out, and its count and checksum right again."""
    body = [*_GROUPS, *_VALUES]
    body[line - 2 : line - 1] = [] if text is None else [text]
    return _sent(*body)


_WHOLE = _sent(*_GROUPS, *_VALUES)
_WRONG = [
    ("a lost record", _WHOLE.replace(b"RMP|9|9.5|A|\n", b""), 53, "record count (field 1 of ZZZ)", "54", "53, the"),
    ("a changed digit", _WHOLE.replace(b"|9.5|", b"|9.4|"), 54, "checksum (field 2 of ZZZ)", "", "the checksum"),
    ("no trailer", joined(_KNOWN[:-1]), 8, None, "the end", "a ZZZ trailer"),
    ("a period twice", _spoilt(10, "RMP|4|1|A|"), 10, "period (field 1 of RMP)", "'4'", "a period after 4"),
    ("period 51", _spoilt(53, "RMP|51|1|A|"), 53, "period (field 1 of RMP)", "'51'", "1 to 50"),
    ("period 0", _spoilt(6, "RMP|0|1|A|"), 6, "period (field 1 of RMP)", "'0'", "1 to 50"),
    ("a period in words", _spoilt(6, "RMP|x|1|A|"), 6, "period (field 1 of RMP)", "'x'", "1 to 50"),
    ("a volume in words", _spoilt(6, "RMP|1|x|A|"), 6, "meter reading volume (field 2 of RMP)", "'x'", "decimal"),
    ("a blank status", _spoilt(6, "RMP|1|1||"), 6, "status (field 3 of RMP)", "blank", "A or C"),
    ("neither main nor check", _spoilt(5, "CN9|1|AI|X|"), 5, "main or check (field 3 of CN9)", "'X'", "M, the main"),
    ("no date", _spoilt(3, None), 3, None, "OS9", "a MS9 line above it"),
    ("no channel", _spoilt(5, None), 5, None, "RMP", "a CN9 line above it"),
    ("a value after its outstation", _spoilt(6, "OS9|X|"), 7, None, "RMP", "a CN9 line above it"),
    ("an outstation without channels", _sent(*_GROUPS[:3], "MS9|20260810|"), 4, None, "MS9", "a CN9 line under it"),
    ("a response", joined([_KNOWN[0].replace("|D|", "|R|"), *_KNOWN[1:]]), 1, "message role (field 2 of AAA)", "R",
     "D:"),
    ("test data", joined(enveloped([*_GROUPS], "TEST1")), 1, "test data flag (field 9 of AAA)", "TEST1", "OPER"),
    ("another type", joined(["AAA|C0291001|", *_KNOWN[1:]]), 1, "file type (field 1 of AAA)", "C0291", "C0121"),
    ("a version", joined([_KNOWN[0].replace("C0121001", "C01211"), *_KNOWN[1:]]), 1, "file type (field 1 of AAA)",
     "", "three"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "line", "column", "found", "expected"), [case[1:] for case in _WRONG], ids=[case[0] for case in _WRONG]
)
def test_a_broken_file_is_refused_with_its_place(
    content: bytes, line: int, column: str | None, found: str, expected: str
) -> None:
    error = refusal(content, "broken.c0121", today=_TODAY)
    assert (error.place.line, error.place.column) == (line, column)
    assert found in error.found
    assert expected in error.expected
    assert error.action


def test_test_data_is_let_in_on_request() -> None:
    assert read(joined(enveloped([*_GROUPS], "TEST1")), today=_TODAY, allow_test_data=True).readings.num_rows == 1


_VOLUMES = st.one_of(
    st.integers(0, 999_999_999).map(lambda thousandths: f"{thousandths / 1000:.3f}"),
    st.from_regex(r"-?[0-9]{0,9}\.?[0-9]{1,7}", fullmatch=True),
    st.integers(0, 99999).map(str),
    st.just(""),
)
_SPOILS = st.sampled_from(
    ["", "|", "RMD|1|", "MS9|20260801|", "OS9|O|", "CN9|1|AI|M|", "RMP|1|1|A|", "ZZZ|", "é", "\r"]
)


@st.composite
def _files(draw: st.DrawFn) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 2))):
        body: list[str] = []
        for meter in range(draw(st.integers(0, 2))):
            body.append(f"RMD|{9900 + meter}|")
            for day in range(draw(st.integers(1, 2))):
                body.append(f"MS9|{date(2026, 8, 1) + timedelta(day):%Y%m%d}|")
                for outstation in range(draw(st.integers(1, 2))):
                    body.append(f"OS9|OUT{outstation}|")
                    for channel in range(draw(st.integers(1, 2))):
                        body.append(
                            f"CN9|{channel}|{draw(st.sampled_from(['AI', 'RE']))}|{draw(st.sampled_from('MC'))}|"
                        )
                        periods = sorted(draw(st.sets(st.integers(1, 50), max_size=6)))
                        body += [f"RMP|{each}|{draw(_VOLUMES)}|{draw(st.sampled_from('AAABCDX'))}|" for each in periods]
        lines += enveloped(body)
    return lines


def _agree(content: bytes) -> None:
    try:
        expected = read_c0121(content)
    except OracleError as refused:
        _refused_alike(content, refused.line)
        return
    table = read(content, format="C0121", today=_TODAY).readings
    assert table["mpan_core"].to_pylist() == [day.msid for day in expected]
    assert table["outstation_id"].to_pylist() == [day.outstation for day in expected]
    assert table["measurement_quantity"].to_pylist() == [day.quantity for day in expected]
    assert table["role"].to_pylist() == [day.role for day in expected]
    assert table["settlement_date"].to_pylist() == [day.settlement_date for day in expected]
    assert table["source_row"].to_pylist() == [day.line for day in expected]
    assert table["energy_kwh"].to_pylist() == [day.energies for day in expected]
    assert table["period_flags"].to_pylist() == [day.flags for day in expected]


def _refused_alike(content: bytes, line: int) -> None:
    with pytest.raises(SubmissionError) as caught:
        read(content, format="C0121", today=_TODAY)
    assert caught.value.place.line == line


@given(_files(), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_readers_agree(lines: list[str], end: str) -> None:
    _agree(joined(lines, end))


@given(_files(), st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_readers_refuse_the_same_spoilt_record(lines: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    line, spoil = lines[at], data.draw(_SPOILS)
    within = data.draw(st.integers(0, len(line)))
    way = data.draw(st.sampled_from(["drop", "twice", "insert", "cut", "put in"]))
    changed = {
        "drop": [],
        "twice": [line, line],
        "insert": [spoil, line],
        "cut": [line[:within]],
        "put in": [line[:within] + spoil + line[within:]],
    }[way]
    spoilt = [*lines[:at], *changed, *lines[at + 1 :]]
    if data.draw(st.booleans()) and spoilt and spoilt[-1].startswith("ZZZ") and "AAA" not in "".join(spoilt[1:]):
        # With count and checksum right again, the fault itself has to be seen.
        spoilt[-1] = f"ZZZ|{len(spoilt)}|{checksum(spoilt[:-1])}|"
    _agree(joined(spoilt))
