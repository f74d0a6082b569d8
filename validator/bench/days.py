"""Channel-days that can be changed: a READINGS table opened up, and closed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.attach.values import combined
from validator.schema import READINGS

CHANGEABLE = ("firmware", "register_start_kwh", "register_end_kwh", "clock_error_s")


@dataclass(frozen=True)
class Days:
    """`energy_kwh` has one array of its own for each row; `columns` the CHANGEABLE columns as lists."""

    table: pa.Table
    energy_kwh: list[npt.NDArray[np.float64]]
    columns: dict[str, list[Any]]

    def copy(self) -> Days:
        """Days whose changes leave these as they are."""
        energies = [values.copy() for values in self.energy_kwh]
        return replace(self, energy_kwh=energies, columns={name: list(held) for name, held in self.columns.items()})

    def closed(self) -> pa.Table:
        """The READINGS table as it now stands."""
        offsets = np.cumsum([0, *map(len, self.energy_kwh)]).astype(np.int32)
        flat = np.concatenate(self.energy_kwh) if self.energy_kwh else np.zeros(0)
        table = _put(self.table, "energy_kwh", pa.ListArray.from_arrays(pa.array(offsets), pa.array(flat)))
        for name, held in self.columns.items():
            table = _put(table, name, pa.array(held, type=READINGS.field(name).type))
        return table


def opened(table: pa.Table) -> Days:
    """A READINGS table opened up; nulls become NaN."""
    lists = combined(table["energy_kwh"]).to_pylist()
    energies = [np.array([np.nan if v is None else v for v in values or ()], dtype=np.float64) for values in lists]
    return Days(table, energies, {name: table[name].to_pylist() for name in CHANGEABLE})


def _put(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    field = READINGS.field(name)
    return table.set_column(table.schema.get_field_index(name), field, values.cast(field.type))


def sample_of(table: pa.Table, most: int, seed: int) -> pa.Table:
    """Whole metering systems of a READINGS table, drawn until there are about `most` rows."""
    mpans = np.asarray(combined(table["mpan_core"]).dictionary_encode().indices.to_numpy(zero_copy_only=False))
    if table.num_rows <= most:
        return table
    order: Sequence[int] = np.random.default_rng(seed).permutation(int(mpans.max()) + 1).tolist()
    rows_of = np.bincount(mpans)
    taken = np.cumsum(rows_of[order]) <= most
    chosen = np.isin(mpans, np.array(order)[taken]) if taken.any() else mpans == order[0]
    return table.filter(pa.array(chosen))
