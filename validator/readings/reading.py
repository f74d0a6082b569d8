"""One submission, whatever its format, into a Source."""

from __future__ import annotations

import hashlib
import mmap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from importlib import import_module
from typing import Any

import pyarrow as pa

from validator.errors import Place, SubmissionError
from validator.readings.complete import cut_notes
from validator.readings.compression import DamagedError, decompressed
from validator.readings.first_fault import whole_days
from validator.readings.formats import AUTO, REPORT_WORDS, counted_in, recognise
from validator.readings.hints import NO_HINTS, Hints
from validator.readings.mapped import releasing
from validator.readings.received import STANDARD_INPUT, Input, received
from validator.readings.source import (
    MOST_DECOMPRESSED_BYTES,
    Data,
    Decoded,
    Source,
    Submission,
    TimeBase,
)

_DIGESTED_AT_ONCE = 256 * 1024
"""Bytes whose digest takes less time than handing it to a thread."""

_RELEASED_AT_ONCE = 16 * 1024 * 1024

_READERS = {
    "arrow-stream": "ipc:read_stream",
    "arrow-file": "ipc:read_file",
    "parquet": "parquet:read_parquet",
    "csv-wide": "csv_wide:read_csv_wide",
    "D0010": "d0010:read_d0010",
    **dict.fromkeys(REPORT_WORDS, "cdca_reports:read_report"),
    **dict.fromkeys(("D0036", "D0275", "D0379", "C0121"), "pipes:read_pipes"),
    "csv-narrow": "half_hours.narrow_csv:read_csv_narrow",
    "csv-half-hour": "customers.plain_csv:read_csv_half_hour",
    "csv-british-gas": "customers.british_gas:read_british_gas",
    "csv-edf": "customers.edf:read_edf",
    "df2": "customers.df2:read_df2",
    "dip": "customers.dip:read_dip",
    "csv-schneider": "customers.schneider:read_schneider_csv",
    "xlsx": "customers.xlsx:read_xlsx",
}
"""Where each format's reader is. It is imported for the first file of that format: a run rarely meets two."""
_IN_PIECES = {
    "arrow-stream": "ipc:pieces_of_stream",
    "arrow-file": "ipc:pieces_of_file",
    "parquet": "parquet:pieces_of_parquet",
    "csv-narrow": "half_hours.narrow_csv:pieces_of_csv_narrow",
    "dip": "customers.dip:pieces_of_dip",
}
"""Those that are read a piece at a time where they are large."""
_TAKING_A_WORD = ("cdca_reports:read_report", "pipes:read_pipes")


def _reader(word: str) -> Callable[[Submission], Decoded]:
    place = _READERS[word]
    read: Callable[..., Decoded] = _imported(place)
    return partial(read, word=word) if place in _TAKING_A_WORD else read


def _imported(place: str) -> Any:
    module, name = place.split(":")
    return getattr(import_module(f"validator.readings.{module}"), name)


def pieces_of(submission: Submission, word: str) -> Iterator[pa.Table] | None:
    """READINGS tables with memory bounded by a piece of the file; None for a file that is read as a whole.

    Raises AsWholeError where it cannot be read so after all (validator/readings/pieces.py), and SubmissionError.
    """
    pieces: Iterator[pa.Table] | None = _imported(_IN_PIECES[word])(submission) if word in _IN_PIECES else None
    return pieces


def read_submission(
    path: Input,
    *,
    format: str = AUTO,  # noqa: A002 - the option's name on the command line
    time_base: TimeBase = "local",
    name: str | None = None,
    most_bytes: int = MOST_DECOMPRESSED_BYTES,
    today: date | None = None,
    jobs: int = 1,
    allow_test_data: bool = False,
    lenient: bool = False,
    hints: Hints = NO_HINTS,
) -> Source:
    """Read one file, or standard input for `-`.

    `format` is a word of FORMATS, or `auto` to recognise it from the content. `time_base` says whether a
    day is local or UTC where the submission does not. `name` stands for it in messages and reports (the
    path otherwise). `most_bytes` caps what it may become when decompressed. `today` (default: the date)
    decides which settlement dates lie in the future. `jobs` threads share the work where the format can be
    shared out. `allow_test_data` lets in files whose header says that they are a test. `lenient` leaves out
    the groups, rows or messages that cannot be read, where the format has them, and gives them in `refused`.
    `hints` tell what a customer's file leaves unsaid. Raises SubmissionError.
    """
    label = name or ("standard input" if path == STANDARD_INPUT else str(path))
    data = received(path)
    return read_bytes(
        data,
        label,
        format=format,
        time_base=time_base,
        most_bytes=most_bytes,
        today=today,
        jobs=jobs,
        allow_test_data=allow_test_data,
        lenient=lenient,
        hints=hints,
    )


