"""Made-up readings of any size, seeded: the same bytes for the same arguments."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from validator.schema import QUANTITIES

PERIODS = 48
DAY = date(2026, 9, 16)
_WEIGHTS = np.array([3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43])


def mpans(systems: int) -> list[str]:
    """MPAN cores in distributor id 99, which no distributor has, with right check digits."""
    numbers = 990_000_000_000 + np.arange(systems, dtype=np.int64)
    digits = numbers[:, None] // 10 ** np.arange(11, -1, -1, dtype=np.int64) % 10
    return [f"{number}{check}" for number, check in zip(numbers, digits @ _WEIGHTS % 11 % 10, strict=True)]


def readings(systems: int, seed: int = 1) -> pa.Table:
    """One day of AI, AE, RI and RE for each metering system; one period in five hundred is estimated."""
    random = np.random.default_rng(seed)
    rows = systems * len(QUANTITIES)
    energy_kwh = np.round(random.gamma(2.0, 20.0, (rows, PERIODS)), 1)
    energy_kwh[1 :: len(QUANTITIES)] = np.round(energy_kwh[1 :: len(QUANTITIES)] / 100, 1)
    offsets = np.arange(0, rows * PERIODS + 1, PERIODS, dtype=np.int32)
    flags = (random.random(rows * PERIODS) < 0.002).astype(np.uint16)
    return pa.table(
        {
            "mpan_core": np.repeat(mpans(systems), len(QUANTITIES)),
            "measurement_quantity": np.tile(QUANTITIES, systems),
            "role": pa.array(["MAIN"]).take(pa.array(np.zeros(rows, dtype=np.int8))),
            "settlement_date": pa.array([DAY]).take(pa.array(np.zeros(rows, dtype=np.int8))),
            "energy_kwh": pa.ListArray.from_arrays(offsets, energy_kwh.ravel()),
            "period_flags": pa.ListArray.from_arrays(offsets, flags),
        }
    )


def write_parquet(table: pa.Table, path: Path) -> None:
    """The table as a sender would write it."""
    pq.write_table(table, path, compression="zstd")


def write_d0036(table: pa.Table, path: Path) -> None:
    """The table as one D0036 file."""
    rows = table.num_rows
    values = table["energy_kwh"].combine_chunks().values.to_numpy().reshape(rows, PERIODS)
    flags = table["period_flags"].combine_chunks().values.to_numpy().reshape(rows, PERIODS)
    with path.open("w", encoding="ascii", newline="\n") as out:
        out.write("ZHV|SYN0000001|D0036001|C|SYNH|X|SYNS|20260917071500||||OPER|\n")
        for mpan, quantity, energies, statuses in zip(
            table["mpan_core"].to_pylist(), table["measurement_quantity"].to_pylist(), values, flags, strict=True
        ):
            out.write(f"101|{mpan}|{quantity}|SYNS|\n102|{DAY:%Y%m%d}|\n")
            out.writelines(f"103|{'AE'[e]}|{v}|\n" for v, e in zip(energies.tolist(), statuses.tolist(), strict=True))
        out.write(f"ZPT|SYN0000001|{rows * (PERIODS + 2)}||{rows}|20260917071500|\n")


def write_standing(table: pa.Table, path: Path) -> None:
    """Standing data for every metering system of the table: CoP 5 Issue 6, certified."""
    header = "mpan_core,role,effective_from,energised,manufacturer,meter_type,variant,firmware,cop,issue,rated_kva"
    meter = "MAIN,2020-01-01,yes,Secure Meters (UK) Limited,Prometer 100,P3E,M6X8G0B,5,6,1000"
    lines = [f"{mpan},{meter},0.1\n" for mpan in table["mpan_core"].unique().to_pylist()]
    path.write_text(f"{header},resolution_kwh\n{''.join(lines)}", encoding="ascii")
