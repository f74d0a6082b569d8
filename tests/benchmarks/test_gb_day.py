"""The day of Great Britain: every part is judged, and where a process dies, the parts that are left are named."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Future
from typing import Any

import pytest

from benchmarks.suite_gb_day import UnfinishedError, finished, processes, run


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_every_channel_day_has_an_outcome() -> None:
    day = run(2500, 1000, 2, "columns")
    assert sum(day.outcomes.values()) == 2500
    assert len(day.parts) == 3
    assert all(mib > 0 for mib in day.by_process("peak_mib"))
    assert day.outcomes["NOT_ASSESSED"] == 0


def test_the_parts_of_a_process_that_died_are_named() -> None:
    with processes(1) as pool:
        first: Future[Any] = pool.submit(os.getpid)
        first.result()
        parts = {0: first, 1: pool.submit(_die)}
        with pytest.raises(UnfinishedError, match=r"not judged: 1\.parquet$"):
            list(finished(parts, "judged"))
