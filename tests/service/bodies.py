"""Small made-up bodies: two meters, in D0036 and in Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from benchmarks import estate

FLAT = tuple(f"{12 + k % 7 / 10:.1f}" for k in range(48))
SAMPLES = Path(__file__).parent.parent.parent / "sample_data"
MPANS = estate.mpans(40)


def d0036(
    values: Sequence[str] = FLAT, mpan: str = MPANS[0], day: str = "20260916", copies: int = 1, number: int = 1
) -> bytes:
    """A D0036 file with one channel-day, or so many copies of it."""
    body = [f"101|{mpan}|AI|SYNS|", *([f"102|{day}|", *(f"103|A|{value}|" for value in values)] * copies)]
    head = f"ZHV|SYN{number:07d}|D0036001|C|SYNH|X|SYNS|20260917071500||||OPER|"
    lines = [head, *body, f"ZPT|SYN{number:07d}|{len(body)}||1|20260917071500|"]
    return "".join(f"{line}\n" for line in lines).encode()


def arrow(systems: int = 2, compression: str | None = None, seed: int = 1) -> bytes:
    """An Arrow stream with a day of four quantities for each metering system."""
    table, out = estate.readings(systems, seed), pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
        writer.write_table(table)
    return bytes(out.getvalue().to_pybytes())


def standing(systems: int = 40, cop: str = "5", issue: str = "6") -> bytes:
    """Standing data for the metering systems of `arrow`."""
    columns = "mpan_core,role,effective_from,energised,meter_type,variant,firmware,cop,issue,rated_kva,resolution_kwh"
    rows = [
        f"{mpan},MAIN,2020-01-01,yes,Prometer 100,P3E,M6X8G0B,{cop},{issue},1000,0.1" for mpan in estate.mpans(systems)
    ]
    return "".join(f"{line}\n" for line in (columns, *rows)).encode()
