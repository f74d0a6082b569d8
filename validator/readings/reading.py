"""One submission, whatever its format, into a Source."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial

from validator.errors import Place, SubmissionError
from validator.readings import ipc
from validator.readings.cdca_reports import REPORTS, read_report
from validator.readings.compression import decompressed
from validator.readings.csv_wide import read_csv_wide
from validator.readings.customers.british_gas import read_british_gas
from validator.readings.customers.df2 import read_df2
from validator.readings.customers.dip import read_dip
from validator.readings.customers.edf import read_edf
from validator.readings.customers.plain_csv import read_csv_half_hour
from validator.readings.customers.schneider import read_schneider_csv
from validator.readings.customers.xlsx import read_xlsx
from validator.readings.d0010 import read_d0010
from validator.readings.formats import AUTO, recognise
from validator.readings.half_hours.narrow_csv import read_csv_narrow
from validator.readings.hints import NO_HINTS, Hints
from validator.readings.parquet import read_parquet
from validator.readings.pipes import LAYOUTS, read_pipes
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

_READERS: dict[str, Callable[[Submission], Decoded]] = {
    "arrow-stream": ipc.read_stream,
    "arrow-file": ipc.read_file,
    "parquet": read_parquet,
    "csv-wide": read_csv_wide,
    "D0010": read_d0010,
    **{word: partial(read_report, word=word) for word in REPORTS},
    **{word: partial(read_pipes, word=word) for word in LAYOUTS},
    "csv-narrow": read_csv_narrow,
    "csv-half-hour": read_csv_half_hour,
    "csv-british-gas": read_british_gas,
    "csv-edf": read_edf,
    "df2": read_df2,
    "dip": read_dip,
    "csv-schneider": read_schneider_csv,
    "xlsx": read_xlsx,
}


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
    if not len(view):
        raise SubmissionError(Place(name), "an empty file", "a submission", "Send the file again")
    with _digesting(view) as digest:
        started = time.perf_counter()
        plain = decompressed(view, name, most_bytes)
        if not len(plain):
            raise SubmissionError(Place(name), "nothing when decompressed", "a submission", "Send the file again")
        # A local clock day ahead of UTC is allowed for: dates may lie one day after today.
        asked = today or date.today()  # noqa: DTZ011
        submission = Submission(name, plain, time_base, asked, most_bytes, jobs, allow_test_data, lenient, hints)
        word = recognise(submission, format)
        decoded = _READERS[word](submission)
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
            decoded.notes,
            decoded.reported,
        )


@contextmanager
def _digesting(view: memoryview) -> Iterator[Callable[[], str]]:
    """The digest, worked out meanwhile: it is as slow as some readers, and lets the interpreter go while it works."""

    def digest() -> str:
        return hashlib.sha256(view).hexdigest()

    if len(view) <= _DIGESTED_AT_ONCE:
        yield digest
        return
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool.submit(digest).result
