"""The product's own per-period checks on an estate, and its answers as bit sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.estate import PERIODS, Estate, meter_facts, mpans
from validator.attach import Attached, attach
from validator.attach.carried import carried_of
from validator.readings import read_bytes
from validator.regulation import load_regulation
from validator.schema import ROLES
from validator.standing import standing_from_rows
from validator.validation.day_facts import day_facts
from validator.validation.period_checks import PeriodFindings, find_in_periods
from validator.validation.running import Running, running_of


@dataclass(frozen=True)
class Prepared:
    """An estate as the kernels get it."""

    attached: Attached
    running: Running

    def check(self, jobs: int = 1) -> PeriodFindings:
        """Every per-period check, from readings to the runs found."""
        return find_in_periods(self.attached, self.running, day_facts(self.attached, jobs), jobs)


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


def bits_of(found: PeriodFindings, made: Estate) -> npt.NDArray[np.uint32]:
    """The findings as one bit set per reading, in the shape of the estate."""
    bits = np.zeros((made.systems * made.channels, PERIODS), dtype=np.uint32)
    runs = found.runs
    for row, bit, first, last in zip(runs.row, runs.bit, runs.first, runs.last, strict=True):
        bits[row, first : last + 1] |= np.uint32(1 << bit)
    return bits.reshape(made.energy_kwh.shape)
