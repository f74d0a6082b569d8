"""Where a CSV whose every row is a channel-day is cut into windows: behind a row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from validator.readings.csv_table import HEADER_LINES
from validator.readings.customers.windowed import ByWindow, Part, WindowReader
from validator.readings.pipes.windows import Bytes, Window

_NEWLINE, _RETURN = b"\n", b"\r"
_QUOTE = b'"'
_SOUGHT_AT_ONCE = 64 * 1024


def by_rows(reader: WindowReader, header_lines: int) -> ByWindow:
    """How to read such a CSV by windows; the header, of one line where it has one, stands above each of them."""
    return ByWindow(end_of, partial(_parts_of, header_lines), reader)


def end_of(data: Bytes, size: int) -> int | None:
    """Where the first window of `data` ends; None where it is all of it.

    Blank lines are refused, but not at the end of a file: none stands at the end of a window. Nor does a window end
    within quotes, and where they are never closed, there is no more than one.
    """
    if len(data) <= size:
        return None
    end = _row_end(data, max(size - 1, 1))
    if end is None:
        return None
    quotes = data[:end].tobytes().count(_QUOTE)
    while quotes % 2:
        further = _row_end(data, end)
        if further is None:
            return None
        quotes += data[end:further].tobytes().count(_QUOTE)
        end = further
    return end


def _row_end(data: Bytes, start: int) -> int | None:
    """Past the first line's end at or behind byte `start` that has rows on both sides; None where there is none."""
    while start < len(data):
        text = data[start : start + _SOUGHT_AT_ONCE].tobytes()
        found = text.find(_NEWLINE)
        if found < 0:
            start += _SOUGHT_AT_ONCE
            continue
        end = start + found + 1
        before = data[max(0, end - 3) : end - 1].tobytes().removesuffix(_RETURN)[-1:]
        after = data[end : end + 1].tobytes()
        if before not in (b"", _NEWLINE, _RETURN) and after not in (b"", _NEWLINE, _RETURN):
            return end
        start = end
    return None


def _parts_of(header_lines: int, windows: Iterator[Window]) -> Iterator[Part]:
    head = b""
    for window in windows:
        yield Part(window.data, window.consumed, window.is_last, head)
        if header_lines and not head:
            assert header_lines == HEADER_LINES
            text = window.data.tobytes()
            head = text[: text.find(_NEWLINE) + 1]
