"""The records of a small DTC user file, one by one, with its envelope held against its counts (formats.md B1).

For flows of some lines to a metering system (D0010, D0268). Half-hourly advances go through the kernels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from validator.errors import Place, SubmissionError

_BOM = b"\xef\xbb\xbf"
_SHOWN = 40
_RESEND = "Send the file again; the transfer may have been cut short"
_HEADER_FIELDS = 11
_TEST_FLAG = re.compile(r"T[RE][0-9]{2}")
LIVE_FLAGS = ("", "OPER")


@dataclass(frozen=True)
class Layout:
    """What one kind of record holds.

    `fields` is their number after the record id. `kept` are the places (from 1) that are decoded: any other
    field never leaves the bytes of the file, and no message shows it. `secret` keeps the whole line out of
    messages.
    """

    fields: int
    kept: tuple[int, ...]
    secret: bool = False


@dataclass(frozen=True)
class Record:
    """One line of the body: its number from 1, its record id, and its fields by place; 0 is the record id.

    A field that is not kept is blank.
    """

    line: int
    word: str
    fields: tuple[str, ...]


def records(
    data: bytes, name: str, flow: str, layouts: Mapping[str, Layout], top: str, *, allow_test_data: bool = False
) -> Iterator[Record]:
    """The body's records between each ZHV and ZPT; `top` is the record that opens a flow instance.

    Raises SubmissionError for whatever breaks the envelope, and for a record or a number of fields that the
    flow does not have. `allow_test_data` lets in files that say in their header that they are a test.
    """
    file = _File(data, name, layouts)
    opened: _Envelope | None = None
    headed = False
    for line, begin, end in _lines(data):
        pipes = _pipes(data, begin, end)
        word = data[begin : pipes[0]].decode("latin-1") if pipes else ""
        if opened is None:
            if begin == end:
                continue
            if word != "ZHV":
                raise file.fault(line, begin, end, "a ZHV header before this", "Take the line out, or send its header")
            opened, headed = _header(file, line, begin, end, pipes, flow, allow_test_data), True
        elif word == "ZPT":
            _trailer(file, line, begin, end, pipes, opened, top)
            opened = None
        else:
            yield _record(file, line, begin, end, pipes, word, opened, top, flow)
    if opened is not None:
        raise SubmissionError(Place(name, line), "the end of the file", "a ZPT trailer; truncated?", _RESEND)
    if not headed:
        raise SubmissionError(Place(name, 1), "no header", f"a ZHV header of {flow}", "Send the file with its envelope")


@dataclass
class _Envelope:
    identifier: str | None
    line: int
    instances: int = 0


@dataclass(frozen=True)
class _File:
    data: bytes
    name: str
    layouts: Mapping[str, Layout]

    def fault(
        self,
        line: int,
        begin: int,
        end: int,
        expected: str,
        action: str,
        column: str | None = None,
        secret: bool = True,
    ) -> SubmissionError:
        """The error of one line or field; where the flow has secrets, a line that may hold one is not shown."""
        if secret and any(layout.secret for layout in self.layouts.values()):
            return SubmissionError(Place(self.name, line, column=column), "a line that is not shown", expected, action)
        shown = self.data[begin : min(end, begin + _SHOWN)].decode("latin-1")
        found = ascii(shown) + ("..." if end - begin > len(shown) else "") if shown else "a blank field"
        return SubmissionError(Place(self.name, line, column=column), found, expected, action)

    def field(self, pipes: list[int], place: int) -> str:
        return self.data[pipes[place - 1] + 1 : pipes[place]].decode("latin-1")


def _lines(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Line number, first byte and past the last byte of every line, its end left out."""
    begin, line = (len(_BOM) if data.startswith(_BOM) else 0), 0
    while begin < len(data):
        following = data.find(b"\n", begin)
        end = len(data) if following < 0 else following
        line += 1
        yield line, begin, end - (end > begin and data[end - 1] == 13)
        begin = end + 1


def _pipes(data: bytes, begin: int, end: int) -> list[int]:
    places: list[int] = []
    at = data.find(b"|", begin, end)
    while at >= 0:
        places.append(at)
        at = data.find(b"|", at + 1, end)
    return places


