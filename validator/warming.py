"""Compiles every kernel before the first submission has to wait for it."""

from __future__ import annotations

import gc
import multiprocessing
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from kernels import grouping
from validator.readings import read_bytes
from validator.readings.hints import Hints
from validator.regulation import load_regulation
from validator.schema import QUANTITIES, ROLES
from validator.standing import standing_from_rows
from validator.validation import validate_readings

_MPAN, _UNKNOWN = "9900000000015", "9900000000024"
_DAY = date(2026, 9, 16)
_COLLECTED = datetime(2026, 9, 20, tzinfo=UTC)
_PERIODS = 48
_NAME = "made up"


@cache
def compile_kernels() -> None:
    """Judges made-up days of a made-up meter, in each shape that columns take in memory.

    It takes some ten seconds where nothing is kept, and one process.
    """
    _judge(_arrow(), _plain_parquet(), _d0036())
    # What is there now stays: looking through it for what may go would take longer than a small submission.
    gc.collect()
    gc.freeze()


def compile_and_keep(processes: int) -> None:
    """Has every kernel compiled into the folder where they are kept, the scanners and the writer of text too."""
    started = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"))
    with started as pool:
        for done in [pool.submit(work) for work in _APART]:
            done.result()
    # What the processes left, and shapes that only come about together; most of it is fetched by now.
    compile_kernels()


def _judge(*bodies: bytes) -> None:
    regulation = load_regulation()
    meter = {
        "mpan_core": _MPAN, "effective_from": "2020-01-01", "energised": "yes", "meter_type": "Prometer 100",
        "variant": "P3E", "firmware": "M6X8G0B", "cop": "2", "issue": "5", "rated_kva": 1000, "resolution_kwh": 0.1,
        "meter_class_active": "0.2S", "register_digits": 6, "direction": "IMPORT",
        "collector": "TESG", "outstation_type": "CM32",
    }  # fmt: skip
    standing = standing_from_rows([{**meter, "role": role} for role in ROLES])
    for body in bodies:
        source = read_bytes(body, _NAME)
        validate_readings(source.readings, standing, regulation, jobs=1)


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
    return _flow(head, lines)


def _flow(head: str, lines: list[str]) -> bytes:
    foot = f"ZPT|SYN0000001|{len(lines)}||1|20260917071500|"
    return "".join(f"{line}\n" for line in (head, *lines, foot)).encode()


def _judge_tables() -> None:
    _judge(_arrow(), _plain_parquet())


def _read_d0036() -> None:
    read_bytes(_d0036(), _NAME)


def _read_registers() -> None:
    readings = (f"030|AI|{_DAY + timedelta(k):%Y%m%d}000000|{k}.5|||T|N|" for k in range(2))
    lines = [f"026|{_MPAN}|V|", "028|EX000001M|M|", *readings]
    head = "ZHV|SYN0000001|D0010002|D|SYNH|X|SYNS|20260917071500||||OPER|"
    read_bytes(_flow(head, lines), _NAME)


def _read_half_hours() -> None:
    """A row for each half hour: by its number and by its time, as CSV and as a table."""
    midnight = datetime.combine(_DAY, time())
    stamps = [f"{midnight + timedelta(minutes=30 * at):%Y-%m-%d %H:%M}" for at in range(_PERIODS)]
    named = {"mpan_core": [_MPAN] * _PERIODS, "measurement_quantity": ["AI"] * _PERIODS}
    energy_kwh = [at / 2 for at in range(_PERIODS)]
    numbers = {"settlement_date": [_DAY] * _PERIODS, "settlement_period": list(range(1, _PERIODS + 1))}
    for when in (numbers, {"period_start": stamps}):
        table = pa.table({**named, **when, "energy_kwh": energy_kwh})
        for write in (pyarrow.csv.write_csv, pq.write_table):
            out = pa.BufferOutputStream()
            write(table, out)
            read_bytes(bytes(out.getvalue().to_pybytes()), _NAME)
    # What only a large file needs.
    grouping.last_cut(np.zeros(1, dtype=np.int32), np.empty(1, dtype=np.int64))
    grouping.add_keys(np.ones(1, dtype=np.uint64), np.zeros(2, dtype=np.uint64))


def _read_customers() -> None:
    """What collectors send to customers, of which two kinds have a scanner of their own."""
    midnight = datetime.combine(_DAY, time())
    ends = [midnight + timedelta(minutes=30 * at) for at in range(1, _PERIODS + 1)]
    rows = [f"{end:%d/%m/%Y,%H:%M},1.5,A\n" for end in ends]
    # The places of two channels lie otherwise in memory than those of one.
    sections = [f"#S {sensor}\n" + "".join(rows) for sensor in (1, 2)]
    read_bytes("".join(["#F2\n", f"#O {_MPAN}\n", *sections]).encode(), _NAME)
    registers = [f'{end:%d/%m/%Y %H:%M:%S},"{100 + at:,}.5",,,\n' for at, end in enumerate([midnight, *ends])]
    head = "Time stamp,Active energy (kWh),Events,Comment,User\n"
    read_bytes("".join([head, *reversed(registers)]).encode(), _NAME, hints=Hints(channels=(f"{_MPAN}/AI",)))


def _read_meter_details() -> None:
    # Only here: meter details come seldom, and never in a run.
    from validator.readings.d0268 import read_d0268

    lines = [
        f"01A|{_MPAN}|20150401|5|6|F|MADEUP|400|3|I||",
        "02A|OUT0000001|Prometer 100|MODEM1|4|6|0000|NOBODY|MADEUP|||||MADEUP|IP|GPRS|I|192.0.2.1||9600|PROV||||",
        "03A|EX000001M|Prometer 100|20150401|5|1/1|400/5|3P4W|A|20150401|SYNM|",
        "04A|01|OUT0000001|1|0.1|1.0|1.0|AI|7|||",
    ]
    read_d0268(_flow("ZHV|SYN0000001|D0268002|M|SYNM|C|SYNH|20260917063000||||OPER|", lines), _NAME)


def _write_d0036() -> None:
    # Only here: what writes other formats is no part of a run.
    from validator.convert.convert import convert
    from validator.readings.streaming import Asked

    with tempfile.TemporaryDirectory() as made:
        given = Path(made) / "given.usr"
        given.write_bytes(_d0036())
        convert(given, Path(made) / "written.d0036", Asked(jobs=1))


_APART: tuple[Callable[[], None], ...] = (
    _read_d0036,
    _judge_tables,
    _read_registers,
    _write_d0036,
    _read_meter_details,
    _read_half_hours,
    _read_customers,
)
"""What is compiled side by side, the longest first: little of one is needed for another."""
