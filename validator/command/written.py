"""One output file, written whole or not at all."""

from __future__ import annotations

import secrets
from pathlib import Path

from validator.errors import Place, SubmissionError


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path`, in the place of an earlier file; SubmissionError where it cannot be written."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
    try:
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        fresh.write_bytes(content)
        fresh.replace(path)
    except OSError as fault:
        fresh.unlink(missing_ok=True)
        found = f"that it cannot be written ({fault.strerror})"
        raise SubmissionError(Place(str(path)), found, "a file in a folder that may be written to") from fault
