"""Assembles a table with the READINGS schema."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from validator.schema import READINGS

Columns = dict[str, Any]
"""Arrow arrays or chunked arrays by READINGS name, all of one length."""


def provenance(name: str, utc_day: Any, alarms_carried: Any, source_row: Any) -> Columns:
    """The columns that a reader adds.

    `utc_day` and `alarms_carried` are a column, or one bool for every row; `source_row` is int64 (rows,).
    """
    rows = len(source_row)
    indices = pa.array(np.zeros(rows, dtype=np.int32))
    return {
        "utc_day": _each(utc_day, rows),
        "alarms_carried": _each(alarms_carried, rows),
        "source_file": pa.DictionaryArray.from_arrays(indices, pa.array([name], pa.string())),
        "source_row": source_row,
    }


def with_absent_columns(columns: Columns) -> pa.Table:
    """A READINGS table of `columns`; those not given are null throughout."""
    rows = len(columns["mpan_core"])
    arrays = [columns[field.name] if field.name in columns else pa.nulls(rows, field.type) for field in READINGS]
    return pa.Table.from_arrays(arrays, schema=READINGS)


def _each(value: Any, rows: int) -> Any:
    return pa.repeat(pa.scalar(value, pa.bool_()), rows) if isinstance(value, bool) else value
