"""Arrow IPC, stream and file, into readings."""

from __future__ import annotations

import struct

import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings.damage import damage_refused
from validator.readings.ipc_messages import BrokenMessageError, OverCapError, Walked, footer_batches, walk
from validator.readings.source import Decoded, Submission
from validator.readings.tables import readings_of_table

_STREAM = "Arrow IPC stream"
_FILE = "Arrow IPC file"
_MAGIC = b"ARROW1"
_STREAM_FROM = 8
_TAIL = len(_MAGIC) + 4
_AGAIN = "Send the file again; the transfer may have been cut short"


def read_stream(submission: Submission) -> Decoded:
    """Readings of an Arrow IPC stream; the bodies are not copied unless compressed."""
    try:
        walked = walk(submission.data, submission.most_bytes)
    except BrokenMessageError as broken:
        raise _damaged(submission, _STREAM, broken) from broken
    if walked.end != len(submission.data):
        after = f"{len(submission.data) - walked.end} bytes after the end of the stream"
        raise _not_whole(submission, _STREAM, after)
    return _batches(submission, submission.data, _STREAM)


def read_file(submission: Submission) -> Decoded:
    """Readings of an Arrow IPC file, whose messages are those of a stream with a footer after them.

    It is read as that stream, so that a footer pointing many times at one batch cannot multiply it.
    """
    data = submission.data
    try:
        stream = data[_STREAM_FROM:]
        walked = walk(stream, submission.most_bytes)
        _check_footer(data, walked)
    except BrokenMessageError as broken:
        raise _damaged(submission, _FILE, broken) from broken
    return _batches(submission, stream[: walked.end], _FILE)


def _check_footer(data: memoryview, walked: Walked) -> None:
    start = _STREAM_FROM + walked.end
    end = len(data) - _TAIL
    if end < start or bytes(data[-len(_MAGIC) :]) != _MAGIC:
        raise BrokenMessageError("no footer; truncated?")
    if struct.unpack("<i", data[end : end + 4])[0] != end - start:
        raise BrokenMessageError("a footer of another length than stated")
    if footer_batches(data[start:end]) != walked.batches:
        raise BrokenMessageError(f"a footer that does not list the {walked.batches} record batches")


def _batches(submission: Submission, data: memoryview, title: str) -> Decoded:
    with damage_refused(submission, title), pa.ipc.open_stream(pa.py_buffer(data)) as reader:
        batches = []
        for batch in reader:
            # Before anything touches it: a corrupted body crashes the process otherwise.
            batch.validate(full=True)
            batches.append(batch)
        table = pa.Table.from_batches(batches, schema=reader.schema)
        return readings_of_table(submission, table)


def _damaged(submission: Submission, title: str, broken: BrokenMessageError) -> SubmissionError:
    if isinstance(broken, OverCapError):
        return submission.too_large(f"an {title} with {broken}", f"at most {submission.most_bytes} bytes")
    return _not_whole(submission, title, str(broken))


def _not_whole(submission: Submission, title: str, reason: str) -> SubmissionError:
    return submission.refuse(f"damaged {title}: {reason}", f"a whole {title}", _AGAIN)
