"""A body on its way to the disk: counted, hashed and capped while it arrives."""

from __future__ import annotations

import asyncio
import base64
import binascii
import errno
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.identity import new_id
from service.problems import Problem

_WRITE_BYTES = 256 * 1024
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/=]+):")


@dataclass(frozen=True, slots=True)
class Spooled:
    """A whole body: in memory (`content`) where it is small, else in a file of the spool.

    `leaving` is left when the request is done with it: a file that is still there goes then.
    """

    path: Path
    sha256: str
    size_bytes: int
    content: bytes | None
    leaving: ExitStack

    def file(self) -> Path:
        """The body as a file, written now where it is in memory."""
        if self.content is not None:
            self.leaving.callback(self.path.unlink, missing_ok=True)
            self.path.write_bytes(self.content)
        return self.path

    def head(self, most_bytes: int) -> bytes:
        """How it begins."""
        if self.content is not None:
            return self.content[:most_bytes]
        with open(self.path, "rb") as file:
            return file.read(most_bytes)


@asynccontextmanager
async def spooled(request: Request, spool: Path, most_bytes: int, idle_s: float) -> AsyncIterator[Spooled]:
    """The request's body in a file, which goes when the block ends if it is still there.

    Problem 413 for a body over `most_bytes`, 408 for a client that pauses longer than `idle_s`, 507 for a disk
    without room, 422 where it is not what its Content-Digest says.
    """
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > most_bytes:
        raise too_large(most_bytes)
    try:
        with ExitStack() as leaving:
            arrived = await _arrived(request, spool / f"body-{new_id()}", most_bytes, idle_s, leaving)
            _check_digest(request.headers.get("content-digest"), arrived.sha256)
            yield arrived
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem(507, "no-room", "the disk has no room for this body; nothing was kept of it") from fault
        raise


def too_large(most_bytes: int) -> Problem:
    """413 for a body as it arrives."""
    return Problem(413, "too-large", f"the body is more than {most_bytes} bytes; send it in parts", limit=most_bytes)


async def whole_body(request: Request, most_bytes: int) -> bytes:
    """A body in memory; Problem 413 for one over `most_bytes`, of which no more is read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise too_large(most_bytes)
    return bytes(body)


async def _arrived(request: Request, path: Path, most_bytes: int, idle_s: float, leaving: ExitStack) -> Spooled:
    digest, size, held = hashlib.sha256(), 0, bytearray()
    with ExitStack() as opened:
        file: BinaryIO | None = None

        def write(chunk: bytes) -> None:
            nonlocal file
            if file is None:
                leaving.callback(path.unlink, missing_ok=True)
                file = opened.enter_context(open(path, "wb"))
            digest.update(chunk)
            file.write(chunk)

        async with _patience(idle_s) as patience:
            async for chunk in request.stream():
                size += len(chunk)
                if size > most_bytes:
                    raise too_large(most_bytes)
                held += chunk
                if len(held) >= _WRITE_BYTES:
                    # The disk may take its time: only the client's is short.
                    patience.reschedule(None)
                    await run_in_threadpool(write, bytes(held))
                    held.clear()
                patience.reschedule(asyncio.get_running_loop().time() + idle_s)
        if file is not None:
            await run_in_threadpool(write, bytes(held))
            return Spooled(path, digest.hexdigest(), size, None, leaving)
    # What is small needs neither a file nor another thread.
    return Spooled(path, hashlib.sha256(held).hexdigest(), size, bytes(held), leaving)


@asynccontextmanager
async def _patience(idle_s: float) -> AsyncIterator[asyncio.Timeout]:
    """Problem 408 where nothing comes for `idle_s`, counted anew by whoever reschedules it."""
    patience = asyncio.timeout(idle_s)
    try:
        async with patience:
            yield patience
    except TimeoutError:
        if not patience.expired():
            raise
        said = f"nothing came for {idle_s:g} s; send the body again"
        raise Problem(408, "too-slow", said, headers={"Connection": "close"}) from None


def _check_digest(header: str | None, sha256: str) -> None:
    """Holds a body to its Content-Digest (RFC 9530), where SHA-256 is among them."""
    found = _DIGEST.search(header or "")
    if found is None:
        return
    try:
        said = base64.b64decode(found.group(1), validate=True).hex()
    except binascii.Error:
        said = ""
    if said != sha256:
        raise Problem(422, "digest-mismatch", f"the body's SHA-256 is {sha256}, not what Content-Digest says")
