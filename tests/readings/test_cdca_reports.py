"""C0101 and C0541: held against their counts and checksum, and said as information."""

from __future__ import annotations

import pytest

from tests.oracle_idd import enveloped
from tests.readings.samples import DAY, joined, read, refusal
from validator.report.reported import reported_notes

_EXCEPTIONS = ["MSE|9901|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", "SPE|1|2.5|B|limits|", "SPE|2||C||"]
_STATUS = ["PD8|PARTY|", "MSX|9901|PLACE|", "OSA|AA|1|2|3|", "MSX|9902|PLACE|", "DOL|1|2|", "DOP|1|2.5|"]


def test_exceptions_are_counted() -> None:
    source = read(joined(enveloped(_EXCEPTIONS, word="C0101")), "x")
    assert (source.format, source.readings.num_rows) == ("C0101", 0)
    assert source.notes == (
        "x: C0101 exceptions of 1 metering system: 1 channel, 2 exceptional period. No verdict rests on it",
    )


def test_meter_status_is_counted() -> None:
    source = read(joined(enveloped(_STATUS, word="C0541")), "x")
    (note,) = source.notes
    assert "of 2 metering systems: 1 outstation alarm (OSA), 1 channel outside its limits (DOL)" in note


def test_several_envelopes_and_blank_lines() -> None:
    lines = [*enveloped(_STATUS, word="C0541"), "", *enveloped([], word="C0541")]
    assert len(read(joined(lines, "\r\n")).notes) == 1


@pytest.mark.parametrize(
    ("lines", "line", "expected"),
    [
        (enveloped(_STATUS, word="C0541")[:-1], 7, "a ZZZ trailer"),
        (
            [*enveloped(_STATUS, word="C0541")[:3], *enveloped(_STATUS, word="C0541")[4:]],
            7,
            "7, the number",
        ),
        (enveloped([*_STATUS, "XXX|1|"], word="C0541"), 8, "one of PD8"),
        (enveloped([*_STATUS, "OSA|AA"], word="C0541"), 8, "one of PD8"),
        ([*enveloped(_STATUS, word="C0541"), "PD8|X|"], 9, "an AAA header"),
        (enveloped(_STATUS, "TEST1", word="C0541"), 1, "OPER"),
    ],
)
def test_a_broken_report_is_refused_with_its_place(lines: list[str], line: int, expected: str) -> None:
    error = refusal(joined(lines))
    assert error.place.line == line
    assert expected.split("|")[-1] in error.expected


def test_a_changed_byte_is_seen() -> None:
    content = joined(enveloped(_STATUS, word="C0541")).replace(b"OSA|AA", b"OSA|AB")
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
