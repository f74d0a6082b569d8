"""Boundary cases of the alarm checks: one bit each, its neighbours are other alarms."""

from __future__ import annotations

from typing import Any

from tests.build import reading_row, standing_row
from tests.validation.cases import Case, case

WORD_OF_ALARM = {
    "phase_failure": 0x004,
    "supply_failure": 0x008,
    "battery": 0x010,
    "equipment_reset": 0x020,
    "time_set": 0x040,
    "time_synchronised": 0x080,
    "data_changed": 0x100,
    "reverse_running": 0x200,
    "local_access": 0x400,
    "other_error": 0x800,
}
ALL_BITS = 0xFFFF


def _raised(words: dict[int, int], **columns: Any) -> dict[str, Any]:
    flags = [words.get(period, 0) for period in range(1, 49)]
    return reading_row(**{"period_flags": flags, "alarms_carried": True, **columns})


def _cases(code: str, word: int) -> list[Case]:
    others = next(alarm for alarm in WORD_OF_ALARM if alarm != code)
    raised = _raised({4: word})
    missing = _raised({4: word}, energy_kwh=[None] * 48)
    every_bit_but_this = _raised({4: ALL_BITS ^ word})
    return [
        case(code, "inside", "no alarm", "clear", _raised({})),
        case(code, "inside", "every other bit", "clear", every_bit_but_this),
        case(code, "outside", "raised", {4}, raised, "QUERY"),
        case(code, "outside", "raised with others", {1, 48}, _raised({1: ALL_BITS, 48: ALL_BITS}), "QUERY"),
        case(code, "outside", "raised where a reading is missing", {4}, missing, "QUERY"),
        case(code, "outside", "without standing data", {4}, raised, "QUERY", standing=()),
        case(
            code,
            "outside",
            "said to be capable",
            {4},
            raised,
            "QUERY",
            standing=standing_row(alarms_capable=f"{others}|{code}"),
        ),
        case(code, "other", "not capable", "not run", raised, standing=standing_row(alarms_capable=others)),
        case(code, "other", "no flags", "not run", reading_row(alarms_carried=True)),
        case(code, "other", "a format without alarms", "not run", _raised({4: word}, alarms_carried=False)),
    ]


ALARM_CASES = [made for code, word in WORD_OF_ALARM.items() for made in _cases(code, word)]
