"""The intake process: takes small submissions in for the server that started it, until that is gone."""

from __future__ import annotations

import signal
import socket
import sys
from collections import deque
from collections.abc import Iterator, Sequence

import structlog

from service.logs import set_up_logs
from service.metrics import Tally
from service.problems import Problem
from service.receiving.accept import MOST_AT_ONCE, Accepted, write
from service.receiving.arrival import Arrival
from service.receiving.frames import Frames, framed
from service.services import Services
from service.settings import Settings

READY = "ready"
Numbered = tuple[int, Arrival]
Answers = list[tuple[int, Accepted | Problem | None]]
_READ_BYTES = 1024 * 1024

log = structlog.get_logger("copcheck.intake")


def main() -> None:
    """The entry of the process. Its standard input is a socket to the server, and it ends when that does."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)
    server = socket.socket(fileno=sys.stdin.fileno())
    set_up_logs()
    services = Services.open(Settings())
    from validator.warming import compile_kernels

    compile_kernels()
    try:
        server.sendall(framed(READY))
        for batch in received(server, MOST_AT_ONCE):
            server.sendall(framed(_taken_in(services, batch)))
    except (BrokenPipeError, ConnectionResetError):
        # The server was killed: what is on record is safe, and nobody waits for the rest.
        pass
    services.close()


def received(server: socket.socket, most: int) -> Iterator[list[Numbered]]:
    """Everything that has come, up to `most` at once, in order; blocks while nothing has, and ends with the server.

    What comes while a batch is taken in waits in the socket: a thread to read it would only take turns with this one.
    """
    frames, waiting, there = Frames(), deque[Numbered](), True
    while there or waiting:
        while there and len(waiting) < most:
            try:
                data = server.recv(_READ_BYTES, socket.MSG_DONTWAIT if waiting else 0)
            except BlockingIOError:
                break
            there = bool(data)
            for numbered in frames.take(data):
                waiting += numbered
        batch = [waiting.popleft() for _ in range(min(most, len(waiting)))]
        if batch:
            yield batch


def _taken_in(services: Services, batch: Sequence[Numbered]) -> tuple[Answers, Tally]:
    """An answer by each one's number, and what they add to the counts; None where the server is to see to it."""
    numbers, tally = [number for number, _ in batch], Tally()
    answers: Sequence[Accepted | Problem | None]
    try:
        answers = write(services, [arrival for _, arrival in batch], tally)
    except Exception as fault:
        log.warning("left to the server", submissions=len(batch), why=str(fault))
        answers, tally = [None] * len(batch), Tally()
    return list(zip(numbers, answers, strict=True)), tally


if __name__ == "__main__":
    main()
