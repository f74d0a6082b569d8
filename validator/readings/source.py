"""What one submission is before it is read, and what it becomes."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

import pyarrow as pa

from validator.errors import Place, SubmissionError, TooLargeError
from validator.readings.hints import NO_HINTS, Hints
from validator.readings.refused import RefusedLines
from validator.readings.register_readings import NO_REGISTER_READINGS, RegisterReadings

if TYPE_CHECKING:
    from validator.readings.cdca_exceptions import ReportedException
    from validator.readings.cdca_status import MeterStatus

TimeBase: TypeAlias = Literal["local", "utc"]
Data: TypeAlias = bytes | bytearray | memoryview | mmap.mmap
"""Bytes that are kept whole in memory, or mapped from a file."""

MOST_DECOMPRESSED_BYTES = 8 * 1024**3
"""Cap on what one submission may become when decompressed: 300 MB of zeros is a 9 KB zstd body."""


@dataclass(frozen=True)
class Submission:
    """One submission's decompressed bytes and the terms on which they are read.

    `today` decides which settlement dates lie in the future; `most_bytes` caps decompression inside the
    format (Arrow bodies, Parquet pages). `jobs` is how many threads may share the work. `allow_test_data`
    lets in files whose header says that they are a test. `lenient` leaves out the groups, rows or
    messages that cannot be read instead of refusing the file, where the format has them. `hints`
    tell what a customer's file leaves unsaid.
    """

    name: str
    data: memoryview
    time_base: TimeBase
    today: date
    most_bytes: int = MOST_DECOMPRESSED_BYTES
    jobs: int = 1
    allow_test_data: bool = False
    lenient: bool = False
    hints: Hints = NO_HINTS
    release: Callable[[int], None] = lambda _: None
    """To be told up to which byte `data` will not be looked at again for now: where it is mapped, it leaves memory."""
    sent_lines: Sequence[int] | None = None
    """Of each line of `data` its number in the file as sent, where some were left out or stand in other windows."""

    def as_sent(self, line: int) -> int:
        """The number that a line of `data`, from 1, has in the file as sent."""
        return line if self.sent_lines is None else self.sent_lines[line - 1]

    def refuse(
        self,
        found: str,
        expected: str,
        action: str = "",
        *,
        line: int | None = None,
        row: int | None = None,
        column: str | None = None,
        byte: int | None = None,
        good: int | None = None,
    ) -> SubmissionError:
        """The error to raise for this submission; line and row count from 1, bytes from 0.

        `good` is what is good before it; where it is not given, the caller of the reader says that nothing is.
        """
        return SubmissionError(Place(self.name, line, row, column, byte), found, expected, action, good=good)

    def too_large(self, found: str, expected: str, *, column: str | None = None) -> TooLargeError:
        """The error to raise where this submission becomes more than `most_bytes`."""
        place = Place(self.name, column=column)
        return TooLargeError(place, found, expected, "Send it in smaller parts")


@dataclass(frozen=True)
class Decoded:
    """What a format's reader returns: READINGS rows, columns that it passed over, and groups that it left out.

    A D0010 has `registers` and no rows, a C0101 what the CDCA `reported`, a C0541 the `statuses` of meters. `notes`
    are facts that a person should know, in words.
    """

    readings: pa.Table
    ignored_columns: tuple[str, ...] = ()
    refused: tuple[RefusedLines, ...] = ()
    registers: RegisterReadings = NO_REGISTER_READINGS
    notes: tuple[str, ...] = ()
    reported: tuple[ReportedException, ...] = ()
    statuses: tuple[MeterStatus, ...] = ()


@dataclass(frozen=True)
class Source:
    """One submission as read.

    `format` is a word of FORMATS. `sha256` and `size_bytes` are of the bytes as received, before any
    decompression. `readings` has the READINGS schema, one row per channel-day. `read_s` is the time spent
    decoding, seconds. `ignored_columns` names the columns that are not ours and were passed over. `refused`
    are the groups that a lenient reading left out. `registers` are the readings of a D0010, to be joined
    onto channel-days by `validator.registers`; `reported` are the exceptions of a C0101, `statuses` what a C0541
    says of meters; `notes` are facts that a person should know, in words.
    """

    name: str
    format: str
    sha256: str
    size_bytes: int
    readings: pa.Table = field(repr=False)
    read_s: float
    ignored_columns: tuple[str, ...] = ()
    refused: tuple[RefusedLines, ...] = field(default=(), repr=False)
    registers: RegisterReadings = field(default=NO_REGISTER_READINGS, repr=False)
    notes: tuple[str, ...] = ()
    reported: tuple[ReportedException, ...] = field(default=(), repr=False)
    statuses: tuple[MeterStatus, ...] = field(default=(), repr=False)
