"""Register readings onto channel-days: which take which, and why the others do not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.readings.samples import MPAN, flow_lines, joined, read
from tests.registers.columns import register_readings
from validator.readings.register_readings import RegisterReading
from validator.registers import JoinedRegisters, join_registers
from validator.regulation import load_regulation
from validator.standing import standing_from_rows
from validator.validation import validate_readings

_DAYS = ("20260401", "20260402", "20260403")


def _reading(at: str = "20260402000000", value: float = 100.0, **changes: Any) -> RegisterReading:
    fields = {
        "file": "reads.usr", "line": 4, "mpan_core": MPAN, "status": "V", "meter_serial": "S1", "reading_type": "M",
        "register_id": "01", "read_at": datetime.fromisoformat(f"{at[:8]}T{at[8:]}"), "value_kwh": value,
    }  # fmt: skip
    return RegisterReading(**(fields | changes))


def _join(*registers: RegisterReading, serial: str | None = "S1", ends: str | None = None) -> JoinedRegisters:
    meter = {"mpan_core": MPAN, "role": "MAIN", "effective_from": "2020-01-01", "effective_to": ends}
    standing = standing_from_rows([{**meter, "meter_serial": serial}])
    return join_registers(read(joined(flow_lines(days=_DAYS))).readings, [register_readings(registers)], standing)


def _registers(found: JoinedRegisters) -> list[tuple[date, float | None, float | None]]:
    columns = ("settlement_date", "register_start_kwh", "register_end_kwh")
    return list(zip(*(found.readings[name].to_pylist() for name in columns), strict=True))


def test_a_reading_at_midnight_ends_one_day_and_starts_the_next() -> None:
    found = _join(_reading("20260402000000", 100.0), _reading("20260403000000", 690.2))
    assert [(start, end) for _, start, end in _registers(found)] == [(None, 100.0), (100.0, 690.2), (690.2, None)]
    assert (found.matched, len(found.unmatched)) == (2, 0)
    assert found.notes() == ["D0010: 2 of 2 register readings stand at the start or end of a channel-day here"]


def test_without_readings_nothing_is_touched() -> None:
    found = _join()
    assert found.readings.equals(read(joined(flow_lines(days=_DAYS))).readings)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"at": "20260402093000"}, "not taken at midnight"),
        ({"at": "20260402000001"}, "not taken at midnight"),
        ({"at": "20260410000000"}, "no channel-day"),
        ({"status": "F"}, "F, failed"),
        ({"meter_serial": "OTHER"}, "serial number"),
        ({"mpan_core": "9900000000023"}, "no channel-day"),
        ({"register_id": "RI"}, "no channel-day"),
    ],
)
def test_others_are_said_with_their_reason(changes: dict[str, Any], reason: str) -> None:
    found = _join(_reading(**changes))
    assert found.matched == 0
    assert reason in found.unmatched[0].reason
    assert "reads.usr, line 4" in found.notes()[1]
    assert all(start is None and end is None for _, start, end in _registers(found))


def test_a_register_named_after_its_quantity_is_that_channel() -> None:
    assert _join(_reading(register_id="AI"), _reading(register_id="02")).matched == 1


def test_several_registers_without_names_are_not_guessed_at() -> None:
    found = _join(_reading(register_id="01"), _reading(register_id="02"))
    assert [("several registers" in each.reason) for each in found.unmatched] == [True, True]


def test_two_readings_at_one_midnight_are_not_both_taken() -> None:
    found = _join(_reading(value=1.0), _reading(value=2.0))
    assert (found.matched, "already" in found.unmatched[0].reason) == (1, True)


def test_without_serials_on_file_the_meter_is_the_main_one() -> None:
    assert _join(_reading(), serial=None).matched == 1


def test_a_meter_that_left_on_the_day_before_still_ends_it() -> None:
    assert _join(_reading(), ends="2026-04-01").matched == 1
    assert _join(_reading(), ends="2026-03-31").matched == 0


@pytest.mark.parametrize(("days", "ran"), [(6, 0), (7, 1), (9, 1)])
def test_two_readings_a_week_apart_are_compared_on_the_last_day(days: int, ran: int) -> None:
    dates = [f"202604{day:02}" for day in range(1, days + 1)]
    sent = read(joined(flow_lines(days=dates))).readings
    end = f"202604{days + 1:02}000000"
    meter = {"mpan_core": MPAN, "role": "MAIN", "effective_from": "2020-01-01", "meter_serial": "S1"}
    standing = standing_from_rows([meter])
    found = join_registers(sent, [register_readings([_reading("20260401000000", 0.0), _reading(end, 100.0)])], standing)
    validation = validate_readings(found.readings, standing, load_regulation())
    assert validation.tallies["register_advance_mismatch"].ran == ran
    named = [row for row in validation.findings.to_pylist() if row["check"] == "register_advance_mismatch"]
    assert [(row["settlement_date"], row["limit"]) for row in named] == [(date(2026, 4, days), 0.7)] * ran
