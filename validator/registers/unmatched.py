"""Register readings that no channel-day takes, kept as numbers and made one by one when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

REASONS = (
    "",
    "for their validation status is F, failed",
    "for they were not taken at midnight, where settlement days meet",
    "for their meter has several registers, and none is named after a measurement quantity",
    "for no meter of that serial number is on file for the MPAN core on that day",
    "for no channel-day of that channel begins or ends there",
    "for a register reading is there already",
)
"""Why a reading is not used, in the order in which it is asked; the first is of those that are."""
MATCHED, FAILED, NOT_AT_MIDNIGHT, SEVERAL_REGISTERS, NOT_ON_FILE, NO_CHANNEL_DAY, TAKEN_ALREADY = range(len(REASONS))
_AT_ONCE = 65_536


class Unmatched(NamedTuple):
    """A register reading that no channel-day takes, by the file and line that it stands in, and why."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, eq=False)
class UnmatchedReadings(Sequence[Unmatched]):
    """Those of all files, in their order.

    `files` are the files' names; `file` int32 is a place in it, `line` int64 counts from 1 and `reason` int8 is a
    place in REASONS, arrays (unmatched,).
    """

    files: tuple[str, ...]
    file: npt.NDArray[np.int32]
    line: npt.NDArray[np.int64]
    reason: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.line)

    @overload
    def __getitem__(self, at: int) -> Unmatched: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Unmatched, ...]: ...
    def __getitem__(self, at: int | slice) -> Unmatched | tuple[Unmatched, ...]:
        if isinstance(at, slice):
            return tuple(self._made(at))
        return Unmatched(self.files[self.file[at]], int(self.line[at]), REASONS[self.reason[at]])

    def __iter__(self) -> Iterator[Unmatched]:
        for first in range(0, len(self), _AT_ONCE):
            yield from self._made(slice(first, first + _AT_ONCE))

    def by_reason(self) -> list[tuple[int, Unmatched]]:
        """How many have each reason, with the first of them; the most frequent first."""
        counted = np.bincount(self.reason, minlength=len(REASONS))
        firsts = {int(np.argmax(self.reason == reason)): int(counted[reason]) for reason in np.flatnonzero(counted)}
        return [(firsts[at], self[at]) for at in sorted(firsts, key=lambda at: (-firsts[at], at))]

    def _made(self, part: slice) -> Iterator[Unmatched]:
        columns = zip(self.file[part].tolist(), self.line[part].tolist(), self.reason[part].tolist(), strict=True)
        return (Unmatched(self.files[file], line, REASONS[reason]) for file, line, reason in columns)


NONE_UNMATCHED = UnmatchedReadings((), np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int8))
