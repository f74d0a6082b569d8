"""What the intake process takes together from the socket to its server."""

from __future__ import annotations

import socket
from typing import Any

from service.receiving.frames import framed
from service.receiving.worker import received


def test_what_has_come_is_taken_together_in_order_and_the_rest_next() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        told: Any = [(number, f"arrival {number}") for number in range(7)]
        whole = framed(told[:5]) + framed(told[5:])
        ours.sendall(whole[:-3])
        batches = received(theirs, 3)
        assert next(batches) == told[:3]
        assert next(batches) == told[3:5], "the second frame is not whole yet"
        ours.sendall(whole[-3:])
        assert next(batches) == told[5:]
        ours.sendall(framed(told[:4]))
        ours.shutdown(socket.SHUT_WR)
        assert list(batches) == [told[:3], told[3:4]]


def test_a_server_that_goes_in_the_middle_of_a_frame_ends_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(framed([(1, "arrival")])[:-2])
        ours.shutdown(socket.SHUT_WR)
        assert list(received(theirs, 3)) == []
