"""Contenders timed side by side: one round of each after the other, so that a busy machine is as unfair to all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Timing:
    """Seconds of one contender, and its ratio to the reference round by round: median and quartiles."""

    name: str
    rounds: int
    median_s: float
    quickest_s: float
    ratio: float
    ratio_low: float
    ratio_high: float


Clock = Callable[[], float]


def interleaved(
    contenders: Mapping[str, Callable[[], object]], reference: str, rounds: int, clock: Clock = time.perf_counter
) -> dict[str, Timing]:
    """Times every contender `rounds` times, after one round that is thrown away.

    `time.process_time` as the clock leaves out what other processes took, where each contender has one thread.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, run in contenders.items():
            began = clock()
            run()
            if number:
                seconds[name].append(clock() - began)
    base = np.array(seconds[reference])
    return {name: _timing(name, np.array(took), base) for name, took in seconds.items()}


def _timing(name: str, took: np.ndarray, base: np.ndarray) -> Timing:
    low, middle, high = (float(value) for value in np.quantile(took / base, (0.25, 0.5, 0.75)))
    return Timing(name, len(took), float(np.median(took)), float(took.min()), middle, low, high)
