"""The cells of a sheet, column by column: numbers as numbers and texts as texts, not an object for each."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

import pyarrow as pa

_ROWS_AT_ONCE = 4096
_Column: TypeAlias = "array[float] | pa.Array | list[Any] | None"
"""Some rows of one: numbers, texts, or cells of any kind; None where all are blank."""


class Sheet:
    """The first sheet's rows from A1 on, each a list of cells: text, number, truth value, date or time; "" where blank.

    Blank rows at the end are left out.
    """

    def __init__(self, above: int, blocks: Sequence[tuple[int, Sequence[_Column]]]) -> None:
        self._above = above
        self._blocks = blocks
        self._many: int = _used(above, blocks)

    @classmethod
    def of(cls, rows: Iterator[list[Any]], start: tuple[int, int]) -> Sheet:
        """The sheet whose first used cell stands `start` rows down and columns to the right of A1."""
        blocks = []
        while block := list(islice(rows, _ROWS_AT_ONCE)):
            blocks.append((len(block), [*[None] * start[1], *map(_compact, zip(*block, strict=True))]))
        return cls(start[0], blocks)

    def __len__(self) -> int:
        return self._many

    def rows(self, first: int = 0, last: int | None = None) -> Iterator[list[Any]]:
        """Rows from `first` (from 0) on, before `last`."""
        end = self._many if last is None else min(last, self._many)
        yield from ([""] for _ in range(first, min(end, self._above)))
        begin = self._above
        for many, columns in self._blocks:
            low, high = max(first - begin, 0), min(end - begin, many)
            if low < high:
                yield from map(list, zip(*(_cells(column, low, high) for column in columns), strict=True))
            begin += many


def _used(above: int, blocks: Sequence[tuple[int, Sequence[_Column]]]) -> int:
    """The rows down to the last in which there is something."""
    end = above + sum(many for many, _ in blocks)
    for many, columns in reversed(blocks):
        cells = [_cells(column, 0, many) for column in columns if column is not None]
        for at in range(many - 1, -1, -1):
            if any(column[at] != "" for column in cells):
                return int(end - (many - 1 - at))
        end -= many
    return 0


def _compact(cells: tuple[Any, ...]) -> _Column:
    kinds = set(map(type, cells))
    if kinds == {float}:
        return array("d", cells)
    if kinds != {str}:
        return list(cells)
    return pa.array(cells, pa.string()) if any(cells) else None


def _cells(column: _Column, low: int, high: int) -> list[Any]:
    if column is None:
        return [""] * (high - low)
    if isinstance(column, pa.Array):
        return list(column.slice(low, high - low).to_pylist())
    return list(column[low:high])


class TextColumn:
    """Texts that come one by one, null where None, and are kept as Arrow keeps them."""

    def __init__(self) -> None:
        self._chunks: list[pa.Array] = []
        self._held: list[str | None] = []

    def __len__(self) -> int:
        return sum(map(len, self._chunks)) + len(self._held)

    def append(self, text: str | None) -> None:
        """The next one."""
        self._held.append(text)
        if len(self._held) == _ROWS_AT_ONCE:
            self._flush()

    def whole(self) -> pa.ChunkedArray:
        """All of them."""
        self._flush()
        return pa.chunked_array(self._chunks, pa.string())

    def _flush(self) -> None:
        self._chunks.append(pa.array(self._held, pa.string()))
        self._held = []
