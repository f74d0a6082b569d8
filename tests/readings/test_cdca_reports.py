"""C0101 and C0541: held against their counts and checksum, and said as information."""

from __future__ import annotations

import pytest

from tests.oracle_idd import enveloped
from tests.readings.samples import joined, read, refusal

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
