"""Runs done by the server itself, beside its event loop, while whoever asked for them waits."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

from service.jobs.ledger import Leased
from service.jobs.perform import perform
from service.services import Services


class Inline:
    """A few threads; what they hold is leased like any job."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._threads = ThreadPoolExecutor(services.settings.job_threads, thread_name_prefix="inline")

    async def wait(self, leased: Leased, at_most_s: float) -> None:
        """Returns when the run has ended, or after `at_most_s`: it goes on all the same."""
        running = asyncio.get_running_loop().run_in_executor(self._threads, perform, self._services, leased)
        # A fault of ours is in the log and the run back in the ledger: the submission is safe all the same.
        with contextlib.suppress(Exception):
            done, _ = await asyncio.wait([running], timeout=at_most_s)
            for each in done:
                each.result()

    def close(self) -> None:
        """Waits for what is running."""
        self._threads.shutdown()
