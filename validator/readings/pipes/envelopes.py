"""Headers and trailers of DTC user files and IDD files, held against what they enclose (formats.md B1, B6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from validator.readings.damage import RESEND

CORRECT = "Correct the header"
_SHOWN = 40


Family = Literal["DTC", "IDD"]


@dataclass(frozen=True)
class Flow:
    """A flow or file type: its word, the family of its envelope, and the record that opens a top group."""

    word: str
    family: Family
    top: str


@dataclass(frozen=True)
class EnvelopeFault:
    """What is wrong with a header or trailer: the field's place (0: the whole line), its name, and what to say."""

    found: str
    expected: str
    action: str
    field: int = 0
    title: str = ""

    def column(self, record: str) -> str | None:
        """The field in words, where it is one of `record`; None for the whole line."""
        return f"{self.title} (field {self.field} of {record})" if self.field else None


class EnvelopeError(Exception):
    """A header or trailer that is not right."""

    def __init__(self, fault: EnvelopeFault) -> None:
        super().__init__(fault.expected)
        self.fault = fault


@dataclass(frozen=True)
class Envelope:
    """An open envelope: its header's line and fields, and its file identifier where it has one."""

    line: int
    fields: tuple[str, ...]
    identifier: str | None


@dataclass(frozen=True)
class Enclosed:
    """What a trailer encloses: the trailer's line, top groups since the header, and their XOR in words of 8 bytes."""

    line: int
    groups: int
    xor: int


def opened(flow: Flow, text: str, line: int, allow_test_data: bool) -> Envelope:
    """The envelope that a header opens; EnvelopeError where a field of it is not right."""
    if flow.family == "DTC":
        return _dtc_header(flow, text, line, allow_test_data)
    return _idd_header(flow, text, line, allow_test_data)


def close(flow: Flow, text: str, envelope: Envelope, enclosed: Enclosed) -> None:
    """Hold a trailer against what it encloses; EnvelopeError where they differ."""
    if flow.family == "DTC":
        _dtc_trailer(flow, text, envelope, enclosed)
    else:
        _idd_trailer(text, envelope, enclosed)


def checksum(xor: int) -> int:
    """The IDD's checksum from the XOR in words of 8 bytes, lowest byte first: 32 bits, highest byte first."""
    folded = (xor ^ (xor >> 32)) & 0xFFFFFFFF
    return int.from_bytes(folded.to_bytes(4, "little"), "big")


@lru_cache(maxsize=1024)
def is_stamp(text: str) -> bool:
    """Whether a text is a date and time as YYYYMMDDHHMMSS."""
    if not re.fullmatch("[0-9]{14}", text):
        return False
    try:
        datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - only whether it is one
    except ValueError:
        return False
    return True


def _fields(text: str, counts: Sequence[int], expected: str) -> tuple[str, ...]:
    """Fields of a line whose every field ends in `|`; the record id is the first."""
    fields = text.split("|")
    if fields[-1] or len(fields) - 1 not in counts:
        raise EnvelopeError(EnvelopeFault(shown(text), f"{expected} fields, each ended by |", RESEND))
    return tuple(fields[:-1])


def shown(text: str) -> str:
    """A text for a message, cut short."""
    return (ascii(text[:_SHOWN]) + ("..." if len(text) > _SHOWN else "")) if text else "a blank field"


def with_article(record: str) -> str:
    """A record's id with `a` or `an` before it, for a message."""
    return f"{'an' if record[0] in 'AO' else 'a'} {record}"


def _require(right: object, record: str, fields: Sequence[str], place: int, title: str, expected: str) -> None:
    if not right:
        action = CORRECT if record in ("ZHV", "AAA") else RESEND
        raise EnvelopeError(EnvelopeFault(shown(fields[place]), expected, action, place, title))


def _require_printable(record: str, fields: Sequence[str]) -> None:
    for place, field in enumerate(fields):
        _require(re.fullmatch("[ -~]*", field), record, fields, place, "text", "printable ASCII characters")


def _live(record: str, fields: Sequence[str], place: int, pattern: str, allow_test_data: bool) -> None:
    """Refuse test data unless it is let in."""
    flag = fields[place]
    if flag in ("", "OPER"):
        return
    title = "test data flag"
    _require(re.fullmatch(pattern, flag), record, fields, place, title, "OPER, or TR or TE and two digits")
    if not allow_test_data:
        action = "Test data is let in by --allow-test-data, over HTTP by allow_test_data=true"
        raise EnvelopeError(EnvelopeFault(shown(flag), "OPER: live data", action, place, title))


