"""Walks the messages of an Arrow IPC stream or file before Arrow reads them.

Arrow trusts some things that they say of themselves: how large buffers become when decompressed, that
dictionaries' deltas are sound, the byte order, and that a file's footer lists each message once. The walk looks
at those in the metadata alone (flatbuffers: https://arrow.apache.org/docs/format/Columnar.html, Message.fbs,
Schema.fbs and File.fbs).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_CONTINUATION = 0xFFFFFFFF
_SCHEMA, _DICTIONARY_BATCH, _RECORD_BATCH = 1, 2, 3
_LITTLE_ENDIAN = 0
_NOT_COMPRESSED = -1
_PREFIX = 8
"""Before a message: the continuation mark and its metadata's length."""
_MOST_PADDING = 64
_BLOCK_BYTES = 24
"""Of a footer, for each message."""


class BrokenMessageError(Exception):
    """The stream's metadata cannot be followed, or asks for what is not read; says which.

    `byte` is where the message begins that is broken, and `batches` how many record batches are whole before it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.byte: int | None = None
        self.batches = 0


def broken_at(byte: int, reason: str) -> BrokenMessageError:
    """The error for what is broken at a byte."""
    broken = BrokenMessageError(reason)
    broken.byte = byte
    return broken


class OverCapError(BrokenMessageError):
    """The bodies would decompress to more than may be."""


def walk(data: memoryview, most_bytes: int, passed: Callable[[int], None] = lambda _: None) -> int:
    """Follow every message of the stream that starts at the first byte of `data`; the byte after its end mark.

    Raises BrokenMessageError where a message leaves the data, the end mark is missing, bodies would
    decompress to more than `most_bytes`, a dictionary is a delta, or the byte order is not little-endian. `passed` is
    told up to which byte it has come.
    """
    position = batches = 0
    bodies = _Bodies(most_bytes)
    while True:
        try:
            kind, end = _message(data, position, bodies)
        except BrokenMessageError as broken:
            broken.byte, broken.batches = position, batches
            raise
        position = end
        passed(position)
        if kind is None:
            return position
        batches += kind == _RECORD_BATCH


def _message(data: memoryview, position: int, bodies: _Bodies) -> tuple[int | None, int]:
    """Kind of the message at a byte, None for the end mark, and the byte after it."""
    length = _metadata_length(data, position)
    position += _PREFIX
    if length == 0:
        return None, position
    message = _Table.root(_part(data, position, length))
    body_from = position + length
    body_length = message.number(3, "<q", 0)
    body = _part(data, body_from, body_length)
    kind = message.number(1, "<B", 0)
    if kind == _SCHEMA:
        _check_byte_order(message.table(2))
    elif kind in (_DICTIONARY_BATCH, _RECORD_BATCH):
        bodies.add(kind, message, body)
    else:
        raise BrokenMessageError(f"a message of kind {kind}")
    return kind, body_from + body_length


def walk_file(
    data: memoryview, first: int, footer: memoryview, most_bytes: int, passed: Callable[[int], None] = lambda _: None
) -> None:
    """Follow every message that a file's footer lists; `data` is what stands before the footer.

    Messages start at byte `first` of `data`. Between the schema at its head, which some writers put there without
    a length, and the end mark, which some leave out, there is nothing that the footer does not list, and nothing
    twice: so no batch is lost, and none multiplied. Raises BrokenMessageError as `walk` does.
    """
    root = _Table.root(footer)
    _check_byte_order(root.table(1))
    listed = [(*block, kind) for field, kind in _LISTED for block in _blocks(root, field)]
    listed.sort()
    start = first
    try:
        head = _part(data, first, (listed[0][0] if listed else len(data)) - first)
        position = first + _head_length(head, len(footer) - _BLOCK_BYTES * len(listed) + _MOST_PADDING)
        bodies = _Bodies(most_bytes)
        for start, metadata_length, body_length, kind in listed:
            _check_padding(data, position, start)
            _check_listed(data, (start, metadata_length, body_length), kind, bodies)
            position = start + metadata_length + body_length
            passed(position)
        start = position
        if bytes(data[position : position + _PREFIX]) == struct.pack("<II", _CONTINUATION, 0):
            position += _PREFIX
        _check_padding(data, position, len(data))
    except BrokenMessageError as broken:
        broken.byte = start if broken.byte is None else broken.byte
        raise


def _check_listed(data: memoryview, block: tuple[int, int, int], kind: int, bodies: _Bodies) -> None:
    """The message at a footer's block is the one that the footer says."""
    start, metadata_length, body_length = block
    if _metadata_length(data, start) != metadata_length - _PREFIX:
        raise broken_at(start, "no message where the footer has one")
    message = _Table.root(_part(data, start + _PREFIX, metadata_length - _PREFIX))
    if message.number(1, "<B", 0) != kind or message.number(3, "<q", 0) != body_length:
        raise broken_at(start, "a message that is not the one in the footer")
    bodies.add(kind, message, _part(data, start + metadata_length, body_length))


_LISTED = ((2, _DICTIONARY_BATCH), (3, _RECORD_BATCH))
"""A footer's fields that list messages, and their kinds."""


def _blocks(footer: _Table, field: int) -> list[tuple[int, int, int]]:
    """First byte, length with prefix, and body's length of each message that a footer lists."""
    blocks = footer.structs(field, _BLOCK_BYTES)
    return [struct.unpack("<qi4xq", bytes(block)) for block in blocks]


def _head_length(head: memoryview, most_bytes: int) -> int:
    """Length of the schema message at the head of a file.

    Without a length of its own it reaches to the next message, but is no longer than its copy in the footer.
    """
    if bytes(head[:4]) == struct.pack("<I", _CONTINUATION):
        length = _metadata_length(head, 0)
        message, ends = _Table.root(_part(head, _PREFIX, length)), _PREFIX + length
    else:
        message, ends = _Table.root(head), len(head)
        if ends > most_bytes:
            raise BrokenMessageError("messages that the footer does not list")
    if message.number(1, "<B", 0) != _SCHEMA:
        raise BrokenMessageError("no schema before the first message")
    return ends


def _metadata_length(data: memoryview, position: int) -> int:
    mark, length = _unpack("<Ii", data, position)
    if mark != _CONTINUATION or length < 0:
        raise broken_at(position, "no message")
    return length


def _check_padding(data: memoryview, start: int, end: int) -> None:
    """What stands between two messages may only fill up to the next."""
    between = _part(data, start, end - start)
    if len(between) > _MOST_PADDING or any(between):
        raise broken_at(start, f"bytes up to {end} that the footer does not list")


@dataclass
class _Bodies:
    """What all bodies become when decompressed, held against a cap."""

    most_bytes: int
    total: int = 0

    def add(self, kind: int, message: _Table, body: memoryview) -> None:
        """Count one dictionary or record batch."""
        table = message.table(2)
        self.total += _dictionary_bytes(table, body) if kind == _DICTIONARY_BATCH else _body_bytes(table, body)
        if self.total > self.most_bytes:
            raise OverCapError(f"bodies that become more than {self.most_bytes} bytes")


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
