"""The shapes in which a day of readings may stand in Parquet."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Named = dict[str, Any]


def apart(table: pa.Table) -> tuple[Named, npt.NDArray[np.float64], npt.NDArray[np.uint16]]:
    """What names each row of an estate's readings, its energies and its flags, (rows, periods)."""
    named = {name: table[name].combine_chunks() for name in table.column_names[:4]}
    energy_kwh, flags = (
        np.asarray(table[name].combine_chunks().flatten()).reshape(table.num_rows, -1)
        for name in ("energy_kwh", "period_flags")
    )
    return named, energy_kwh, flags


def as_lists(named: Named, energy_kwh: npt.NDArray[np.float64], flags: npt.NDArray[np.uint16]) -> pa.Table:
    """A list of energies and a list of flags for each channel-day; arrays are (rows, periods)."""
    rows, periods = energy_kwh.shape
    offsets = pa.array(np.arange(0, rows * periods + 1, periods, dtype=np.int32))
    lists = {
        "energy_kwh": pa.ListArray.from_arrays(offsets, pa.array(energy_kwh.ravel())),
        "period_flags": pa.ListArray.from_arrays(offsets, pa.array(flags.ravel())),
    }
    return pa.table({**named, **lists})


def as_columns(
    named: Named, energy_kwh: npt.NDArray[np.float64], flags: npt.NDArray[np.uint16], *, nullable: bool = False
) -> pa.Table:
    """A column for each period, p1 to p48 and f1 to f48; declared without nulls unless told."""
    columns = dict(named)
    for letter, matrix in (("p", energy_kwh), ("f", flags)):
        for period, values in enumerate(np.ascontiguousarray(matrix.T), start=1):
            columns[f"{letter}{period}"] = pa.array(values)
    fields = [pa.field(name, pa.array(column).type, nullable=nullable) for name, column in columns.items()]
    return pa.table(list(columns.values()), schema=pa.schema(fields))
