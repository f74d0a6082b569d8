"""Where the time of the per-period checks goes, kernel by kernel: the profile behind the suite's first figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.product import Prepared
from kernels import marking, suspicion, tally
from validator.validation import day_facts

KERNELS: tuple[tuple[Any, str, str], ...] = (
    (day_facts, "first_pass", "first pass: every reading and flag"),
    (day_facts, "meter_limits", "limits of every meter"),
    (suspicion, "suspect", "days that may hold a finding"),
    (marking, "mark", "marks of their periods"),
    (tally, "gather", "counts of periods"),
    (tally, "list_runs", "runs and the worst of each"),
)
REST = "everything else: Python, threads, arrays"


def stages(ready: Prepared, rounds: int) -> dict[str, float]:
    """Median seconds of each kernel over all its calls in one run on one thread, and of what is left."""
    spent: dict[str, list[float]] = {title: [] for title in (*(title for *_, title in KERNELS), REST)}
    ready.check(1)
    for _ in range(rounds):
        seconds = dict.fromkeys((title for *_, title in KERNELS), 0.0)
        with _clocked(seconds):
            began = time.process_time()
            ready.check(1)
            whole = time.process_time() - began
        for title, took in seconds.items():
            spent[title].append(took)
        spent[REST].append(max(whole - sum(seconds.values()), 0.0))
    return {title: statistics.median(took) for title, took in spent.items()}


@contextmanager
def _clocked(seconds: dict[str, float]) -> Iterator[None]:
    """Every kernel with a clock around it, until the end."""
    plain = [getattr(module, name) for module, name, _ in KERNELS]
    for (module, name, title), kernel in zip(KERNELS, plain, strict=True):
        setattr(module, name, _timed(kernel, title, seconds))
    try:
        yield
    finally:
        for (module, name, _), kernel in zip(KERNELS, plain, strict=True):
            setattr(module, name, kernel)


def _timed(kernel: Callable[..., Any], title: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        began = time.process_time()
        result = kernel(*arguments)
        seconds[title] += time.process_time() - began
        return result

    return timed
