"""Customers' files by windows of whole channel-days: the same readings and faults as of the whole, memory bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings.first_fault import told_in_order, whole_days
from validator.readings.leniently import placed
from validator.readings.pipes.ahead import scanned_ahead
from validator.readings.pipes.windows import Bytes, Window
from validator.readings.source import Decoded, Submission

_ANY_LINE = 1 << 40


@dataclass(frozen=True)
class Part(Window):
    """A window, and the lines from further above without which it cannot be read: `head`, whole lines or nothing."""

    head: bytes = b""

    def text(self) -> bytes:
        """What is to be read."""
        return self.head + self.data.tobytes()


@dataclass(frozen=True)
class PartRead:
    """The readings of a part, `source_row` counted from its head on, and how many lines it has without that."""

    readings: pa.Table
    lines: int


@dataclass(frozen=True)
class WindowReader:
    """How the parts of a file are read, each by itself.

    `read` reads one as if it were a file, and raises for what cannot be read. `usual`, where there is one, does so in
    less time or returns None. `row_is_day`: no day can be cut short.
    """

    read: Callable[[Submission], Decoded]
    usual: Callable[[Part], PartRead | None] | None = None
    row_is_day: bool = False


@dataclass(frozen=True)
class ByWindow:
    """How a format is read by windows, of one file.

    `end_of` says where the first window of so many bytes, or some more, ends; None where there is no place to cut.
    `parts` are those windows with what has to stand above them.
    """

    end_of: Callable[[Bytes, int], int | None]
    parts: Callable[[Iterator[Window]], Iterator[Part]]
    reader: WindowReader


@dataclass
class Progress:
    """What has been read so far: lines of the file, channel-days, and the last of those."""

    lines: int = 0
    good: int = 0
    last: pa.Table | None = None

    def good_whole(self) -> int:
        """Channel-days, without a last one that lacks values at its end."""
        return self.good if self.last is None else self.good - 1 + whole_days(Decoded(self.last))


def tables_of(
    submission: Submission, parts: Iterator[Part], reader: WindowReader, jobs: int, progress: Progress
) -> Iterator[pa.Table]:
    """READINGS of each part in turn, read by `jobs` threads; `progress` says how far it is.

    `source_row` counts through the file. No more parts are held than threads and one. Raises SubmissionError for the
    first fault in the file's order, after the tables before it, with line, row and what is good before it in the file.
    """

    def read(part: Window, is_first: bool) -> PartRead | SubmissionError:
        del is_first
        assert isinstance(part, Part)
        usual = reader.usual(part) if reader.usual else None
        if usual is not None:
            return usual
        try:
            return PartRead(reader.read(_alone(submission, part)).readings, _lines(part.data))
        except SubmissionError as fault:
            return fault

    for part, found in scanned_ahead(parts, read, jobs):
        assert isinstance(part, Part)
        above = progress.lines - part.head.count(b"\n")
        if isinstance(found, SubmissionError):
            raise _in_file(submission, part, reader, above, progress)
        readings = found.readings
        progress.lines += found.lines
        progress.good += readings.num_rows
        if readings.num_rows:
            progress.last = readings.slice(readings.num_rows - 1)
            yield _moved(readings, above)
        part.consumed()


def _alone(submission: Submission, part: Part) -> Submission:
    return replace(submission, data=memoryview(part.text()), jobs=1)


def _lines(data: Bytes) -> int:
    text = data.tobytes()
    return text.count(b"\n") + int(not text.endswith(b"\n"))


def _moved(readings: pa.Table, above: int) -> pa.Table:
    return placed(readings, readings["source_row"].to_numpy() + above) if above else readings


def _in_file(
    submission: Submission, part: Part, reader: WindowReader, above: int, progress: Progress
) -> SubmissionError:
    """The first fault of a part, told as one of the file; `above` lines stand above what is read of it."""
    sent = replace(_alone(submission, part), sent_lines=range(above + 1, _ANY_LINE))
    text = part.text()

    def read(count: int | None) -> Decoded:
        chosen = sent if count is None else replace(sent, data=memoryview(_first_lines(text, count)))
        decoded = reader.read(chosen)
        if progress.last is None:
            return decoded
        # The channel-day before is the last where the part has none that is good.
        return replace(decoded, readings=pa.concat_tables([progress.last, decoded.readings]))

    try:
        told_in_order(read, lambda fault: fault.place.line, row_is_day=reader.row_is_day)
    except SubmissionError as fault:
        return _placed(fault, above, progress, len(part.head) > 0)
    raise AssertionError("what cannot be read cannot be read again")


def _first_lines(text: bytes, count: int) -> bytes:
    return b"".join(line + b"\n" for line in text.split(b"\n", count)[:count])


def _placed(fault: SubmissionError, above: int, progress: Progress, headed: bool) -> SubmissionError:
    place = fault.place
    if place.line is None:
        return fault.again(good=progress.good_whole())
    row = None if place.row is None else place.row + above
    # Of a fault on the first line nothing above it was read.
    before_first = place.line == 1 and not headed
    good = progress.good if progress.last is None or before_first else progress.good - 1
    return fault.again(place=replace(place, line=place.line + above, row=row), good=good + (fault.good or 0))
