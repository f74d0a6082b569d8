"""Where a Stark DF2 is cut into windows: at an outstation, or, where that is a long one, at one of its channels."""

from __future__ import annotations

from collections.abc import Iterator

from validator.readings.customers.windowed import Part
from validator.readings.pipes.windows import Bytes, Window

HEAD = b"#F2\n"
_OUTSTATION, _CHANNEL = b"\n#O ", b"\n#S "
_BLANK_BEFORE = (b"\n\n", b"\n\r\n")
_SOUGHT_AT_ONCE = 64 * 1024
LONG = 2
"""So many times a window's size is too long for one outstation."""


def end_of(data: Bytes, size: int) -> int | None:
    """Where the first window of `data` ends; None where it is all of it."""
    if len(data) <= size:
        return None
    stop = min(len(data), LONG * size)
    outstation = _first(data, size - 1, stop, (_OUTSTATION,))
    return outstation or _first(data, size - 1, len(data), (_OUTSTATION, _CHANNEL))


def _first(data: Bytes, start: int, stop: int, wanted: tuple[bytes, ...]) -> int | None:
    """The first line at or behind byte `start` that begins as one that is wanted."""
    longest = max(len(each) for each in wanted)
    start = max(start, 0)
    while start < stop:
        text = data[start : min(stop, start + _SOUGHT_AT_ONCE) + longest - 1].tobytes()
        found = [at for each in wanted if (at := text.find(each)) >= 0]
        if not found:
            start += _SOUGHT_AT_ONCE
            continue
        end = start + min(found) + 1
        # A blank line is refused, but not at the end of a file: that of a window is none.
        if not data[max(0, end - 3) : end].tobytes().endswith(_BLANK_BEFORE):
            return end
        start = end
    return None


def parts_of(windows: Iterator[Window]) -> Iterator[Part]:
    """The windows with the lines that have to stand above them: the file's first, and the outstation's."""
    head, outstation = b"", b""
    for window in windows:
        within = window.data[: len(_CHANNEL) - 1].tobytes() == _CHANNEL[1:]
        yield Part(window.data, window.consumed, window.is_last, head + (outstation if head and within else b""))
        head = HEAD
        outstation = _last_outstation(window.data) or outstation


def _last_outstation(data: Bytes) -> bytes | None:
    """The last line that opens an outstation, with its end; None where there is none."""
    end = len(data)
    while end > 0:
        begin = max(0, end - _SOUGHT_AT_ONCE)
        text = data[begin : end + len(_OUTSTATION) - 1].tobytes()
        at = text.rfind(_OUTSTATION)
        at = 0 if at < 0 and begin == 0 and text.startswith(_OUTSTATION[1:]) else at + 1
        if at or (begin == 0 and text.startswith(_OUTSTATION[1:])):
            line = data[begin + at :]
            for size in (256, len(line)):
                some = line[:size].tobytes()
                if b"\n" in some:
                    return some[: some.index(b"\n") + 1]
            return None
        end = begin
    return None
