"""What to say about each fault that the DTC scanner reports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernels import dtc
from validator.errors import SubmissionError
from validator.readings.source import Submission

_SHOWN_BYTES = 40
_RESEND = "Send the file again; the transfer may have been cut short"
_FIELDS = {
    "ZHV": ("", "file identifier", "flow"),
    "ZPT": ("", "file identifier", "group count", "checksum", "flow instance count"),
    "channel": ("", "MPAN core", "measurement quantity"),
    "day": ("", "settlement date"),
    "value": ("", "status", "period consumption"),
}


@dataclass(frozen=True)
class Flow:
    """A DTC flow's record ids: the channel group, its day and its value; and whether its day is UTC."""

    word: str
    channel: str
    day: str
    value: str
    utc_day: bool


@dataclass(frozen=True)
class _Text:
    expected: str
    action: str = ""
    record: str = ""


_TEXTS = {
    dtc.NO_HEADER: _Text("a ZHV header before anything else", "Send the file with its ZHV and ZPT lines"),
    dtc.OTHER_FLOW: _Text("{flow} and its version", "Send one flow in one file", record="ZHV"),
    dtc.NO_TRAILER: _Text("a ZPT trailer before this; truncated?", _RESEND),
    dtc.AFTER_TRAILER: _Text("a ZHV header, or nothing, after the ZPT trailer", "Take the extra lines out"),
    dtc.UNKNOWN_RECORD: _Text("one of {channel}, {day}, {value}, ZPT", "Correct the line; {flow} has no other"),
    dtc.FIELD_COUNT: _Text("{due} fields, each ended by |", "Correct the line, or send the file again"),
    dtc.NO_DAY: _Text("a {day} line under it, before line {due}", _RESEND),
    dtc.DAY_WITHOUT_CHANNEL: _Text("a {channel} line above it", _RESEND),
    dtc.VALUE_WITHOUT_DAY: _Text("a {day} line above it", _RESEND),
    dtc.BLANK_TEXT: _Text("text", "Fill the field", record="channel"),
    dtc.NOT_ASCII: _Text("printable ASCII characters", "Correct the field", record="channel"),
    dtc.BAD_DATE: _Text("a date as YYYYMMDD", "Correct the date", record="day"),
    dtc.BAD_STATUS: _Text("one character: A, E or C", "Correct the status", record="value"),
    dtc.BAD_NUMBER: _Text("a decimal number such as 12.4, without an exponent", "Correct the value", record="value"),
    dtc.TOO_MANY_DIGITS: _Text(
        "at most 15 significant digits", "Send the value with the decimals that it has", record="value"
    ),
    dtc.OTHER_IDENTIFIER: _Text("the file identifier of the header in line {due}", _RESEND, record="ZPT"),
    dtc.BAD_COUNT: _Text("a whole number", "Correct the trailer", record="ZPT"),
    dtc.BODY_LINES: _Text(
        "{due}, the number of lines between ZHV and ZPT; lines are lost or added", _RESEND, record="ZPT"
    ),
    dtc.CHANNEL_GROUPS: _Text(
        "{due}, the number of {channel} groups since ZHV; lines are lost or added", _RESEND, record="ZPT"
    ),
}


def fault_error(submission: Submission, flow: Flow, fault: npt.NDArray[np.int64]) -> SubmissionError:
    """The error for a scanner's `fault` (see kernels.dtc.FAULT_SIZE)."""
    code, line, field, begin, end, due = (int(number) for number in fault)
    text = _TEXTS[code]
    words = {
        "flow": flow.word,
        "channel": flow.channel,
        "day": flow.day,
        "value": flow.value,
        "due": due,
    }
    return submission.refuse(
        _shown(submission.data, begin, end),
        text.expected.format(**words),
        text.action.format(**words),
        line=line,
        column=_column(flow, text, field),
    )


def _shown(data: memoryview, begin: int, end: int) -> str:
    if begin >= len(data):
        return "the end of the file"
    text = bytes(data[begin : min(end, begin + _SHOWN_BYTES)]).decode("latin-1")
    if not text:
        return "a blank line" if begin == end and _opens_line(data, begin) else "a blank field"
    return ascii(text) + ("..." if end - begin > _SHOWN_BYTES else "")


def _opens_line(data: memoryview, begin: int) -> bool:
    return begin == 0 or data[begin - 1] == ord("\n")


def _column(flow: Flow, text: _Text, field: int) -> str | None:
    """The field's name and place, such as `period consumption (field 2 of 103)`."""
    if not text.record:
        return None
    records = {"channel": flow.channel, "day": flow.day, "value": flow.value}
    return f"{_FIELDS[text.record][field]} (field {field} of {records.get(text.record, text.record)})"
