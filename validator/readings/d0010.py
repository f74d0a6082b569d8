"""D0010, register readings (formats.md B5)."""

from __future__ import annotations

import re
from datetime import datetime

from validator.errors import Place, SubmissionError
from validator.readings.d0010_columns import NUMBER, columns_of
from validator.readings.dtc_records import Layout, Record, records
from validator.readings.pipes.envelopes import Flow
from validator.readings.register_readings import RegisterReading, RegisterReadings
from validator.readings.source import Decoded, Submission
from validator.schema import READINGS

FLOW = "D0010"
_LAYOUTS = {
    "026": Layout(2, (1, 2)),
    "028": Layout(2, (1, 2)),
    # One public reader has readings in 029 where real files have 030: what 029 holds is not known.
    "029": Layout(3, (1,)),
    "030": Layout(7, (1, 2, 3, 6, 7)),
}
FIELDS = {word: layout.fields for word, layout in _LAYOUTS.items()}
_NUMBER = re.compile(NUMBER)


def read_d0010(submission: Submission) -> Decoded:
    """The register readings, and no channel-days; SubmissionError for a broken envelope, tree or field."""
    flow = Flow(FLOW, "DTC", "026")
    columns = columns_of(submission.data, flow, FIELDS, allow_test_data=submission.allow_test_data)
    if columns is None:
        return read_by_lines(submission)
    registers = RegisterReadings(submission.name, columns.table)
    return Decoded(READINGS.empty_table(), registers=registers, notes=_notes(submission.name, columns.unknown))


def read_by_lines(submission: Submission) -> Decoded:
    """The same, one line after another: slower by far, but it knows where a fault stands."""
    name = submission.name
    found: list[RegisterReading] = []
    system: Record | None = None
    meter: Record | None = None
    lines = records(bytes(submission.data), name, FLOW, _LAYOUTS, "026", allow_test_data=submission.allow_test_data)
    unknown = 0
    for record in lines:
        if record.word == "026":
            system, meter = record, None
        elif record.word == "028":
            if system is None:
                raise _misplaced(record, name, "026")
            meter = record
        elif record.word == "029":
            unknown += 1
        elif system is None or meter is None:
            raise _misplaced(record, name, "028")
        else:
            found.append(_reading(record, meter, system, name))
    return Decoded(READINGS.empty_table(), registers=tuple(found), notes=_notes(name, unknown))


def _notes(name: str, unknown: int) -> tuple[str, ...]:
    return (f"{name}: {unknown} lines of group 029, whose fields are not known, say nothing here",) if unknown else ()


def _reading(record: Record, meter: Record, system: Record, name: str) -> RegisterReading:
    return RegisterReading(
        file=name,
        line=record.line,
        mpan_core=system.fields[1].strip(),
        status=system.fields[2].strip(),
        meter_serial=meter.fields[1].strip(),
        reading_type=meter.fields[2].strip(),
        register_id=record.fields[1].strip(),
        read_at=_read_at(record, name),
        value_kwh=_value(record, name),
    )


def _read_at(record: Record, name: str) -> datetime:
    text = record.fields[2]
    try:
        if not re.fullmatch("[0-9]{14}", text):
            raise ValueError(text)
        return datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - its zone is not stated
    except ValueError:
        place = Place(name, record.line, column="reading date-time (field 2 of 030)")
        raise SubmissionError(place, ascii(text), "a time as YYYYMMDDHHMMSS", "Correct the time") from None


def _value(record: Record, name: str) -> float:
    text = record.fields[3]
    if not _NUMBER.fullmatch(text):
        place = Place(name, record.line, column="register reading (field 3 of 030)")
        raise SubmissionError(place, ascii(text), "a decimal number such as 123456.7", "Correct the reading")
    return float(text)


def _misplaced(record: Record, name: str, above: str) -> SubmissionError:
    return SubmissionError(
        Place(name, record.line), f"a {record.word} line", f"a {above} line above it", "Send the file again"
    )
