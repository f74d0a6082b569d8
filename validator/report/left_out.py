"""What a person is told of a file that a lenient reading did not take whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from validator.readings.refused import REFUSED_FILE, RefusedLines, counts_left_out, many_of
from validator.report.words import many


def left_out_notes(name: str, refused: Sequence[RefusedLines]) -> list[str]:
    """One note for a file of which something was left out; none for one that was read whole."""
    if not refused:
        return []
    left_out = left_out_words(counts_left_out(refused))
    return [f"{name}: {left_out} left out, in {many(len(refused), 'place')}: see {REFUSED_FILE}"]


def left_out_words(counts: Mapping[str, int]) -> str:
    """How much was left out, in words, by what is counted: `2 channel-days and 1 register reading`."""
    return " and ".join(many_of(count, counted) for counted, count in counts.items())
