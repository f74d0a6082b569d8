"""Groups that `--lenient` left out: which lines, why, and their bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias

from validator.errors import SubmissionError

REFUSED_FILE = "refused.txt"


@dataclass(frozen=True)
class RefusedLines:
    """Lines of one file that were left out.

    `first_line` to `last_line` count from 1, both inclusive; `last_line` is one less than `first_line` where
    something is missing before that line. `channel_days` is how many channel-days those lines open.
    """

    file: str
    first_line: int
    last_line: int
    channel_days: int
    reason: SubmissionError
    content: bytes = field(repr=False)


Refuse: TypeAlias = Callable[[RefusedLines], None]
"""Takes in what is left out, as it is found."""


def write_refused(out: BinaryIO, refused: RefusedLines) -> None:
    """One entry of refused.txt: a line that begins with `#`, then the bytes as they were sent."""
    days = f"{refused.channel_days} channel-day{'' if refused.channel_days == 1 else 's'}"
    if refused.last_line < refused.first_line:
        lines = f"before line {refused.first_line}"
    elif refused.last_line == refused.first_line:
        lines = f"line {refused.first_line}"
    else:
        lines = f"lines {refused.first_line} to {refused.last_line}"
    out.write(f"# {refused.file}, {lines}, {days}: {refused.reason}\n".encode())
    out.write(refused.content)
    if refused.content and not refused.content.endswith(b"\n"):
        out.write(b"\n")
