"""Small submissions judged by the server itself, beside its event loop: all that wait, together."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from asyncio import Future
from concurrent.futures import ThreadPoolExecutor

from service.jobs.judging import Task
from service.jobs.ledger import MOST_TOGETHER
from service.jobs.perform import Done, perform, perform_together
from service.services import Services
from service.waiting import batches
from service.waking import settle


class Inline:
    """One thread for those so small that they are judged together, and a few for the others.

    What they hold is leased like any job.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._threads = ThreadPoolExecutor(services.settings.job_threads, thread_name_prefix="inline")
        self._waiting: queue.SimpleQueue[tuple[Task, Future[Done]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="judging together", daemon=True)
        self._thread.start()

    async def wait(self, task: Task, at_most_s: float) -> Done | None:
        """How the run ended, or None after `at_most_s`: it goes on all the same."""
        loop, running = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
        if task.content is None:
            running = loop.run_in_executor(self._threads, perform, self._services, task.leased)
        else:
            self._waiting.put((task, running))
        # A fault of ours is in the log and the run back in the ledger: the submission is safe all the same.
        with contextlib.suppress(Exception):
            done, _ = await asyncio.wait([running], timeout=at_most_s)
            return running.result() if done else None
        return None

    def close(self) -> None:
        """Waits for what is running."""
        self._waiting.put(None)
        self._thread.join()
        self._threads.shutdown()

    def _run(self) -> None:
        for batch in batches(self._waiting, MOST_TOGETHER):
            ends = perform_together(self._services, [task for task, _ in batch])
            settle([(waiting, end) for (_, waiting), end in zip(batch, ends, strict=True)])
