"""The known word nearest to one that is not known, for messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or blank where nothing known is near."""
    by_fold = {name.casefold(): name for name in known}
    nearest = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f"; did you mean {by_fold[nearest[0]]}?" if nearest else ""
