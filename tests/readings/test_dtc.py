"""D0036, D0275 and D0379: what is read, and what each broken file is told."""

from __future__ import annotations

from datetime import date

import pytest

from tests.readings.samples import DAY, MPAN, enveloped, flow_lines, joined, read, refusal, rows
from validator.schema import FLAG_ESTIMATED, FLAG_INVALID_STATUS, FLAG_PADDING, READINGS


@pytest.mark.parametrize(("flow", "utc_day"), [("D0036", False), ("D0275", False), ("D0379", True)])
def test_one_day_of_each_flow(flow: str, utc_day: bool) -> None:
    source = read(joined(flow_lines(flow)), "day.usr", time_base="utc")
    assert source.format == flow
    assert source.readings.schema == READINGS
    assert source.readings.to_pylist() == [
        {
            **dict.fromkeys(READINGS.names),
            "mpan_core": MPAN,
            "measurement_quantity": "AI",
            "role": "MAIN",
            "settlement_date": DAY,
            "energy_kwh": [12.4] * 48,
            "period_flags": [0] * 48,
            "utc_day": utc_day,
            "alarms_carried": False,
            "source_file": "day.usr",
            "source_row": 3,
        }
    ]


def test_several_channels_and_days() -> None:
    body = [
        "101|9900000000015|AI|SUPP|", "102|20260401|", "103|A|1.0|", "102|20260402|", "103|A|2.0|", "103|A|3|",
        "101|1234|RE|SUPP|", "102|20260401|", "103|A|4.0|",
    ]  # fmt: skip
    found = [
        (row["mpan_core"], row["measurement_quantity"], row["settlement_date"], row["energy_kwh"], row["source_row"])
        for row in rows(joined(enveloped(body, groups=2)))
    ]
    assert found == [
        ("9900000000015", "AI", date(2026, 4, 1), [1.0], 3),
        ("9900000000015", "AI", date(2026, 4, 2), [2.0, 3.0], 5),
        ("1234", "RE", date(2026, 4, 1), [4.0], 9),
    ]


@pytest.mark.parametrize(
    "content",
    [
        joined(flow_lines(), "\r\n"),
        b"\xef\xbb\xbf" + joined(flow_lines()),
        b"\xef\xbb\xbf" + joined(flow_lines(), "\r\n") + b"\r\n",
        joined(flow_lines()).removesuffix(b"\n"),
        joined(flow_lines()).replace(b"ZPT|SYN0000001|50||1|20260403071500|", b"ZPT|SYN0000001|50|"),
        joined(flow_lines()).replace(b"ZPT|SYN0000001|50||1|", b"ZPT|SYN0000001|50|123||"),
        joined(flow_lines()).replace(b"ZHV|SYN0000001|D0036001|", b"ZHV|D0036001|"),
        joined(flow_lines()).replace(b"|SYN0000001|", b"|"),
    ],
    ids=["CRLF", "BOM", "BOM CRLF blank line", "no last line end", "short ZPT", "checksum", "no id", "none in ZPT"],
)
def test_accepted_forms_read_alike(content: bytes) -> None:
    assert read(content).readings == read(joined(flow_lines())).readings


def test_without_an_identifier_the_count_is_still_held_to() -> None:
    content = joined(flow_lines()).replace(b"|SYN0000001|", b"|").replace(b"ZPT|50|", b"ZPT|49|")
    assert refusal(content).expected.startswith("50, the number of lines between ZHV and ZPT")


def test_several_envelopes_in_one_file() -> None:
    content = joined(flow_lines()) + b"\n" + joined(flow_lines(days=["20260402"]))
    assert [row["source_row"] for row in rows(content)] == [3, 56]


@pytest.mark.parametrize("count", [0, 46, 47, 48, 50, 51, 100])
def test_any_number_of_values_is_read_as_it_is(count: int) -> None:
    assert rows(joined(flow_lines(values=["1.0"] * count)))[0]["energy_kwh"] == [1.0] * count


