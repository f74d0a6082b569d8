"""Where submissions come from: files, folders and standard input."""

from __future__ import annotations

import mmap
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from validator.errors import Place, SubmissionError
from validator.readings.source import Data

Input: TypeAlias = Path | Literal["-"]
STANDARD_INPUT: Literal["-"] = "-"


def expand_inputs(inputs: Sequence[str]) -> list[Input]:
    """Each input file, in the order given; a folder becomes its files, sorted, hidden ones left out.

    Folders are walked to any depth. Raises SubmissionError for a path that does not exist or a folder
    that holds no file.
    """
    expanded: list[Input] = []
    for text in inputs:
        if text == STANDARD_INPUT:
            expanded.append(STANDARD_INPUT)
            continue
        path = Path(text)
        if not path.exists():
            raise SubmissionError(Place(text), "no such file or folder", "a file, a folder or - for standard input")
        expanded.extend(_files(path) if path.is_dir() else [path])
    return expanded


def _files(folder: Path) -> Iterator[Path]:
    found = False
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            found = True
            yield path
    if not found:
        raise SubmissionError(Place(str(folder)), "a folder without files", "at least one submission in it")


def received(path: Input) -> Data:
    """The bytes of a file (mapped, not copied, where it is a regular one) or of standard input."""
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            # A pipe cannot be mapped, nor can a file without bytes.
            if stat.S_ISREG(status.st_mode) and status.st_size:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return file.read()
    except OSError as error:
        raise SubmissionError(Place(str(path)), error.strerror or str(error), "a file that can be read") from error
