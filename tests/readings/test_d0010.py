"""D0010: what is read of register readings, and what each broken file is told."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.readings.samples import MPAN, d0010_lines, joined, read, refusal

_SYSTEM, _METER, _READING = f"026|{MPAN}|V|", "028|S95A 00001|M|", "030|01|20260401093000|123456.7|||T|N|"


def test_a_reading() -> None:
    source = read(joined(d0010_lines(_SYSTEM, _METER, _READING)), "reads.usr")
    assert (source.format, source.readings.num_rows) == ("D0010", 0)
    (reading,) = source.registers
    assert reading.line == 4
    assert (reading.mpan_core, reading.status, reading.meter_serial) == (MPAN, "V", "S95A 00001")
    assert (reading.reading_type, reading.register_id, reading.value_kwh) == ("M", "01", 123456.7)
    assert reading.read_at == datetime(2026, 4, 1, 9, 30)  # noqa: DTZ001


def test_counts_as_in_a_file_of_eleven_metering_systems() -> None:
    body: list[str] = []
    for number in range(11):
        body += [f"026|{MPAN}|U|", f"028|M{number}|A|", *[_READING] * (2 if number in (3, 7) else 1)]
    lines = d0010_lines(*body)
    assert lines[-1].startswith("ZPT|SYN0000004|35||11|")
    assert len(read(joined(lines)).registers) == 13


def test_lines_of_group_029_are_noted() -> None:
    source = read(joined(d0010_lines(_SYSTEM, _METER, "029|1|20260401093000|12.5|", _READING)))
    assert len(source.registers) == 1
    assert "1 line of group 029" in source.notes[0]


@pytest.mark.parametrize(
    ("body", "line", "expected"),
    [
        ((_READING,), 2, "a 026 line above it"),
        ((_SYSTEM, _READING), 3, "a 028 line above it"),
        ((_METER,), 2, "a 026 line above it"),
        ((_SYSTEM, _METER, _READING.replace("123456.7", "x")), 4, "a decimal number"),
        ((_SYSTEM, _METER, _READING.replace("123456.7", "-1")), 4, "a decimal number"),
        ((_SYSTEM, _METER, _READING.replace("20260401093000", "20260231093000")), 4, "YYYYMMDDHHMMSS"),
        ((_SYSTEM, _METER, "030|01|20260401093000|1|"), 4, "8 fields"),
        ((_SYSTEM, _METER, "031|x|"), 4, "026, 028, 029, 030"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(body: tuple[str, ...], line: int, expected: str) -> None:
    error = refusal(joined(d0010_lines(*body)))
    assert error.place.line == line
    assert expected in error.expected


def test_a_lost_line_and_test_data_are_refused() -> None:
    lines = d0010_lines()
    assert "lines are lost" in refusal(joined([*lines[:3], *lines[4:]])).expected
    content = joined(lines).replace(b"OPER", b"TR01")
    assert "--allow-test-data" in refusal(content).action
    assert len(read(content, allow_test_data=True).registers) == 1


@pytest.mark.parametrize("body", [(_METER, _READING), (_READING,)])
def test_a_second_envelope_takes_no_meter_from_the_first(body: tuple[str, ...]) -> None:
    first = d0010_lines(_SYSTEM, _METER, _READING)
    error = refusal(joined([*first, *d0010_lines(*body)]))
    assert (error.place.line, error.expected) == (len(first) + 2, "a 026 line above it")