def _closed(pipes: list[int], end: int) -> bool:
    return bool(pipes) and pipes[-1] == end - 1


def _header(
    file: _File, line: int, begin: int, end: int, pipes: list[int], flow: str, allow_test_data: bool
) -> _Envelope:
    if len(pipes) not in (_HEADER_FIELDS, _HEADER_FIELDS + 1) or not _closed(pipes, end):
        raise file.fault(line, begin, end, "12 fields, each ended by |", _RESEND, secret=False)
    # A header may come without a file identifier: the flow then stands one field early.
    late = len(pipes) - _HEADER_FIELDS
    if not re.fullmatch(f"{flow}[0-9]*", file.field(pipes, 1 + late)):
        at = (pipes[late] + 1, pipes[late + 1])
        raise file.fault(line, *at, f"{flow} and its version", "Send one flow in one file", "flow of ZHV", False)
    created = file.field(pipes, 6 + late)
    if not is_stamp(created):
        at = (pipes[5 + late] + 1, pipes[6 + late])
        raise file.fault(line, *at, "a time as YYYYMMDDHHMMSS", "Correct the header", "creation time of ZHV", False)
    flag = file.field(pipes, 10 + late)
    column = "test data flag of ZHV"
    at = (pipes[9 + late] + 1, pipes[10 + late])
    if _TEST_FLAG.fullmatch(flag):
        if not allow_test_data:
            raise file.fault(line, *at, "OPER: live data", "Test data is let in by --allow-test-data", column, False)
    elif flag not in LIVE_FLAGS:
        raise file.fault(line, *at, "OPER, or TR or TE and two digits", "Correct the header", column, False)
    return _Envelope(file.field(pipes, 1) if late else None, line)


def _trailer(file: _File, line: int, begin: int, end: int, pipes: list[int], opened: _Envelope, top: str) -> None:
    if not 3 <= len(pipes) <= 6 or not _closed(pipes, end):
        raise file.fault(line, begin, end, "5 fields, each ended by |", _RESEND, secret=False)
    due = (
        (1, "file identifier", opened.identifier, f"the file identifier of the header in line {opened.line}"),
        (2, "group count", line - opened.line - 1, "the number of lines between ZHV and ZPT"),
        (4, "flow instance count", opened.instances, f"the number of {top} groups since ZHV"),
    )
    for place, title, number, meaning in due:
        if number is None or place >= len(pipes):
            continue
        sent = file.field(pipes, place)
        if place == 4 and not sent:
            continue
        right = sent == number if place == 1 else re.fullmatch("[0-9]{1,18}", sent) and int(sent) == number
        if not right:
            expected = meaning if place == 1 else f"{number}, {meaning}; lines are lost or added"
            at = (pipes[place - 1] + 1, pipes[place])
            raise file.fault(line, *at, expected, _RESEND, f"{title} (field {place} of ZPT)", False)


def _record(
    file: _File, line: int, begin: int, end: int, pipes: list[int], word: str, opened: _Envelope, top: str, flow: str
) -> Record:
    layout = file.layouts.get(word)
    if layout is None:
        known = ", ".join([*file.layouts, "ZPT"])
        raise file.fault(line, begin, end, f"one of {known}", f"Correct the line; {flow} has no other")
    if len(pipes) != layout.fields + 1 or not _closed(pipes, end):
        expected = f"{layout.fields + 1} fields, each ended by |"
        raise file.fault(line, begin, end, expected, "Correct the line, or send the file again", secret=layout.secret)
    fields = [word, *[""] * layout.fields]
    for place in layout.kept:
        fields[place] = file.field(pipes, place)
        if not (fields[place].isascii() and (fields[place].isprintable())):
            at = (pipes[place - 1] + 1, pipes[place])
            column = f"field {place} of {word}"
            raise file.fault(line, *at, "printable ASCII characters", "Correct the field", column, layout.secret)
    opened.instances += word == top
    return Record(line, word, tuple(fields))


def is_stamp(text: str) -> bool:
    """Whether a text is a date and time as YYYYMMDDHHMMSS."""
    if not re.fullmatch("[0-9]{14}", text):
        return False
    try:
        datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - only whether it is one
    except ValueError:
        return False
    return True