def _dtc_header(flow: Flow, text: str, line: int, allow_test_data: bool) -> Envelope:
    fields = _fields(text, (11, 12), "12")
    _require_printable("ZHV", fields)
    # A header may come without a file identifier: the flow then stands one field early.
    late = len(fields) - 11
    if not late and re.fullmatch(f"{flow.word}[0-9]*", fields[2]):
        raise EnvelopeError(EnvelopeFault(shown(text), "12 fields, each ended by |; found 11", RESEND))
    if not re.fullmatch(f"{flow.word}[0-9]*", fields[1 + late]):
        # Where the count of fields is short for another reason, the flow still stands in field 2.
        place = 2 if late or not re.match("D[0-9]{4}", fields[1]) else 1
        expected = f"{flow.word} and its version"
        raise EnvelopeError(
            EnvelopeFault(shown(fields[place]), expected, "Send it in a file of its own", place, "flow")
        )
    for place, title in ((2, "from role code"), (4, "to role code")):
        at = place + late
        _require(re.fullmatch("[A-Z]", fields[at]), "ZHV", fields, at, title, "one capital letter")
    for place, title in ((3, "from participant id"), (5, "to participant id")):
        at = place + late
        _require(re.fullmatch("[!-~]{1,4}", fields[at]), "ZHV", fields, at, title, "one to four characters")
    created = 6 + late
    _require(is_stamp(fields[created]), "ZHV", fields, created, "creation time", "a time as YYYYMMDDHHMMSS")
    _live("ZHV", fields, 10 + late, "T[RE][0-9]{2}", allow_test_data)
    return Envelope(line, fields, fields[1] if late else None)


def _dtc_trailer(flow: Flow, text: str, envelope: Envelope, enclosed: Enclosed) -> None:
    fields = _fields(text, (3, 4, 5, 6), "5")
    if envelope.identifier is None and fields[1] and not fields[2]:
        # The trailer has no identifier either: the count stands one field early, before a blank checksum.
        fields = (fields[0], "", *fields[1:])
    due = f"the file identifier of the header in line {envelope.line}"
    right = envelope.identifier is None or fields[1] == envelope.identifier
    _require(right, "ZPT", fields, 1, "file identifier", due)
    lines = enclosed.line - envelope.line - 1
    meaning = f"{lines}, the number of lines between ZHV and ZPT; lines are lost or added"
    _counted(fields, 2, "group count", lines, meaning)
    # The checksum's algorithm is not known, and live files leave it blank.
    if len(fields) > 3 and fields[3]:
        _require(re.fullmatch("[0-9]{1,18}", fields[3]), "ZPT", fields, 3, "checksum", "a whole number, or blank")
    if len(fields) > 4 and fields[4]:
        top = flow.top
        meaning = f"{enclosed.groups}, the number of {top} groups since ZHV; lines are lost or added"
        _counted(fields, 4, "flow instance count", enclosed.groups, meaning)
    if len(fields) > 5 and fields[5]:
        _require(is_stamp(fields[5]), "ZPT", fields, 5, "completion time", "a time as YYYYMMDDHHMMSS, or blank")


def _idd_header(flow: Flow, text: str, line: int, allow_test_data: bool) -> Envelope:
    fields = _fields(text, (10,), "10")
    _require_printable("AAA", fields)
    right = re.fullmatch(f"{flow.word}[0-9]{{3}}", fields[1])
    if not right:
        expected = f"{flow.word} and its version of three digits"
        raise EnvelopeError(EnvelopeFault(shown(fields[1]), expected, "Send one file type in one file", 1, "file type"))
    _require(fields[2] == "D", "AAA", fields, 2, "message role", "D: data; R is a response to a file")
    _require(is_stamp(fields[3]), "AAA", fields, 3, "creation time", "a time as YYYYMMDDHHMMSS")
    for place, title in ((4, "from role code"), (6, "to role code")):
        _require(re.fullmatch("[!-~]{1,2}", fields[place]), "AAA", fields, place, title, "one or two characters")
    for place, title in ((5, "from participant id"), (7, "to participant id")):
        _require(re.fullmatch("[!-~]{1,8}", fields[place]), "AAA", fields, place, title, "one to eight characters")
    _require(re.fullmatch("[0-9]{1,9}", fields[8]), "AAA", fields, 8, "sequence number", "a whole number")
    _live("AAA", fields, 9, "[!-~]{1,8}", allow_test_data)
    return Envelope(line, fields, None)


def _idd_trailer(text: str, envelope: Envelope, enclosed: Enclosed) -> None:
    fields = _fields(text, (3,), "3")
    count = enclosed.line - envelope.line + 1
    meaning = f"{count}, the number of records from AAA to ZZZ; records are lost or added"
    _counted(fields, 1, "record count", count, meaning, "ZZZ")
    due = checksum(enclosed.xor)
    meaning = f"{due}, the checksum of the records before it; a byte is not what was sent"
    _counted(fields, 2, "checksum", due, meaning, "ZZZ")


def _counted(fields: Sequence[str], place: int, title: str, due: int, meaning: str, record: str = "ZPT") -> None:
    whole = re.fullmatch("[0-9]{1,18}", fields[place])
    _require(whole, record, fields, place, title, "a whole number")
    _require(int(fields[place]) == due, record, fields, place, title, meaning)
