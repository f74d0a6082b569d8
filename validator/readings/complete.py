"""What a file that can be read may lack all the same."""

from __future__ import annotations

from validator.errors import Place, SubmissionError
from validator.readings.formats import FORMATS, REPORT_WORDS
from validator.readings.source import Source

_NO_LAST_LINE = frozenset(each.word for each in FORMATS if each.word.startswith("csv-") or each.word == "df2")
"""Texts in which no line says that it is the last."""
_START = 64 * 1024
"""Bytes of a file in which a line of it ends, if several do."""


def require_something(source: Source) -> Source:
    """The source; SubmissionError where there is nothing in it that could be judged, nor was anything left out.

    A job that sends a header and no rows has gone wrong somewhere, and a run that judges nothing should not look like
    one in which everything passed. A report of the CDCA's may have nothing to tell.
    """
    if source.readings.num_rows or len(source.registers) or source.refused or source.format in REPORT_WORDS:
        return source
    counted = next(each.counted for each in FORMATS if each.word == source.format)
    raise SubmissionError(
        Place(source.name),
        f"a {source.format} without {counted}",
        "at least one",
        "Send the readings, or leave the file out where there are none",
        good=0,
        counted=counted,
    )


def cut_notes(word: str, name: str, data: memoryview) -> tuple[str, ...]:
    """That a file may have been cut short in its last line, where only its line end is known to be missing."""
    if word not in _NO_LAST_LINE or bytes(data[-1:]) in (b"\n", b"\r") or b"\n" not in bytes(data[:_START]):
        return ()
    said = "its last line has no line end; if it was cut short there, so may be the line's last value"
    return (f"{name}: {said}: compare it with what was sent",)
