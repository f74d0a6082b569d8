"""MHHS messages as they stand in a JSON text, one by one; what cannot be one is told with its line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from validator.errors import SubmissionError
from validator.readings.source import Submission

_RESEND = "Send the message as it came"
_EXPECTED = {
    "Expecting value": "a value",
    "Expecting ',' delimiter": "a comma or a closing bracket",
    "Expecting ':' delimiter": "a colon",
    "Expecting property name enclosed in double quotes": "a name in double quotes",
    "Unterminated string starting at": "a string that ends",
    "Invalid control character at": "no control character in a string",
}
"""What the standard library's reader says of a fault, and what it asked for."""
_NOT_UTF8 = re.compile("[\udc80-\udcff]+")
SPACE = re.compile(r"[ \t\r\n]*")
_MOST_SHOWN = 24
_PLAIN = json.JSONDecoder(parse_int=str, parse_float=str)
"""Sees where a message ends, whatever it holds."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its number and its first line, both from 1, its text, and what it holds.

    `fault` is what makes it unreadable although one sees where it ends. A byte that is no UTF-8 stands in `text` as
    Python's `surrogateescape` has it.
    """

    number: int
    line: int
    text: str = field(repr=False)
    content: Any = field(repr=False)
    fault: SubmissionError | None = None

    @property
    def last_line(self) -> int:
        """The line on which it ends."""
        return self.line + self.text.count("\n")


class Messages:
    """The messages of a submission: a list of them, or one alone; to be taken once.

    `rest` is where the message begins that is being taken. Where no more can be told apart, because the text is no
    JSON from there on, iterating raises SubmissionError.
    """

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        text, self._is_utf8 = _decoded(bytes(submission.data))
        self.text = text.removeprefix("\ufeff")
        self.rest = 0
        self._number = 0
        self._lines = _Lines(self.text)

    def __iter__(self) -> Iterator[Message]:
        position = self._past(0)
        listed = self.text[position : position + 1] == "["
        if listed:
            position = self._past(position + 1)
            if self.text[position : position + 1] == "]":
                self._ended(position + 1)
                return
        while True:
            self.rest = position
            self._number += 1
            message, position = self._message(position)
            yield message
            self.rest = position = self._past(position)
            if not listed or self.text[position : position + 1] == "]":
                self._ended(position + listed)
                return
            if self.text[position : position + 1] != ",":
                raise self._no_json(position, "a comma or a closing bracket")
            position = self._past(position + 1)

    def line(self, position: int) -> int:
        """The line, from 1, of a place in the text that does not come before the last one asked for."""
        return self._lines.line(position)

    def _ended(self, position: int) -> None:
        self.rest = position = self._past(position)
        if position < len(self.text):
            raise self._no_json(position, "nothing after the messages")

    def _past(self, position: int) -> int:
        """Past the white space there."""
        space = SPACE.match(self.text, position)
        return position if space is None else space.end()

    def _message(self, begin: int) -> tuple[Message, int]:
        fault = None
        line = self.line(begin)
        try:
            content, end = DECODER.raw_decode(self.text, begin)
        except json.JSONDecodeError as error:
            raise self._no_json(error.pos, _EXPECTED.get(error.msg, error.msg), self._number) from error
        except RecursionError as error:
            raise self._refuse("a message nested too deeply", "JSON of a few levels", line, row=self._number) from error
        except ValueError as error:
            fault = self._refuse(f"{error}"[:100], "JSON, each name once, and plain numbers", line, row=self._number)
            content, end = None, self._end(begin)
        text = self.text[begin:end]
        broken = None if self._is_utf8 else _NOT_UTF8.search(text)
        if broken and fault is None:
            fault = self._not_utf8(begin + broken.start(), broken.group(), self._number)
        return Message(self._number, line, text, content, fault), end

    def _end(self, begin: int) -> int:
        try:
            return _PLAIN.raw_decode(self.text, begin)[1]
        except json.JSONDecodeError as error:
            raise self._no_json(error.pos, _EXPECTED.get(error.msg, error.msg), self._number) from error

    def _not_utf8(self, position: int, found: str, row: int | None) -> SubmissionError:
        found = f"{found.encode('utf-8', 'surrogateescape')[:_MOST_SHOWN]!r}, which is not UTF-8"
        return self._refuse(found, "JSON in UTF-8", self._line_of(position), self._column(position), row)

    def _no_json(self, position: int, expected: str, row: int | None = None) -> SubmissionError:
        broken = _NOT_UTF8.match(self.text, position)
        if broken:
            return self._not_utf8(position, broken.group(), row)
        text = self.text[position : position + _MOST_SHOWN].encode("utf-8", "surrogateescape")
        found = ascii(text.decode("utf-8", "replace")) if text else "the end of the file"
        return self._refuse(found, f"JSON: {expected}", self._line_of(position), self._column(position), row)

    def _line_of(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1

    def _column(self, position: int) -> str:
        return str(position - self.text.rfind("\n", 0, position))

    def _refuse(
        self, found: str, expected: str, line: int, column: str | None = None, row: int | None = None
    ) -> SubmissionError:
        return self._submission.refuse(found, expected, _RESEND, line=line, row=row, column=column)


@dataclass
class _Lines:
    """Counts line ends up to one place after another."""

    text: str
    position: int = 0
    before: int = 0

    def line(self, position: int) -> int:
        self.before += self.text.count("\n", self.position, position)
        self.position = position
        return self.before + 1


def _decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether all of it is UTF-8."""
    try:
        return content.decode(), True
    except UnicodeDecodeError:
        return content.decode("utf-8", "surrogateescape"), False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"a name twice among {', '.join(sorted(found))}")
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word}, which is no JSON")


DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
