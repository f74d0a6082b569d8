"""What a person is told of a file that a lenient reading did not take whole."""

from __future__ import annotations

from collections.abc import Sequence

from validator.readings.refused import REFUSED_FILE, RefusedLines, counts_left_out, many_of
from validator.report.words import many


def left_out_notes(name: str, refused: Sequence[RefusedLines]) -> list[str]:
    """One note for a file of which something was left out; none for one that was read whole."""
    if not refused:
        return []
    counts = counts_left_out(refused)
    left_out = " and ".join(many_of(count, counted) for counted, count in counts.items())
    return [f"{name}: {left_out} left out, in {many(len(refused), 'place')}: see {REFUSED_FILE}"]
