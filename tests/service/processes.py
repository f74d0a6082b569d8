"""`copcheck serve` as a process of its own, to be killed at any moment."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Served:
    """A service in processes of its own: the server and its job process."""

    def __init__(self, data: Path, log: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        given = {"COPCHECK_DATA": str(data), "COPCHECK_LEASE_S": "2", "COPCHECK_LEAST_FREE_BYTES": "0"}
        given |= {f"COPCHECK_{name.upper()}": value for name, value in settings.items()}
        command = [sys.executable, "-m", "service", "serve", "--open-on-loopback", "--port", str(self.port)]
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command, env=os.environ | given, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def wait(self, at_most_s: float = 90.0, *, place: str = "/healthz") -> None:
        """Returns when it answers."""
        until = time.monotonic() + at_most_s
        while time.monotonic() < until:
            try:
                if httpx.get(self.url + place, timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            assert self.process.poll() is None, f"it ended with {self.process.returncode}"
            time.sleep(0.05)
        raise AssertionError(f"{place} never answered")

    def jobs(self) -> list[psutil.Process]:
        """Its job process and its intake process."""
        return psutil.Process(self.process.pid).children()

    def kill(self) -> None:
        """kill -9 for the server and its processes together."""
        running = [*self.jobs(), psutil.Process(self.process.pid)] if self.process.poll() is None else []
        for process in running:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        self.process.wait()
        psutil.wait_procs(running, 10)

    def stop(self) -> int:
        """Ends it as an operator would; its exit code."""
        self.process.terminate()
        return self.process.wait(60)
