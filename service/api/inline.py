"""Small submissions judged by the server itself, on threads beside its event loop."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from service.jobs.ledger import Leased
from service.jobs.perform import perform
from service.services import Services


class Inline:
    """A few threads, as many as share a job's kernels. What they hold is leased like any job."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._threads = ThreadPoolExecutor(services.settings.job_threads, thread_name_prefix="inline")

    async def wait(self, leased: Leased, at_most_s: float) -> None:
        """Returns when the run has ended, or after `at_most_s`; the run goes on all the same."""
        running = asyncio.get_running_loop().run_in_executor(self._threads, perform, self._services, leased)
        running.add_done_callback(_seen)
        # A fault of ours is in the log and the run back in the ledger: the submission is safe all the same.
        with contextlib.suppress(Exception):
            await asyncio.wait_for(asyncio.shield(running), at_most_s)

    def close(self) -> None:
        """Waits for what is running."""
        self._threads.shutdown()


def _seen(running: asyncio.Future[Any]) -> None:
    # Its fault is in the log; asking for it keeps the loop from telling of it again.
    if not running.cancelled():
        running.exception()
