"""The per-period checks that are timed each by itself; the ten alarms are one copy of ten bits, and stand together."""

from __future__ import annotations

import numpy as np

from kernels import period_bits

NOT_ON_THE_ESTATE = ("period_duration", "deenergised_but_consuming")
"""Checks that run on no channel-day of the estate: it carries no durations, and every meter is energised."""


def _alone() -> dict[str, np.uint32]:
    masks = {code: np.uint32(1 << place) for place, code in enumerate(period_bits.PERIOD_CODES)}
    single = {code: mask for code, mask in masks.items() if not mask & period_bits.ALARMS}
    found = {code: mask for code, mask in single.items() if code not in NOT_ON_THE_ESTATE}
    return {**found, "the ten alarms": period_bits.ALARMS}


CHECKS = _alone()
"""The bits of each."""
