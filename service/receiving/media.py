"""Which body forms are taken, by media type, by content coding and by content."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from service.problems import Problem, of_submission
from service.receiving.body import Spooled
from validator.errors import SubmissionError
from validator.readings.formats import AUTO, FORMATS, recognise
from validator.readings.reading import counted_good
from validator.readings.source import Submission

ENCODINGS = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd", "identity": b""}
UNTOLD = (
    "application/octet-stream", "application/x-www-form-urlencoded", "text/plain", "application/gzip",
    "application/x-gzip", "application/zstd", "binary/octet-stream",
)  # fmt: skip
"""Media types that say nothing of the format (the third is what curl sends unless told): the content decides."""

_ALIASES = {"application/x-parquet": "parquet", "application/vnd.apache.arrow": AUTO}
_HEAD_BYTES = 65536


def format_of(media_type: str | None, format_word: str | None) -> str:
    """The format word that a request names, or `auto`; Problem 415 with the list for one that is not taken."""
    if format_word is not None and format_word != AUTO:
        if format_word not in (form.word for form in FORMATS):
            raise _unsupported(f"format {format_word!r}")
        return format_word
    bare = (media_type or "").split(";")[0].strip().lower()
    if not bare or bare in UNTOLD:
        return AUTO
    if bare in _ALIASES:
        return _ALIASES[bare]
    words = [form.word for form in FORMATS if form.media_type == bare]
    if not words:
        raise _unsupported(f"media type {bare!r}")
    # Several forms of one media type are told apart by their content.
    return words[0] if len(words) == 1 else AUTO


def encoding_of(header: str | None) -> str | None:
    """The content coding of a request; Problem 415 for one that is not taken."""
    coding = (header or "identity").strip().lower()
    if coding not in ENCODINGS:
        raise Problem(
            415, "unsupported-encoding", f"content encoding {coding!r} is not one of gzip and zstd",
            headers={"Accept-Encoding": "gzip, zstd"}, accepted=["gzip", "zstd"],
        )  # fmt: skip
    return None if coding == "identity" else coding.removeprefix("x-")


def check_content(body: Spooled, name: str, format_word: str, encoding: str | None) -> None:
    """Problem 415 where the content is in no form that is taken, 422 where it is not in the coding told."""
    head = body.head(_HEAD_BYTES)
    if not head:
        raise Problem(422, "unreadable-submission", f"{name}: found an empty body; expected a submission", file=name)
    check_coding(head, name, encoding)
    if format_word != AUTO:
        return
    try:
        with counted_good(name):
            recognise(Submission(name, memoryview(_opened(head)), "local", date.max), AUTO)
    except SubmissionError as fault:
        problem = of_submission(fault)
        raise Problem(415, "unrecognised-content", problem.detail, accepted=_accepted(), **problem.more) from fault


def check_coding(head: bytes, name: str, encoding: str | None) -> None:
    """Problem 422 where what begins so is not in the coding told."""
    if encoding is not None and not head.startswith(ENCODINGS[encoding]):
        raise Problem(422, "unreadable-submission", f"{name}: the body is not {encoding}, as its coding says")


def _opened(head: bytes) -> bytes:
    """The start of what a compressed start holds; what is damaged is left for the reader to tell of."""
    for codec in ("gzip", "zstd"):
        if head.startswith(ENCODINGS[codec]):
            opened = bytearray()
            try:
                with pa.CompressedInputStream(pa.BufferReader(head), codec) as stream:
                    while len(opened) < _HEAD_BYTES and (more := stream.read(4096)):
                        opened += more
            except OSError:
                pass
            return bytes(opened)
    return head


def _unsupported(what: str) -> Problem:
    words = ", ".join(dict.fromkeys(form.media_type for form in FORMATS))
    return Problem(
        415, "unsupported-media-type", f"{what} is not one that can be read; these can: {words}",
        headers={"Accept-Post": words}, accepted=_accepted(),
    )  # fmt: skip


def _accepted() -> list[dict[str, str]]:
    return [{"format": form.word, "title": form.title, "media_type": form.media_type} for form in FORMATS]
