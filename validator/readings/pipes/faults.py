"""What to say about each fault that the scanner reports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernels import pipes
from validator.calendar import day_of_number
from validator.readings.damage import RESEND
from validator.readings.dates import EARLIEST
from validator.readings.pipes.envelopes import shown, with_article
from validator.readings.pipes.layouts import Layout
from validator.readings.pipes.windows import Bytes

_CORRECT_LINE = "Correct the line, or send the file again"


@dataclass(frozen=True)
class Said:
    """A fault in words; `column` is None where it is the whole line."""

    found: str
    expected: str
    action: str
    column: str | None = None


@dataclass(frozen=True)
class _Text:
    expected: str
    action: str
    field: bool = False


_TEXTS = {
    pipes.NO_HEADER: _Text("{a_header} header before this", "Send the lines with their {header} and {trailer}"),
    pipes.NO_TRAILER: _Text("a {trailer} trailer before this; truncated?", RESEND),
    pipes.UNKNOWN_RECORD: _Text("one of {records}", "Correct the line; {flow} has no other"),
    pipes.FIELD_COUNT: _Text("{due} fields, each ended by |", _CORRECT_LINE),
    pipes.NO_CHILD: _Text("a {child} line under it, before line {due}", RESEND),
    pipes.NO_PARENT: _Text("a {parent} line above it", RESEND),
    pipes.BLANK_TEXT: _Text("text", "Fill the field", field=True),
    pipes.NOT_ASCII: _Text("printable ASCII characters", "Correct the field", field=True),
    pipes.BAD_DATE: _Text("a date as YYYYMMDD", "Correct the date", field=True),
    pipes.EARLY_DATE: _Text("a date from {earliest} on", "Correct the date", field=True),
    pipes.LATE_DATE: _Text("no dates in the far future: at the latest {latest}", "Correct the date", field=True),
    pipes.BAD_STATUS: _Text("one character: {letters}", "Correct the status", field=True),
    pipes.BAD_NUMBER: _Text("a decimal number such as 12.4, without an exponent", "Correct the value", field=True),
    pipes.BAD_ROLE: _Text("M, the main meter, or C, the check meter", "Correct the field", field=True),
    pipes.BAD_PERIOD: _Text("a settlement period from 1 to 50", "Correct the period", field=True),
    pipes.PERIOD_ORDER: _Text("a period after {due}, the one before it", "Send each period once, in order", field=True),
    pipes.MANY_VALUES: _Text("at most {due} {value} lines in a row", RESEND),
    pipes.LONG_LINE: _Text("a line of at most {due} bytes", RESEND),
    pipes.BAD_STAMP: _Text("a time as YYYYMMDDHHMMSS", "Correct the time", field=True),
}


def said(layout: Layout, data: Bytes, fault: npt.NDArray[np.int64], base: int, latest: int) -> Said:
    """A scanner's `fault` in words; `base` lines come before the window, `latest` is the latest date's number."""
    code, level, field = (int(fault[place]) for place in (pipes.FAULT_CODE, pipes.FAULT_LEVEL, pipes.FAULT_FIELD))
    begin, end = int(fault[pipes.FAULT_FROM]), int(fault[pipes.FAULT_TO])
    due = int(fault[pipes.FAULT_DUE])
    groups = [group.record for group in layout.groups]
    letters = [letter for letter, _ in layout.flags] + list(layout.no_value)
    # Of a value without a row above it, `due` is the number of levels; of a group, its own level.
    parent = groups[min(due, len(groups)) - 1] if code == pipes.NO_PARENT else ""
    words: dict[str, object] = {
        "flow": layout.word,
        "header": layout.header,
        "a_header": with_article(layout.header),
        "trailer": layout.trailer,
        "records": ", ".join([*groups, layout.value, layout.trailer]),
        "value": layout.value,
        "child": groups[min(level + 1, len(groups) - 1)],
        "parent": parent,
        "letters": ", ".join(letters[:-1]) + f" or {letters[-1]}",
        "earliest": EARLIEST.isoformat(),
        "latest": day_of_number(latest).isoformat(),
        "due": due + base if code == pipes.NO_CHILD else due,
    }
    column = _column(layout, level, field) if in_field(code) else None
    return spoken(code, found_at(data, begin, end, code), words, column)


def in_field(code: int) -> bool:
    """Whether a fault is one field's, not the whole line's."""
    return _TEXTS[code].field


def spoken(code: int, found: str, words: dict[str, object], column: str | None) -> Said:
    """A fault in words; `words` fill in what was expected and what to do."""
    text = _TEXTS[code]
    return Said(found, text.expected.format(**words), text.action.format(**words), column)


def found_at(data: Bytes, begin: int, end: int, code: int) -> str:
    """What stands at a fault, for a message."""
    if begin >= len(data):
        return "the end of the file"
    if begin == end:
        opens_line = begin == 0 or data[begin - 1] == ord("\n")
        return "a blank line" if opens_line else "a blank field"
    text = bytes(data[begin:end]).decode("latin-1")
    if code in (pipes.EARLY_DATE, pipes.LATE_DATE):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return shown(text)


def _column(layout: Layout, level: int, field: int) -> str:
    """The field's name and place, such as `period consumption (field 2 of 103)`."""
    if level == pipes.LEVEL_VALUE:
        return f"{layout.value_fields[field - 1]} (field {field} of {layout.value})"
    group = layout.groups[level]
    return f"{group.fields[field - 1].title} (field {field} of {group.record})"
