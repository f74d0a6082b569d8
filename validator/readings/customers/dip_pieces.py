"""The messages of a large list a few at a time, as long as each can be read; what cannot is for dip_json.py to tell."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import Any

from validator.readings.customers.dip_json import DECODER, SPACE, Message
from validator.readings.pieces import AsWholeError
from validator.readings.source import Submission

BYTES_AT_ONCE = 2 * 1024 * 1024
"""JSON takes some ten times as much as objects."""


def messages_in_pieces(submission: Submission) -> Iterator[list[Message]]:
    """The messages of a list, those of each stretch of the submission together.

    Neither their lines nor their texts are told. Raises AsWholeError where one cannot be read, when those before it may
    have been given out.
    """
    text = _Text(submission)
    if text.next() != "[":
        raise AsWholeError
    text.position += 1
    messages: list[Message] = []
    number, end_of_stretch = 0, text.read
    while True:
        number += 1
        messages.append(Message(number, 0, "", text.value()))
        mark = text.next()
        if mark == "]":
            break
        if mark != ",":
            raise AsWholeError
        text.position += 1
        if text.read > end_of_stretch:
            end_of_stretch = text.read
            yield messages
            messages = []
    text.position += 1
    if text.next():
        raise AsWholeError
    yield messages


class _Text:
    """The text from the message on that is being read; more of it is taken where that does not do."""

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._decode: Callable[..., str] = codecs.getincrementaldecoder("utf-8")().decode
        self._text = ""
        self.position = 0
        self.read = 0
        self._more(BYTES_AT_ONCE)
        self._text = self._text.removeprefix("\ufeff")

    def next(self) -> str:
        """The character past the white space; nothing at the end."""
        while True:
            space = SPACE.match(self._text, self.position)
            self.position = space.end() if space else self.position
            if self.position < len(self._text) or not self._more(BYTES_AT_ONCE):
                return self._text[self.position : self.position + 1]

    def value(self) -> Any:
        """A message, past which the position then is."""
        many = BYTES_AT_ONCE
        while True:
            if self.next() != "{":
                raise AsWholeError
            try:
                content, self.position = DECODER.raw_decode(self._text, self.position)
                return content
            except (ValueError, RecursionError) as error:
                # It may be cut off where the text ends. Twice as much each time: few attempts are in vain.
                if not self._more(many):
                    raise AsWholeError from error
            many *= 2

    def _more(self, many: int) -> bool:
        """Whether there was more."""
        data = self._submission.data
        piece = bytes(data[self.read : self.read + many])
        self.read += len(piece)
        try:
            more = self._decode(piece, not piece)
        except UnicodeDecodeError as error:
            raise AsWholeError from error
        self._submission.release(self.read)
        self._text = self._text[self.position :] + more
        self.position = 0
        return bool(piece)
