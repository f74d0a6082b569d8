"""The product's own per-period checks on an estate, and its answers as bit sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.estate import PERIODS, Estate, meter_facts, mpans
from kernels import marking
from validator.attach import Attached, attach
from validator.attach.carried import carried_of
from validator.readings import read_bytes
from validator.regulation import load_regulation
from validator.schema import ROLES
from validator.standing import standing_from_rows
from validator.validation.day_facts import CONSUMING_KWH, SYNCHRONISED, WHOLE_MULTIPLE_TOLERANCE, day_facts
from validator.validation.period_checks import PeriodFindings, find_in_periods
from validator.validation.running import Running, running_of
from validator.validation.tolerance import RELATIVE

Bits = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Prepared:
    """An estate as the kernels get it."""

    attached: Attached
    running: Running

    def check(self, jobs: int = 1) -> PeriodFindings:
        """Every per-period check, from readings to the runs found."""
        return find_in_periods(self.attached, self.running, day_facts(self.attached, jobs), jobs)

    def only(self, mask: int) -> Prepared:
        """The same, were these the only per-period checks to run."""
        kept = self.running.period_checks & np.uint32(mask)
        return replace(self, running=replace(self.running, period_checks=kept))

    def marker(self, only: int) -> Callable[[], Bits]:
        """The kernel that marks periods, on every channel-day and for some checks: a bit set per reading each time.

        It may set the bit of a check that shares its loop: zero_run and stuck look at the same runs.
        """
        attached, values, channels = self.attached, self.attached.values, self.attached.channels
        facts = day_facts(attached)
        rows = np.arange(attached.rows, dtype=np.int64)
        suspects = self.running.period_checks & np.uint32(only)
        starts = values.offsets.astype(np.int64)

        def run() -> Bits:
            bits = np.zeros(len(values.energy_kwh), dtype=np.uint32)
            marking.mark(
                values.energy_kwh, values.flags, values.durations_s, values.offsets, attached.meter, facts.limits,
                attached.profile, facts.issues, CONSUMING_KWH, channels.system, channels.slots, channels.role,
                channels.quantity, channels.day, channels.expected, rows, suspects, starts, -RELATIVE,
                facts.zero_run_periods, facts.stuck_run_periods, facts.spike_ratio, WHOLE_MULTIPLE_TOLERANCE, RELATIVE,
                SYNCHRONISED, False, bits,
            )  # fmt: skip
            return bits

        return run


def prepared(made: Estate) -> Prepared:
    """Reads and attaches an estate."""
    table = made.table()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    readings = read_bytes(sink.getvalue().to_pybytes(), "made up").readings
    roles = ROLES if made.channels > len(ROLES) * 2 else ROLES[:1]
    meters = [{"mpan_core": mpan, **meter_facts(role)} for mpan in mpans(made.systems) for role in roles]
    attached = attach(readings, standing_from_rows(meters), load_regulation())
    return Prepared(attached, running_of(carried_of(attached, day_facts(attached).table["finite"])))


def bits_of(found: PeriodFindings, made: Estate) -> Bits:
    """The findings as one bit set per reading, in the shape of the estate."""
    bits = np.zeros((made.systems * made.channels, PERIODS), dtype=np.uint32)
    runs = found.runs
    for row, bit, first, last in zip(runs.row, runs.bit, runs.first, runs.last, strict=True):
        bits[row, first : last + 1] |= np.uint32(1 << bit)
    return bits.reshape(made.energy_kwh.shape)
