"""The values of a Parquet file's readings, decoded a few thousand rows at a time to where they stay.

Arrow decodes a whole row group at once, lists with two levels for each value, and grows what it fills: memory that is
fresh costs twice as long as what is done with it. Lists of 40 million readings took 0.5 s this way, 0.9 to 2.3 s in one
piece, and columns per period 0.3 s, of which 0.15 s is laying them side by side (each two cores).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pt

from validator.calendar import UTC_PERIODS
from validator.readings.casts import MOST_OFFSET
from validator.readings.parquet_footer import RowGroup
from validator.readings.period_columns import PERIOD_NAME
from validator.readings.side_by_side import ROWS_AT_ONCE, days_of, lay_side_by_side
from validator.schema import READINGS

_LISTS = tuple(field.name for field in READINGS if pt.is_list(field.type))
_DAYS = {"p": "energy_kwh", "f": "period_flags"}


class NotWholeError(Exception):
    """A column per period has a null: its days may be of different lengths."""


class _Room(Protocol):
    """Where the values of one column of READINGS stay; each row group of the file fills a part of it."""

    @property
    def columns(self) -> Sequence[str]:
        """The file's columns that are read for it."""

    def take(self, group: int, batch: pa.RecordBatch) -> None:
        """Adds the next rows of a row group."""

    def array(self) -> pa.Array:
        """All rows, when all have been taken."""


@dataclass(frozen=True)
class Opened:
    """A file that any thread may open for itself, and the row groups that its footer states."""

    open: Callable[[], pq.ParquetFile]
    groups: Sequence[RowGroup]
    jobs: int

    def read(self, names: Sequence[str], schema: pa.Schema) -> pa.Table:
        """The columns `names` as one table; those of numbers per period as lists, where each row has all 48 of them.

        The order of the columns is not kept. Raises what Arrow raises on damage.
        """
        if (days := _rooms_for_days(names, schema, self.groups)) is not None:
            try:
                return self._filled(days, names)
            except NotWholeError:
                return self._filled({}, names)
        return self._filled(_rooms_for_lists(names, schema, self.groups), names)

    def _filled(self, rooms: dict[str, _Room], names: Sequence[str]) -> pa.Table:
        apart = {column for room in rooms.values() for column in room.columns}
        rest: list[pa.Table] = []

        def read_rest(file: pq.ParquetFile) -> None:
            # Alone it may have Arrow's threads; beside the values they would be in the way.
            threads = self.jobs > 1 and not rooms
            rest.append(file.read(columns=[name for name in names if name not in apart], use_threads=threads))

        work: list[_Work] = [
            partial(_fill, room, group) for room in rooms.values() for group in range(len(self.groups))
        ]
        _share_out([*work, read_rest], self.open, self.jobs if rooms else 1)
        (table,) = rest
        for name, room in rooms.items():
            table = table.append_column(name, room.array())
        table.validate(full=True)
        return table


_Work = Callable[[pq.ParquetFile], None]


def _share_out(work: Sequence[_Work], opening: Callable[[], pq.ParquetFile], jobs: int) -> None:
    """Does all of `work` on `jobs` threads, each with the file opened for itself; raises the first fault."""
    waiting = iter(work)

    def take() -> None:
        file = opening()
        try:
            for each in waiting:
                each(file)
        except BaseException:
            # What is left need not be done.
            list(waiting)
            raise

    if jobs < 2:
        take()
        return
    with ThreadPoolExecutor(jobs - 1) as threads:
        others = [threads.submit(take) for _ in range(jobs - 1)]
        take()
        for other in others:
            other.result()


def _fill(room: _Room, group: int, file: pq.ParquetFile) -> None:
    for batch in file.iter_batches(ROWS_AT_ONCE, row_groups=[group], columns=list(room.columns), use_threads=False):
        # Before anything touches it: damage may have left offsets that do not hold.
        batch.validate(full=True)
        room.take(group, batch)


class _Places:
    """Where each row group's values begin, how far they have come, and where they end."""

    def __init__(self, counts: Sequence[int]) -> None:
        self.ends = np.cumsum(counts, dtype=np.int64).tolist()
        self.begins = [0, *self.ends[:-1]]
        self.upto = list(self.begins)

    def next(self, group: int, many: int) -> slice:
        """Room for so many more; damage where the footer states fewer."""
        begin, end = self.upto[group], self.upto[group] + many
        if end > self.ends[group]:
            raise pa.ArrowInvalid("more values than the footer states")
        self.upto[group] = end
        return slice(begin, end)

    @property
    def full(self) -> bool:
        return bool(self.upto == self.ends)

    def parts(self) -> Iterator[slice]:
        return map(slice, self.begins, self.upto)


