"""gzip and zstd around any format, read whole and never past a cap."""

from __future__ import annotations

import pyarrow as pa

from validator.errors import Place, SubmissionError

_CHUNK_BYTES = 4 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"


def decompressed(data: memoryview, name: str, most_bytes: int) -> memoryview:
    """The bytes inside one layer of gzip or zstd; `data` itself where there is none.

    All gzip members and all zstd frames are read. Raises SubmissionError where the compressed bytes are
    truncated or corrupt, or would become more than `most_bytes`.
    """
    codec = _codec(bytes(data[:4]))
    if codec is None:
        return data
    try:
        return _whole(data, codec, name, most_bytes)
    except OSError as error:
        raise SubmissionError(
            Place(name),
            f"damaged {codec}: {error}",
            f"a whole {codec} file",
            "Send the file again; the transfer may have been cut short",
        ) from error


def _codec(start: bytes) -> str | None:
    if start.startswith(_GZIP):
        return "gzip"
    skippable = len(start) == 4 and start[1:] == _ZSTD_SKIPPABLE and start[0] >> 4 == 5
    return "zstd" if start == _ZSTD or skippable else None


def _whole(data: memoryview, codec: str, name: str, most_bytes: int) -> memoryview:
    whole = bytearray()
    with pa.CompressedInputStream(pa.BufferReader(pa.py_buffer(data)), codec) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            if len(whole) + len(chunk) > most_bytes:
                raise SubmissionError(
                    Place(name),
                    f"{codec} that becomes more than {most_bytes} bytes",
                    f"at most {most_bytes} bytes when decompressed",
                    "Send it in smaller parts",
                )
            whole += chunk
    return memoryview(whole).toreadonly()
