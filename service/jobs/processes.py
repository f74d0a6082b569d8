"""Starts the processes that do queued jobs, and starts another where one dies."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress

import structlog

from service.settings import Settings

_LOOK_S = 1.0
log = structlog.get_logger("copcheck.jobs")


class JobProcesses:
    """As many processes as the settings say. Each ends when its standard input does, so none outlives the server."""

    def __init__(self, settings: Settings) -> None:
        self._environment = os.environ | environment_of(settings)
        self._running = [self._start() for _ in range(settings.job_processes)]
        self._stopped = threading.Event()
        self._watch = threading.Thread(target=self._watched, name="job processes", daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """Lets each end what it is doing for a moment, then ends it: the ledger keeps what was not done."""
        self._stopped.set()
        self._watch.join()
        for process in self._running:
            process.terminate()
        for process in self._running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()
            assert process.stdin is not None
            process.stdin.close()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "service.jobs.worker"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=self._environment)  # noqa: S603 - our own module

    def _watched(self) -> None:
        while not self._stopped.wait(_LOOK_S):
            for at, process in enumerate(self._running):
                if process.poll() is not None:
                    log.error("a job process died", code=process.returncode)
                    assert process.stdin is not None
                    process.stdin.close()
                    self._running[at] = self._start()


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as a process started afresh reads them."""
    given = {}
    for name in type(settings).model_fields:
        value = (
            settings.database_url.get_secret_value()
            if name == "database_url" and settings.database_url
            else getattr(settings, name)
        )
        if value is not None:
            given[f"COPCHECK_{name.upper()}"] = str(value)
    return given
