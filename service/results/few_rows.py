"""Parquet of a few rows, written by this module.

A general writer sets up encoders, buffers and statistics for every column: 0.45 ms for one row of verdicts, as much
as all the rest of judging a small submission. Here a file is its values between bytes that are known beforehand: each
column one plain page, neither compressed nor summarised, as pages of a few rows only grow by either.
Source: https://parquet.apache.org/docs/file-format/ (data page V1) and the Thrift compact protocol.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import pyarrow as pa

_MAGIC = b"PAR1"
_CREATED_BY = b"copcheck"
# Thrift: a field's header is how far its number is from the one before, and its kind.
_I32, _I64, _BINARY, _LIST, _STRUCT, _STOP = 5, 6, 8, 9, 12, b"\x00"
_OPTIONAL, _REPEATED = 1, 2
_PLAIN, _RLE = 0, 3
_UTF8, _LIST_OF, _DATE, _UINT64 = 0, 3, 6, 14
_INT32, _INT64, _BYTE_ARRAY = 1, 2, 6
_PAGES_KEPT = 128
_KEPT_ROWS = 4
"""Pages of so few rows are kept: of a day's submissions most have the same role, Issue, outcome and lists."""


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _number(number: int) -> bytes:
    """A number that is not negative, as Thrift has it."""
    return _varint(number << 1)


def _int(kind: int, step: int, number: int) -> bytes:
    return bytes((step << 4 | kind,)) + _number(number)


def _text(step: int, text: bytes) -> bytes:
    return bytes((step << 4 | _BINARY,)) + _varint(len(text)) + text


def _list(step: int, kind: int, items: Sequence[bytes]) -> bytes:
    size = bytes((len(items) << 4 | kind,)) if len(items) < 15 else bytes((0xF0 | kind,)) + _varint(len(items))
    return bytes((step << 4 | _LIST,)) + size + b"".join(items)


def _texts(values: Iterable[str]) -> bytes:
    return b"".join([len(raw).to_bytes(4, "little") + raw for raw in [value.encode() for value in values]])


def _packed(letter: str) -> Callable[[Sequence[int]], bytes]:
    return lambda values: struct.pack(f"<{len(values)}{letter}", *values)


@dataclass(frozen=True, slots=True)
class _Kind:
    physical: int
    converted: int | None
    plain: Callable[[Sequence[Any]], bytes]


_KINDS = {
    pa.string(): _Kind(_BYTE_ARRAY, _UTF8, _texts),
    pa.date32(): _Kind(_INT32, _DATE, _packed("i")),
    pa.int32(): _Kind(_INT32, None, _packed("i")),
    pa.int64(): _Kind(_INT64, None, _packed("q")),
    pa.uint64(): _Kind(_INT64, _UINT64, _packed("Q")),
}
"""Values are as Python has them, dates as days since 1970."""


class FewRows:
    """A writer for one schema of texts, whole numbers, dates and lists of them, all of which may be null.

    Dictionaries are written as their values. KeyError for a type that is not among these.
    """

    def __init__(self, schema: pa.Schema, metadata: Mapping[str, str]) -> None:
        self._columns = [_Column(field) for field in schema]
        elements = [element for column in self._columns for element in column.elements]
        root = _text(4, b"schema") + _int(_I32, 1, len(self._columns)) + _STOP
        self._begin = _int(_I32, 1, 1) + _list(1, _STRUCT, [root, *elements])
        told = [_text(1, key.encode()) + _text(1, value.encode()) + _STOP for key, value in metadata.items()]
        self._end = _list(1, _STRUCT, told) + _text(1, _CREATED_BY) + _STOP

    def written(self, columns: Sequence[Sequence[Any]]) -> bytes:
        """The file of these columns, each as many values (a tuple for a list) as there are rows."""
        rows = len(columns[0])
        parts, chunks, at = [_MAGIC], [], len(_MAGIC)
        for column, values in zip(self._columns, columns, strict=True):
            page, count = column.page(values)
            parts.append(page)
            chunks.append(column.chunk(at, count, len(page)))
            at += len(page)
        groups = []
        if rows:
            sizes = _int(_I64, 1, at - len(_MAGIC)) + _int(_I64, 1, rows)
            groups.append(_list(1, _STRUCT, chunks) + sizes + _STOP)
        else:
            parts = [_MAGIC]
        footer = b"".join((self._begin, _int(_I64, 1, rows), _list(1, _STRUCT, groups), self._end))
        parts += (footer, len(footer).to_bytes(4, "little"), _MAGIC)
        return b"".join(parts)


