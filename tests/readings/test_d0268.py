"""D0268 into standing data: what is taken, what is left out, and that no secret comes out anywhere."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.errors import SubmissionError
from validator.readings.d0268 import read_d0268
from validator.standing import COLUMNS, standing_from_rows

MPAN = "9900000000015"
SECRETS = ("PIN4321", "USERONE", "HUSHONE", "USERTWO", "HUSHTWO", "USERTHREE", "HUSHTHREE", "HUSHREAD")
SYSTEM = f"01A|{MPAN}|20260401|5|6|F|SWITCHROOM|400|3|I||"
OUTSTATION = f"02A|OUT0000001|TYPE1|MODEM1|4|6|{'|'.join(SECRETS)}|IP|GPRS|I|10.0.0.1||9600|PROV||||"
METER = "03A|S95A 00001|MAKE TYPE|20250115|5|1/1|400/5|3P4W|A|20250115|MAPX|"
REGISTER = "04A|01|OUT0000001|1|0.1|1.0|1.0|AI|6|||"


def sent(*body: str, flag: str = "OPER", groups: int | None = None) -> bytes:
    count = sum(line.startswith("01A") for line in body) if groups is None else groups
    head = f"ZHV|SYN0000005|D0268002|M|MOPX|C|HHDC|20260402060000||||{flag}|"
    return "\n".join([head, *body, f"ZPT|SYN0000005|{len(body)}||{count}|20260402060000|", ""]).encode()


def standing_rows(content: bytes, name: str, **options: Any) -> list[dict[str, Any]]:
    return read_d0268(content, name, **options).rows


def one(*body: str, **changes: Any) -> dict[str, object]:
    (row,) = standing_rows(sent(*body), "mtd.usr", **changes)
    return row


def refusal(content: bytes, **options: Any) -> SubmissionError:
    with pytest.raises(SubmissionError) as caught:
        standing_rows(content, "mtd.usr", **options)
    return caught.value


def test_a_meter() -> None:
    assert one(SYSTEM, OUTSTATION, METER, REGISTER) == {
        "mpan_core": MPAN,
        "role": "MAIN",
        "effective_from": date(2026, 4, 1),
        "effective_to": None,
        "cop": "5",
        "issue": 6,
        "meter_serial": "S95A 00001",
        "meter_type": "MAKE TYPE",
        "outstation_id": "OUT0000001",
        "outstation_type": "TYPE1",
        "resolution_kwh": 0.1,
        "register_digits": 6,
    }


def test_the_columns_are_those_of_standing_data_and_are_accepted_there() -> None:
    rows = standing_rows(sent(SYSTEM, OUTSTATION, METER, REGISTER), "mtd.usr")
    assert set(rows[0]) <= set(COLUMNS)
    assert standing_from_rows(rows).frame["resolution_kwh"].to_list() == [0.1]


def test_a_later_effective_date_ends_the_earlier_row() -> None:
    later = SYSTEM.replace("20260401", "20260501")
    rows = standing_rows(sent(later, METER, SYSTEM, METER), "mtd.usr")
    assert [(row["effective_from"], row["effective_to"]) for row in rows] == [
        (date(2026, 5, 1), None),
        (date(2026, 4, 1), date(2026, 4, 30)),
    ]
    assert standing_from_rows(rows).frame.height == 2


def test_a_check_meter_is_told_by_its_word_or_by_the_main_meter_that_it_names() -> None:
    named = METER.replace("S95A 00001", "C1")
    worded = METER.replace("S95A 00001", "C1").replace("MAKE TYPE", "CHECK MAKE")
    for check, register in ((named, "04A|01|OUT0000001|2|0.1|1|1|AI|6|S95A 00001|01|"), (worded, REGISTER)):
        rows = standing_rows(sent(SYSTEM, OUTSTATION, METER, REGISTER, check, register), "mtd.usr")
        assert [(row["role"], row["meter_serial"]) for row in rows] == [("MAIN", "S95A 00001"), ("CHECK", "C1")]


def test_meters_that_name_each_other_are_not_told_apart() -> None:
    body = [
        METER, "04A|01|OUT0000001|1|0.1|1|1|AI|6|C1|01|",
        METER.replace("S95A 00001", "C1"), "04A|01|OUT0000001|2|0.1|1|1|AI|6|S95A 00001|01|",
    ]  # fmt: skip
    read = read_d0268(sent(SYSTEM, OUTSTATION, *body), "mtd.usr")
    assert [(row["role"], row["meter_serial"]) for row in read.rows] == [("MAIN", None)]
    assert any("meter serial" in note and "C1, S95A 00001" in note for note in read.notes)


def test_what_meters_do_not_agree_on_is_left_out_and_noted() -> None:
    second = METER.replace("S95A 00001", "S95A 00002")
    read = read_d0268(sent(SYSTEM, METER, REGISTER, second, REGISTER.replace("0.1", "0.01")), "mtd.usr")
    row = read.rows[0]
    assert (row["meter_serial"], row["meter_type"], row["resolution_kwh"]) == (None, "MAKE TYPE", None)
    assert len(read.notes) == 2


def test_a_meter_whose_feeder_is_inactive_gives_way_to_one_that_is_active() -> None:
    idle = METER.replace("|A|", "|I|").replace("S95A 00001", "OLD")
    assert one(SYSTEM, METER, REGISTER, idle)["meter_serial"] == "S95A 00001"
    assert one(SYSTEM, idle)["meter_serial"] == "OLD"


@pytest.mark.parametrize(
    ("register", "resolution"),
    [
        ("04A|01|O|1|0.1|1|1|AI|6|||", 0.1),
        ("04A|01|O|1|0.1|1||AI|6|||", 0.1),
        ("04A|01|O|1|0.1|1|10|AI|6|||", None),
        ("04A|01|O|1|0.1|1|x|AI|6|||", None),
        ("04A|01|O|1|0|1|1|AI|6|||", None),
        ("04A|01|O|1||1|1|AI|6|||", None),
        ("04A|01|O|1|-0.1|1|1|AI|6|||", None),
        ("04A|01|O|1|1e-1|1|1|AI|6|||", None),
        ("04A|01|O|1|0.1|1|1|RI|6|||", None),
    ],
)
def test_a_resolution_is_taken_only_where_it_is_sound(register: str, resolution: float | None) -> None:
    assert one(SYSTEM, METER, register)["resolution_kwh"] == resolution


@pytest.mark.parametrize(("text", "cop"), [("5", "5"), ("6a", "6"), ("10", "10"), ("03", "3"), ("", None), ("X", "X")])
def test_codes_of_practice(text: str, cop: str | None) -> None:
    assert one(SYSTEM.replace("|5|6|", f"|{text}|6|"), METER)["cop"] == cop


@pytest.mark.parametrize("text", ["", "0", "six", "1234"])
def test_an_issue_that_is_none_is_left_out(text: str) -> None:
    read = read_d0268(sent(SYSTEM.replace("|5|6|", f"|5|{text}|"), METER), "mtd.usr")
    assert read.rows[0]["issue"] is None
    assert bool(read.notes) == bool(text)


def test_a_metering_system_without_a_meter_still_has_a_row() -> None:
    row = one(SYSTEM)
    assert (row["role"], row["meter_serial"], row["cop"]) == ("MAIN", None, "5")


_WRONG = [
    ("a lost line", sent(SYSTEM, METER).replace(METER.encode() + b"\n", b""), 3, "group count", "1, the number"),
    ("flow count", sent(SYSTEM, METER, groups=2), 4, "flow instance count", "1, the number of 01A"),
    ("identifier", sent(SYSTEM).replace(b"ZPT|SYN0000005", b"ZPT|OTHER"), 3, "file identifier", "line 1"),
    ("no trailer", sent(SYSTEM)[:-1].rsplit(b"\n", 1)[0], 2, None, "ZPT"),
    ("no header", b"01A|1|\n", 1, None, "ZHV"),
    ("nothing", b"\n\n", 1, None, "ZHV"),
    ("after the trailer", sent(SYSTEM) + b"01A|\n", 4, None, "ZHV"),
    ("another flow", sent(SYSTEM).replace(b"D0268002", b"D0036001"), 1, "flow (field 2 of ZHV)", "D0268"),
    ("a meter first", sent(METER), 2, None, "a 01A line above it"),
    ("a register first", sent(SYSTEM, REGISTER), 3, None, "a 03A line above it"),
    ("a short 01A", sent("01A|1|20260401|"), 2, None, "11 fields"),
    ("a bad date", sent(SYSTEM.replace("20260401", "20260230")), 2, "effective date (field 2 of 01A)", "YYYYMMDD"),
    ("a blank MPAN", sent(SYSTEM.replace(MPAN, "")), 2, "MPAN core (field 1 of 01A)", "text"),
    ("one date twice", sent(SYSTEM, SYSTEM), 3, "effective date (field 2 of 01A)", "line 2"),
    ("another record", sent(SYSTEM, "05A|x|"), 3, None, "01A, 02A, 03A, 04A, ZPT"),
    ("letters", sent(SYSTEM.replace("|5|6|", "|\u00e9|6|")), 2, "CoP (field 3 of 01A)", "ASCII"),
    (
        "a creation time",
        sent(SYSTEM).replace(b"20260402060000||||", b"2026||||"),
        1,
        "creation time (field 7 of ZHV)",
        "YYYY",
    ),
    ("a flag", sent(SYSTEM, flag="LIVE"), 1, "test data flag (field 11 of ZHV)", "OPER"),
]


@pytest.mark.parametrize(
    ("content", "line", "column", "expected"), [case[1:] for case in _WRONG], ids=[case[0] for case in _WRONG]
)
def test_a_broken_file_is_refused_with_its_place(content: bytes, line: int, column: str | None, expected: str) -> None:
    error = refusal(content)
    assert error.place.line == line
    assert expected in error.expected
    assert error.action
    assert column is None or (error.place.column or "").startswith(column)


@pytest.mark.parametrize("flag", ["TR01", "TE99"])
def test_test_data_is_refused_unless_let_in(flag: str) -> None:
    content = sent(SYSTEM, METER, flag=flag)
    assert "--allow-test-data" in refusal(content).action
    assert len(standing_rows(content, "mtd.usr", allow_test_data=True)) == 1


def _says_no_secret(text: str) -> None:
    assert not [secret for secret in SECRETS if secret in text]


def test_no_secret_is_in_a_row_or_a_note() -> None:
    read = read_d0268(sent(SYSTEM, OUTSTATION, METER, REGISTER), "mtd.usr")
    _says_no_secret(repr(read))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_secret_is_in_a_message_wherever_the_file_is_spoilt(data: st.DataObject) -> None:
    content = bytearray(sent(SYSTEM, OUTSTATION, METER, REGISTER))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + data.draw(st.integers(0, 2))] = data.draw(
        st.sampled_from([b"", b"|", b"\n", b"x", b"\xff", b"02A|"])
    )
    out = io.StringIO()
    try:
        out.write(repr(read_d0268(bytes(content), "mtd.usr")))
    except SubmissionError as error:
        out.write(f"{error} {error!r}")
    # A secret may become another field's by a lost or added bar; then it is no longer where secrets stand.
    moved = content.count(b"|") != sent(SYSTEM, OUTSTATION, METER, REGISTER).count(b"|")
    if not moved:
        _says_no_secret(out.getvalue())
