"""gzip and zstd around any format, never past a cap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from validator.errors import Place, SubmissionError, TooLargeError
from validator.readings.damage import RESEND

_CHUNK_BYTES = 4 * 1024 * 1024
_FEW_BYTES = 64
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"


class DamagedError(Exception):
    """Compressed bytes that are truncated or corrupt; `error` says how, `before` is what could be decompressed."""

    def __init__(self, error: SubmissionError, before: memoryview) -> None:
        super().__init__(str(error))
        self.error = error
        self.before = before


def decompressed(data: memoryview, name: str, most_bytes: int) -> memoryview:
    """The bytes inside one layer of gzip or zstd; `data` itself where there is none.

    All gzip members and all zstd frames are read. Raises DamagedError where the compressed bytes are
    truncated or corrupt, SubmissionError where they would become more than `most_bytes`.
    """
    codec = codec_of(bytes(data[:4]))
    if codec is None:
        return data
    whole = bytearray()
    try:
        for piece in decompressed_pieces(pa.BufferReader(pa.py_buffer(data)), codec, name, most_bytes):
            whole += piece
    except OSError as error:
        _read_further(data, codec, whole)
        raise DamagedError(damaged(codec, name, error), memoryview(whole).toreadonly()) from error
    return memoryview(whole).toreadonly()


def _read_further(data: memoryview, codec: str, whole: bytearray) -> None:
    """Add what there is between the last whole piece and the damage, all but a few bytes: a piece fails as a whole."""
    with pa.CompressedInputStream(pa.BufferReader(pa.py_buffer(data)), codec) as stream:
        taken = 0
        while taken < len(whole):
            taken += len(stream.read(min(_CHUNK_BYTES, len(whole) - taken)))
        try:
            while piece := stream.read(_FEW_BYTES):
                whole += piece
        except OSError:
            return


def codec_of(start: bytes) -> str | None:
    """`gzip` or `zstd` by a file's first four bytes; None for neither."""
    if start.startswith(_GZIP):
        return "gzip"
    skippable = len(start) == 4 and start[1:] == _ZSTD_SKIPPABLE and start[0] >> 4 == 5
    return "zstd" if start == _ZSTD or skippable else None


def decompressed_pieces(file: Any, codec: str, name: str, most_bytes: int) -> Iterator[bytes]:
    """What is inside, piece by piece; OSError where it is truncated or corrupt, SubmissionError past the cap."""
    total = 0
    with pa.CompressedInputStream(file, codec) as stream:
        while piece := stream.read(_CHUNK_BYTES):
            total += len(piece)
            if total > most_bytes:
                raise TooLargeError(
                    Place(name),
                    f"{codec} that becomes more than {most_bytes} bytes",
                    f"at most {most_bytes} bytes when decompressed",
                    "Send it in smaller parts",
                )
            yield piece


def damaged(codec: str, name: str, error: OSError, place: Place | None = None) -> SubmissionError:
    """The error for compressed bytes that cannot be read on."""
    return SubmissionError(
        place or Place(name),
        f"damaged {codec}: {error}",
        f"a whole {codec} file",
        RESEND,
    )