@pytest.mark.parametrize(
    "text",
    [
        "-0.1",
        "0",
        "-0",
        "0.1",
        "999999.9",
        "1000000.0",
        "12",
        ".5",
        "5.",
        "0012.40",
        "0.000001",
        "8.999999999999999",
        "1.0000000000000001",
        "9007199254740993",
        "0.1234567890123456789012345678901234567890",
        "1" * 400,
        "2.2250738585072011" + "0" * 30 + "1",
        "179769313486231580793728971405301" + "9" * 276 + ".5",
        "12345678.9",
        "1234567.",
        "0." + "0" * 330 + "4940656458412465",
    ],
)
def test_a_number_is_the_nearest_double(text: str) -> None:
    value = rows(joined(flow_lines(values=[text])))[0]["energy_kwh"][0]
    assert value.hex() == float(text).hex()


def test_statuses_become_flags_and_a_blank_value_is_missing() -> None:
    statuses = ["A", "E", "C", "X", "", "a"]
    body = ["101|1234|AI|S|", "102|20260401|", *(f"103|{status}|1.0|" for status in statuses), "103|A||"]
    row = rows(joined(enveloped(body)))[0]
    bad = FLAG_INVALID_STATUS
    assert row["period_flags"] == [0, FLAG_ESTIMATED, FLAG_PADDING, bad, bad, bad, 0]
    assert row["energy_kwh"] == [1.0] * 6 + [None]


def _spoilt(line: int, text: str | None) -> bytes:
    """The sample with one line (from 1) replaced, or taken out."""
    lines = flow_lines()
    lines[line - 1 : line] = [] if text is None else [text]
    return joined(lines)


