"""One thread that writes what comes: everything that waits goes into one commit."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future

from sqlalchemy.exc import IntegrityError

from service.problems import Problem
from service.receiving.accept import Accepted, Arrival, write
from service.services import Services

MOST_AT_ONCE = 64
Waiting = tuple[Arrival, "Future[Accepted]"]


class Intake:
    """Submissions wait here for the next commit; each is answered when its rows are safe."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._thread.start()

    def put(self, arrival: Arrival) -> Future[Accepted]:
        """Its place on record, once it is committed; Problem where it is not taken."""
        answer: Future[Accepted] = Future()
        # A client that goes away now does not take back what it sent.
        answer.set_running_or_notify_cancel()
        self._waiting.put((arrival, answer))
        return answer

    def close(self) -> None:
        """Writes what waits, and returns when the thread has ended."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, last = [first], False
            while len(batch) < MOST_AT_ONCE and not last:
                try:
                    following = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    last = True
                else:
                    batch.append(following)
            self._write(batch)
            if last:
                return

    def _write(self, batch: list[Waiting]) -> None:
        try:
            answers = write(self._services, [arrival for arrival, _ in batch])
        except IntegrityError as fault:
            # Another process wrote one of them between our look and our row: each by itself looks again.
            if len(batch) == 1 and batch[0][0].tried:
                batch[0][1].set_exception(fault)
                return
            for arrival, answer in batch:
                arrival.tried = True
                self._write([(arrival, answer)])
        except Exception as fault:
            for _, answer in batch:
                answer.set_exception(fault)
        else:
            for (_, waiting), told in zip(batch, answers, strict=True):
                if isinstance(told, Problem):
                    waiting.set_exception(told)
                else:
                    waiting.set_result(told)
