"""The limits of the estate's one kind of meter, for peers that are told them as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.estate import meter_facts
from benchmarks.product import Prepared
from kernels.period_bits import STUCK, ZERO_RUN
from validator.validation.day_facts import WHOLE_MULTIPLE_TOLERANCE, day_facts
from validator.validation.tolerance import RELATIVE, past

EVERY_CHECK = 0xFFFFFFFF
"""A mask of period bits that leaves none out: what a peer is asked unless it is asked for one check alone."""
SHARES = ("check_active_share", "check_reactive_share")


@dataclass(frozen=True)
class Rules:
    """The highest value of each check that still passes."""

    resolution_kwh: float
    whole_multiple_tolerance: float
    negative_kwh: float
    max_permissible_kwh: float
    rating_kvah: float
    reactive_kvarh: float
    floor_kwh: float
    check_active_kwh: float
    check_reactive_kvarh: float
    zero_run_periods: int
    stuck_run_periods: int
    spike_ratio: float

    def shortest_run(self, only: int = EVERY_CHECK) -> int:
        """Periods of the shortest run that any of the checks `only` marks."""
        asked = ((ZERO_RUN, self.zero_run_periods), (STUCK, self.stuck_run_periods))
        return min(periods for check, periods in asked if only & check)


def rules_of(prepared: Prepared) -> Rules:
    """From the product's own limits of the first meter: every meter of the estate is alike."""
    facts = day_facts(prepared.attached)
    places = (facts.limits[0], facts.issues[0])
    named = {name: float(at[name]) for at in places for name in at.dtype.names if name in Rules.__annotations__}
    full_load_kwh = float(facts.limits[0]["full_load_kwh"])
    active, reactive = (float(past(float(facts.issues[0][name]) * full_load_kwh)) for name in SHARES)
    return Rules(
        check_active_kwh=active,
        check_reactive_kvarh=reactive,
        **{**named, "resolution_kwh": float(meter_facts()["resolution_kwh"])},
        whole_multiple_tolerance=WHOLE_MULTIPLE_TOLERANCE,
        negative_kwh=-RELATIVE,
        zero_run_periods=facts.zero_run_periods,
        stuck_run_periods=facts.stuck_run_periods,
        spike_ratio=facts.spike_ratio,
    )
