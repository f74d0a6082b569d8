"""Processes that work on a registry and can be killed in the middle of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

WAIT_S = 60


@contextmanager
def child(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process that runs `code`, killed with -9 at the end if it is still there."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(WAIT_S)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    """Until the process says the word; a process that ends before is a failure."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"the process ended with {process.wait(WAIT_S)} and never said {word!r}")


def go_on(process: subprocess.Popen[str]) -> None:
    """Lets a process that reads a line from its standard input proceed."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
