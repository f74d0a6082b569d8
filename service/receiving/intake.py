"""One thread that takes in what comes: everything that waits goes into one commit."""

from __future__ import annotations

import queue
import threading
from asyncio import Future, get_running_loop
from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from service.metrics import Tally
from service.receiving.accept import MOST_AT_ONCE, Accepted, write
from service.receiving.arrival import Arrival
from service.services import Services
from service.waiting import batches
from service.waking import settle

Waiting = tuple[Arrival, "Future[Accepted]"]


class Intake:
    """Submissions wait here for the next commit; each is answered when its rows are safe."""

    ready = True

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._thread.start()

    def put(self, arrival: Arrival, answer: Future[Accepted] | None = None) -> Future[Accepted]:
        """Its place on record, once it is committed; Problem where it is not taken.

        Called on the event loop. A client that goes away while it waits does not take back what it sent.
        """
        answer = answer or get_running_loop().create_future()
        self._waiting.put((arrival, answer))
        return answer

    async def close(self) -> None:
        """Writes what waits, and returns when the thread has ended."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        for batch in batches(self._waiting, MOST_AT_ONCE):
            self._write(batch)

    def _write(self, batch: Sequence[Waiting]) -> None:
        tally = Tally()
        try:
            answers = write(self._services, [arrival for arrival, _ in batch], tally)
        except IntegrityError as fault:
            # Another process wrote one of them between our look and our row: each by itself looks again.
            if len(batch) == 1 and batch[0][0].tried:
                settle([(batch[0][1], fault)])
                return
            for arrival, answer in batch:
                arrival.tried = True
                self._write([(arrival, answer)])
        except Exception as fault:
            settle([(answer, fault) for _, answer in batch])
        else:
            tally.count()
            settle([(waiting, told) for (_, waiting), told in zip(batch, answers, strict=True)])
