"""Groups that `--lenient` left out: which lines, why, and their bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias

from validator.errors import SubmissionError

REFUSED_FILE = "refused.txt"
CHANNEL_DAYS = "channel-days"
ROWS = "rows"
"""Of half hours, of which none is a channel-day."""
_ONE = {"statuses": "status"}


@dataclass(frozen=True)
class RefusedLines:
    """Lines of one file that were left out, or rows of a table or a sheet (`unit`).

    `first_line` to `last_line` count from 1, both inclusive; `last_line` is one less than `first_line` where
    something is missing before that line. `count` is how many channel-days those lines open, or how many there are of
    what else is `counted` in the file. `content` is the bytes as they were sent; of what has no bytes of its own, a row
    of a table or a sheet, its values on one line.
    """

    file: str
    first_line: int
    last_line: int
    count: int
    reason: SubmissionError
    content: bytes = field(repr=False)
    counted: str = CHANNEL_DAYS
    unit: str = "line"

    @property
    def channel_days(self) -> int:
        """How many channel-days were left out."""
        return self.count if self.counted == CHANNEL_DAYS else 0


Refuse: TypeAlias = Callable[[RefusedLines], None]
"""Takes in what is left out, as it is found."""


def many_of(count: int, counted: str) -> str:
    """A number of what is counted, its word being the plural: 1 channel-day, 2 statuses."""
    return f"{count:,} {_ONE.get(counted, counted.removesuffix('s')) if count == 1 else counted}"


def counts_left_out(refused: Iterable[RefusedLines]) -> dict[str, int]:
    """How much was left out, by what is counted."""
    counts: Counter[str] = Counter()
    for each in refused:
        counts[each.counted] += each.count
    return dict(counts)


def write_refused(out: BinaryIO, refused: RefusedLines) -> None:
    """One entry of refused.txt: a line that begins with `#`, then the bytes as they were sent."""
    unit = refused.unit
    if refused.last_line < refused.first_line:
        lines = f"before {unit} {refused.first_line}"
    elif refused.last_line == refused.first_line:
        lines = f"{unit} {refused.first_line}"
    else:
        lines = f"{unit}s {refused.first_line} to {refused.last_line}"
    counted = many_of(refused.count, refused.counted)
    out.write(f"# {refused.file}, {lines}, {counted}: {refused.reason}\n".encode())
    out.write(refused.content)
    if refused.content and not refused.content.endswith(b"\n"):
        out.write(b"\n")
