"""Period statuses as letters or words, into flag bits."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from validator.errors import SubmissionError
from validator.readings.half_hours.channel_days import Statuses
from validator.schema import FLAG_ESTIMATED, FLAG_INVALID_STATUS, FLAG_PADDING

LETTERS: Mapping[str, int] = {"A": 0, "E": FLAG_ESTIMATED, "C": FLAG_PADDING}
WORDS: Mapping[str, int] = {**LETTERS, "ACTUAL": 0, "ESTIMATED": FLAG_ESTIMATED, "ESTIMATE": FLAG_ESTIMATED}


def letter_statuses(
    words: list[str],
    codes: npt.NDArray[np.int32],
    meanings: Mapping[str, int],
    refuse: Callable[[int], SubmissionError],
) -> Statuses:
    """Statuses of rows with the word `words[codes[r]]`; a code beyond the words is a blank.

    A single letter that means nothing is a fault of the data; a longer word that is not in `meanings` is refused.
    """
    bits = np.zeros(len(words) + 1, dtype=np.uint16)
    for code, word in enumerate(words):
        if word not in meanings and (len(word) > 1 or word.isdigit()):
            raise refuse(int((codes == code).argmax()))
        bits[code] = meanings.get(word, FLAG_INVALID_STATUS)
    return Statuses(bits[codes], np.asarray(codes == len(words)))
