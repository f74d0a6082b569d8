"""Register readings onto channel-days in plain Python, one reading after another."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from validator.readings.register_readings import RegisterReading
from validator.schema import QUANTITIES, READINGS
from validator.standing import StandingData

_START, _END = "register_start_kwh", "register_end_kwh"
_FAILED = "F"


Unmatched = tuple[str, int, str]


@dataclass(frozen=True)
class OracleJoin:
    """The readings with their registers, how many took one, and of the others file, line and why."""

    readings: pa.Table
    matched: int
    unmatched: tuple[Unmatched, ...]

    def notes(self) -> list[str]:
        """What was matched and what was not, a line for each reason."""
        count = self.matched + len(self.unmatched)
        lines = [f"D0010: {self.matched} of {count} register readings stand at the start or end of a channel-day here"]
        by_reason = Counter(reason for _, _, reason in self.unmatched)
        for reason, times in by_reason.most_common():
            file, line, _ = next(each for each in self.unmatched if each[2] == reason)
            lines.append(f"D0010: {times} not used, {reason}; the first is {file}, line {line}")
        return lines


def join_one_by_one(readings: pa.Table, registers: Sequence[RegisterReading], standing: StandingData) -> OracleJoin:
    """What `join_registers` gives, of readings in the order in which they were sent."""
    if not registers:
        return OracleJoin(readings, 0, ())
    unmatched: list[Unmatched] = []
    channel_days = _ChannelDays(readings, {each.mpan_core for each in registers})
    only = _only_registers(registers)
    on_file = _Serials(standing, {each.mpan_core for each in registers})
    matched = 0
    for each in registers:
        reason = _place(each, only, on_file, channel_days)
        if reason:
            unmatched.append((each.file, each.line, reason))
        else:
            matched += 1
    return OracleJoin(channel_days.filled(), matched, tuple(unmatched))


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
        self._registers = {name: readings[name].to_pylist() for name in (_START, _END)}
        self._rows: dict[tuple[tuple[str, str, str], date], int] = {}
        self._repeated: set[tuple[tuple[str, str, str], date]] = set()
        columns = ("mpan_core", "measurement_quantity", "role", "settlement_date")
        sent = zip(*(readings[name].to_pylist() for name in columns), strict=True)
        for row, (mpan, quantity, role, on) in enumerate(sent):
            if mpan not in mpans:
                continue
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
        free = [(name, row) for name, row in here if _is_free(self._registers[name][row])]
        if not free:
            return "for a register reading is there already"
        for name, row in free:
            self._registers[name][row] = value_kwh
        return ""

    def filled(self) -> pa.Table:
        """The readings with their registers."""
        columns = {name: self._readings[name] for name in READINGS.names}
        for name, values in self._registers.items():
            columns[name] = pa.array([None if _is_free(value) else value for value in values], pa.float64())
        return pa.table(columns, READINGS)


def _is_free(value: float | None) -> bool:
    return value is None or math.isnan(value)
