"""Readings batch by batch: memory is bounded by the window, not by the file, where the format allows it."""

from __future__ import annotations

import mmap
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from itertools import chain
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import pyarrow as pa

from validator.errors import Place, SubmissionError, TooLargeError
from validator.readings import d0010
from validator.readings.compression import DamagedError, codec_of, damaged, decompressed_pieces
from validator.readings.customers.unbroken import Unbroken, tables_to_the_end
from validator.readings.customers.windowed import ByWindow
from validator.readings.formats import AUTO, counted_in, recognise
from validator.readings.hints import NO_HINTS, Hints
from validator.readings.mapped import releasing
from validator.readings.pieces import AsWholeError
from validator.readings.pipes import LAYOUTS, PipeBatch, pipe_batches
from validator.readings.pipes.stitching import Stitched, Terms
from validator.readings.pipes.windows import (
    Bytes,
    Cuttable,
    Window,
    cut_buffer,
    cut_pieces,
    window_bytes,
    windows_of_buffer,
    windows_of_pieces,
)
from validator.readings.reading import broken_off, counted_good, pieces_of, read_bytes
from validator.readings.received import STANDARD_INPUT, Input
from validator.readings.record_trees import Terms as TreeTerms
from validator.readings.refused import Refuse
from validator.readings.source import MOST_DECOMPRESSED_BYTES, Submission, TimeBase

_PIECE_BYTES = 4 * 1024 * 1024
_ROWS_AT_ONCE = 65536
_WINDOWS_AT_LEAST = 2
"""Of bytes that come piece by piece so many windows are at hand where the first is cut off."""
Cut: TypeAlias = Callable[[Callable[[Bytes], int | None], int], Iterator[Window]]
"""Windows by where they end, of so many bytes at least."""
_CUTTABLE: dict[str, Cuttable] = {**LAYOUTS, d0010.FLOW: d0010.LAYOUT}
"""Formats of groups within an envelope that are read window by window."""
_BY_WINDOW = {
    "df2": "df2:df2_by_window",
    "csv-british-gas": "british_gas:british_gas_by_window",
    "csv-edf": "edf:edf_by_window",
}
"""Customers' formats that are, and how each is cut; imported for the first file of that format."""


@dataclass(frozen=True)
class Asked:
    """On what terms a file is streamed; see `validator.readings.read_submission`.

    `refuse` takes in what a lenient reading leaves out; None reads strictly. `in_pieces`: files of half hours may be
    read a piece at a time, at the risk of a StartAgainError.
    """

    format: str = AUTO
    time_base: TimeBase = "local"
    most_bytes: int = MOST_DECOMPRESSED_BYTES
    today: date = field(default_factory=date.today)
    jobs: int = 1
    allow_test_data: bool = False
    refuse: Refuse | None = None
    hints: Hints = NO_HINTS
    in_pieces: bool = True


@dataclass(frozen=True)
class RegisterStream:
    """Register readings as REGISTER_READINGS, and the lines that are passed over, counted as the batches are taken."""

    batches: Iterator[pa.RecordBatch]
    unknown: d0010.Unknown


@dataclass(frozen=True)
class ReadingStream:
    """Readings of one file, to be taken once.

    `batches` raises SubmissionError at the first fault, after the batches before it, and StartAgainError where those
    have turned out to be wrong. `stitched` has a DTC file's header as soon as the first batch is there, and its trailer
    after the last. `registers` has those of a D0010, which has no others.
    """

    name: str
    format: str
    batches: Iterator[PipeBatch]
    stitched: Stitched | None = None
    registers: RegisterStream | None = None


def open_stream(path: Input, asked: Asked, name: str | None = None) -> ReadingStream:
    """Open a file, or standard input for `-`, for reading batch by batch.

    DTC and CDCA files are read window by window, compressed or not, and so are Stark DF2, British Gas's CSV and EDF's,
    in which what is of one channel-day stands together, but these not leniently; large files with a row per half hour,
    of our own column names, in pieces where they are not compressed; any other format is read whole first.
    Raises SubmissionError.
    """
    label = name or ("standard input" if path == STANDARD_INPUT else str(path))
    with counted_good(label):
        return _opened(path, label, asked)


