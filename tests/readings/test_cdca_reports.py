"""C0101 and C0541: held against their counts and checksum, read, and said as information."""

from __future__ import annotations

import pytest

from tests.oracle_idd import STATUS, enveloped, read_c0541
from tests.readings.samples import DAY, joined, read, refusal
from validator.report.reported import reported_notes, status_notes

_EXCEPTIONS = ["MSE|9901|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", "SPE|1|2.5|B|limits|", "SPE|2||C||"]
_STATUS = list(STATUS)


def test_exceptions_are_counted() -> None:
    source = read(joined(enveloped(_EXCEPTIONS, word="C0101")), "x")
    assert (source.format, source.readings.num_rows) == ("C0101", 0)
    assert source.notes == (
        "x: C0101 exceptions of 1 metering system: 1 channel, 2 exceptional periods. No verdict rests on it",
    )


def test_meter_status_is_counted() -> None:
    source = read(joined(enveloped(_STATUS, word="C0541")), "x")
    (note,) = source.notes
    assert (
        "of 2 metering systems: 1 outstation not read for days (ODF), 1 outstation alarm (OSA), 1 main and check"
        in note
    )
    assert "not read:" not in note


def test_several_envelopes_and_blank_lines() -> None:
    lines = [*enveloped(_STATUS, word="C0541"), "", *enveloped([], word="C0541")]
    assert len(read(joined(lines, "\r\n")).notes) == 1


@pytest.mark.parametrize(
    ("lines", "line", "expected"),
    [
        (enveloped(_STATUS, word="C0541")[:-1], 14, "a ZZZ trailer"),
        (
            [*enveloped(_STATUS, word="C0541")[:3], *enveloped(_STATUS, word="C0541")[4:]],
            14,
            "14, the number",
        ),
        (enveloped([*_STATUS, "XXX|1|"], word="C0541"), 15, "one of PD8"),
        (enveloped([*_STATUS, "OSA|AA"], word="C0541"), 15, "one of PD8"),
        ([*enveloped(_STATUS, word="C0541"), "PD8|X|"], 16, "an AAA header"),
        (enveloped(["MSX|9901|PLACE|"], word="C0541"), 2, "a PD8 record above it"),
        (enveloped([*_STATUS[:4], "PSP|4|0.5|1.25|"], word="C0541"), 6, "a PSD record above it"),
        (enveloped([*_STATUS, "PSP|4|0.5|1.25|"], word="C0541"), 15, "a PSD record above it"),
        ([*enveloped(_STATUS, word="C0541"), *enveloped(["ODF|O|3|"], word="C0541")], 17, "a MSX record above it"),
        ([*enveloped(_EXCEPTIONS, word="C0101"), *enveloped(["SDE|20260401|"], word="C0101")], 10, "a MSE record"),
        (enveloped(_STATUS, "TEST1", word="C0541"), 1, "OPER"),
    ],
)
def test_a_broken_report_is_refused_with_its_place(lines: list[str], line: int, expected: str) -> None:
    error = refusal(joined(lines))
    assert error.place.line == line
    assert expected.split("|")[-1] in error.expected


def test_a_changed_byte_is_seen() -> None:
    content = joined(enveloped(_STATUS, word="C0541")).replace(b"|AA|", b"|AB|")
    assert "checksum" in (refusal(content).place.column or "")


def test_exceptions_are_read() -> None:
    source = read(joined(enveloped(_EXCEPTIONS, word="C0101")), "x")
    assert [(each.line, each.channel_day, each.period, each.volume, each.status) for each in source.reported] == [
        (6, ("9901", "AI", "MAIN", DAY), 1, 2.5, "B"),
        (7, ("9901", "AI", "MAIN", DAY), 2, None, "C"),
    ]
    assert (source.reported[0].outstation_id, source.reported[0].description) == ("O", "limits")


@pytest.mark.parametrize(
    ("at", "record", "expected"),
    [
        (0, "SDE|20260401|", "a MSE record"),
        (4, "CND|1|AI|X|", "M or C"),
        (4, "SPE|51|2.5|B|limits|", "1 to 50"),
        (4, "SPE|1|x|B|limits|", "a decimal number"),
        (4, f"SPE|1|{'9' * 400}|B|limits|", "a decimal number"),
        (4, "SPE|1|2.5|B|", "4, each"),
        (1, "SDE|20260231|", "YYYYMMDD"),
        (1, "OSD|O|", "a SDE record"),
    ],
)
def test_a_broken_exception_is_refused(at: int, record: str, expected: str) -> None:
    body = [*_EXCEPTIONS[:at], record, *_EXCEPTIONS[at + 1 :]]
    error = refusal(joined(enveloped(body, word="C0101")))
    assert error.place.line == at + 2
    assert expected in error.expected


