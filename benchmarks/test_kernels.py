"""All checks together against the floor: reading the same values once and writing one bit set per reading."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks import estate
from kernels.compile import kernel
from validator.attach import Attached, attach
from validator.attach.carried import carried_of
from validator.readings import read_bytes
from validator.regulation import load_regulation
from validator.standing import standing_from_rows
from validator.validation.period_checks import find_in_periods
from validator.validation.running import Running, running_of

SYSTEMS = 4_000


@kernel
def floor(energy_kwh, flags, bits):  # type: ignore[no-untyped-def]
    """Touch every value and flag once and write one bit set for each."""
    for i in range(energy_kwh.shape[0]):
        bits[i] = np.uint32(flags[i]) | np.uint32(energy_kwh[i] < 0.0)


@pytest.fixture(scope="module")
def prepared() -> tuple[Attached, Running]:
    import pyarrow as pa

    table = estate.readings(SYSTEMS)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    readings = read_bytes(sink.getvalue().to_pybytes(), "made up").readings
    meter: dict[str, Any] = {
        "role": "MAIN", "effective_from": "2020-01-01", "energised": "yes", "meter_type": "Prometer 100",
        "variant": "P3E", "firmware": "M6X8G0B", "cop": "5", "issue": "6", "rated_kva": 1000, "resolution_kwh": 0.1,
    }  # fmt: skip
    standing = standing_from_rows([{"mpan_core": mpan, **meter} for mpan in estate.mpans(SYSTEMS)])
    attached = attach(readings, standing, load_regulation())
    periods = np.diff(attached.values.offsets).astype(np.int32)
    return attached, running_of(carried_of(attached, periods))


@pytest.mark.benchmark(group="per-period checks, one thread")
def test_floor(benchmark: Any, prepared: tuple[Attached, Running]) -> None:
    values = prepared[0].values
    bits = np.zeros(len(values.energy_kwh), dtype=np.uint32)
    benchmark(floor, values.energy_kwh, values.flags, bits)


@pytest.mark.benchmark(group="per-period checks, one thread")
def test_all_checks(benchmark: Any, prepared: tuple[Attached, Running]) -> None:
    benchmark(find_in_periods, *prepared, 1)