class _Days:
    """Columns p1 to p48, or f1 to f48, as days of 48 periods."""

    def __init__(self, columns: Sequence[str], kind: pa.DataType, groups: Sequence[RowGroup]) -> None:
        self.columns: Sequence[str] = columns
        self._places = _Places([group.rows for group in groups])
        self._days = np.empty((self._places.ends[-1], len(columns)), dtype=kind.to_pandas_dtype())

    def take(self, group: int, batch: pa.RecordBatch) -> None:
        if any(column.null_count for column in batch.columns):
            raise NotWholeError
        # A file may have its columns in any order.
        lay_side_by_side(batch.select(self.columns), self._days[self._places.next(group, len(batch))])

    def array(self) -> pa.Array:
        if not self._places.full:
            raise pa.ArrowInvalid("fewer rows than the footer states")
        return days_of(self._days)


class _Lists:
    """A column of lists of plain numbers, their values one after another."""

    def __init__(self, name: str, kind: pa.DataType, groups: Sequence[RowGroup]) -> None:
        self.columns: Sequence[str] = [name]
        self._places = _Places([group.values(name) for group in groups])
        self._values = np.empty(self._places.ends[-1], dtype=kind.to_pandas_dtype())
        self._lengths: list[list[pa.Array]] = [[] for _ in groups]
        self._nulls: list[tuple[slice, pa.Array]] = []

    def take(self, group: int, batch: pa.RecordBatch) -> None:
        lists = batch.column(0)
        values = lists.flatten()
        place = self._places.next(group, len(values))
        if values.null_count:
            self._nulls.append((place, values.is_null()))
            values = pc.fill_null(values, 0)
        self._values[place] = values.to_numpy(zero_copy_only=False)
        self._lengths[group].append(lists.value_lengths())

    def array(self) -> pa.Array:
        values, nulls = self._values, np.zeros(len(self._values) if self._nulls else 0, dtype=np.bool_)
        for place, null in self._nulls:
            nulls[place] = null.to_numpy(zero_copy_only=False)
        if not self._places.full:
            # A null list, or one without values, is one value in the footer and none here.
            parts = list(self._places.parts())
            values = np.concatenate([values[part] for part in parts])
            nulls = np.concatenate([nulls[part] for part in parts])
        lengths = pa.chunked_array([each for group in self._lengths for each in group], pa.int32())
        offsets = np.zeros(len(lengths) + 1, dtype=np.int32)
        np.cumsum(pc.fill_null(lengths, 0).to_numpy(), out=offsets[1:])
        mask = pc.is_null(lengths).combine_chunks() if lengths.null_count else None
        return pa.ListArray.from_arrays(
            pa.array(offsets), pa.array(values, mask=nulls if self._nulls else None), mask=mask
        )


def _rooms_for_lists(names: Sequence[str], schema: pa.Schema, groups: Sequence[RowGroup]) -> dict[str, _Room]:
    """For the lists of plain numbers that Arrow can count with int32; others are read as they are."""
    rooms: dict[str, _Room] = {}
    for name in names if groups else ():
        kind = schema.field(name).type
        plain = name in _LISTS and pt.is_list(kind) and _is_plain(kind.value_type)
        if plain and sum(group.values(name) for group in groups) <= MOST_OFFSET:
            rooms[name] = _Lists(name, kind.value_type, groups)
    return rooms


def _is_plain(kind: pa.DataType) -> bool:
    return bool(pt.is_integer(kind) or pt.is_float32(kind) or pt.is_float64(kind))


def _rooms_for_days(names: Sequence[str], schema: pa.Schema, groups: Sequence[RowGroup]) -> dict[str, _Room] | None:
    """For the columns per period, where there are 48 of each letter that need no cast; None otherwise."""
    sent = {name for name in names if PERIOD_NAME.fullmatch(name)}
    due = {
        letter: [f"{letter}{period}" for period in range(1, UTC_PERIODS + 1)]
        for letter in _DAYS
        if f"{letter}1" in sent
    }
    kinds = {letter: READINGS.field(_DAYS[letter]).type.value_type for letter in due}
    as_due = all(
        name in sent and schema.field(name).type == kinds[letter] for letter in due for name in due[letter]
    ) and len(sent) == UTC_PERIODS * len(due)
    rows = sum(group.rows for group in groups)
    if "p" not in due or not as_due or not 0 < rows * UTC_PERIODS <= MOST_OFFSET:
        return None
    return {_DAYS[letter]: _Days(columns, kinds[letter], groups) for letter, columns in due.items()}
