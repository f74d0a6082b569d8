"""D0268, half-hourly meter technical details, into rows of standing data (formats.md B5).

PINs, user names and passwords stand in 02A lines. They are never decoded, kept, shown or logged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from validator.errors import Place, SubmissionError
from validator.readings.dates import date_of
from validator.readings.dtc_records import Layout, Record, records

FLOW = "D0268"
_LAYOUTS = {
    "01A": Layout(10, (1, 2, 3, 4)),
    "02A": Layout(23, (1, 2), secret=True),
    "03A": Layout(10, (1, 2, 8)),
    "04A": Layout(10, (1, 2, 4, 6, 7, 8, 9)),
}
_ACTIVE = ("AI", "AE")
_ONE_DAY = timedelta(days=1)
_FIELDS = {
    ("01A", 1): "MPAN core",
    ("01A", 2): "effective date",
    ("02A", 1): "outstation id",
    ("03A", 1): "meter serial",
    ("04A", 1): "register id",
}

Row = dict[str, object]


@dataclass(frozen=True)
class MeterDetails:
    """Rows with columns of the standing data, and in words what the flow holds that a row cannot say."""

    rows: list[Row]
    notes: list[str]


def standing_rows(data: bytes, name: str, *, allow_test_data: bool = False) -> list[Row]:
    """Standing-data rows of a D0268, as `read_d0268` gives them."""
    return read_d0268(data, name, allow_test_data=allow_test_data).rows


def read_d0268(data: bytes, name: str, *, allow_test_data: bool = False) -> MeterDetails:
    """One row for each metering system, role and effective date, in the order of the file.

    A row says what all meters of that role agree on; what differs between them is None, and a note says so.
    It ends on the day before the next effective date of that metering system in the file. Raises
    SubmissionError for a broken envelope or group tree, a bad date, or one effective date twice.
    """
    groups = _groups(records(data, name, FLOW, _LAYOUTS, "01A", allow_test_data=allow_test_data), name)
    notes: list[str] = []
    rows = [row for group in groups for row in _rows(group, notes)]
    _end_where_the_next_begins(rows)
    return MeterDetails(rows, notes)


@dataclass
class _Meter:
    record: Record
    registers: list[Record] = field(default_factory=list)

    @property
    def serial(self) -> str:
        return self.record.fields[1].strip()

    @property
    def make_and_type(self) -> str:
        return self.record.fields[2].strip()


@dataclass
class _System:
    record: Record
    effective_from: date
    outstations: list[Record] = field(default_factory=list)
    meters: list[_Meter] = field(default_factory=list)

    @property
    def mpan_core(self) -> str:
        return self.record.fields[1].strip()


def _groups(lines: Iterable[Record], name: str) -> list[_System]:
    systems: list[_System] = []
    first_line: dict[tuple[str, date], int] = {}
    for record in lines:
        _require(record, name)
        if record.word == "01A":
            system = _System(record, _date(record, name))
            twice = first_line.setdefault((system.mpan_core, system.effective_from), record.line)
            if twice != record.line:
                place = Place(name, record.line, column="effective date (field 2 of 01A)")
                found = f"{system.mpan_core} from {system.effective_from} again"
                raise SubmissionError(place, found, f"once in a file; the first is line {twice}", "Send one of them")
            systems.append(system)
        elif not systems:
            raise _misplaced(record, name, "01A")
        elif record.word == "02A":
            systems[-1].outstations.append(record)
        elif record.word == "03A":
            systems[-1].meters.append(_Meter(record))
        elif not systems[-1].meters:
            raise _misplaced(record, name, "03A")
        else:
            systems[-1].meters[-1].registers.append(record)
    return systems


def _misplaced(record: Record, name: str, above: str) -> SubmissionError:
    return SubmissionError(
        Place(name, record.line), f"a {record.word} line", f"a {above} line above it", "Send the file again"
    )


def _require(record: Record, name: str) -> None:
    """The field that says what a record is about may not be blank."""
    if not record.fields[1].strip():
        column = f"{_FIELDS[record.word, 1]} (field 1 of {record.word})"
        raise SubmissionError(Place(name, record.line, column=column), "a blank field", "text", "Fill the field")


def _date(record: Record, name: str) -> date:
    found = date_of(record.fields[2])
    if found is None:
        place = Place(name, record.line, column="effective date (field 2 of 01A)")
        raise SubmissionError(place, ascii(record.fields[2]), "a date as YYYYMMDD", "Correct the date")
    return found


def _rows(system: _System, notes: list[str]) -> list[Row]:
    by_role: dict[str, list[_Meter]] = {"MAIN": []}
    for meter in system.meters:
        by_role.setdefault(_role(meter, system.meters), []).append(meter)
    return [_row(system, role, meters, notes) for role, meters in by_role.items()]


def _role(meter: _Meter, meters: Sequence[_Meter]) -> str:
    """CHECK where its make and type begin with that word, or where its registers name another meter here.

    The layout that is known has no field for the role; that a check meter's registers name the main meter is
    an inference. Where two meters name each other, nothing tells them apart and both are MAIN.
    """
    if re.match(r"CHECK\b", meter.make_and_type):
        return "CHECK"
    named = _named(meter) & {other.serial for other in meters if other is not meter}
    mutual = any(other.serial in named and meter.serial in _named(other) for other in meters)
    return "CHECK" if named and not mutual else "MAIN"


def _named(meter: _Meter) -> set[str]:
    return {register.fields[9].strip() for register in meter.registers} - {""}


def _row(system: _System, role: str, meters: Sequence[_Meter], notes: list[str]) -> Row:
    about = f"line {system.record.line}: {system.mpan_core} {role} from {system.effective_from}"
    active = [meter for meter in meters if meter.record.fields[8].strip() != "I"] or list(meters)
    registers = [register for meter in active for register in meter.registers]
    reached = {register.fields[2].strip() for register in registers} - {""}
    # Registers say which outstation is read for them; without any, all of the metering system's are meant.
    outstations = [each for each in system.outstations if not reached or each.fields[1].strip() in reached]

    def agreed(title: str, values: Iterable[object]) -> object:
        distinct = {value for value in values if value not in ("", None)}
        if len(distinct) > 1:
            listed = ", ".join(sorted(map(str, distinct)))
            notes.append(f"{about}: left without {title}, which is not one: {listed}")
        return distinct.pop() if len(distinct) == 1 else None

    measured = [register for register in registers if register.fields[7].strip() in _ACTIVE]
    return {
        "mpan_core": system.mpan_core,
        "role": role,
        "effective_from": system.effective_from,
        "effective_to": None,
        "cop": _cop(system.record.fields[3]),
        "issue": _noted(_whole, system.record.fields[4], "CoP Issue", about, notes),
        "meter_serial": agreed("meter serial", (meter.serial for meter in active)),
        "meter_type": agreed("meter type", (meter.make_and_type for meter in active)),
        "outstation_id": agreed("outstation id", (each.fields[1].strip() for each in outstations)),
        "outstation_type": agreed("outstation type", (each.fields[2].strip() for each in outstations)),
        "resolution_kwh": agreed("resolution", (_resolution(each, about, notes) for each in measured)),
        "register_digits": agreed(
            "register digits",
            (_noted(_digits, each.fields[8], "number of register digits", about, notes) for each in measured),
        ),
    }


def _cop(text: str) -> str | None:
    """The number of the Code of Practice: `6a` to `6d` are kinds of CoP 6."""
    word = text.strip()
    return (re.sub(r"\A6[a-dA-D]\Z", "6", word).lstrip("0") or None) if word else None


def _noted(read: Callable[[str], int | None], text: str, title: str, about: str, notes: list[str]) -> int | None:
    value = read(text.strip())
    if value is None and text.strip():
        notes.append(f"{about}: left without {title}, for {text!a} is none")
    return value


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,3}", text) and int(text) else None


def _digits(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,2}", text) and 1 <= int(text) <= 12 else None


def _resolution(register: Record, about: str, notes: list[str]) -> float | None:
    """kWh of one pulse: the pulse multiplier, unless an outstation multiplier says that it is not all of it."""
    pulse, outstation = _number(register.fields[4]), _number(register.fields[6])
    if pulse is not None and outstation in (None, 1.0) and (outstation or not register.fields[6].strip()):
        return pulse
    if register.fields[4].strip():
        sent = f"pulse multiplier {register.fields[4]!a}, outstation multiplier {register.fields[6]!a}"
        notes.append(f"{about}: left without resolution of register {register.fields[1].strip()}, for {sent}")
    return None


def _number(text: str) -> float | None:
    if not re.fullmatch(r"([0-9]+\.?[0-9]*|\.[0-9]+)", text.strip()):
        return None
    number = float(text)
    return number if number > 0 and math.isfinite(number) else None


def _end_where_the_next_begins(rows: list[Row]) -> None:
    following: dict[tuple[object, object], date] = {}
    for row in sorted(rows, key=lambda each: str(each["effective_from"]), reverse=True):
        key = (row["mpan_core"], row["role"])
        begins = row["effective_from"]
        assert isinstance(begins, date)
        if key in following:
            row["effective_to"] = following[key] - _ONE_DAY
        following[key] = begins
