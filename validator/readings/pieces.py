"""A file that is read a piece at a time, as long as a piece says what the whole says; light to import."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings.casts import MOST_OFFSET
from validator.readings.damage import DAMAGE

ROWS_AT_ONCE = 512 * 1024
"""Half hours of a piece, one row each: some 50 MB of memory while they become channel-days."""

BYTES_AT_ONCE = 16 * 1024 * 1024
"""Text of a piece. A file that is no larger, and says nothing of its rows, is read as a whole."""


class AsWholeError(Exception):
    """Pieces do not say what the whole file says, or cannot be read: it is to be read as a whole, which will tell."""


@contextmanager
def damage_as_whole() -> Iterator[None]:
    """Within it, what cannot be read is for the reader of the whole to tell of."""
    try:
        yield
    except (SubmissionError, *DAMAGE) as error:
        raise AsWholeError from error


def one_ahead(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The tables, each read by a thread of its own while the one before it is dealt with."""
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(next, tables, None)
        while (table := following.result()) is not None:
            following = thread.submit(next, tables, None)
            yield table


def whole_of(pieces: Iterator[pa.Table]) -> pa.Table | None:
    """All pieces as one table; None where the file is to be read as a whole."""
    tables: list[pa.Table] = []
    half_hours = 0
    try:
        for each in pieces:
            tables.append(each)
            half_hours += sum(len(chunk.values) for chunk in each["energy_kwh"].chunks)
            if half_hours > MOST_OFFSET:
                return None
    except AsWholeError:
        return None
    return pa.concat_tables(tables) if tables else None
