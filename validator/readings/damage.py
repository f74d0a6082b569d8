"""Turns what the Arrow libraries raise on damaged bytes into a SubmissionError."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from validator.errors import SubmissionError
from validator.readings.source import Submission

RESEND = "Send the file again; the transfer may have been cut short"
_MOST_SHOWN = 200
DAMAGE = (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError)
"""What the libraries raise on bytes that they cannot decode."""


@dataclass(frozen=True)
class Where:
    """What is known of where a damage is: in words (`in its footer`), and the channel-days before it that are good."""

    words: str = ""
    byte: int | None = None
    row: int | None = None
    column: str | None = None
    good: int | None = None


def damaged(submission: Submission, title: str, reason: str, where: Where | None = None) -> SubmissionError:
    """The error for bytes of a `title` that cannot be decoded."""
    where = where or Where()
    place = f", {where.words}" if where.words else ""
    return submission.refuse(
        f"damaged {title} of {submission.data.nbytes} bytes{place}: {reason}", f"a whole {title}", RESEND,
        byte=where.byte, row=where.row, column=where.column, good=where.good,
    )  # fmt: skip


@contextmanager
def damage_refused(submission: Submission, title: str, where: Callable[[], Where] = Where) -> Iterator[None]:
    """Within it, anything that the reader of `title` cannot decode is a SubmissionError.

    `where` is asked only then; it may raise a SubmissionError of its own, for what is at fault before the damage.
    """
    try:
        yield
    except MemoryError as error:
        raise submission.refuse(
            f"{title} that asks for more memory than there is", "a whole file", "Send it in smaller parts"
        ) from error
    except DAMAGE as error:
        # The libraries' messages carry lines of their own source after the first.
        reason = (str(error).splitlines() or [type(error).__name__])[0][:_MOST_SHOWN]
        raise damaged(submission, title, reason, _asked(where)) from error


def _asked(where: Callable[[], Where]) -> Where:
    try:
        return where()
    except DAMAGE:
        # Not even what the file says of its columns can be read again.
        return Where("in its schema", byte=0)