def test_exceptions_stand_beside_the_channel_days_that_are_here() -> None:
    reported = read(joined(enveloped(_EXCEPTIONS, word="C0101")), "x").reported
    volumes = ["RMD|9901|", "MS9|20260401|", "OS9|O|", "CN9|1|AI|M|", "RMP|1|2.5|B|"]
    here = read(joined(enveloped(volumes, word="C0121"))).readings
    assert reported_notes(here, reported) == [
        "C0101 on 9901 AI MAIN 2026-04-01: periods 1, 2 (B limits; C). No verdict rests on it"
    ]
    assert reported_notes(here.slice(0, 0), reported) == [
        "C0101: exceptions on 1 channel-day that did not come with this run"
    ]
    assert reported_notes(here, ()) == []


def test_meter_status_is_read() -> None:
    content = joined(enveloped(_STATUS, word="C0541"))
    found = read(content, "x").statuses
    expected = read_c0541(content)
    assert [[each.mpan_core, each.record, *map(_text, each.facts.values())] for each in found] == expected
    assert {(each.file, each.created) for each in found} == {("x", "20260810093000")}
    assert [each.line for each in found] == [4, 5, 6, 8, 9, 11, 12, 14]
    assert found[1].facts == {
        "outstation_id": "OUT1", "channel": 1, "alarm_code": "AA", "from_period": 2, "to_period": 3,
    }  # fmt: skip
    assert (found[0].location, found[-1].location) == ("PLACE", "")


def _text(fact: str | int | float | None) -> str:
    return (
        "" if fact is None else f"{fact:g}" if isinstance(fact, float) and fact < 100 else str(fact).removesuffix(".0")
    )


@pytest.mark.parametrize(
    ("at", "record", "said"),
    [
        (3, "OSA|AA|1|2|3|", "line 5 has 4 fields where 5 are known of OSA"),
        (3, "OSA|OUT1|X|AA|2|3|", "line 5, channel (field 2 of OSA) is 'X', no whole number"),
        (3, "OSA|OUT1|1|AA|0|3|", "from period (field 4 of OSA) is '0', no settlement period"),
        (12, "DOP|51|1|", "period (field 1 of DOP) is '51', no settlement period"),
        (12, "DOP|50|1e5|", "volume (field 2 of DOP) is '1e5', no decimal number"),
        (1, "MSX||PLACE|", "line 3 has a blank metering system"),
    ],
)
def test_records_with_other_fields_than_are_known_are_counted(at: int, record: str, said: str) -> None:
    """The source of the fields is a secondary one: that they differ is no fault of the file's."""
    body = [*_STATUS[:at], record, *_STATUS[at + 1 :]]
    source = read(joined(enveloped(body, word="C0541")), "x")
    assert source.statuses == ()
    assert f"counted and not read: {'line' if 'line' in said else ''}" in source.notes[0]
    assert said in source.notes[0]


def test_status_stands_beside_the_metering_systems_that_are_here() -> None:
    statuses = read(joined(enveloped(_STATUS, word="C0541")), "x").statuses
    volumes = ["RMD|9901|", "MS9|20260401|", "OS9|O|", "CN9|1|AI|M|", "RMP|1|2.5|B|"]
    here = read(joined(enveloped(volumes, word="C0121"))).readings
    said, elsewhere = status_notes(here, statuses)
    assert said == (
        "C0541 made on 2026-08-10, on 9901: outstation OUT1 not downloaded for 3 days; "
        "alarm AA of outstation OUT1, channel 1, periods 2 to 3; AI main and check differ by -1.5, 0.25 % of main; "
        "AI primary and secondary outstation differ by 0.5 in period 4; 1 more. "
        "It names no settlement date, and no verdict rests on it"
    )
    assert elsewhere == "C0541: status of 1 metering system that did not come with this run"
    assert status_notes(here, ()) == []
    assert status_notes(here.slice(0, 0), statuses) == [
        "C0541: status of 2 metering systems that did not come with this run"
    ]
