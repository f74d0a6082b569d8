"""The records of a D0010 or D0268, line by line in plain Python: what the compiled reader has to say the same as."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from validator.errors import Place, SubmissionError
from validator.readings.pipes.envelopes import (
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
_RESEND = "Send the file again; the transfer may have been cut short"
_CORRECT = "Correct the line, or send the file again"
Counted = tuple[Callable[[], int], str]


@dataclass(frozen=True)
class Layout:
    """What one kind of record holds: its fields after the record id, and the titles of those that are kept."""

    fields: int
    titles: tuple[str, ...]
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
    data: bytes,
    name: str,
    flow: str,
    layouts: Mapping[str, Layout],
    top: str,
    counted: Counted,
    at_end: Callable[[], int] | None = None,
) -> Iterator[Record]:
    """The body's records between each ZHV and ZPT; `top` is the record that opens a flow instance.

    `counted` says how many rows are good so far, and what they are; `at_end` how many they are where an envelope or
    the file ends. Raises SubmissionError for whatever breaks the
    envelope, and for a record or a number of fields that the flow does not have.
    """
    how_many, words = counted
    envelope: Envelope | None = None
    headed, instances, line, before, word = False, 0, 0, 0, ""
    of = Flow(flow, "DTC", top)

    def fault(found: str, expected: str, action: str, column: str | None = None, good: int | None = None) -> Exception:
        if good is None:
            good = (at_end or how_many)() if word == top else how_many()
        return SubmissionError(Place(name, line, column=column), found, expected, action, good=good, counted=words)

    def said(record: str, error: EnvelopeFault) -> Exception:
        column = f"{error.title} (field {error.field} of {record})" if error.field else None
        return fault(error.found, error.expected, error.action, column, before)

    def hidden(text: str, secret: bool) -> str:
        return "a line that is not shown" if secret and text else shown(text, "a blank line")

    any_secret = any(layout.secret for layout in layouts.values())
    for text in _lines(data):
        line += 1
        word = text.split("|")[0] if "|" in text else ""
        if envelope is None:
            if not text:
                continue
            if word != "ZHV":
                found = hidden(text, any_secret)
                good = (at_end or how_many)()
                raise fault(found, "a ZHV header before this", "Send the lines with their ZHV and ZPT", good=good)
            before = (at_end or how_many)()
            try:
                envelope, headed, instances = opened(of, text, line, False), True, 0
            except EnvelopeError as error:
                raise said(word, error.fault) from None
        elif word == "ZPT":
            try:
                close(of, text, envelope, Enclosed(line, instances, 0))
            except EnvelopeError as error:
                raise said(word, error.fault) from None
            envelope = None
        elif word == "ZHV":
            raise fault(hidden(text, any_secret), "a ZPT trailer before this; truncated?", _RESEND)
        elif word not in layouts:
            known = ", ".join([*layouts, "ZPT"])
            raise fault(hidden(text, any_secret), f"one of {known}", f"Correct the line; {flow} has no other")
        else:
            layout = layouts[word]
            if not instances and word != top:
                raise fault(f"a {word} line", f"a {top} line above it", _RESEND)
            if text.count("|") != layout.fields + 1 or text[-1] != "|":
                raise fault(hidden(text, layout.secret), f"{layout.fields + 1} fields, each ended by |", _CORRECT)
            fields = [word, *[""] * layout.fields]
            for place, title in enumerate(layout.titles, 1):
                if not title:
                    continue
                fields[place] = text.split("|")[place]
                if not (fields[place].isascii() and fields[place].isprintable()):
                    column = f"{title} (field {place} of {word})"
                    found = "a line that is not shown" if layout.secret else shown(fields[place], "")
                    raise fault(found, "printable ASCII characters", "Correct the field", column)
            instances += word == top
            yield Record(line, word, tuple(fields))
    if not headed:
        line = 1
        raise fault("no header", f"a ZHV header of {flow}", "Send the file with its envelope")
    if envelope is not None:
        raise fault("the end of the file", "a ZPT trailer; truncated?", _RESEND, good=(at_end or how_many)())


def shown(text: str, blank: str) -> str:
    """A text as a message shows it."""
    return (ascii(text[:_SHOWN]) + ("..." if len(text) > _SHOWN else "")) if text else blank


def _lines(data: bytes) -> list[str]:
    """The lines, their ends left out."""
    lines = data.removeprefix(_BOM).split(b"\n")
    lines = lines if lines[-1] else lines[:-1]
    return [line.removesuffix(b"\r").decode("latin-1") for line in lines]
