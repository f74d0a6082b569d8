"""Compressed bytes that break off: what came before is read to its last whole line, and then the damage is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from validator.errors import SubmissionError, TooLargeError
from validator.readings.customers.windowed import ByWindow, Progress, tables_of
from validator.readings.pipes.windows import Window
from validator.readings.source import Submission


class Unbroken:
    """Pieces of a file as they come; where they break off, `fault` is why, and the last line that is not whole is lost.

    `lines` counts those that have ended.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.fault: SubmissionError | None = None
        self.lines = 0

    def __iter__(self) -> Iterator[bytes]:
        last = b""
        try:
            for piece in self._pieces:
                self.lines += piece.count(b"\n")
                if last:
                    yield last
                last = piece
        except TooLargeError:
            raise
        except SubmissionError as fault:
            self.fault = fault
            last = last[: last.rfind(b"\n") + 1]
        yield last


def tables_to_the_end(
    submission: Submission, windows: Iterator[Window], by_window: ByWindow, jobs: int, unbroken: Unbroken
) -> Iterator[pa.Table]:
    """READINGS of each window, as `tables_of`; after the last of a file that broke off, the error that says so.

    A fault of its own before that is not told: the whole may not have it.
    """
    progress = Progress()
    good: int | None = None
    try:
        yield from tables_of(submission, by_window.parts(windows), by_window.reader, jobs, progress)
    except SubmissionError as found:
        if found.good is None:
            raise found.again(good=progress.good_whole()) from found
        # The windows that follow tell whether the file breaks off.
        for _ in windows:
            pass
        if unbroken.fault is None:
            raise
        good = found.good
    if (fault := unbroken.fault) is not None:
        place = replace(fault.place, line=unbroken.lines + 1)
        raise fault.again(place=place, good=progress.good_whole() if good is None else good) from fault
