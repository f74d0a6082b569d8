"""How large a Parquet file says it is when decoded, read from its footer.

Arrow's own accessors of column metadata end the process on a damaged footer, so the footer is walked here:
Thrift's compact protocol (thrift-compact-protocol.md) around FileMetaData (parquet.thrift).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_MAGIC = b"PAR1"
TAIL = len(_MAGIC) + 4
"""Bytes after the footer: its length and the mark."""
_LEAST_FILE = len(_MAGIC) + TAIL
_MOST_DEPTH = 16
_LEAST_VALUE_BYTES = 4
"""A run-length encoded page states few bytes for many values; decoded, each takes at least this much."""

# Field numbers of parquet.thrift on the way down to a row group's sizes.
_ROW_GROUPS, _COLUMNS, _NUM_ROWS, _COLUMN_METADATA = 4, 1, 3, 3
_PATH, _NUM_VALUES, _UNCOMPRESSED_SIZE = 3, 5, 6

# Wire types of the compact protocol.
_STOP, _TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(13)


class BrokenFooterError(Exception):
    """The footer cannot be followed; says why."""


@dataclass(frozen=True)
class RowGroup:
    """What the footer says of one row group: its rows, and of each column chunk the column at the top of its path,
    its values (a null, or a list that is empty, is one) and the bytes that it decodes to at least.
    """

    rows: int
    chunks: tuple[tuple[str, int, int], ...]

    def values(self, column: str) -> int:
        """Values of all leaves of a column."""
        return sum(values for name, values, _ in self.chunks if name == column)


def row_groups(data: memoryview) -> tuple[RowGroup, ...]:
    """The row groups of a Parquet file. Raises BrokenFooterError."""
    if len(data) < _LEAST_FILE or bytes(data[-len(_MAGIC) :]) != _MAGIC:
        raise BrokenFooterError("no footer at its end; truncated?")
    (length,) = struct.unpack("<I", data[-TAIL : -len(_MAGIC)])
    if length > len(data) - _LEAST_FILE:
        raise BrokenFooterError("a footer longer than the file; truncated?")
    footer = bytes(data[len(data) - TAIL - length : len(data) - TAIL])
    try:
        groups = _Compact(footer).value(_STRUCT)[_ROW_GROUPS]
        return tuple(RowGroup(_count(group[_NUM_ROWS]), tuple(map(_chunk, group[_COLUMNS]))) for group in groups)
    except (IndexError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise BrokenFooterError("a footer that cannot be read") from error


def decoded_bytes(groups: Sequence[RowGroup]) -> int:
    """Bytes that all columns come to when decoded, as the footer states: a lower bound."""
    return sum(size for group in groups for _, _, size in group.chunks)


def _chunk(column: dict[int, Any]) -> tuple[str, int, int]:
    metadata = column[_COLUMN_METADATA]
    values, size = _count(metadata[_NUM_VALUES]), _count(metadata[_UNCOMPRESSED_SIZE])
    return str(metadata[_PATH][0], "utf-8"), values, max(size, values * _LEAST_VALUE_BYTES)


def _count(number: int) -> int:
    if number < 0:
        raise BrokenFooterError("a column of negative size")
    return number


class _Compact:
    """Values of the compact protocol, one after another; a struct is a dictionary by field number."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def value(self, kind: int, depth: int = 0) -> Any:
        if depth > _MOST_DEPTH:
            raise BrokenFooterError("a footer nested too deeply")
        if kind == _STRUCT:
            return self._struct(depth + 1)
        if kind in (_LIST, _SET):
            return self._list(depth + 1)
        if kind == _BINARY:
            return self._bytes(self._unsigned())
        if kind == _DOUBLE:
            return self._bytes(8)
        if kind in (_I16, _I32, _I64):
            return self._signed()
        if kind == _BYTE:
            return self._byte()
        # Parquet's footer has no maps; a truth value in a struct stands in its wire type.
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        raise BrokenFooterError(f"a footer with wire type {kind}")

    def _struct(self, depth: int) -> dict[int, Any]:
        fields: dict[int, Any] = {}
        number = 0
        while (head := self._byte()) != _STOP:
            step, kind = head >> 4, head & 15
            number = number + step if step else self._signed()
            fields[number] = self.value(kind, depth)
        return fields

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size, kind = head >> 4, head & 15
        if size == 15:
            size = self._unsigned()
        if kind in (_TRUE, _FALSE):
            return [self._byte() == _TRUE for _ in range(size)]
        return [self.value(kind, depth) for _ in range(size)]

    def _byte(self) -> int:
        byte = self._data[self._position]
        self._position += 1
        return byte

    def _bytes(self, length: int) -> bytes:
        start = self._position
        self._position += length
        if self._position > len(self._data):
            raise BrokenFooterError("a footer that ends too soon")
        return self._data[start : self._position]

    def _unsigned(self) -> int:
        number = shift = 0
        while (byte := self._byte()) & 0x80:
            number |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise BrokenFooterError("a footer with a number too long")
        return number | byte << shift

    def _signed(self) -> int:
        zigzag = self._unsigned()
        return (zigzag >> 1) ^ -(zigzag & 1)