def _opened(path: Input, label: str, asked: Asked) -> ReadingStream:
    if path == STANDARD_INPUT:
        return _of_file(sys.stdin.buffer, label, asked)
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed when the last batch has been taken, or with the stream
        status = os.fstat(file.fileno())
        # A pipe cannot be mapped, nor can a file without bytes.
        if stat.S_ISREG(status.st_mode) and status.st_size:
            with file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if codec_of(mapped[:4]) is None:
                return _of_map(mapped, label, asked)
            mapped.close()
            file = open(path, "rb")  # noqa: SIM115
        return _of_file(file, label, asked)
    except OSError as error:
        raise SubmissionError(Place(str(path)), error.strerror or str(error), "a file that can be read") from error


def _of_map(mapped: mmap.mmap, name: str, asked: Asked) -> ReadingStream:
    view = memoryview(mapped)
    word = recognise(_submission(view, name, asked), asked.format)
    release = releasing(mapped)
    by_window = _is_by_window(word, asked)
    if not by_window and word not in _CUTTABLE:
        return _in_pieces(view, name, word, asked, release)
    data = np.frombuffer(view, dtype=np.uint8)
    if by_window:
        return _of_days(name, word, asked, Unbroken(iter(())), lambda end_of, _: cut_buffer(data, end_of, release))
    further = _look_further(word, asked)
    return _stream(
        windows_of_buffer(data, _CUTTABLE[word], window_bytes(asked.jobs), release, further), name, word, asked
    )


def _of_file(file: BinaryIO, name: str, asked: Asked) -> ReadingStream:
    pieces = _pieces(file, name, asked.most_bytes)
    start = bytearray()
    # A first piece may be short; what a file is can be told from its first line.
    for piece in pieces:
        start += piece
        if len(start) >= 65536:
            break
    if not start:
        raise SubmissionError(Place(name), "an empty file", "a submission", "Send the file again")
    word = recognise(_submission(memoryview(start), name, asked), asked.format)
    everything = chain([bytes(start)], pieces)
    if _is_by_window(word, asked):
        unbroken = Unbroken(everything)
        return _of_days(name, word, asked, unbroken, lambda end_of, least: cut_pieces(iter(unbroken), end_of, least))
    if word not in _CUTTABLE:
        return _whole(_joined(everything, name, word, asked), name, word, asked)
    size, further = window_bytes(asked.jobs), _look_further(word, asked)
    return _stream(windows_of_pieces(everything, _CUTTABLE[word], size, further), name, word, asked)


def _look_further(word: str, asked: Asked) -> int | None:
    """How far to look for a place to cut; of a D0010 to the end, where a group may be left out, which is whole then."""
    return MOST_DECOMPRESSED_BYTES if word == d0010.FLOW and asked.refuse is not None else None


def _joined(pieces: Iterator[bytes], name: str, word: str, asked: Asked) -> memoryview:
    whole = bytearray()
    try:
        for piece in pieces:
            whole += piece
    except TooLargeError:
        raise
    except SubmissionError as fault:
        before = memoryview(whole)
        raise broken_off(DamagedError(fault, before), _submission(before, name, asked), word) from fault
    return memoryview(whole).toreadonly()


def _pieces(file: BinaryIO, name: str, most_bytes: int) -> Iterator[bytes]:
    with file:
        start = file.read(4)
        codec = codec_of(start)
        if codec is None:
            yield start
            while piece := file.read(_PIECE_BYTES):
                yield piece
            return
        try:
            yield from decompressed_pieces(_Prefixed(start, file), codec, name, most_bytes)
        except OSError as error:
            raise damaged(codec, name, error) from error


