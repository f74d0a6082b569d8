"""One metering system's technical details as rows of standing data (formats.md B5), whatever it holds."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

_ACTIVE = ("AI", "AE")
Notes = list[tuple[int, str]]
Row = dict[str, object]


@dataclass(frozen=True)
class Register:
    """A 04A line; all as sent, but for blanks around it."""

    register_id: str
    outstation_id: str
    pulse_multiplier: str
    outstation_multiplier: str
    quantity: str
    digits: str
    associated_meter: str


@dataclass(frozen=True)
class Meter:
    """A 03A line and its registers."""

    serial: str
    make_and_type: str
    feeder_status: str
    registers: list[Register]


@dataclass(frozen=True)
class Outstation:
    """A 02A line, without its secrets."""

    outstation_id: str
    outstation_type: str


@dataclass(frozen=True)
class System:
    """A 01A line with all that stands under it."""

    line: int
    mpan_core: str
    effective_from: date
    cop: str
    issue: str
    outstations: list[Outstation]
    meters: list[Meter]


def rows_of(system: System, notes: Notes) -> list[Row]:
    """A row for the main meters, and one for the check meters where there are any; `notes` takes what it cannot say."""
    by_role: dict[str, list[Meter]] = {"MAIN": []}
    for meter in system.meters:
        by_role.setdefault(_role(meter, system.meters), []).append(meter)
    return [_Role(system, role, meters, notes).row() for role, meters in by_role.items()]


def cop_of(text: str) -> str | None:
    """The number of the Code of Practice: `6a` to `6d` are kinds of CoP 6."""
    return (re.sub(r"\A6[a-dA-D]\Z", "6", text).lstrip("0") or None) if text else None


def _role(meter: Meter, meters: Sequence[Meter]) -> str:
    """CHECK where its make and type begin with that word, or where its registers name another meter here.

    The layout that is known has no field for the role; that a check meter's registers name the main meter is
    an inference. Where two meters name each other, nothing tells them apart and both are MAIN.
    """
    if re.match(r"CHECK\b", meter.make_and_type):
        return "CHECK"
    named = _named(meter) & {other.serial for other in meters if other is not meter}
    mutual = any(other.serial in named and meter.serial in _named(other) for other in meters)
    return "CHECK" if named and not mutual else "MAIN"


def _named(meter: Meter) -> set[str]:
    return {register.associated_meter for register in meter.registers} - {""}


class _Role:
    """The meters of one role."""

    def __init__(self, system: System, role: str, meters: Sequence[Meter], notes: Notes) -> None:
        self._system = system
        self._role = role
        self._notes = notes
        self._active = [meter for meter in meters if meter.feeder_status != "I"] or list(meters)
        self._registers = [register for meter in self._active for register in meter.registers]

    def row(self) -> Row:
        """What all meters of the role agree on."""
        system, active = self._system, self._active
        reached = {register.outstation_id for register in self._registers} - {""}
        # Registers say which outstation is read for them; without any, all of the metering system's are meant.
        outstations = [each for each in system.outstations if not reached or each.outstation_id in reached]
        measured = [register for register in self._registers if register.quantity in _ACTIVE]
        return {
            "line": system.line,
            "mpan_core": system.mpan_core,
            "role": self._role,
            "effective_from": system.effective_from,
            "effective_to": None,
            "cop": cop_of(system.cop),
            "issue": self._noted(_whole, system.issue, "CoP Issue"),
            "meter_serial": self._agreed("meter serial", (meter.serial for meter in active)),
            "meter_type": self._agreed("meter type", (meter.make_and_type for meter in active)),
            "outstation_id": self._agreed("outstation id", (each.outstation_id for each in outstations)),
            "outstation_type": self._agreed("outstation type", (each.outstation_type for each in outstations)),
            "resolution_kwh": self._agreed("resolution", (self._resolution(each) for each in measured)),
            "register_digits": self._agreed(
                "register digits",
                (self._noted(_digits, each.digits, "number of register digits") for each in measured),
            ),
        }

    def _note(self, text: str) -> None:
        system = self._system
        about = f"{system.mpan_core} {self._role} from {system.effective_from}"
        self._notes.append((system.line, f"{about}: left without {text}"))

    def _agreed(self, title: str, values: Iterable[object]) -> object:
        distinct = {value for value in values if value not in ("", None)}
        if len(distinct) > 1:
            self._note(f"{title}, which is not one: {', '.join(sorted(map(str, distinct)))}")
        return distinct.pop() if len(distinct) == 1 else None

    def _noted(self, read: Callable[[str], int | None], text: str, title: str) -> int | None:
        value = read(text)
        if value is None and text:
            self._note(f"{title}, for {text!a} is none")
        return value

    def _resolution(self, register: Register) -> float | None:
        """kWh of one pulse: the pulse multiplier, unless an outstation multiplier says that it is not all of it."""
        pulse, outstation = _number(register.pulse_multiplier), _number(register.outstation_multiplier)
        if pulse is not None and outstation in (None, 1.0) and (outstation or not register.outstation_multiplier):
            return pulse
        if register.pulse_multiplier:
            sent = f"pulse multiplier {register.pulse_multiplier!a}"
            sent += f", outstation multiplier {register.outstation_multiplier!a}"
            self._note(f"resolution of register {register.register_id}, for {sent}")
        return None


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,3}", text) and int(text) else None


def _digits(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,2}", text) and 1 <= int(text) <= 12 else None


def _number(text: str) -> float | None:
    if not re.fullmatch(r"([0-9]+\.?[0-9]*|\.[0-9]+)", text):
        return None
    number = float(text)
    return number if number > 0 and math.isfinite(number) else None