_WRONG = [
    ("a lost 103 line", _spoilt(20, None), 51, "group count (field 2 of ZPT)", "'50'", "49, the number of lines"),
    ("a wrong count", _spoilt(52, "ZPT|SYN0000001|51||1||"), 52, "group count (field 2 of ZPT)", "'51'", "50"),
    ("a count in words", _spoilt(52, "ZPT|SYN0000001|x||1||"), 52, "group count (field 2 of ZPT)", "'x'", "whole"),
    ("a wrong flow count", _spoilt(52, "ZPT|SYN0000001|50||2||"), 52, "flow instance count (field 4 of ZPT)", "2", "1"),
    ("another identifier", _spoilt(52, "ZPT|OTHER|50||1||"), 52, "file identifier (field 1 of ZPT)", "OTHER", "line 1"),
    ("no ZPT", _spoilt(52, None), 51, None, "the end of the file", "truncated?"),
    ("a cut ZPT", _spoilt(52, "ZPT|SYN0000001|50"), 52, None, "'ZPT|SYN0000001|50'", "5 fields"),
    ("a second ZHV", _spoilt(52, flow_lines()[0]), 52, None, "ZHV", "truncated?"),
    ("no ZHV", _spoilt(1, None), 1, None, "'101|", "ZHV"),
    ("103 with no 102", _spoilt(3, None), 3, None, "'103|A|12.4|'", "a 102 line above it"),
    ("101 with no 102", joined(enveloped(["101|1|AI|S|"])), 2, None, "'ZPT|", "a 102 line under it, before line 3"),
    ("101 after 101", _spoilt(3, "101|1|AI|S|"), 2, None, "'101|1|AI|S|'", "a 102 line under it"),
    ("102 without 101", _spoilt(2, None), 2, None, "'102|20260401|'", "a 101 line above it"),
    ("an unknown record", _spoilt(9, "104|A|1.0|"), 9, None, "'104|A|1.0|'", "101, 102, 103"),
    ("another flow's record", _spoilt(9, "66L|A|1.0|"), 9, None, "'66L|A|1.0|'", "101, 102, 103"),
    ("a blank line", _spoilt(9, ""), 9, None, "a blank line", "101, 102, 103"),
    ("too few fields", _spoilt(9, "103|A|"), 9, None, "'103|A|'", "3 fields"),
    ("too many fields", _spoilt(9, "103|A|1.0|2|"), 9, None, "'103|A|1.0|2|'", "3 fields"),
    ("no last bar", _spoilt(9, "103|A|1.0"), 9, None, "'103|A|1.0'", "3 fields"),
    ("very many fields", _spoilt(9, "103" + "|" * 40), 9, None, "103", "103"),
    ("two points", _spoilt(9, "103|A|12.4.5|"), 9, "period consumption (field 2 of 103)", "'12.4.5'", "decimal"),
    ("an exponent", _spoilt(9, "103|A|1e400|"), 9, "period consumption (field 2 of 103)", "'1e400'", "decimal"),
    ("a word", _spoilt(9, "103|A|NaN|"), 9, "period consumption (field 2 of 103)", "'NaN'", "decimal"),
    ("a sign alone", _spoilt(9, "103|A|-|"), 9, "period consumption (field 2 of 103)", "'-'", "decimal"),
    ("a point alone", _spoilt(9, "103|A|.|"), 9, "period consumption (field 2 of 103)", "'.'", "decimal"),
    ("a space", _spoilt(9, "103|A| 1|"), 9, "period consumption (field 2 of 103)", "' 1'", "decimal"),
    ("a long line", _spoilt(9, "103|A|" + "1" * 4100 + "|"), 9, None, "'103|A|111", "4096 bytes"),
    ("a cut field", _spoilt(9, "103|A|1.0|x"), 9, None, "'103|A|1.0|x'", "3 fields"),
    ("too many values", joined(flow_lines(values=["1.0"] * 1001)), 1004, None, "'103|A|1.0|'", "1000"),
    ("letters in the supplier", _spoilt(2, f"101|{MPAN}|AI|S\u00e9|"), 2, "supplier id (field 3 of 101)", "S",
     "ASCII"),
    ("a role", _spoilt(1, flow_lines()[0].replace("|C|", "|c|")), 1, "from role code (field 3 of ZHV)", "'c'",
     "capital"),
    ("no receiver", _spoilt(1, flow_lines()[0].replace("SUPP", "")), 1, "to participant id (field 6 of ZHV)", "blank",
     "characters"),
    ("no such time", _spoilt(1, flow_lines()[0].replace("20260403071500", "20260403250000")), 1,
     "creation time (field 7 of ZHV)", "20260403250000", "YYYYMMDDHHMMSS"),
    ("another flag", _spoilt(1, flow_lines()[0].replace("OPER", "LIVE")), 1, "test data flag (field 11 of ZHV)", "LIVE",
     "OPER"),
    ("a completion time", _spoilt(52, "ZPT|SYN0000001|50||1|2026|"), 52, "completion time (field 5 of ZPT)", "2026",
     "YYYYMMDDHHMMSS"),
    ("a checksum", _spoilt(52, "ZPT|SYN0000001|50|abc|1||"), 52, "checksum (field 3 of ZPT)", "abc", "whole number"),
    ("a long status", _spoilt(9, "103|AA|1.0|"), 9, "status (field 1 of 103)", "'AA'", "one character"),
    ("no such date", _spoilt(3, "102|20260230|"), 3, "settlement date (field 1 of 102)", "'20260230'", "YYYYMMDD"),
    ("a date in words", _spoilt(3, "102|tomorrow|"), 3, "settlement date (field 1 of 102)", "'tomorrow'", "YYYYMMDD"),
    ("a short date", _spoilt(3, "102|260401|"), 3, "settlement date (field 1 of 102)", "'260401'", "YYYYMMDD"),
    ("a blank date", _spoilt(3, "102||"), 3, "settlement date (field 1 of 102)", "a blank field", "YYYYMMDD"),
    ("a future date", _spoilt(3, "102|20260603|"), 3, "settlement date (field 1 of 102)", "2026-06-03", "far future"),
    ("an old date", _spoilt(3, "102|19891231|"), 3, "settlement date (field 1 of 102)", "1989-12-31", "1990-01-01"),
    ("a blank MPAN", _spoilt(2, "101||AI|SUPP|"), 2, "MPAN core (field 1 of 101)", "a blank field", "text"),
    ("a blank quantity", _spoilt(2, "101|1||SUPP|"), 2, "measurement quantity (field 2 of 101)", "blank", "text"),
    ("letters beyond ASCII", _spoilt(2, "101|1\u00e9|AI|S|"), 2, "MPAN core (field 1 of 101)", "1", "ASCII"),
    ("another flow", _spoilt(1, "ZHV|SYN|D0150002|C|H|X|S|20260403071500||||OPER|"), 1, None, "'D0150002'", "D0036"),
    ("a short header", _spoilt(1, "ZHV|SYN0000001|D0036001|"), 1, None, "ZHV", "12 fields"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "line", "column", "found", "expected"),
    [case[1:] for case in _WRONG],
    ids=[case[0] for case in _WRONG],
)
def test_a_broken_file_is_refused_with_its_place(
    content: bytes, line: int, column: str | None, found: str, expected: str
) -> None:
    error = refusal(content, "broken.usr")
    assert error.place.file == "broken.usr"
    assert error.place.line == line
    assert found in error.found
    assert expected in error.expected
    assert error.action
    if column:
        assert error.place.column == column


