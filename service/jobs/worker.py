"""A process that does queued jobs until the server that started it is gone."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from typing import Any

import structlog

from service.database import NotAvailableError
from service.jobs.judging import Progress, Task
from service.jobs.ledger import Leased, keep, take, tell
from service.jobs.perform import perform, perform_together
from service.logs import set_up_logs
from service.services import Services
from service.settings import Settings

IDLE_S = 0.2
NICER = 5
"""How much sooner the server and its intake have a core than a job, for which nobody waits."""
TOLD_BYTES = 64 * 1024
"""Steps of a smaller job are not told: they would take longer to tell than to do."""

log = structlog.get_logger("copcheck.jobs")


class Heartbeat:
    """Renews this process's leases on a thread of its own until it is stopped."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when the thread has ended."""
        self._stopped.set()
        self._thread.join()

    def _beat(self) -> None:
        lease_s = self._services.settings.lease_s
        while not self._stopped.wait(lease_s / 3):
            with contextlib.suppress(NotAvailableError):
                keep(self._services.database, self._services.owner, lease_s)


def work(services: Services, stopped: threading.Event) -> None:
    """Takes and does jobs, one after another; a fault of one leaves the others be."""
    settings = services.settings
    while not stopped.is_set():
        try:
            leased = take(services.database, services.owner, settings.lease_s, settings.most_attempts)
        except NotAvailableError as fault:
            log.warning("no ledger", why=str(fault))
            stopped.wait(1.0)
            continue
        if not leased:
            stopped.wait(IDLE_S)
        elif len(leased) > 1:
            perform_together(services, [Task(one) for one in leased])
        else:
            # What went wrong is in the log, and the job back in the ledger.
            with contextlib.suppress(Exception):
                perform(services, leased[0], _progress(services, leased[0]))


def _progress(services: Services, leased: Leased) -> Progress | None:
    """Tells the steps of a job that is long enough to be followed."""
    if leased.size_bytes <= TOLD_BYTES:
        return None

    def progress(kind: str, data: dict[str, Any]) -> None:
        with services.database.writing() as connection:
            tell(connection, leased.submission_id, kind, **data)

    return progress


def main() -> None:
    """The entry of the process; it ends when its standard input does, as that is the server's hand."""
    settings = Settings()
    os.nice(NICER)
    set_up_logs()
    services = Services.open(settings)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(stopped,), daemon=True).start()
    from validator.warming import compile_kernels

    compile_kernels()
    beat = Heartbeat(services)
    work(services, stopped)
    beat.stop()
    services.close()


def _end_with_parent(stopped: threading.Event) -> None:
    sys.stdin.buffer.read()
    stopped.set()
    # A job in hand is another's to do again: the server is gone, and nobody waits for it here.
    time.sleep(2.0)
    os._exit(0)


if __name__ == "__main__":
    main()
