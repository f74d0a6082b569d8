"""Small files of one flow read as if they were one: to set a scan up takes longer than to scan a day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from kernels import pipes
from validator.errors import SubmissionError
from validator.readings.pipes.layouts import LAYOUTS
from validator.readings.pipes.scanning import outside
from validator.readings.pipes.stitching import Stitched, Terms
from validator.readings.pipes.windows import WINDOW_BYTES, Window
from validator.readings.source import Decoded, Submission


def read_joined(submissions: Sequence[Submission], word: str) -> list[Decoded] | None:
    """As `read_pipes` of each; None where one of them must be read by itself to say what it is or what is wrong.

    All share the first one's terms, `name` apart, and are read strictly.
    """
    first, layout = submissions[0], LAYOUTS[word]
    header = f"{layout.header}|".encode()
    bodies = [bytes(each.data) for each in submissions]
    if not all(body.startswith(header) and body.endswith(b"\n") for body in bodies):
        return None
    data = np.frombuffer(b"".join(bodies), dtype=np.uint8)
    if len(data) > WINDOW_BYTES:
        return None
    stitched = Stitched(Terms(first.name, layout, first.today, first.allow_test_data))
    scanned = stitched.terms.scan(data, outside())
    begins = np.cumsum([0, *map(len, bodies)])
    headers = scanned.events[scanned.events[:, pipes.EVENT_KIND] == pipes.IS_HEADER]
    # One envelope in each file: none can then end in another's.
    if scanned.fault is not None or not np.array_equal(headers[:, pipes.EVENT_BEGIN], begins[:-1]):
        return None
    try:
        batch = stitched.add(Window(data, lambda: None, is_last=True), scanned)
        stitched.end()
    except SubmissionError:
        return None
    if stitched.notes():
        return None
    ends = np.searchsorted(scanned.rows[:, pipes.ROW_BEGIN], begins)
    rows, lines_before = np.diff(ends), headers[:, pipes.EVENT_LINE] - 1
    whole = _told_apart(batch.readings, [each.name for each in submissions], rows, lines_before)
    return [Decoded(whole.slice(begin, many)) for begin, many in zip(ends.tolist(), rows.tolist(), strict=False)]


def _told_apart(
    readings: pa.RecordBatch, names: Sequence[str], rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    lines_before: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> pa.Table:  # fmt: skip
    """The rows, each with its own file's name and line."""
    distinct = {name: place for place, name in enumerate(dict.fromkeys(names))}
    places = np.repeat(np.array([distinct[name] for name in names], dtype=np.int32), rows)
    line = readings["source_row"].to_numpy() - np.repeat(lines_before, rows)
    columns = {
        "source_file": pa.DictionaryArray.from_arrays(pa.array(places), pa.array(list(distinct), pa.string())),
        "source_row": pa.array(line, pa.int64()),
    }
    arrays = [columns.get(field.name, readings.column(at)) for at, field in enumerate(readings.schema)]
    return pa.Table.from_arrays(arrays, schema=readings.schema)