def test_data_after_the_trailer_is_refused() -> None:
    error = refusal(joined([*flow_lines(), "103|A|1.0|"]))
    assert (error.place.line, error.expected) == (53, "a ZHV header before this")


@pytest.mark.parametrize("flag", ["TR01", "TE99"])
def test_test_data_is_refused_unless_let_in(flag: str) -> None:
    content = joined(flow_lines()).replace(b"OPER", flag.encode())
    error = refusal(content)
    assert (error.place.line, error.place.column) == (1, "test data flag (field 11 of ZHV)")
    assert "--allow-test-data" in error.action
    assert read(content, allow_test_data=True).readings == read(joined(flow_lines())).readings


def test_an_error_says_how_many_channel_days_before_it_were_good() -> None:
    lines = flow_lines(days=["20260401", "20260402", "20260403"])
    assert refusal(joined([*lines[:60], "103|A|x|", *lines[61:]])).good == 1
    assert refusal(joined([*lines[:51], "102|2026|", *lines[52:]])).good == 1
    assert refusal(joined([*lines[:-1], "ZPT|SYN0000001|1||1||"])).good == 0
    again = joined([*flow_lines(), *lines[:-1], "ZPT|SYN0000001|1||1||"])
    assert refusal(again).good == 1
    assert "Channel-days before it that are good: 1" in str(refusal(again))


def test_a_flow_read_as_another_is_refused() -> None:
    assert refusal(joined(flow_lines("D0275")), format="D0036").expected == "D0036 and its version"


def test_tomorrow_is_not_the_far_future() -> None:
    assert rows(joined(flow_lines(days=["20260602"])))[0]["settlement_date"] == date(2026, 6, 2)


def test_an_envelope_without_channels_has_no_rows() -> None:
    assert rows(joined(enveloped([], groups=0))) == []


@pytest.mark.parametrize("cut", range(60))
def test_a_truncated_file_is_refused(cut: int) -> None:
    content = joined(flow_lines())
    assert refusal(content[: len(content) - 2 - cut * 12])


@pytest.mark.parametrize(
    ("flow", "value", "noted"),
    [
        ("D0036", "999999.9", 0),
        ("D0036", "1000000.0", 1),
        ("D0275", "1234567", 1),
        ("D0379", "1000000.0", 0),
    ],
)
def test_values_beyond_the_item_are_read_and_noted(flow: str, value: str, noted: int) -> None:
    source = read(joined(flow_lines(flow, values=[value])), "day.usr")
    assert source.readings["energy_kwh"].to_pylist() == [[float(value)]]
    assert len(source.notes) == noted
