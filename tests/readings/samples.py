"""Small submissions of every format, for the readers' tests to send and to spoil."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.oracle_dtc import RECORDS
from validator.errors import SubmissionError
from validator.readings import Source, read_bytes

MPAN = "9900000000015"
DAY = date(2026, 4, 1)
TODAY = date(2026, 6, 1)


def read(content: bytes, name: str = "sent", **options: Any) -> Source:
    """The submission as read on TODAY, its table checked through and through."""
    source = read_bytes(content, name, today=options.pop("today", TODAY), **options)
    source.readings.validate(full=True)
    return source


def rows(content: bytes, name: str = "sent", **options: Any) -> list[dict[str, Any]]:
    """The readings as dictionaries."""
    return list(read(content, name, **options).readings.to_pylist())


def refusal(content: bytes, name: str = "sent", **options: Any) -> SubmissionError:
    """The error with which a submission is refused."""
    with pytest.raises(SubmissionError) as caught:
        read(content, name, **options)
    return caught.value


def flow_lines(
    flow: str = "D0036", values: Sequence[str] | None = None, days: Sequence[str] = ("20260401",)
) -> list[str]:
    """One channel of a flow, its days all alike; lines without their ends."""
    channel, day, value = RECORDS[flow]
    texts = ["12.4"] * 48 if values is None else values
    body = [f"{channel}|{MPAN}|AI|SUPP|"]
    for each in days:
        body += [f"{day}|{each}|", *(f"{value}|A|{text}|" for text in texts)]
    return enveloped(body, flow)


def enveloped(body: Sequence[str], flow: str = "D0036", groups: int = 1) -> list[str]:
    """Body lines between a ZHV and a ZPT that count them."""
    head = f"ZHV|SYN0000001|{flow}001|C|HHDC|X|SUPP|20260403071500||||OPER|"
    return [head, *body, f"ZPT|SYN0000001|{len(body)}||{groups}|20260403071500|"]


def d0010_lines(*body: str) -> list[str]:
    """A D0010 with one reading at midnight, or with the body given."""
    body = body or (f"026|{MPAN}|V|", "028|S95A 00001|M|", "030|01|20260401000000|123456.7|||T|N|")
    groups = sum(line.startswith("026") for line in body)
    head = "ZHV|SYN0000004|D0010002|D|NHDC|X|SUPP|20260402060000||||OPER|"
    return [head, *body, f"ZPT|SYN0000004|{len(body)}||{groups}|20260402060000|"]


def joined(lines: Sequence[str], end: str = "\n") -> bytes:
    """Lines as bytes, each with its line end."""
    return "".join(line + end for line in lines).encode()


def table(count: int = 3, **changes: Any) -> pa.Table:
    """A table with every column that a collector may send; `changes` replace columns, None drops one."""
    columns: dict[str, Any] = {
        "mpan_core": pa.array([MPAN] * count),
        "measurement_quantity": pa.array(["AI"] * count),
        "role": pa.array(["MAIN"] * count),
        "settlement_date": pa.array([DAY] * count, pa.date32()),
        "energy_kwh": pa.array([[1.5] * 48] * count, pa.list_(pa.float64())),
        "period_flags": pa.array([[0] * 48] * count, pa.list_(pa.uint16())),
        "meter_serial": pa.array(["S95A 00001"] * count),
        "outstation_id": pa.array(["OUT0000001"] * count),
        "firmware": pa.array(["M6X8G05"] * count),
        "register_start_kwh": pa.array([100.0] * count),
        "register_end_kwh": pa.array([172.0] * count),
        "register_read_kind": pa.array(["REMOTE"] * count),
        "clock_error_s": pa.array([1.0] * count),
        "collected_at": pa.array([datetime(2026, 4, 2, tzinfo=UTC)] * count, pa.timestamp("us", "UTC")),
        "integration_minutes": pa.array([30] * count, pa.int32()),
        "period_duration_s": pa.array([[1800.0] * 48] * count, pa.list_(pa.float64())),
    }
    columns |= changes
    return pa.table({name: column for name, column in columns.items() if column is not None})


def stream(sent: pa.Table, compression: str | None = None) -> bytes:
    """An Arrow IPC stream of batches of two rows."""
    return _ipc(sent, pa.ipc.new_stream, compression)


def file(sent: pa.Table, compression: str | None = None) -> bytes:
    """An Arrow IPC file of batches of two rows."""
    return _ipc(sent, pa.ipc.new_file, compression)


def _ipc(sent: pa.Table, opened: Callable[..., Any], compression: str | None) -> bytes:
    out = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with opened(out, sent.schema, options=options) as writer:
        writer.write_table(sent, max_chunksize=2)
    return out.getvalue()


def parquet(sent: pa.Table, **options: Any) -> bytes:
    """A Parquet file."""
    out = io.BytesIO()
    pq.write_table(sent, out, **options)
    return out.getvalue()


NAMED = "mpan_core,measurement_quantity,role,settlement_date"
NAMED_CELLS = f"{MPAN},AI,MAIN,2026-04-01"


def csv(
    *cell_rows: str, named: str = NAMED, periods: int = 50, flags: int = 0, extra: str = "", end: str = "\n"
) -> bytes:
    """A wide CSV with p1.. and f1.. columns and the rows given."""
    names = [named, *(f"p{k}" for k in range(1, periods + 1)), *(f"f{k}" for k in range(1, flags + 1))]
    header = ",".join(names) + extra
    return joined([header, *cell_rows], end)


def csv_row(values: Sequence[str], flags: Sequence[str] = (), named: str = NAMED_CELLS) -> str:
    """One row; values are filled up with blanks to fifty."""
    cells = [*values, *[""] * (50 - len(values)), *flags]
    return ",".join([named, *cells])
