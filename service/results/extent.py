"""How far a submission reaches: its metering systems, channels and dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

_CHANNEL = ("mpan_core", "measurement_quantity", "role")
_EPOCH = date(1970, 1, 1)


class Extent(NamedTuple):
    """How many metering systems and channels, and the first and last settlement date, None for no rows."""

    metering_systems: int
    channels: int
    first_date: date | None
    last_date: date | None


def extent_of(verdicts: pa.Table) -> Extent:
    """Of a VERDICTS table."""
    bounds = pc.min_max(verdicts["settlement_date"]).as_py()
    systems, channels = (_distinct(verdicts, names) for names in (_CHANNEL[:1], _CHANNEL))
    return Extent(systems, channels, bounds["min"], bounds["max"])


def extent_of_few(verdicts: Mapping[str, Sequence[Any]]) -> Extent:
    """Of its columns as Python values, dates as days since 1970."""
    mpans, quantities, roles = (verdicts[name] for name in _CHANNEL)
    days = verdicts["settlement_date"]
    first, last = (_EPOCH + timedelta(days=of(days)) if days else None for of in (min, max))
    return Extent(len(set(mpans)), len(set(zip(mpans, quantities, roles, strict=True))), first, last)


def _distinct(table: pa.Table, names: Sequence[str]) -> int:
    """How many different rows the columns have."""
    return int(table.select(names).group_by(list(names), use_threads=False).aggregate([]).num_rows)
