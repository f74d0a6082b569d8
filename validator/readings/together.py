"""Several small submissions read at the cost of few, each as if it had come alone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from validator.errors import SubmissionError
from validator.readings.compression import codec_of
from validator.readings.formats import AUTO, recognise
from validator.readings.pipes import LAYOUTS
from validator.readings.pipes.joined import read_joined
from validator.readings.source import Decoded, Source, Submission

_MOST_BYTES = 16 * 1024
_Terms = tuple[str, date, bool]


@dataclass(frozen=True, slots=True)
class Small:
    """A submission in memory and the terms that matter to a `|`-separated file; it is read strictly."""

    name: str
    content: bytes
    today: date
    format: str = AUTO
    allow_test_data: bool = False


def read_together(wanted: Sequence[Small | None]) -> list[Source | None]:
    """The small ones that can be read together, in their places; None for each that is to be read by itself.

    That is anything that cannot be read, too: what to say of it is `read_bytes`'s to say.
    """
    found: list[Source | None] = [None] * len(wanted)
    alike: dict[_Terms, list[tuple[int, Submission]]] = {}
    for place, small in enumerate(wanted):
        if small is None or len(small.content) > _MOST_BYTES or codec_of(small.content[:4]) is not None:
            continue
        submission = Submission(
            small.name, memoryview(small.content), "local", small.today, allow_test_data=small.allow_test_data
        )
        try:
            word = recognise(submission, small.format)
        except SubmissionError:
            continue
        if word in LAYOUTS:
            alike.setdefault((word, small.today, small.allow_test_data), []).append((place, submission))
    for (word, *_), submissions in alike.items():
        for place, source in _sources(word, submissions):
            found[place] = source
    return found


def _sources(word: str, submissions: Sequence[tuple[int, Submission]]) -> list[tuple[int, Source]]:
    """Of all together; where that fails, of each half, so that one that cannot be read costs the others little."""
    if len(submissions) < 2:
        return []
    began = time.perf_counter()
    decoded = read_joined([submission for _, submission in submissions], word)
    if decoded is None:
        half = len(submissions) // 2
        return [*_sources(word, submissions[:half]), *_sources(word, submissions[half:])]
    read_s = (time.perf_counter() - began) / len(submissions)
    return [
        (place, _source(word, submission, each, read_s))
        for (place, submission), each in zip(submissions, decoded, strict=True)
    ]


def _source(word: str, submission: Submission, decoded: Decoded, read_s: float) -> Source:
    data = submission.data
    return Source(submission.name, word, hashlib.sha256(data).hexdigest(), len(data), decoded.readings, read_s)
