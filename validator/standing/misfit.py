"""Where a CSV stops being a table: looked for once a reader has refused it, which says no line."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from validator.errors import Place, SubmissionError

_EXPECTED = "UTF-8 CSV with a header line"


def misfit(content: bytes, name: str) -> SubmissionError | None:
    """The first line that is no UTF-8 or no row of the table; None where every line is one."""
    texts: list[str] = []
    for line, raw in enumerate(content.split(b"\n"), 1):
        try:
            texts.append(raw.decode())
        except UnicodeDecodeError as fault:
            found = f"byte {raw[fault.start]:#04x}, which is no UTF-8"
            return SubmissionError(Place(name, line), found, _EXPECTED, "Save it as UTF-8")
    reader = csv.reader(_lines(texts), strict=True)
    fields, begins = 0, 1
    try:
        for row in reader:
            fields = fields or len(row)
            if len(row) > fields:
                found = f"{len(row)} fields"
                return SubmissionError(Place(name, begins), found, f"{fields}, as in the header", "Correct the line")
            begins = reader.line_num + 1
    except csv.Error:
        return SubmissionError(Place(name, begins), "a quote out of place", _EXPECTED, "Correct the line")
    return None


def _lines(texts: list[str]) -> Iterator[str]:
    for text in texts:
        yield f"{text}\n"
