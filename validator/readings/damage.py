"""Turns what the Arrow libraries raise on damaged bytes into a SubmissionError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from validator.readings.source import Submission

_MOST_SHOWN = 200


@contextmanager
def damage_refused(submission: Submission, title: str) -> Iterator[None]:
    """Within it, anything that the reader of `title` cannot decode is a SubmissionError."""
    try:
        yield
    except MemoryError as error:
        raise submission.refuse(
            f"{title} that asks for more memory than there is", "a whole file", "Send it in smaller parts"
        ) from error
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as error:
        # The libraries' messages carry lines of their own source after the first.
        reason = (str(error).splitlines() or [type(error).__name__])[0][:_MOST_SHOWN]
        raise submission.refuse(
            f"damaged {title}: {reason}",
            f"a whole {title}",
            "Send the file again; the transfer may have been cut short",
        ) from error
