"""Arrow IPC, stream and file, into readings."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings.damage import damage_refused
from validator.readings.ipc_messages import BrokenMessageError, OverCapError, walk, walk_file
from validator.readings.source import Decoded, Submission
from validator.readings.tables import readings_of_table

_STREAM = "Arrow IPC stream"
_FILE = "Arrow IPC file"
_MAGIC = b"ARROW1"
_FIRST_MESSAGE = 8
_TAIL = len(_MAGIC) + 4
_AGAIN = "Send the file again; the transfer may have been cut short"


def read_stream(submission: Submission) -> Decoded:
    """Readings of an Arrow IPC stream; the bodies are not copied unless compressed."""
    data = submission.data
    try:
        end = walk(data, submission.most_bytes)
    except BrokenMessageError as broken:
        raise _damaged(submission, _STREAM, broken) from broken
    if end != len(data):
        raise _not_whole(submission, _STREAM, f"{len(data) - end} bytes after the end of the stream")
    with damage_refused(submission, _STREAM), pa.ipc.open_stream(pa.py_buffer(data)) as reader:
        return _readings(submission, reader.schema, reader)


def read_file(submission: Submission) -> Decoded:
    """Readings of an Arrow IPC file, also of the writers that put dictionaries last or no frame around the schema."""
    data = submission.data
    try:
        before, footer = _around_footer(data)
        walk_file(before, _FIRST_MESSAGE, footer, submission.most_bytes)
    except BrokenMessageError as broken:
        raise _damaged(submission, _FILE, broken) from broken
    with damage_refused(submission, _FILE), pa.ipc.open_file(pa.py_buffer(data)) as reader:
        batches = (reader.get_batch(index) for index in range(reader.num_record_batches))
        return _readings(submission, reader.schema, batches)


def _around_footer(data: memoryview) -> tuple[memoryview, memoryview]:
    """What stands before the footer, and the footer."""
    end = len(data) - _TAIL
    if end < _FIRST_MESSAGE or bytes(data[-len(_MAGIC) :]) != _MAGIC:
        raise BrokenMessageError("no footer; truncated?")
    (length,) = struct.unpack("<i", data[end : end + 4])
    if not 0 < length <= end - _FIRST_MESSAGE:
        raise BrokenMessageError("a footer of another length than stated")
    return data[: end - length], data[end - length : end]


def _readings(submission: Submission, schema: pa.Schema, sent: Iterable[pa.RecordBatch]) -> Decoded:
    batches = []
    for batch in sent:
        # Before anything touches it: a corrupted body crashes the process otherwise.
        batch.validate(full=True)
        batches.append(batch)
    return readings_of_table(submission, pa.Table.from_batches(batches, schema=schema))


def _damaged(submission: Submission, title: str, broken: BrokenMessageError) -> SubmissionError:
    if isinstance(broken, OverCapError):
        return submission.too_large(f"an {title} with {broken}", f"at most {submission.most_bytes} bytes")
    return _not_whole(submission, title, str(broken))


def _not_whole(submission: Submission, title: str, reason: str) -> SubmissionError:
    return submission.refuse(f"damaged {title}: {reason}", f"a whole {title}", _AGAIN)
