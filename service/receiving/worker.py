"""The intake process: takes small submissions in for the server that started it, until that is gone."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Sequence
from queue import SimpleQueue

import structlog

from service.logs import set_up_logs
from service.metrics import Tally
from service.problems import Problem
from service.receiving.accept import MOST_AT_ONCE, Accepted, write
from service.receiving.arrival import Arrival
from service.receiving.frames import Frames, framed
from service.services import Services
from service.settings import Settings
from service.waiting import batches

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
    waiting: SimpleQueue[Numbered | None] = SimpleQueue()
    threading.Thread(target=_read, args=(server, waiting), daemon=True).start()
    try:
        server.sendall(framed(READY))
        for batch in batches(waiting, MOST_AT_ONCE):
            server.sendall(framed(_taken_in(services, batch)))
    except BrokenPipeError:
        # The server was killed: what is on record is safe, and nobody waits for the rest.
        pass
    services.close()


def _read(server: socket.socket, waiting: SimpleQueue[Numbered | None]) -> None:
    frames = Frames()
    try:
        while data := server.recv(_READ_BYTES):
            for numbered in frames.take(data):
                for each in numbered:
                    waiting.put(each)
    finally:
        waiting.put(None)


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
