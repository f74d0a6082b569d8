"""The intake in a process of its own, so that judging never keeps the event loop from its turn."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from asyncio import Future
from contextlib import suppress
from itertools import count
from typing import NamedTuple

import structlog

from service.jobs.processes import environment_of
from service.receiving.accept import Accepted
from service.receiving.arrival import Arrival
from service.receiving.frames import Frames, framed
from service.receiving.intake import Intake
from service.receiving.worker import READY
from service.services import Services

_LOOK_S = 1.0
_END_S = 5.0
log = structlog.get_logger("copcheck.intake")


class _Waiting(NamedTuple):
    arrival: Arrival
    answer: Future[Accepted]
    since: float


class IntakeApart(asyncio.Protocol):
    """Small submissions are taken in by another process, and all others here.

    So are small ones while the process is not there, and those that it died over or was too long about: they are put
    on record unjudged, for a job, whichever of them it was that it died of. All of it is on the event loop.
    """

    def __init__(self, services: Services, here: Intake) -> None:
        self._services = services
        self._here = here
        self._loop = asyncio.get_running_loop()
        self._numbers = count()
        self._waiting: dict[int, _Waiting] = {}
        self._unsent: list[tuple[int, Arrival]] = []
        self._frames = Frames()
        self._process: subprocess.Popen[bytes] | None = None
        self._transport: asyncio.Transport | None = None
        self._there = self._closing = self.ready = False
        self._watch = self._loop.create_task(self._watched())

    def put(self, arrival: Arrival) -> Future[Accepted]:
        """Its place on record, once it is committed; Problem where it is not taken."""
        if arrival.content is None or not self._there:
            return self._here.put(arrival)
        answer: Future[Accepted] = self._loop.create_future()
        number = next(self._numbers)
        self._waiting[number] = _Waiting(arrival, answer, self._loop.time())
        if not self._unsent:
            # What comes within one turn of the loop goes by one write.
            self._loop.call_soon(self._send)
        self._unsent.append((number, arrival))
        return answer

    async def close(self) -> None:
        """Has the process end what it is doing; returns when it has ended."""
        self._closing = True
        self._watch.cancel()
        if self._transport is not None:
            self._transport.close()
        if self._process is not None:
            await asyncio.to_thread(_ended, self._process)
        await self._here.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        for told in self._frames.take(data):
            if told == READY:
                self._there = self.ready = True
                continue
            answers, tally = told
            tally.count()
            for number, answer in answers:
                self._answer(number, answer)

    def connection_lost(self, _: Exception | None) -> None:
        self._there, self._transport = False, None
        self._unsent.clear()
        for number in list(self._waiting):
            self._answer(number, None)
        if not self._closing:
            log.error("the intake process died")

    def _send(self) -> None:
        numbered, self._unsent = self._unsent, []
        if numbered and self._transport is not None:
            self._transport.write(framed(numbered))

    def _answer(self, number: int, told: Accepted | Exception | None) -> None:
        waiting = self._waiting.pop(number, None)
        if waiting is None or waiting.answer.done():
            return
        if told is None:
            waiting.arrival.hold = False
            self._here.put(waiting.arrival, waiting.answer)
        elif isinstance(told, Exception):
            waiting.answer.set_exception(told)
        else:
            waiting.answer.set_result(told)

    async def _watched(self) -> None:
        """Starts the process, and another where it died; sees to what waits for too long."""
        while True:
            if self._transport is None:
                await self._start()
            await asyncio.sleep(_LOOK_S)
            before = self._loop.time() - self._services.settings.sync_wait_s
            for number in [number for number, waiting in self._waiting.items() if waiting.since < before]:
                self._answer(number, None)

    async def _start(self) -> None:
        if self._process is not None:
            await asyncio.to_thread(_ended, self._process)
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "service.receiving.worker"]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, and it takes a millisecond
                command, stdin=theirs.fileno(), env=os.environ | environment_of(self._services.settings)
            )
        self._frames = Frames()
        await self._loop.create_connection(lambda: self, sock=ours)


def _ended(process: subprocess.Popen[bytes]) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(_END_S)
    process.kill()
    process.wait()
