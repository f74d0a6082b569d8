"""Arrow IPC, stream and file, into readings."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings.damage import DAMAGE, Where, damage_refused, damaged
from validator.readings.ipc_messages import BrokenMessageError, OverCapError, broken_at, walk, walk_file
from validator.readings.source import Decoded, Submission
from validator.readings.tables import good_in, readings_of_table

_STREAM = "Arrow IPC stream"
_FILE = "Arrow IPC file"
_MAGIC = b"ARROW1"
_FIRST_MESSAGE = 8
_TAIL = len(_MAGIC) + 4


def read_stream(submission: Submission) -> Decoded:
    """Readings of an Arrow IPC stream; the bodies are not copied unless compressed."""
    data = submission.data
    try:
        end = walk(data, submission.most_bytes)
    except BrokenMessageError as broken:
        where = _whole_before(submission, data[: broken.byte], broken.batches, broken.byte)
        raise _broken(submission, _STREAM, broken, where) from broken
    if end != len(data):
        reason = f"{len(data) - end} bytes after the end of the stream"
        raise damaged(submission, _STREAM, reason, Where(byte=end))
    taken: list[pa.RecordBatch] = []
    with (
        damage_refused(submission, _STREAM, lambda: _after(submission, taken)),
        pa.ipc.open_stream(pa.py_buffer(data)) as reader,
    ):
        return _readings(submission, reader.schema, reader, taken)


def read_file(submission: Submission) -> Decoded:
    """Readings of an Arrow IPC file, also of the writers that put dictionaries last or no frame around the schema."""
    data = submission.data
    try:
        before, footer = _around_footer(data)
    except BrokenMessageError as broken:
        raise _broken(submission, _FILE, broken, _whole_in_front(submission)) from broken
    try:
        walk_file(before, _FIRST_MESSAGE, footer, submission.most_bytes)
    except BrokenMessageError as broken:
        # Without a byte of its own it is the footer that is broken.
        byte = len(before) if broken.byte is None else broken.byte
        raise _broken(submission, _FILE, broken, Where(byte=byte)) from broken
    taken: list[pa.RecordBatch] = []
    with (
        damage_refused(submission, _FILE, lambda: _after(submission, taken)),
        pa.ipc.open_file(pa.py_buffer(data)) as reader,
    ):
        batches = (reader.get_batch(index) for index in range(reader.num_record_batches))
        return _readings(submission, reader.schema, batches, taken)


def _around_footer(data: memoryview) -> tuple[memoryview, memoryview]:
    """What stands before the footer, and the footer."""
    end = len(data) - _TAIL
    if end < _FIRST_MESSAGE or bytes(data[-len(_MAGIC) :]) != _MAGIC:
        raise broken_at(max(0, end), "no footer at its end; truncated?")
    (length,) = struct.unpack("<i", data[end : end + 4])
    if not 0 < length <= end - _FIRST_MESSAGE:
        raise broken_at(end, f"a footer of another length than stated, {length} bytes")
    return data[: end - length], data[end - length : end]


def _readings(
    submission: Submission, schema: pa.Schema, sent: Iterable[pa.RecordBatch], taken: list[pa.RecordBatch]
) -> Decoded:
    """Readings of the batches; `taken` has those that are whole."""
    for batch in sent:
        # Before anything touches it: a corrupted body crashes the process otherwise.
        batch.validate(full=True)
        taken.append(batch)
    return readings_of_table(submission, pa.Table.from_batches(taken, schema=schema))


def _after(submission: Submission, taken: Sequence[pa.RecordBatch]) -> Where:
    """Where a damage is that comes after these whole batches."""
    rows = sum(len(batch) for batch in taken)
    good = good_in(submission, pa.Table.from_batches(taken)) if taken else 0
    return Where(f"after {len(taken)} whole record batches", row=rows + 1, good=good)


def _whole_before(submission: Submission, stream: memoryview, batches: int | None, byte: int | None) -> Where:
    """What the first `batches` of a stream hold (None: all), in front of a damage at `byte` of the submission."""
    taken: list[pa.RecordBatch] = []
    try:
        with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
            for batch in islice(reader, batches):
                batch.validate(full=True)
                taken.append(batch)
        return replace(_after(submission, taken), byte=byte)
    except DAMAGE:
        # What cannot be read before it is not good either.
        return Where(byte=byte)


def _whole_in_front(submission: Submission) -> Where:
    """What there is of a file that has lost its footer: what stands in front of it is written as a stream is."""
    stream = submission.data[_FIRST_MESSAGE:]
    try:
        end, batches = walk(stream, submission.most_bytes), None
    except BrokenMessageError as broken:
        if broken.byte is None:
            return Where()
        end, batches = broken.byte, broken.batches
    return _whole_before(submission, stream[:end], batches, min(end + _FIRST_MESSAGE, submission.data.nbytes))


def _broken(submission: Submission, title: str, broken: BrokenMessageError, where: Where) -> SubmissionError:
    if isinstance(broken, OverCapError):
        return submission.too_large(f"an {title} with {broken}", f"at most {submission.most_bytes} bytes")
    return damaged(submission, title, str(broken), where)
