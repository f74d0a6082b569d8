"""A file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from validator.errors import Place, SubmissionError


@contextmanager
def whole_or_nothing(out: Path) -> Iterator[BinaryIO]:
    """A temporary file beside `out` that takes its place when the block ends without a fault.

    After a fault, `out` is as it was. Raises SubmissionError where `out` cannot be written.
    """
    if out.is_dir():
        raise SubmissionError(Place(str(out)), "a folder", "a file to write", "Name a file in it")
    fresh = out.with_name(f".{out.name}.{secrets.token_hex(6)}.new")
    try:
        file = fresh.open("xb")
    except OSError as error:
        raise SubmissionError(Place(str(out)), error.strerror or str(error), "a file that may be written") from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
