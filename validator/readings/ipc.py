"""Arrow IPC, stream and file, into readings."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings import pieces
from validator.readings.damage import DAMAGE, Where, damage_refused, damaged
from validator.readings.half_hours.narrow_names import is_narrow
from validator.readings.ipc_messages import BrokenMessageError, OverCapError, broken_at, walk, walk_file
from validator.readings.pieces import damage_as_whole, whole_of
from validator.readings.source import Decoded, Submission
from validator.readings.tables import columns_of_table, good_in, readings_of_table

_STREAM = "Arrow IPC stream"
_FILE = "Arrow IPC file"
_MAGIC = b"ARROW1"
_FIRST_MESSAGE = 8
_TAIL = len(_MAGIC) + 4


def read_stream(submission: Submission) -> Decoded:
    """Readings of an Arrow IPC stream; the bodies are not copied unless compressed."""
    _check_stream(submission)
    return _read(submission, _STREAM, _stream)


def read_file(submission: Submission) -> Decoded:
    """Readings of an Arrow IPC file, also of the writers that put dictionaries last or no frame around the schema."""
    _check_file(submission)
    return _read(submission, _FILE, _file)


def pieces_of_stream(submission: Submission) -> Iterator[pa.Table] | None:
    """Readings of a narrow stream with memory bounded by a piece of it; None for one that is read as a whole.

    Raises SubmissionError as `read_stream` does, and AsWholeError.
    """
    _check_stream(submission)
    return _pieces(submission, _stream)


def pieces_of_file(submission: Submission) -> Iterator[pa.Table] | None:
    """As `pieces_of_stream`, of a file."""
    _check_file(submission)
    return _pieces(submission, _file)


def _check_stream(submission: Submission) -> None:
    data = submission.data
    try:
        end = walk(data, submission.most_bytes, submission.release)
    except BrokenMessageError as broken:
        where = _whole_before(submission, data[: broken.byte], broken.batches, broken.byte)
        raise _broken(submission, _STREAM, broken, where) from broken
    if end != len(data):
        reason = f"{len(data) - end} bytes after the end of the stream"
        raise damaged(submission, _STREAM, reason, Where(byte=end))


def _check_file(submission: Submission) -> None:
    try:
        before, footer = _around_footer(submission.data)
    except BrokenMessageError as broken:
        raise _broken(submission, _FILE, broken, _whole_in_front(submission)) from broken
    try:
        walk_file(before, _FIRST_MESSAGE, footer, submission.most_bytes, submission.release)
    except BrokenMessageError as broken:
        # Without a byte of its own it is the footer that is broken.
        byte = len(before) if broken.byte is None else broken.byte
        raise _broken(submission, _FILE, broken, Where(byte=byte)) from broken


_Sent: TypeAlias = tuple[pa.Schema, Iterator[pa.RecordBatch]]


@contextmanager
def _stream(data: memoryview) -> Iterator[_Sent]:
    with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
        yield reader.schema, iter(reader)


@contextmanager
def _file(data: memoryview) -> Iterator[_Sent]:
    with pa.ipc.open_file(pa.py_buffer(data)) as reader:
        yield reader.schema, (reader.get_batch(index) for index in range(reader.num_record_batches))


_Opening: TypeAlias = Callable[[memoryview], AbstractContextManager[_Sent]]


def _read(submission: Submission, title: str, opening: _Opening) -> Decoded:
    days = _pieces(submission, opening)
    if days is not None and (readings := whole_of(days)) is not None:
        with opening(submission.data) as (schema, _):
            return Decoded(readings, columns_of_table(submission, schema).ignored)
    taken: list[pa.RecordBatch] = []
    with damage_refused(submission, title, lambda: _after(submission, taken)), opening(submission.data) as opened:
        return _readings(submission, *opened, taken)


def _pieces(submission: Submission, opening: _Opening) -> Iterator[pa.Table] | None:
    """Readings of a large narrow table whose messages have been walked."""
    if submission.data.nbytes <= pieces.BYTES_AT_ONCE:
        return None
    try:
        with opening(submission.data) as (schema, _):
            narrow = is_narrow(schema)
    except DAMAGE:
        return None
    return _days(submission, opening) if narrow else None


def _days(submission: Submission, opening: _Opening) -> Iterator[pa.Table]:
    # Only here: what puts days together is a dozen modules.
    from validator.readings.half_hours.table_pieces import table_days_in_pieces

    with damage_as_whole(), opening(submission.data) as (schema, sent):
        yield from table_days_in_pieces(submission, schema, _validated(submission, sent))


def _validated(submission: Submission, sent: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in sent:
        batch.validate(full=True)
        yield batch
        submission.release(submission.data.nbytes)


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
