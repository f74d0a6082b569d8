"""What a person is told of a file that a lenient reading did not take whole."""

from __future__ import annotations

from collections.abc import Sequence

from validator.readings.refused import REFUSED_FILE, RefusedLines
from validator.report.words import many


def left_out_notes(name: str, refused: Sequence[RefusedLines]) -> list[str]:
    """One note for a file of which something was left out; none for one that was read whole."""
    if not refused:
        return []
    days = sum(each.channel_days for each in refused)
    left_out = f"{many(days, 'channel-day')} left out, in {many(len(refused), 'place')}"
    return [f"{name}: {left_out}: see {REFUSED_FILE}"]
