"""Register readings as they stand in a D0010: one by one, or in columns of which each is made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import overload

import pyarrow as pa

_OF_A_GROUP = pa.dictionary(pa.int32(), pa.string())
REGISTER_READINGS = pa.schema(
    [
        pa.field("line", pa.int64(), nullable=False),
        pa.field("mpan_core", _OF_A_GROUP, nullable=False),
        pa.field("status", _OF_A_GROUP, nullable=False),
        pa.field("meter_serial", _OF_A_GROUP, nullable=False),
        pa.field("reading_type", _OF_A_GROUP, nullable=False),
        pa.field("register_id", pa.string(), nullable=False),
        pa.field("read_at", pa.timestamp("s"), nullable=False),
        pa.field("value_kwh", pa.float64(), nullable=False),
    ]
)
"""The fields of RegisterReading, `file` left out. What a group says stands once in a dictionary, in which a text that
several groups say stands several times."""
PLAIN_REGISTER_READINGS = pa.schema(
    [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in REGISTER_READINGS
    ]
)
"""The same with texts for the dictionaries."""
_AT_ONCE = 65_536
"""Readings made of columns together, so that not all of them need stand in memory as objects."""


@dataclass(frozen=True)
class RegisterReading:
    """One reading of one register.

    `read_at` is clock time as sent, its zone not stated. `reading_type` and `status` (V valid, U unvalidated,
    F failed) are the flow's letters. `line` counts from 1.
    """

    file: str
    line: int
    mpan_core: str
    status: str
    meter_serial: str
    reading_type: str
    register_id: str
    read_at: datetime
    value_kwh: float


class RegisterReadings(Sequence[RegisterReading]):
    """The readings of one file, in its order.

    `columns` has the schema REGISTER_READINGS.
    """

    def __init__(self, file: str, columns: pa.Table) -> None:
        self.file = file
        self.columns = columns

    def __len__(self) -> int:
        return int(self.columns.num_rows)

    @overload
    def __getitem__(self, at: int) -> RegisterReading: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[RegisterReading, ...]: ...
    def __getitem__(self, at: int | slice) -> RegisterReading | tuple[RegisterReading, ...]:
        if isinstance(at, slice):
            return tuple(self)[at]
        row = range(len(self))[at]
        return next(self._made(self.columns.slice(row, 1)))

    def __iter__(self) -> Iterator[RegisterReading]:
        for first in range(0, len(self), _AT_ONCE):
            yield from self._made(self.columns.slice(first, _AT_ONCE))

    def _made(self, columns: pa.Table) -> Iterator[RegisterReading]:
        names = columns.column_names
        for values in zip(*(column.to_pylist() for column in columns.columns), strict=True):
            yield RegisterReading(file=self.file, **dict(zip(names, values, strict=True)))


NO_REGISTER_READINGS = RegisterReadings("", REGISTER_READINGS.empty_table())
