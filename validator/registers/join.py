"""Joins D0010 readings onto channel-days: a reading at midnight ends one day and starts the next.

A reading at any other time bounds no settlement day, and is reported as unmatched: moving it to midnight would
take the half hours that it is there to check.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from validator.schema import QUANTITIES, READINGS
from validator.standing import StandingData

if TYPE_CHECKING:
    from validator.readings.register_readings import RegisterReading

_START, _END = "register_start_kwh", "register_end_kwh"
_FAILED = "F"


@dataclass(frozen=True)
class Unmatched:
    """A register reading that no channel-day takes, and why."""

    reading: RegisterReading
    reason: str


@dataclass(frozen=True)
class JoinedRegisters:
    """`readings` with the registers filled in; `matched` register readings stand in it, the others do not."""

    readings: pa.Table
    matched: int
    unmatched: tuple[Unmatched, ...]

    def notes(self) -> list[str]:
        """What was matched and what was not, a line for each reason."""
        count = self.matched + len(self.unmatched)
        lines = [f"D0010: {self.matched} of {count} register readings stand at the start or end of a channel-day here"]
        by_reason = Counter(each.reason for each in self.unmatched)
        for reason, times in by_reason.most_common():
            first = next(each.reading for each in self.unmatched if each.reason == reason)
            lines.append(f"D0010: {times} not used, {reason}; the first is {first.file}, line {first.line}")
        return lines


def join_registers(readings: pa.Table, registers: Sequence[RegisterReading], standing: StandingData) -> JoinedRegisters:
    """READINGS with `register_start_kwh` and `register_end_kwh` filled in from `registers`.

    A reading belongs to the MPAN core's channel of the role whose meter on file has its serial number, and of
    the quantity that its register id names (AI, AE, RI, RE); a meter's only register is taken to be AI, which
    is an inference. What a collector sent in the readings themselves is never replaced.
    """
    if not registers:
        return JoinedRegisters(readings, 0, ())
    unmatched: list[Unmatched] = []
    channel_days = _ChannelDays(readings, {each.mpan_core for each in registers})
    only = _only_registers(registers)
    on_file = _Serials(standing, {each.mpan_core for each in registers})
    matched = 0
    for each in registers:
        reason = _place(each, only, on_file, channel_days)
        if reason:
            unmatched.append(Unmatched(each, reason))
        else:
            matched += 1
    return JoinedRegisters(channel_days.filled(), matched, tuple(unmatched))


def _place(each: RegisterReading, only: set[tuple[str, str]], on_file: _Serials, channel_days: _ChannelDays) -> str:
    """Put a reading where it belongs; why not, where it belongs nowhere."""
    if each.status == _FAILED:
        return "for their validation status is F, failed"
    if each.read_at.time().isoformat() != "00:00:00":
        return "for they were not taken at midnight, where settlement days meet"
    quantity = each.register_id if each.register_id in QUANTITIES else ""
    if not quantity and (each.mpan_core, each.meter_serial) not in only:
        return "for their meter has several registers, and none is named after a measurement quantity"
    on = each.read_at.date()
    role = on_file.role_of(each.mpan_core, each.meter_serial, on)
    if role is None:
        return "for no meter of that serial number is on file for the MPAN core on that day"
    return channel_days.take((each.mpan_core, quantity or "AI", role), on, each.value_kwh)


def _only_registers(registers: Iterable[RegisterReading]) -> set[tuple[str, str]]:
    """Meters that have one register alone in all that was sent."""
    of: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in registers:
        of[each.mpan_core, each.meter_serial].add(each.register_id)
    return {meter for meter, ids in of.items() if len(ids) == 1}


class _Serials:
    """Serial numbers on file, for some MPAN cores."""

    def __init__(self, standing: StandingData, mpans: set[str]) -> None:
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        wanted = ("mpan_core", "role", "meter_serial", "effective_from", "effective_to")
        for row in standing.frame.select(wanted).iter_rows(named=True):
            if row["mpan_core"] in mpans:
                self._rows[row["mpan_core"]].append(row)

    def role_of(self, mpan_core: str, serial: str, on: date) -> str | None:
        """Role of the meter with that serial on that day or the day before, whose end it reads.

        MAIN where no meter of the MPAN core has a serial number on file; None where others have.
        """
        rows = self._rows.get(mpan_core, [])
        for row in rows:
            ends = row["effective_to"] or date.max
            if row["meter_serial"] == serial and row["effective_from"] <= on and on - timedelta(days=1) <= ends:
                return str(row["role"])
        return None if any(row["meter_serial"] for row in rows) else "MAIN"


class _ChannelDays:
    """Rows of some MPAN cores by channel and date, and the registers that they take."""

    def __init__(self, readings: pa.Table, mpans: set[str]) -> None:
        self._readings = readings
        self._registers = {name: readings[name].to_numpy().astype(np.float64) for name in (_START, _END)}
        for name, values in self._registers.items():
            self._registers[name] = np.where(readings[name].is_valid().to_numpy(), values, np.nan)
        rows = np.flatnonzero(pc.is_in(readings["mpan_core"], pa.array(sorted(mpans))).to_numpy())
        chosen = readings.select(["mpan_core", "measurement_quantity", "role", "settlement_date"]).take(rows)
        self._rows: dict[tuple[tuple[str, str, str], date], int] = {}
        self._repeated: set[tuple[tuple[str, str, str], date]] = set()
        for row, (mpan, quantity, role, on) in zip(
            rows.tolist(), zip(*(column.to_pylist() for column in chosen.columns), strict=True), strict=True
        ):
            key = ((mpan, quantity, role), on)
            if key in self._rows:
                self._repeated.add(key)
            self._rows.setdefault(key, row)

    def take(self, channel: tuple[str, str, str], on: date, value_kwh: float) -> str:
        """Take a reading at the midnight that begins `on`; the reason where no channel-day has room for it."""
        places = [(name, (channel, day)) for name, day in ((_END, on - timedelta(days=1)), (_START, on))]
        here = [(name, self._rows[key]) for name, key in places if key in self._rows and key not in self._repeated]
        if not here:
            return "for no channel-day of that channel begins or ends there"
        free = [(name, row) for name, row in here if np.isnan(self._registers[name][row])]
        if not free:
            return "for a register reading is there already"
        for name, row in free:
            self._registers[name][row] = value_kwh
        return ""

    def filled(self) -> pa.Table:
        """The readings with their registers."""
        table = self._readings
        for name, values in self._registers.items():
            place = READINGS.get_field_index(name)
            column = pa.array(values, pa.float64(), mask=np.isnan(values))
            table = table.set_column(place, READINGS.field(name), column)
        return table