class _Prefixed:
    """A file whose first bytes have been read already."""

    def __init__(self, start: bytes, file: BinaryIO) -> None:
        self._start = start
        self._file = file
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, as a file gives them."""
        taken = self._start if size < 0 else self._start[:size]
        self._start = self._start[len(taken) :]
        return taken + self._file.read(size - len(taken) if size >= 0 else -1)

    def readable(self) -> bool:
        """True: Arrow asks."""
        return True

    def close(self) -> None:
        """The file is closed by its owner."""
        self.closed = True


def _stream(windows: Iterator[Window], name: str, word: str, asked: Asked) -> ReadingStream:
    if word == d0010.FLOW:
        terms = TreeTerms(name, d0010.LAYOUT, asked.allow_test_data, asked.refuse)
        unknown = d0010.Unknown()
        batches = _counted(d0010.register_batches(windows, terms, asked.jobs, unknown), counted_in(word))
        return ReadingStream(name, word, iter(()), registers=RegisterStream(batches, unknown))
    stitched = Stitched(
        Terms(name, LAYOUTS[word], asked.today, asked.allow_test_data, asked.refuse, with_supplier=True)
    )
    return ReadingStream(name, word, _placed(pipe_batches(windows, stitched, asked.jobs), stitched), stitched)


def _is_by_window(word: str, asked: Asked) -> bool:
    return word in _BY_WINDOW and asked.refuse is None


def _of_days(name: str, word: str, asked: Asked, unbroken: Unbroken, cut: Cut) -> ReadingStream:
    """The stream of a customer's file, whose bytes come from `unbroken` where it is not mapped."""
    module, function = _BY_WINDOW[word].split(":")
    submission = replace(_submission(memoryview(b""), name, asked), jobs=asked.jobs)
    by_window: ByWindow = getattr(import_module(f"validator.readings.customers.{module}"), function)(submission)
    size = window_bytes(asked.jobs)
    windows = cut(lambda rest: by_window.end_of(rest, size), _WINDOWS_AT_LEAST * size)
    tables = tables_to_the_end(submission, windows, by_window, asked.jobs, unbroken)
    batches = (batch for table in tables for batch in table.to_batches(max_chunksize=_ROWS_AT_ONCE))
    return ReadingStream(name, word, (PipeBatch(batch, None) for batch in batches))


def _counted(batches: Iterator[pa.RecordBatch], counted: str) -> Iterator[pa.RecordBatch]:
    """The batches; a fault of what carries them is told with what came before it."""
    good = 0
    try:
        for batch in batches:
            yield batch
            good += batch.num_rows
    except SubmissionError as fault:
        if fault.good is not None:
            raise
        raise fault.again(good=good, counted=counted) from fault


def _placed(batches: Iterator[PipeBatch], stitched: Stitched) -> Iterator[PipeBatch]:
    """The batches; a fault of what carries them, damaged gzip, is told with the line and what is good so far."""
    try:
        yield from batches
    except SubmissionError as fault:
        if fault.good is not None:
            raise
        place = replace(fault.place, line=stitched.lines + 1)
        raise fault.again(place=place, good=stitched.good) from fault


class StartAgainError(Exception):
    """A file was read in pieces, and that was wrong: what was given out is void. Open it again, not `in_pieces`."""


def _in_pieces(data: memoryview, name: str, word: str, asked: Asked, release: Callable[[int], None]) -> ReadingStream:
    """A file of half hours in pieces, where it is large; any other as a whole."""
    sent = replace(_submission(data, name, asked), release=release, jobs=asked.jobs)
    pieces = pieces_of(sent, word) if asked.in_pieces else None
    if pieces is None:
        return _whole(data, name, word, asked)

    def batches() -> Iterator[PipeBatch]:
        begun = False
        try:
            for table in pieces:
                for batch in table.to_batches():
                    begun = True
                    yield PipeBatch(batch, None)
            return
        except AsWholeError as error:
            if begun and (asked.refuse is not None or error.__cause__ is None):
                raise StartAgainError(name) from error
        # It raises for a fault, and tells its place.
        whole = _whole(data, name, word, asked)
        if begun:
            raise StartAgainError(name)
        yield from whole.batches

    return ReadingStream(name, word, batches())


def _whole(data: memoryview, name: str, word: str, asked: Asked) -> ReadingStream:
    source = read_bytes(
        data, name, format=word, time_base=asked.time_base, most_bytes=asked.most_bytes, today=asked.today,
        jobs=asked.jobs, allow_test_data=asked.allow_test_data, lenient=asked.refuse is not None, hints=asked.hints,
    )  # fmt: skip
    for each in source.refused:
        assert asked.refuse is not None
        asked.refuse(each)
    batches = source.readings.to_batches(max_chunksize=_ROWS_AT_ONCE)
    return ReadingStream(name, word, (PipeBatch(batch, None) for batch in batches))


def _submission(view: memoryview, name: str, asked: Asked) -> Submission:
    return Submission(name, view, asked.time_base, asked.today, asked.most_bytes, hints=asked.hints)


def table_of(stream: ReadingStream) -> Any:
    """All of a stream as one table."""
    return pa.Table.from_batches([batch.readings for batch in stream.batches])
