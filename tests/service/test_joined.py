"""A head waits for its body and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from service.serving.joined import JoinedTransport


class Sent:
    def __init__(self) -> None:
        self.calls: list[Any] = []

    def write(self, data: bytes) -> None:
        self.calls.append(data)

    def close(self) -> None:
        self.calls.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.calls


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ([b"HTTP/1.1 200 OK\r\n\r\n", b"body", b""], [b"HTTP/1.1 200 OK\r\n\r\nbody", b""]),
        ([b"HTTP/1.1 204 \r\n\r\n", b"", b""], [b"HTTP/1.1 204 \r\n\r\n", b""]),
        ([b"HTTP/1.1 100 \r\n\r\n"], [b"HTTP/1.1 100 \r\n\r\n"]),
        ([b"HTTP/1.1 200 \r\n\r\n", b"a", b"HTTP/1.1 2", b""], [b"HTTP/1.1 200 \r\n\r\na", b"HTTP/1.1 2"]),
        ([b"HTTP/1.1 200 \r\n\r\n", b"HTTP/1.1 2", b""], [b"HTTP/1.1 200 \r\n\r\nHTTP/1.1 2", b""]),
    ],
)
def test_what_is_written_is_sent_in_order(written: list[bytes], sent: list[bytes]) -> None:
    below = Sent()
    above = JoinedTransport(below)  # type: ignore[arg-type]
    for data in written:
        above.write(data)
    assert below.calls == sent
    above.close()
    assert (below.calls, above.is_closing()) == ([*sent, "closed"], True)


def test_a_head_without_a_body_is_sent_as_the_connection_closes() -> None:
    below = Sent()
    above = JoinedTransport(below)  # type: ignore[arg-type]
    above.write(b"HTTP/1.1 400 \r\n\r\n")
    above.close()
    assert below.calls == [b"HTTP/1.1 400 \r\n\r\n", "closed"]
