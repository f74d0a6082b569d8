"""A flow of record trees, window by window: each window's rows are made into a table by threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from kernels.record_trees import OUTSIDE
from validator.readings.pipes.ahead import scanned_ahead
from validator.readings.pipes.windows import Window
from validator.readings.record_trees import scanning
from validator.readings.record_trees.scanning import Scanned, Start, guessed, scan_window
from validator.readings.record_trees.stitching import Stitched, Terms
from validator.readings.record_trees.thinning import Thinned

T = TypeVar("T")


def tables(
    windows: Iterator[Window], terms: Terms, make: Callable[[Scanned], T], jobs: int = 1
) -> Iterator[tuple[int, T]]:
    """What `make` makes of each window in turn, with the number of lines before it; `jobs` threads scan and make.

    No more windows are held than threads and one. Raises SubmissionError with line and field for anything that
    breaks the envelope, the tree or a field, after what was made of the rows before it; leniently, groups that cannot
    be read go to `terms.refuse`. Leniently, no window may begin within a group.
    """
    stitched = Stitched(terms) if terms.refuse is None else Thinned(terms)

    def scan(window: Window, is_first: bool) -> tuple[Scanned, T | None] | None:
        start = Start(OUTSIDE) if is_first else guessed(window.data, terms.layout)
        if start is None or len(window.data) > scanning.MOST_BYTES:
            return None
        scanned = scan_window(window.data, terms.layout, start)
        return (scanned, make(scanned)) if scanned.fault is None else (scanned.kept(), None)

    for window, ahead in scanned_ahead(windows, scan, jobs):
        scanned, made = (None, None) if ahead is None else ahead
        for lines, found in stitched.add(window, scanned):
            yield lines, (made if made is not None and found is scanned else make(found))
        window.consumed()
    stitched.end()
