"""All readings a column at a time beside one after another in plain Python."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle_registers import join_one_by_one
from tests.registers.columns import register_readings
from validator.readings.register_readings import RegisterReading, RegisterReadings
from validator.registers import Unmatched, UnmatchedReadings, join_registers
from validator.registers.unmatched import REASONS
from validator.schema import QUANTITIES, READINGS, ROLES
from validator.standing import StandingData, standing_from_rows

_MPANS = ("9900000000011", "9900000000022", "1234", "SPOILT")
_SERIALS = ("S1", "S2", "S3")
_FIRST = date(2026, 3, 30)
_DAYS = st.integers(0, 4).map(lambda days: _FIRST + timedelta(days=days))
_SECONDS = st.sampled_from([0, 0, 0, 0, 0, 0, 0, 1, 86_399, 34_200])
_KWH = st.sampled_from([0.0, 0.1, 7.3, 99_999.9])


@st.composite
def _readings(draw: st.DrawFn) -> RegisterReading:
    at = datetime.combine(draw(_DAYS), datetime.min.time()) + timedelta(seconds=draw(_SECONDS))
    return RegisterReading(
        file="",
        line=0,
        mpan_core=draw(st.sampled_from(_MPANS)),
        status=draw(st.sampled_from("VVVVUF")),
        meter_serial=draw(st.sampled_from(_SERIALS)),
        reading_type="M",
        register_id=draw(st.sampled_from([*QUANTITIES, "AI", "AI", "01", "01", "02"])),
        read_at=at,
        value_kwh=draw(_KWH),
    )


@st.composite
def _files(draw: st.DrawFn) -> list[list[RegisterReading]]:
    """Up to three files, of which two may have one name."""
    files = []
    for name in draw(st.lists(st.sampled_from(["a.usr", "b.usr", "c.usr"]), max_size=3)):
        rows = draw(st.lists(_readings(), max_size=12))
        files.append([RegisterReading(**{**vars(row), "file": name, "line": 3 + at}) for at, row in enumerate(rows)])
    return files


@st.composite
def _standing(draw: st.DrawFn) -> StandingData:
    """Some meters, each with up to three periods of validity that may leave days between them and change serials."""
    rows: list[dict[str, Any]] = []
    for mpan in _MPANS:
        for role in draw(st.sets(st.sampled_from(ROLES))):
            begins = _FIRST + timedelta(days=draw(st.integers(-3, 2)))
            for lasts in draw(st.lists(st.integers(0, 3), max_size=3)):
                serial = draw(st.sampled_from([*_SERIALS, None]))
                ends = begins + timedelta(days=lasts)
                meter = {"mpan_core": mpan, "role": role, "meter_serial": serial}
                rows.append({**meter, "effective_from": begins, "effective_to": ends})
                begins = ends + timedelta(days=draw(st.integers(1, 2)))
            if rows and draw(st.booleans()):
                rows[-1]["effective_to"] = None
    other = {"mpan_core": "9900000000099", "role": "MAIN", "meter_serial": "S1", "effective_from": _FIRST}
    return standing_from_rows([*rows, {**other, "effective_to": None}])


@st.composite
def _channel_days(draw: st.DrawFn) -> pa.Table:
    """Channel-days of which some are repeated and some have registers already, in two chunks."""
    days = st.tuples(
        st.sampled_from([*_MPANS, "9900000000033"]),
        st.sampled_from([*QUANTITIES, "AI", "AI"]),
        st.sampled_from(ROLES),
        _DAYS,
        st.one_of(st.none(), _KWH, st.just(float("nan"))),
        st.one_of(st.none(), _KWH),
    )
    rows = draw(st.lists(days, max_size=30))
    if draw(st.booleans()):
        # All the days of one channel, so that most readings of it find room.
        rows += [(_MPANS[0], "AI", "MAIN", _FIRST + timedelta(days=at), None, None) for at in range(4)]
    names = ("mpan_core", "measurement_quantity", "role", "settlement_date", "register_start_kwh", "register_end_kwh")
    other = {"energy_kwh": [1.0] * 48, "utc_day": False, "alarms_carried": True, "source_file": "f", "source_row": 1}
    table = pa.Table.from_pylist([{**other, **dict(zip(names, row, strict=True))} for row in rows], READINGS)
    cut = draw(st.integers(0, len(rows)))
    return pa.concat_tables([table.slice(0, cut), table.slice(cut)]).unify_dictionaries()


@given(_channel_days(), _files(), _standing(), st.integers(1, 5))
def test_all_at_once_is_as_one_by_one(
    readings: pa.Table, files: list[list[RegisterReading]], standing: StandingData, at_once: int
) -> None:
    expected = join_one_by_one(readings, [each for rows in files for each in rows], standing)
    found = join_registers(readings, [register_readings(rows, at_once) for rows in files], standing)
    assert (found.matched, tuple(found.unmatched), found.notes()) == (
        expected.matched,
        expected.unmatched,
        expected.notes(),
    )
    # As text, for no NaN is equal to itself.
    assert str(found.readings.to_pylist()) == str(expected.readings.to_pylist())
    assert found.readings.schema == expected.readings.schema


def test_the_made_up_readings_meet_every_reason() -> None:
    """A reading that is used, and one for each reason why another is not."""
    meter = {"mpan_core": _MPANS[0], "role": "MAIN", "effective_from": "2020-01-01", "meter_serial": "S1"}
    midnight = datetime.fromisoformat("2026-03-31T00:00:00")
    plain = RegisterReading("a", 1, _MPANS[0], "V", "S1", "M", "AI", midnight, 5.0)
    changes: list[dict[str, Any]] = [
        {}, {"status": "F"}, {"read_at": midnight + timedelta(seconds=1)}, {"register_id": "01"},
        {"meter_serial": "S2"}, {"register_id": "RE"}, {},
    ]  # fmt: skip
    sent = [RegisterReading(**{**vars(plain), "line": at + 1, **change}) for at, change in enumerate(changes)]
    day = {"mpan_core": _MPANS[0], "measurement_quantity": "AI", "role": "MAIN", "settlement_date": date(2026, 3, 30)}
    other = {"energy_kwh": [], "utc_day": False, "alarms_carried": True, "source_file": "f", "source_row": 1}
    readings = pa.Table.from_pylist([{**day, **other}], READINGS)
    found = join_registers(readings, [register_readings(sent)], standing_from_rows([meter]))
    assert [(each.line - 1, each.reason) for each in found.unmatched] == list(enumerate(REASONS))[1:]
    assert found.matched == 1


def test_a_meter_of_many_periods_is_read_in_the_one_of_the_day() -> None:
    """Fifty periods of one serial number, main and check by turns."""
    start = date(2026, 1, 1)
    rows = [
        {"mpan_core": _MPANS[0], "role": ROLES[at % 2], "meter_serial": "S1",
         "effective_from": start + timedelta(days=2 * at), "effective_to": start + timedelta(days=2 * at)}
        for at in range(50)
    ]  # fmt: skip
    standing = standing_from_rows(rows)
    day = {"mpan_core": _MPANS[0], "measurement_quantity": "AI", "energy_kwh": [], "utc_day": False}
    other = {"alarms_carried": True, "source_file": "f", "source_row": 1}
    days = [{**day, **other, "role": role, "settlement_date": start + timedelta(days=at)}
            for at in range(101) for role in ROLES]  # fmt: skip
    readings = pa.Table.from_pylist(days, READINGS)
    midnights = [datetime.combine(start + timedelta(days=at), datetime.min.time()) for at in range(102)]
    sent = [RegisterReading("a", at, _MPANS[0], "V", "S1", "M", "AI", on, 1.0 * at) for at, on in enumerate(midnights)]
    expected = join_one_by_one(readings, sent, standing)
    found = join_registers(readings, [register_readings(sent, 7)], standing)
    assert found.readings.equals(expected.readings)
    assert (found.matched, tuple(found.unmatched)) == (expected.matched, expected.unmatched)
    assert found.matched > 50


@pytest.mark.parametrize("none", [[], [RegisterReadings("a", register_readings([]).columns)]])
def test_without_register_readings_the_table_is_the_one_given(none: list[RegisterReadings]) -> None:
    readings = READINGS.empty_table()
    found = join_registers(readings, none, standing_from_rows([]))
    assert found.readings is readings
    assert (found.matched, len(found.unmatched)) == (0, 0)


def test_one_unmatched_reading_or_some_are_made_alone() -> None:
    numbers = (np.array([0, 0, 1], np.int32), np.array([3, 5, 3], np.int64), np.array([1, 2, 1], np.int8))
    found = UnmatchedReadings(("a", "b"), *numbers)
    whole = tuple(found)
    assert whole[2] == Unmatched("b", 3, REASONS[1])
    assert (found[0], found[-1], found[1:], found[::2]) == (whole[0], whole[2], whole[1:], whole[::2])
    with pytest.raises(IndexError):
        found[3]
