"""D0010 line by line in plain Python: the readings, and the very words in which a fault is told."""

from __future__ import annotations

import re
from datetime import datetime

from tests.readings.dtc_lines import Layout, Record, records
from validator.errors import Place, SubmissionError
from validator.readings.register_readings import RegisterReading

_LAYOUTS = {
    "026": Layout(2, ("MPAN core", "BSC validation status")),
    "028": Layout(2, ("meter serial", "reading type")),
    "029": Layout(3, ("first field",)),
    "030": Layout(7, ("register id", "reading date-time", "register reading", "", "", "reading flag", "method")),
}  # fmt: skip


def read_by_lines(content: bytes, name: str) -> tuple[list[RegisterReading], int]:
    """The register readings, and how many 029 lines there are; SubmissionError."""
    found: list[RegisterReading] = []
    system: Record | None = None
    meter: Record | None = None
    unknown = 0
    counted = (lambda: len(found), "register readings")
    for record in records(content, name, "D0010", _LAYOUTS, "026", counted):
        if record.word == "026":
            system, meter = record, None
        elif record.word == "028":
            meter = record
        elif record.word == "029":
            unknown += 1
        elif meter is None:
            place, resend = Place(name, record.line), "Send the file again; the transfer may have been cut short"
            raise SubmissionError(
                place, "a 030 line", "a 028 line above it", resend, good=len(found), counted="register readings"
            )
        else:
            assert system is not None
            found.append(_reading(record, meter, system, name, len(found)))
    return found, unknown


def _reading(record: Record, meter: Record, system: Record, name: str, good: int) -> RegisterReading:
    return RegisterReading(
        file=name,
        line=record.line,
        mpan_core=system.fields[1].strip(),
        status=system.fields[2].strip(),
        meter_serial=meter.fields[1].strip(),
        reading_type=meter.fields[2].strip(),
        register_id=record.fields[1].strip(),
        read_at=_read_at(record, name, good),
        value_kwh=_value(record, name, good),
    )


def _read_at(record: Record, name: str, good: int) -> datetime:
    text = record.fields[2]
    try:
        if not re.fullmatch("[0-9]{14}", text):
            raise ValueError(text)
        return datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - its zone is not stated
    except ValueError:
        raise _wrong(record, name, good, 2, "a time as YYYYMMDDHHMMSS", "Correct the time") from None


def _value(record: Record, name: str, good: int) -> float:
    text = record.fields[3]
    if not re.fullmatch(r"[0-9]+\.?[0-9]*|\.[0-9]+", text):
        raise _wrong(record, name, good, 3, "a decimal number such as 123456.7", "Correct the reading")
    return float(text)


def _wrong(record: Record, name: str, good: int, field: int, expected: str, action: str) -> SubmissionError:
    title = _LAYOUTS["030"].titles[field - 1]
    place = Place(name, record.line, column=f"{title} (field {field} of 030)")
    text = record.fields[field]
    found = (ascii(text[:40]) + ("..." if len(text) > 40 else "")) if text else "a blank field"
    return SubmissionError(place, found, expected, action, good=good, counted="register readings")