def read_bytes(
    data: Data,
    name: str,
    *,
    format: str = AUTO,  # noqa: A002 - the option's name on the command line
    time_base: TimeBase = "local",
    most_bytes: int = MOST_DECOMPRESSED_BYTES,
    today: date | None = None,
    jobs: int = 1,
    allow_test_data: bool = False,
    lenient: bool = False,
    hints: Hints = NO_HINTS,
) -> Source:
    """Read one submission from memory; the other arguments are those of `read_submission`."""
    view = memoryview(data)
    release, digested = (releasing(data) if isinstance(data, mmap.mmap) else _keep for _ in range(2))
    with counted_good(name), _digesting(view, digested) as digest:
        if not len(view):
            raise SubmissionError(Place(name), "an empty file", "a submission", "Send the file again")
        started = time.perf_counter()
        # A local clock day ahead of UTC is allowed for: dates may lie one day after today.
        asked = today or date.today()  # noqa: DTZ011

        def submitted(plain: memoryview) -> Submission:
            return Submission(name, plain, time_base, asked, most_bytes, jobs, allow_test_data, lenient, hints, release)

        try:
            plain = decompressed(view, name, most_bytes)
        except DamagedError as damaged:
            raise broken_off(damaged, replace(submitted(damaged.before), lenient=False), format) from damaged
        if not len(plain):
            raise SubmissionError(Place(name), "nothing when decompressed", "a submission", "Send the file again")
        submission = submitted(plain)
        word = recognise(submission, format)
        with counted_good(name, counted_in(word)):
            decoded = _reader(word)(submission)
        read_s = time.perf_counter() - started
        return Source(
            name,
            word,
            digest(),
            len(view),
            decoded.readings,
            read_s,
            decoded.ignored_columns,
            decoded.refused,
            decoded.registers,
            (*decoded.notes, *cut_notes(word, name, plain)),
            decoded.reported,
            decoded.statuses,
        )


def broken_off(damaged: DamagedError, before: Submission, wanted: str) -> SubmissionError:
    """Where compressed bytes break off: the line or the byte of what they hold, and what is good of it until there.

    What holds for that part alone says nothing of the file: it ends in the middle, and its end is no fault of its own.
    """
    text = bytes(before.data)
    told_by_byte = not text or b"\0" in text
    place = Place(before.name, byte=len(text)) if told_by_byte else Place(before.name, text.count(b"\n") + 1)
    good, counted = 0, damaged.error.counted
    # The last line may be cut short; cut off, it can only be missing.
    lines = replace(before, data=before.data[: text.rfind(b"\n") + 1]) if place.line else before
    try:
        word = recognise(lines, wanted)
        counted = counted_in(word)
        good = whole_days(_reader(word)(lines))
    except SubmissionError as fault:
        good = fault.good or 0
    return damaged.error.again(place=place, good=good, counted=counted)


@contextmanager
def counted_good(name: str, counted: str = "channel-days") -> Iterator[None]:
    """Within it, a fault of the submission `name` that says nothing of what is good before it says that nothing is.

    So are all faults of a whole file, of its header and of its columns; what finds one further down counts. `counted`
    are the things that are.
    """
    try:
        yield
    except SubmissionError as fault:
        told = fault.good is not None and counted in (fault.counted, "channel-days")
        if told or fault.place.file != name:
            raise
        raise fault.again(good=fault.good or 0, counted=counted) from fault


def _keep(_: int) -> None:
    """Bytes that are not mapped stay."""


@contextmanager
def _digesting(view: memoryview, release: Callable[[int], None]) -> Iterator[Callable[[], str]]:
    """The digest, worked out meanwhile: it is as slow as some readers, and lets the interpreter go while it works."""

    def digest() -> str:
        found = hashlib.sha256()
        for begin in range(0, len(view), _RELEASED_AT_ONCE):
            found.update(view[begin : begin + _RELEASED_AT_ONCE])
            release(begin)
        return found.hexdigest()

    if len(view) <= _DIGESTED_AT_ONCE:
        yield digest
        return
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool.submit(digest).result
