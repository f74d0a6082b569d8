"""D0268 line by line in plain Python: one system after another, and the very words in which a fault is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.readings.dtc_lines import Layout, Record, records
from validator.errors import Place, SubmissionError
from validator.readings.dates import date_of
from validator.readings.meter_details_one_by_one import Meter, Outstation, Register, System, rows_of

_LAYOUTS = {
    "01A": Layout(10, ("MPAN core", "effective date", "CoP", "CoP Issue")),
    "02A": Layout(23, ("outstation id", "outstation type"), secret=True),
    "03A": Layout(10, ("meter serial", "make and type", "", "", "", "", "", "feeder status")),
    "04A": Layout(
        10,
        (
            *("register id", "outstation id", "", "pulse multiplier", "", "outstation multiplier"),
            *("measurement quantity", "number of register digits", "associated meter"),
        ),
    ),
}
_COUNTED = "metering systems"


def read_by_lines(content: bytes, name: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows of standing data, and notes; SubmissionError."""
    systems: list[System] = []
    first_line: dict[tuple[str, date], int] = {}
    ended = 0

    def good() -> int:
        """Of an open group it is not known that it is."""
        return ended

    def refuse(record: Record, field: int, found: str, expected: str, action: str) -> SubmissionError:
        column = f"{_LAYOUTS[record.word].titles[field - 1]} (field {field} of {record.word})"
        return SubmissionError(
            Place(name, record.line, column=column), found, expected, action, good=ended, counted=_COUNTED
        )

    lines = records(content, name, "D0268", _LAYOUTS, "01A", (good, _COUNTED), lambda: len(systems))
    for record in lines:
        texts = [text.strip() for text in record.fields]
        if record.word == "01A":
            ended = len(systems)
        if record.word == "04A" and not systems[-1].meters:
            place, resend = Place(name, record.line), "Send the file again; the transfer may have been cut short"
            raise SubmissionError(place, "a 04A line", "a 03A line above it", resend, good=ended, counted=_COUNTED)
        if not texts[1]:
            found = (
                "a line that is not shown"
                if record.word == "02A" and record.fields[1]
                else (ascii(record.fields[1]) if record.fields[1] else "a blank field")
            )
            raise refuse(record, 1, found, "text", "Fill the field")
        if record.word == "01A":
            on = date_of(record.fields[2])
            if on is None:
                found = ascii(record.fields[2]) if record.fields[2] else "a blank field"
                raise refuse(record, 2, found, "a date as YYYYMMDD", "Correct the date")
            first = first_line.setdefault((texts[1], on), record.line)
            if first != record.line:
                expected = f"once in a file; the first is line {first}"
                raise refuse(record, 2, f"{texts[1]} from {on} again", expected, "Send one of them")
            systems.append(System(record.line, texts[1], on, texts[3], texts[4], [], []))
        elif record.word == "02A":
            systems[-1].outstations.append(Outstation(texts[1], texts[2]))
        elif record.word == "03A":
            systems[-1].meters.append(Meter(texts[1], texts[2], texts[8], []))
        else:
            register = Register(texts[1], texts[2], texts[4], texts[6], texts[7], texts[8], texts[9])
            systems[-1].meters[-1].registers.append(register)
    return _told(systems)


def _told(systems: list[System]) -> tuple[list[dict[str, Any]], list[str]]:
    notes: list[tuple[int, str]] = []
    rows: list[dict[str, Any]] = [row for system in systems for row in rows_of(system, notes)]
    following: dict[tuple[str, str], date] = {}
    for row in sorted(rows, key=lambda each: each["effective_from"], reverse=True):
        meter = (row["mpan_core"], row["role"])
        if meter in following:
            row["effective_to"] = following[meter] - timedelta(days=1)
        following[meter] = row["effective_from"]
    return [{name: row[name] for name in row if name != "line"} for row in rows], [
        f"line {at}: {it}" for at, it in notes
    ]
