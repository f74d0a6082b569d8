"""The head of an answer and the start of its body, sent by one call."""

from __future__ import annotations

import asyncio
from typing import Any

_HEAD, _STATUS_AT = b"HTTP/1.1 ", 9


class JoinedTransport:
    """A transport that holds the head of an answer until the body begins.

    To hand bytes to the system is most of what a small answer takes, and uvicorn does so for the head alone. ASGI has
    no head sent before the first of the body has come; `100 Continue` is no answer, and goes at once. A body's piece
    that looks like a head waits no longer than for the next one, which always comes.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held = b""

    def write(self, data: bytes) -> None:
        """Sends or holds what comes, in order."""
        if not self._held and data.startswith(_HEAD) and data[_STATUS_AT : _STATUS_AT + 1] != b"1":
            self._held = bytes(data)
            return
        if self._held:
            data, self._held = self._held + data, b""
        self._transport.write(data)

    def close(self) -> None:
        """Sends what is held, then closes."""
        if self._held:
            self._transport.write(self._held)
            self._held = b""
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
