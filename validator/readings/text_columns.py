"""Arrow columns straight from where texts stand in a file's bytes, and from numbers of which some are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels import text_views
from validator.readings.pipes.scanning import room

Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Texts = npt.NDArray[np.int32] | Integers


def text_column(data: npt.NDArray[np.uint8], texts: Texts, rows: Integers) -> pa.Array:
    """Column of string views of the texts `rows` (rows,), null where one is -1 or the text is blank.

    `texts` int32 or int64 (texts, 2): first byte and past the last in `data`, of which nothing else is kept.
    """
    out = room(len(rows) * text_views.VIEW_WORDS, np.uint64).reshape(-1, text_views.VIEW_WORDS)
    buffer = room(int(text_views.long_bytes(texts, rows)) + 8, np.uint8)
    present = np.empty(len(rows), dtype=np.bool_)
    text_views.views(data, texts, rows, out, present, buffer)
    return pa.Array.from_buffers(
        pa.string_view(), len(rows), [_bitmap(present), pa.py_buffer(out), pa.py_buffer(buffer)]
    )


def same_text_column(text: str, rows: int) -> pa.Array:
    """A short text in each row."""
    view = pa.array([text], pa.string_view()).buffers()[1]
    out = np.tile(np.frombuffer(view, dtype=np.uint64), rows)
    return pa.Array.from_buffers(pa.string_view(), rows, [None, pa.py_buffer(out)])


def number_column(values: npt.NDArray[Any], present: Bools, kind: pa.DataType) -> pa.Array:
    """Column of `kind` of which the bytes are those of `values` (rows,), null where not `present`."""
    return pa.Array.from_buffers(kind, len(values), [_bitmap(present), pa.py_buffer(values)])


def _bitmap(present: Bools) -> pa.Buffer | None:
    return None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little"))
