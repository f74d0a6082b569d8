"""Joins D0010 readings onto channel-days: a reading at midnight ends one day and starts the next.

A reading at any other time bounds no settlement day, and is reported as unmatched: moving it to midnight would
take the half hours that it is there to check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from validator.registers.unmatched import NONE_UNMATCHED, UnmatchedReadings

if TYPE_CHECKING:
    from validator.readings.register_readings import RegisterReadings
    from validator.standing import StandingData


@dataclass(frozen=True)
class JoinedRegisters:
    """`readings` with the registers filled in; `matched` register readings stand in it, the others do not."""

    readings: pa.Table
    matched: int
    unmatched: UnmatchedReadings

    def notes(self) -> list[str]:
        """What was matched and what was not, a line for each reason."""
        count = self.matched + len(self.unmatched)
        lines = [f"D0010: {self.matched} of {count} register readings stand at the start or end of a channel-day here"]
        for times, first in self.unmatched.by_reason():
            lines.append(f"D0010: {times} not used, {first.reason}; the first is {first.file}, line {first.line}")
        return lines


def join_registers(
    readings: pa.Table, registers: Sequence[RegisterReadings], standing: StandingData
) -> JoinedRegisters:
    """READINGS with `register_start_kwh` and `register_end_kwh` filled in from `registers`, those of each file.

    A reading belongs to the MPAN core's channel of the role whose meter on file has its serial number, and of
    the quantity that its register id names (AI, AE, RI, RE); a meter's only register is taken to be AI, which
    is an inference. What a collector sent in the readings themselves is never replaced.
    """
    sent = [each for each in registers if len(each)]
    if not sent:
        return JoinedRegisters(readings, 0, NONE_UNMATCHED)
    # Only here: few runs have register readings.
    from validator.registers.placing import placed

    return JoinedRegisters(*placed(readings, sent, standing))
