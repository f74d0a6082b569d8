"""The records of a small DTC user file, one by one, with its envelope held against its counts (formats.md B1).

For flows of some lines to a metering system (D0010, D0268). Half-hourly advances go through the kernels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from validator.errors import Place, SubmissionError
from validator.readings.pipes.envelopes import (
    RESEND,
    Enclosed,
    Envelope,
    EnvelopeError,
    EnvelopeFault,
    Flow,
    close,
    opened,
)

_BOM = b"\xef\xbb\xbf"
_SHOWN = 40


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
    envelope: Envelope | None = None
    headed = False
    instances = 0
    of = Flow(flow, "DTC", top)
    for line, begin, end in _lines(data):
        pipes = _pipes(data, begin, end)
        word = data[begin : pipes[0]].decode("latin-1") if pipes else ""
        text = data[begin:end].decode("latin-1") if word in ("ZHV", "ZPT") else ""
        if envelope is None:
            if begin == end:
                continue
            if word != "ZHV":
                raise file.fault(line, begin, end, "a ZHV header before this", "Take the line out, or send its header")
            try:
                envelope, headed, instances = opened(of, text, line, allow_test_data), True, 0
            except EnvelopeError as error:
                raise _said(file, line, word, error.fault) from None
        elif word == "ZPT":
            try:
                close(of, text, envelope, Enclosed(line, instances, 0))
            except EnvelopeError as error:
                raise _said(file, line, word, error.fault) from None
            envelope = None
        else:
            if not instances and word != top and word in layouts:
                raise file.fault(line, begin, end, f"a {top} line above it", "Send the file again")
            instances += word == top
            yield _record(file, line, begin, end, pipes, word, flow)
    if envelope is not None:
        raise SubmissionError(Place(name, line), "the end of the file", "a ZPT trailer; truncated?", RESEND)
    if not headed:
        raise SubmissionError(Place(name, 1), "no header", f"a ZHV header of {flow}", "Send the file with its envelope")


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


def _said(file: _File, line: int, record: str, fault: EnvelopeFault) -> SubmissionError:
    column = f"{fault.title} (field {fault.field} of {record})" if fault.field else None
    return SubmissionError(Place(file.name, line, column=column), fault.found, fault.expected, fault.action)


def _record(file: _File, line: int, begin: int, end: int, pipes: list[int], word: str, flow: str) -> Record:
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
    return Record(line, word, tuple(fields))
