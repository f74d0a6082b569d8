"""Each committed sample file as a second reader has it, which shares no code with the product."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from tests import oracle_customers, oracle_dip, oracle_dtc, oracle_flows, oracle_idd, oracle_rows, oracle_workbook
from tests.sample.folders import INDEX, SAMPLES, readings
from validator.readings import read_submission
from validator.readings.d0268 import read_d0268
from validator.schema import SENT_COLUMNS

_FORMATS = SAMPLES / "formats"
_TODAY = date(2026, 9, 20)
_MPAN = "9900000000405"
_VITAL = "9900000000414"

Row = dict[str, Any]


def _content(name: str) -> bytes:
    return (_FORMATS / name).read_bytes()


def _live(content: bytes) -> bytes:
    """The content with the test flag of its header as live data have it; the second readers know no other."""
    header, rest = content.split(b"\n", 1)
    return header.replace(b"TR01|", b"OPER|") + b"\n" + rest


def _flow(content: bytes, flow: str) -> list[Row]:
    return [
        _row(day.mpan_core, day.quantity, day.settlement_date, day.energies, day.flags, source_row=day.line)
        for day in oracle_dtc.read_flow(_live(content), flow)
    ]


def _row(mpan: str, quantity: str, on: date, values: list[float | None], flags: Any, **more: Any) -> Row:
    keys = ("mpan_core", "measurement_quantity", "settlement_date", "energy_kwh", "period_flags")
    return dict(zip(keys, (mpan, quantity, on, values, flags), strict=True)) | more


def _c0121(content: bytes) -> list[Row]:
    records = content.decode().splitlines()
    live = [records[0].replace("TR01|", "OPER|"), *records[1:-1]]
    trailer = f"ZZZ|{len(live) + 1}|{oracle_idd.checksum(live)}|"
    return [
        _row(
            day.msid,
            day.quantity,
            day.settlement_date,
            day.energies,
            day.flags,
            role=day.role,
            outstation_id=day.outstation,
        )
        for day in oracle_idd.read_c0121("".join(f"{line}\n" for line in [*live, trailer]).encode())
    ]


def _customers(days: list[oracle_customers.OracleDay]) -> list[Row]:
    return [
        _row(day.mpan_core, day.quantity, day.on, day.values, day.flags, utc_day=day.utc_day, source_row=day.place)
        for day in days
    ]


def _narrow(rows: list[Row]) -> list[Row]:
    return [
        _row(day.mpan_core, day.quantity, day.on, day.values, day.flags, role=day.role, source_row=day.row)
        for day in oracle_rows.read_narrow(rows, _TODAY)
    ]


def _text_rows(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _sheet(days: list[oracle_workbook.SheetDay], mpan: str) -> list[Row]:
    return [_row(mpan, day.quantity, day.on, day.values, None, source_row=day.row) for day in days]


def _messages(content: bytes) -> list[Row]:
    return [
        _row(day.mpan_core, day.quantity, day.on, day.values, day.flags, utc_day=True, source_row=day.row)
        for day in oracle_dip.read_dip(content, _TODAY)
    ]


def _zstd(content: bytes) -> bytes:
    with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as stream:
        return bytes(stream.read())


_READERS: dict[str, Callable[[bytes], list[Row]]] = {
    "D0036.usr": lambda content: _flow(content, "D0036"),
    "D0036.usr.gz": lambda content: _flow(zlib.decompress(content, wbits=31), "D0036"),
    "D0275.usr": lambda content: _flow(content, "D0275"),
    "D0379.usr": lambda content: _flow(content, "D0379"),
    "C0121.txt": _c0121,
    "narrow.csv": lambda content: _narrow(_text_rows(content)),
    "narrow.parquet": lambda content: _narrow(pl.read_parquet(content).to_dicts()),
    "readings.csv": lambda content: oracle_rows.read_wide(_text_rows(content)),
    "readings.csv.zst": lambda content: oracle_rows.read_wide(_text_rows(_zstd(content))),
    "readings.parquet": lambda content: pl.read_parquet(content).to_dicts(),
    "readings.arrow": lambda content: pl.read_ipc(content).to_dicts(),
    "readings.arrows": lambda content: pl.read_ipc_stream(content).to_dicts(),
    "half_hours.csv": lambda sent: _customers(oracle_customers.read_plain(sent, _TODAY, "end", "local")),
    "house.simple.csv": lambda sent: _customers(oracle_customers.read_plain(sent, _TODAY, "start", "utc")),
    "portal.edf.csv": lambda sent: _customers(oracle_customers.read_edf(sent, _TODAY)),
    "supplier.bg.csv": lambda sent: _customers(oracle_customers.read_british_gas(sent, _TODAY)),
    "stark.df2": lambda sent: _customers(oracle_customers.read_df2(sent, _TODAY)),
    f"{_MPAN}_AI.schneider.csv": lambda sent: _customers(
        oracle_customers.read_registers(sent, _MPAN, "AI", _TODAY, "local")
    ),
    f"{_MPAN}_AI.schneider.xlsx": lambda sent: _sheet(oracle_workbook.read_schneider(sent, "AI"), _MPAN),
    f"{_VITAL}.vital.xlsx": lambda sent: _sheet(oracle_workbook.read_vital(sent), _VITAL),
    "dip.json": _messages,
}


def test_every_sample_of_readings_has_a_second_reader() -> None:
    assert {f"formats/{name}" for name in _READERS} == {file for _, file in INDEX if file.startswith("formats/")}
    others = {"D0010.usr", "D0268.usr", "C0541.txt"}
    assert {path.name for path in _FORMATS.iterdir()} == {*_READERS, *others}


@pytest.mark.parametrize("name", _READERS)
def test_a_second_reader_has_the_same_readings(name: str) -> None:
    expected = _READERS[name](_content(name))
    found = readings(f"formats/{name}").to_pylist()
    assert expected
    told = [column for column in expected[0] if column in (*SENT_COLUMNS, "utc_day", "source_row")]
    assert {"mpan_core", "measurement_quantity", "settlement_date", "energy_kwh"} <= set(told)
    assert [{column: row[column] for column in told} for row in found] == [
        {column: row[column] for column in told} for row in expected
    ]


def test_a_second_reader_has_the_same_register_readings() -> None:
    found = read_submission(_FORMATS / "D0010.usr", allow_test_data=True).registers
    expected = oracle_flows.read_d0010(_content("D0010.usr"))
    assert expected
    assert [{name: getattr(reading, name) for name in expected[0]} for reading in found] == expected


def test_a_second_reader_has_the_same_meter_status() -> None:
    found = read_submission(_FORMATS / "C0541.txt", allow_test_data=True)
    expected = oracle_idd.read_c0541(_content("C0541.txt"))
    assert [(each.mpan_core, each.record) for each in found.statuses] == [tuple(each[:2]) for each in expected]
    for status, (_, _, *texts) in zip(found.statuses, expected, strict=True):
        facts = list(status.facts.values())
        assert [type(fact)(text) for fact, text in zip(facts, texts, strict=True)] == facts
    assert {status.mpan_core for status in found.statuses} <= set(
        readings("formats/C0121.txt")["mpan_core"].to_pylist()
    )


def test_a_second_reader_has_the_same_meter_details() -> None:
    content = _content("D0268.usr")
    systems = oracle_flows.read_d0268(content)
    rows = read_d0268(content, "D0268.usr", allow_test_data=True).rows
    main = [row for row in rows if row["role"] == "MAIN"]
    assert len(main) == len(systems)
    for row, system in zip(main, systems, strict=True):
        assert (row["mpan_core"], row["effective_from"]) == (system["mpan_core"], system["effective_from"])
        assert (row["cop"], row["issue"]) == (system["cop"], int(system["issue"]))
        assert {row["outstation_id"]} == set(system["outstations"])
        meter = next(each for each in system["meters"] if each["serial"] == row["meter_serial"])
        assert row["meter_type"] == meter["type"]
        pulses = {each["pulse"] for each in meter["registers"] if each["quantity"] in ("AI", "AE")}
        assert pulses == {row["resolution_kwh"]}
