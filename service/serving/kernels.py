"""Compiles every kernel before the first submission has to wait for it."""

from __future__ import annotations

import gc
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq

from validator.readings import read_bytes
from validator.regulation import load_regulation
from validator.schema import QUANTITIES, ROLES
from validator.standing import standing_from_rows
from validator.validation import validate_readings

_MPAN, _UNKNOWN = "9900000000015", "9900000000024"
_DAY = date(2026, 9, 16)
_COLLECTED = datetime(2026, 9, 20, tzinfo=UTC)
_PERIODS = 48


@cache
def compile_kernels() -> None:
    """Judges made-up days of a made-up meter, in each shape that columns take in memory.

    It takes a few seconds where nothing is cached.
    """
    regulation = load_regulation()
    meter = {
        "mpan_core": _MPAN, "effective_from": "2020-01-01", "energised": "yes", "meter_type": "Prometer 100",
        "variant": "P3E", "firmware": "M6X8G0B", "cop": "2", "issue": "5", "rated_kva": 1000, "resolution_kwh": 0.1,
        "meter_class_active": "0.2S", "register_digits": 6, "direction": "IMPORT",
        "collector": "TESG", "outstation_type": "CM32",
    }  # fmt: skip
    standing = standing_from_rows([{**meter, "role": role} for role in ROLES])
    for body in (_arrow(), _plain_parquet(), _d0036()):
        source = read_bytes(body, "made up")
        validate_readings(source.readings, standing, regulation, jobs=1)
    # What is there now stays: looking through it for what may go would take longer than a small submission.
    gc.collect()
    gc.freeze()


def _made_up() -> pa.Table:
    rows = [
        {
            "mpan_core": _MPAN, "measurement_quantity": quantity, "role": role, "settlement_date": _DAY + timedelta(k),
            "energy_kwh": [-1.5 + at / 10 for at in range(_PERIODS)],
            "period_flags": [1 << at % 12 for at in range(_PERIODS)],
            "period_duration_s": [1800.0] * _PERIODS, "register_start_kwh": 0.0, "register_end_kwh": 100.0,
            "clock_error_s": 1.0, "integration_minutes": 30, "collected_at": _COLLECTED,
        }
        for k in range(2) for role in ROLES for quantity in QUANTITIES
    ]  # fmt: skip
    kinds = {"period_flags": pa.list_(pa.uint16()), "integration_minutes": pa.int32(), "settlement_date": pa.date32(),
             "collected_at": pa.timestamp("us", tz="UTC")}  # fmt: skip
    columns = {name: pa.array([row[name] for row in rows], kinds.get(name)) for name in rows[0]}
    return pa.table(columns)


def _arrow() -> bytes:
    table, out = _made_up(), pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return bytes(out.getvalue().to_pybytes())


def _plain_parquet() -> bytes:
    """Without what not everyone sends, and with the columns in memory as Parquet leaves them there."""
    out = pa.BufferOutputStream()
    pq.write_table(_made_up().drop_columns(["period_duration_s", "period_flags"]), out)
    return bytes(out.getvalue().to_pybytes())


def _d0036() -> bytes:
    # Of a meter that is not on file: what is found of those is looked up in another way.
    lines = [f"101|{_UNKNOWN}|AI|SYNS|", f"102|{_DAY:%Y%m%d}|", *(f"103|A|{at}.5|" for at in range(-1, _PERIODS - 1))]
    head = "ZHV|SYN0000001|D0036001|C|SYNH|X|SYNS|20260917071500||||OPER|"
    return "".join(f"{line}\n" for line in (head, *lines, f"ZPT|SYN0000001|{len(lines)}||1|20260917071500|")).encode()