class _Column:
    def __init__(self, field: pa.Field) -> None:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        self._is_list = pa.types.is_list(kind)
        self._kind = _KINDS[kind.value_type if self._is_list else kind]
        name = field.name.encode()
        path = [name, b"list", b"element"] if self._is_list else [name]
        self.elements = [*_groups(name), _leaf(b"element", self._kind)] if self._is_list else [_leaf(name, self._kind)]
        encodings = _list(1, _I32, [_number(_PLAIN), _number(_RLE)])
        named = _list(1, _BINARY, [_varint(len(part)) + part for part in path])
        self._begin = bytes((1 << 4 | _STRUCT,)) + _int(_I32, 1, self._kind.physical) + encodings + named
        self._begin += _int(_I32, 1, 0)
        self._kept = lru_cache(maxsize=_PAGES_KEPT)(self._page)
        self.chunk = lru_cache(maxsize=_PAGES_KEPT)(self._chunk)

    def page(self, values: Sequence[Any]) -> tuple[bytes, int]:
        """The one page of the column with its header, and how many values it counts, nulls and empty lists too."""
        return self._kept(tuple(values)) if len(values) <= _KEPT_ROWS else self._page(values)

    def _page(self, values: Sequence[Any]) -> tuple[bytes, int]:
        if self._is_list:
            levels, count, there = _of_lists(values)
        else:
            there = [value for value in values if value is not None]
            count = len(values)
            levels = _levels([int(value is not None) for value in values] if len(there) < count else [1] * count)
        body = levels + self._kind.plain(there)
        size = _number(len(body))
        head = b"".join(
            (b"\x15\x00\x15", size, b"\x15", size, b"\x2c\x15", _number(count), b"\x15\x00\x15\x06\x15\x06")
        )
        return b"".join((head, b"\x00\x00", body)), count

    def _chunk(self, at: int, count: int, size: int) -> bytes:
        """What the footer says of the column whose page begins at a byte."""
        told = _int(_I64, 1, count) + _int(_I64, 1, size) + _int(_I64, 1, size) + _int(_I64, 2, at)
        return b"".join((_int(_I64, 2, at), self._begin, told, _STOP, _STOP))


def _groups(name: bytes) -> list[bytes]:
    outer = _int(_I32, 3, _OPTIONAL) + _text(1, name) + _int(_I32, 1, 1) + _int(_I32, 1, _LIST_OF) + _STOP
    return [outer, _int(_I32, 3, _REPEATED) + _text(1, b"list") + _int(_I32, 1, 1) + _STOP]


def _leaf(name: bytes, kind: _Kind) -> bytes:
    converted = b"" if kind.converted is None else _int(_I32, 2, kind.converted)
    return _int(_I32, 1, kind.physical) + _int(_I32, 2, _OPTIONAL) + _text(1, name) + converted + _STOP


def _of_lists(lists: Sequence[Sequence[Any] | None]) -> tuple[bytes, int, list[Any]]:
    """Levels, how many there are, and the values: a null list is 0, an empty one 1, a null in one 2, a value 3."""
    repeated: list[int] = []
    defined: list[int] = []
    there: list[Any] = []
    for values in lists:
        if not values:
            repeated.append(0)
            defined.append(0 if values is None else 1)
            continue
        for place, value in enumerate(values):
            repeated.append(int(place > 0))
            defined.append(2 if value is None else 3)
            if value is not None:
                there.append(value)
    return _levels(repeated) + _levels(defined), len(defined), there


def _levels(levels: Sequence[int]) -> bytes:
    """Runs of equal levels; of a width of two bits and less, each is a byte."""
    runs = b"".join([_varint(len(list(run)) << 1) + bytes((level,)) for level, run in groupby(levels)])
    return len(runs).to_bytes(4, "little") + runs
