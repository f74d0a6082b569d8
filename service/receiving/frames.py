"""What the server and its intake process say to each other: pickled objects, each after its length.

Both ends are this program, joined by a socket that nobody else can reach.
"""

from __future__ import annotations

import pickle
from typing import Any

_LENGTH_BYTES = 4


def framed(told: Any) -> bytes:
    """One object as it is sent."""
    content = pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
    return len(content).to_bytes(_LENGTH_BYTES, "little") + content


class Frames:
    """Objects out of bytes as they come."""

    def __init__(self) -> None:
        self._held = bytearray()

    def take(self, data: bytes) -> list[Any]:
        """Every object that is whole by now, in order."""
        held, found, at = self._held, [], 0
        held += data
        while len(held) - at >= _LENGTH_BYTES:
            begin = at + _LENGTH_BYTES
            end = begin + int.from_bytes(held[at:begin], "little")
            if len(held) < end:
                break
            found.append(pickle.loads(held[begin:end]))  # noqa: S301 - our own process
            at = end
        del held[:at]
        return found
