"""The first pass over the readings: what is known of each channel-day before any period is marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernels.first_pass import first_pass
from kernels.flags import FLAGS_IN_WORD
from kernels.records import DAY_FACTS
from validator.attach import Attached
from validator.blocks import each_block
from validator.schema import FLAG_TIME_SYNCHRONISED
from validator.validation.meter_limits import issue_limits, meter_limits
from validator.validation.tolerance import RELATIVE, past

WHOLE_MULTIPLE_TOLERANCE = past(0.0) + 1e-6
CONSUMING_KWH = past(0.0)
SYNCHRONISED = np.uint16(FLAG_TIME_SYNCHRONISED)


@dataclass(frozen=True)
class DayFacts:
    """`table` DAY_FACTS (rows,), `limits` METER_LIMITS (meters + 1,), `issues` ISSUE_LIMITS (profiles + 1,), the three
    shape limits of policy.
    """

    table: npt.NDArray[Any]
    limits: npt.NDArray[Any]
    issues: npt.NDArray[Any]
    zero_run_periods: int
    stuck_run_periods: int
    spike_ratio: float


def day_facts(attached: Attached, jobs: int = 1) -> DayFacts:
    """One pass over every reading and flag, by `jobs` threads."""
    policy, values, channels = attached.regulation.policy, attached.values, attached.channels
    facts = DayFacts(
        table=np.empty(attached.rows, dtype=DAY_FACTS),
        limits=meter_limits(attached),
        issues=issue_limits(attached),
        zero_run_periods=int(policy("zero_run_periods").value),
        stuck_run_periods=int(policy("stuck_run_periods").value),
        spike_ratio=float(past(policy("spike_tolerance").value)),
    )
    words, as_int = _words(values.flags), values.energy_kwh.view(np.int64)
    shortest_run = min(facts.zero_run_periods, facts.stuck_run_periods)

    def look(first: int, last: int) -> None:
        both = np.empty(2)
        first_pass(
            values.energy_kwh, as_int, values.flags, words, values.durations_s, values.offsets, attached.meter,
            facts.limits, attached.profile, facts.issues, CONSUMING_KWH,
            channels.system, channels.slots, channels.role, channels.quantity,
            shortest_run, facts.spike_ratio, WHOLE_MULTIPLE_TOLERANCE, RELATIVE, SYNCHRONISED, first, last, both,
            both.view(np.int64), facts.table,
        )  # fmt: skip

    each_block(attached.rows, jobs, look)
    return facts


def _words(flags: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint64]:
    """The flags, four to a word; copied only where they do not lie so, or do not fill the last."""
    short = -len(flags) % int(FLAGS_IN_WORD)
    if short or flags.ctypes.data % np.dtype(np.uint64).alignment:
        flags = np.append(flags, np.zeros(short, dtype=np.uint16))
    words = np.ascontiguousarray(flags).view(np.uint64)
    # As where nothing was copied: the kernel would be compiled anew.
    words.flags.writeable = False
    return words
