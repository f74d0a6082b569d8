"""The sample register readings and meter details: onto the sample day, and into its standing data."""

from __future__ import annotations

import re
from datetime import date

from tests.oracle_idd import checksum
from tests.sample.folders import SAMPLES, readings, standing
from validator.readings import read_submission
from validator.readings.d0268 import read_d0268
from validator.registers import join_registers
from validator.schema import READINGS

_DAY = date(2026, 9, 16)


def test_register_readings_stand_at_both_ends_of_every_channel_day() -> None:
    registers = read_submission(SAMPLES / "formats" / "D0010.usr", allow_test_data=True).registers
    found = join_registers(readings("formats/D0036.usr").cast(READINGS), [registers], standing())
    assert (found.matched, len(found.unmatched)) == (len(registers), 0)
    assert found.readings["register_start_kwh"].null_count == 0
    full = readings("formats/readings.parquet")
    # NUM(9,1): the flow has one decimal, and the registers here have no more.
    for name in ("register_start_kwh", "register_end_kwh"):
        assert found.readings[name].to_pylist() == [round(value, 1) for value in full[name].to_pylist()]


def test_meter_details_are_those_on_file() -> None:
    content = (SAMPLES / "formats" / "D0268.usr").read_bytes()
    details = read_d0268(content, "D0268.usr", allow_test_data=True)
    assert "NOTASECRET" in content.decode()
    assert "NOTASECRET" not in repr(details)
    on_file = {row["mpan_core"]: row for row in standing().frame.iter_rows(named=True) if row["effective_from"] <= _DAY}
    for row in details.rows:
        for column in ("meter_serial", "meter_type", "outstation_id", "cop", "issue", "resolution_kwh"):
            assert row[column] == on_file[str(row["mpan_core"])][column]


def test_raw_meter_data_have_their_count_and_checksum() -> None:
    *records, trailer = (SAMPLES / "formats" / "C0121.txt").read_text().splitlines()
    assert re.fullmatch(rf"ZZZ\|{len(records) + 1}\|{checksum(records)}\|", trailer)
