"""`|`-separated flows into readings: whole, or batch by batch with memory bounded by the window."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from validator.readings.pipes.ahead import scanned_ahead
from validator.readings.pipes.columns import PipeBatch
from validator.readings.pipes.layouts import LAYOUTS
from validator.readings.pipes.scanning import Scanned, guessed, outside
from validator.readings.pipes.stitching import Stitched, Terms
from validator.readings.pipes.windows import Window, window_bytes, windows_of_buffer
from validator.readings.refused import RefusedLines
from validator.readings.source import Decoded, Submission
from validator.schema import READINGS


def read_pipes(submission: Submission, word: str) -> Decoded:
    """Readings of one flow (formats.md B1 to B4, B6); `source_row` is the line of the day's record.

    Raises SubmissionError with line and field for anything that breaks the envelope, the group tree or a
    field; a blank or negative value, or a status that the flow does not have, is a fault of the data and is
    read. Leniently, groups that cannot be read are left out, and stand in `refused`.
    """
    refused: list[RefusedLines] = []
    terms = Terms(
        submission.name,
        LAYOUTS[word],
        submission.today,
        submission.allow_test_data,
        refused.append if submission.lenient else None,
    )
    data = np.frombuffer(submission.data, dtype=np.uint8)
    stitched = Stitched(terms)
    batches = pipe_batches(
        windows_of_buffer(data, terms.layout, window_bytes(submission.jobs)), stitched, submission.jobs
    )
    readings = pa.Table.from_batches([batch.readings for batch in batches], READINGS)
    return Decoded(readings, refused=tuple(refused), notes=stitched.notes())


def pipe_batches(windows: Iterator[Window], stitched: Stitched, jobs: int = 1) -> Iterator[PipeBatch]:
    """Readings of each window in turn, scanned by `jobs` threads; `stitched` says at the end what was read.

    No more windows are held than threads and one. Raises as `read_pipes`, after the batches before the fault.
    """
    for window, scanned in _scanned(windows, stitched.terms, jobs):
        batch = stitched.add(window, scanned)
        yield batch
        window.consumed()
    stitched.end()


def _scanned(windows: Iterator[Window], terms: Terms, jobs: int) -> Iterator[tuple[Window, Scanned | None]]:
    """Windows and their columns, in order; all but the first in the state that their first record suggests.

    None for a window whose first record suggests nothing: it has to wait for those before it.
    """

    def scan(window: Window, is_first: bool) -> Scanned | None:
        start = outside() if is_first else guessed(window.data, terms.layout)
        return None if start is None else terms.scan(window.data, start)

    return scanned_ahead(windows, scan, jobs)
