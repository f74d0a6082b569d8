"""Walks the messages of an Arrow IPC stream before Arrow reads them.

Arrow trusts three things that a stream says of itself: how large its buffers become when decompressed, that
its dictionaries' deltas are sound, and its byte order. The walk looks at those in the metadata alone
(flatbuffers: https://arrow.apache.org/docs/format/Columnar.html, Message.fbs, Schema.fbs and File.fbs).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_CONTINUATION = 0xFFFFFFFF
_SCHEMA, _DICTIONARY_BATCH, _RECORD_BATCH = 1, 2, 3
_LITTLE_ENDIAN = 0
_NOT_COMPRESSED = -1


class BrokenMessageError(Exception):
    """The stream's metadata cannot be followed, or asks for what is not read; says which."""


class OverCapError(BrokenMessageError):
    """The bodies would decompress to more than may be."""


@dataclass(frozen=True)
class Walked:
    """`end`: the byte after the end-of-stream mark; `batches`: how many record batches came before it."""

    end: int
    batches: int


def walk(data: memoryview, most_bytes: int) -> Walked:
    """Follow every message of the stream that starts at the first byte of `data`, up to its end mark.

    Raises BrokenMessageError where a message leaves the data, the end mark is missing, bodies would
    decompress to more than `most_bytes`, a dictionary is a delta, or the byte order is not little-endian.
    """
    position = 0
    batches = 0
    total = 0
    while True:
        mark, length = _unpack("<Ii", data, position)
        if mark != _CONTINUATION or length < 0:
            raise BrokenMessageError(f"no message at byte {position}")
        position += 8
        if length == 0:
            return Walked(position, batches)
        message = _Table.root(_part(data, position, length))
        body_from = position + length
        body_length = message.number(3, "<q", 0)
        body = _part(data, body_from, body_length)
        kind = message.number(1, "<B", 0)
        if kind == _SCHEMA:
            _check_byte_order(message.table(2))
        elif kind == _DICTIONARY_BATCH:
            total += _dictionary_bytes(message.table(2), body)
        elif kind == _RECORD_BATCH:
            batches += 1
            total += _body_bytes(message.table(2), body)
        else:
            raise BrokenMessageError(f"a message of kind {kind} at byte {position}")
        if total > most_bytes:
            raise OverCapError(f"bodies that become more than {most_bytes} bytes")
        position = body_from + body_length


def footer_batches(footer: memoryview) -> int:
    """How many record batches the footer of an Arrow IPC file lists."""
    return len(_Table.root(footer).structs(3, 24))


def _check_byte_order(schema: _Table) -> None:
    if schema.number(0, "<h", _LITTLE_ENDIAN) != _LITTLE_ENDIAN:
        raise BrokenMessageError("big-endian numbers")


def _dictionary_bytes(dictionary: _Table, body: memoryview) -> int:
    if dictionary.number(2, "<B", 0):
        raise BrokenMessageError("a delta dictionary")
    return _body_bytes(dictionary.table(1), body)


def _body_bytes(batch: _Table, body: memoryview) -> int:
    """What a compressed body becomes; 0 for one that is not compressed, which is not copied."""
    if not batch.has(3):
        return 0
    total = 0
    for offset, length in batch.structs(2, 16).view("<i8").reshape(-1, 2).tolist():
        if length < 8:
            continue
        (declared,) = _unpack("<q", body, offset)
        if declared < _NOT_COMPRESSED:
            raise BrokenMessageError("a buffer of negative length")
        total += length if declared == _NOT_COMPRESSED else declared
    return total


def _part(data: memoryview, start: int, length: int) -> memoryview:
    if start < 0 or length < 0 or start + length > len(data):
        raise BrokenMessageError("a part that leaves the data; truncated?")
    return data[start : start + length]


def _unpack(form: str, data: memoryview, position: int) -> tuple[int, ...]:
    return struct.unpack(form, _part(data, position, struct.calcsize(form)))


@dataclass(frozen=True)
class _Table:
    """One flatbuffer table: where it stands in the metadata, and where each field is."""

    data: memoryview
    position: int

    @classmethod
    def root(cls, data: memoryview) -> _Table:
        return cls(data, _unpack("<I", data, 0)[0])

    def has(self, field: int) -> bool:
        return self._place(field) is not None

    def number(self, field: int, form: str, default: int) -> int:
        place = self._place(field)
        return default if place is None else _unpack(form, self.data, place)[0]

    def table(self, field: int) -> _Table:
        return _Table(self.data, self._pointed(field))

    def structs(self, field: int, size: int) -> npt.NDArray[np.uint8]:
        """A vector of structs of `size` bytes each; uint8 (structs, size)."""
        if not self.has(field):
            return np.zeros((0, size), dtype=np.uint8)
        start = self._pointed(field)
        (length,) = _unpack("<I", self.data, start)
        vector = _part(self.data, start + 4, length * size)
        return np.frombuffer(vector, dtype=np.uint8).reshape(-1, size)

    def _pointed(self, field: int) -> int:
        place = self._place(field)
        if place is None:
            raise BrokenMessageError(f"a message without its field {field}")
        return place + _unpack("<I", self.data, place)[0]

    def _place(self, field: int) -> int | None:
        """Where a field's value stands; None where the table leaves it out."""
        (back,) = _unpack("<i", self.data, self.position)
        vtable = self.position - back
        (size,) = _unpack("<H", self.data, vtable)
        entry = 4 + 2 * field
        if entry + 2 > size:
            return None
        (offset,) = _unpack("<H", self.data, vtable + entry)
        return self.position + offset if offset else None
