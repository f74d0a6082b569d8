"""Cuts a file into windows that begin with a group or an envelope, so that each can be scanned by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kernels import pipes

WINDOW_BYTES = 4 * 1024 * 1024
_WINDOWS_BYTES = 32 * 1024 * 1024
_LOOK_FURTHER = 8 * 1024 * 1024
"""More than a row can hold (kernels.pipes.MOST_VALUES lines of MOST_LINE bytes): where no place to cut is found
within it, the file is broken, and may be cut anywhere."""
BOM = b"\xef\xbb\xbf"


def window_bytes(jobs: int) -> int:
    """Bytes of a window where `jobs` threads scan: with many threads smaller, so that memory stays bounded."""
    return min(WINDOW_BYTES, max(WINDOW_BYTES // 8, _WINDOWS_BYTES // jobs))


Bytes = npt.NDArray[np.uint8]


class Cuttable(Protocol):
    """Where a flow may be cut: before its header, its trailer, and the groups whose packed ids are given."""

    @property
    def header(self) -> str:
        """Record id of the header."""

    @property
    def trailer(self) -> str:
        """Record id of the trailer."""

    @property
    def group_ids(self) -> npt.NDArray[np.int64]:
        """Packed record ids."""


@dataclass(frozen=True)
class Window:
    """A stretch of a file. `consumed` is to be called when no byte of it is needed any more; `is_last`: the file's."""

    data: Bytes
    consumed: Callable[[], None]
    is_last: bool


def _nothing() -> None:
    pass


def windows_of_buffer(
    data: Bytes,
    layout: Cuttable,
    size: int = WINDOW_BYTES,
    release: Callable[[int], None] | None = None,
    look_further: int | None = None,
) -> Iterator[Window]:
    """Windows of bytes that are all at hand; `release` is told up to where they are done with.

    Where no place to cut is found in `look_further` bytes beyond `size`, the cut is made there, wherever that is.
    """
    return cut_buffer(data, lambda rest: _end(rest, layout, size, look_further), release)


def cut_buffer(
    data: Bytes, end_of: Callable[[Bytes], int | None], release: Callable[[int], None] | None = None
) -> Iterator[Window]:
    """Windows of bytes that are all at hand, each up to `end_of` what is left, or all of that where it says None."""
    begin = len(BOM) if bytes(data[: len(BOM)]) == BOM else 0
    while begin < len(data):
        end = end_of(data[begin:])
        end = len(data) if end is None else begin + end

        def consumed(upto: int = end) -> None:
            if release is not None:
                release(upto)

        yield Window(data[begin:end], consumed, end == len(data))
        begin = end


def windows_of_pieces(
    pieces: Iterator[bytes], layout: Cuttable, size: int = WINDOW_BYTES, look_further: int | None = None
) -> Iterator[Window]:
    """Windows of bytes that come piece by piece, such as those of a compressed file; cut as those of a buffer."""
    return cut_pieces(pieces, lambda rest: _end(rest, layout, size, look_further), size + _LOOK_FURTHER)


def cut_pieces(pieces: Iterator[bytes], end_of: Callable[[Bytes], int | None], least: int) -> Iterator[Window]:
    """As `cut_buffer`, of bytes that come piece by piece; `end_of` is asked where there are `least` of them."""
    kept = bytearray()
    first = True
    for piece in pieces:
        kept += piece
        if len(kept) < least:
            continue
        if first:
            first = False
            _drop_bom(kept)
        while len(kept) >= least:
            # A view, which has to be gone before the bytes behind it can be.
            view = np.frombuffer(kept, dtype=np.uint8)
            end = end_of(view)
            data = view[:end].copy()
            del view
            if end is None:
                # Nowhere yet; more may come.
                break
            yield Window(data, _nothing, is_last=False)
            del kept[:end]
    if first:
        _drop_bom(kept)
    yield from cut_buffer(np.frombuffer(bytes(kept), dtype=np.uint8), end_of)


def _drop_bom(kept: bytearray) -> None:
    if kept.startswith(BOM):
        del kept[: len(BOM)]


def _end(data: Bytes, layout: Cuttable, size: int, look_further: int | None = None) -> int | None:
    """Where the first window of `data` ends; None where it is all of it."""
    if len(data) <= size:
        return None
    following = bytes(data[size : size + pipes.MOST_LINE + 1]).find(b"\n")
    start = size + following + 1 if following >= 0 else size
    stop = min(len(data), start + (_LOOK_FURTHER if look_further is None else look_further))
    header, trailer = pipes.packed(layout.header), pipes.packed(layout.trailer)
    end = int(pipes.next_cut(data, start, stop, header, trailer, layout.group_ids))
    if end >= len(data):
        return None
    if end == stop:
        # A group may be that long: still no line of it is cut in two.
        before = max(start, stop - pipes.MOST_LINE - 1)
        end = before + bytes(data[before:stop]).rfind(b"\n") + 1
    return end if end > start else stop
