"""A D0268 as standing data: a row for each meter and period of validity, in Parquet, Arrow or CSV."""

from __future__ import annotations

import re
import sys
from io import BytesIO
from typing import BinaryIO

import pyarrow as pa

from validator.convert.targets import DTC_TARGETS
from validator.errors import Place, SubmissionError
from validator.readings.compression import DamagedError, codec_of, decompressed
from validator.readings.received import STANDARD_INPUT, Input, received
from validator.readings.streaming import Asked

_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?ZHV\|(?:[^|\r\n]*\|)?D0268[0-9]*\|")
_ENOUGH_BYTES = 4096
_HEADER_BYTES = 128


def holds_details(given: Input) -> bool:
    """Whether a file, or standard input, begins as a D0268 does, as it is or in gzip or zstd; nothing is consumed."""
    if given == STANDARD_INPUT:
        # Not every stand-in for it can look ahead.
        peek = getattr(sys.stdin.buffer, "peek", None)
        start = b"" if peek is None else peek(_ENOUGH_BYTES)
    else:
        try:
            # A pipe could be read once only.
            if not given.is_file():
                return False
            with given.open("rb") as file:
                start = file.read(_ENOUGH_BYTES)
        except OSError:
            # Told by the reader of readings.
            return False
    return _HEADER.match(_inside(start)) is not None


def write_details(given: Input, file: BinaryIO, target: str, asked: Asked) -> tuple[int, tuple[str, ...]]:
    """Write the standing data that a D0268 tells; how many rows, and notes on what a row cannot say.

    Only the columns that some row fills; no column for a password. SubmissionError as of `read_sent`, and for a
    half-hourly flow.
    """
    # Only here: polars is not needed for readings.
    from validator.standing.sent import read_sent

    name = "standard input" if given == STANDARD_INPUT else str(given)
    if target in DTC_TARGETS:
        raise SubmissionError(
            Place(name), "meter technical details", f"half-hourly readings, for a {target}",
            "Convert to Parquet, Arrow or CSV",
        )  # fmt: skip
    try:
        content = bytes(decompressed(memoryview(received(given)), name, asked.most_bytes))
    except DamagedError as damaged:
        raise damaged.error from damaged
    sent = read_sent(content, name, allow_test_data=asked.allow_test_data)
    frame = sent.standing.frame.select(sent.standing.carried)
    if target == "csv-wide":
        frame.write_csv(file)
    elif target == "parquet":
        frame.write_parquet(file)
    elif target == "arrow-file":
        frame.write_ipc(file)
    else:
        frame.write_ipc_stream(file)
    return frame.height, sent.notes


def _inside(start: bytes) -> bytes:
    codec = codec_of(start[:4])
    if codec is None:
        return start
    try:
        with pa.CompressedInputStream(BytesIO(start), codec) as stream:
            return bytes(stream.read(_HEADER_BYTES))
    except OSError:
        return b""
