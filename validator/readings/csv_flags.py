"""The statuses `f1` to `f50` of a wide CSV: the letters A, E and C, or flag bits as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.readings.csv_cells import MOST_PERIODS, Bools, Counts, Floats, within
from validator.readings.source import Submission
from validator.schema import FLAG_ESTIMATED, FLAG_INVALID_STATUS, FLAG_PADDING

_LETTERS = {"A": 0, "E": FLAG_ESTIMATED, "C": FLAG_PADDING}
_MOST_BITS = 65535
_SENT_LETTERS = "a letter (A, E or C), as in the file's first status"
_SENT_BITS = "flag bits, a whole number from 0 to 65535, as in the file's first status"


@dataclass(frozen=True)
class Flags:
    """`bits` uint16 and `blank` bool, both (rows, MOST_PERIODS); `are_bits`: sent as numbers, not letters."""

    bits: npt.NDArray[np.uint16]
    blank: Bools
    are_bits: bool

    @property
    def has_any(self) -> Bools:
        """Rows with at least one status; bool (rows,)."""
        return np.asarray(~self.blank.all(axis=1), dtype=np.bool_)

    def check_whole(self, submission: Submission, energies: Floats, lengths: Counts) -> None:
        """Raise SubmissionError for a value without flag bits on a row that has some.

        A blank among letters is a status other than A, E and C instead, and is a fault of the data.
        """
        if not self.are_bits:
            return
        lacking = self.blank & ~np.isnan(energies) & within(lengths) & self.has_any[:, None]
        if lacking.any():
            row, column = (int(index) for index in np.argwhere(lacking)[0])
            raise submission.refuse("blank", _SENT_BITS, "Write 0 for no flag", row=row + 1, column=f"f{column + 1}")

    def lists(self, energies: Floats, lengths: Counts) -> pa.Array:
        """Lists of uint16, as long as the row's energies; null for a row without any status."""
        bits = np.where(self.blank & ~np.isnan(energies), np.uint16(FLAG_INVALID_STATUS), self.bits)
        has = self.has_any
        own = np.where(has, lengths, 0)
        offsets = np.concatenate([[0], np.cumsum(own)]).astype(np.int32)
        values = pa.array(bits[within(own)], pa.uint16())
        return pa.ListArray.from_arrays(pa.array(offsets), values, mask=pa.array(~has))


def flags_of(submission: Submission, table: pa.Table) -> Flags | None:
    """The statuses of a table of text; None where it has no `f1`.

    The file's first status decides whether all are letters or all are numbers. Raises SubmissionError at
    one that is neither, or of the other kind.
    """
    if "f1" not in table.column_names:
        return None
    bits = np.zeros((table.num_rows, MOST_PERIODS), dtype=np.uint16)
    blank = np.ones((table.num_rows, MOST_PERIODS), dtype=np.bool_)
    are_bits: bool | None = None
    for column in range(MOST_PERIODS):
        name = f"f{column + 1}"
        if name not in table.column_names:
            break
        # Few different statuses stand in a column: each is looked at once.
        coded = table[name].combine_chunks().dictionary_encode()
        words: list[str] = coded.dictionary.to_pylist()
        if are_bits is None and words:
            are_bits = _is_whole(words[0])
        meanings = np.zeros(len(words) + 1, dtype=np.uint16)
        for code, word in enumerate(words):
            meanings[code] = _meaning(submission, word, bool(are_bits), coded, code, name)
        codes = coded.indices.fill_null(len(words)).to_numpy()
        bits[:, column] = meanings[codes]
        blank[:, column] = codes == len(words)
    return Flags(bits, blank, bool(are_bits))


def _is_whole(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _meaning(submission: Submission, word: str, are_bits: bool, coded: pa.DictionaryArray, code: int, name: str) -> int:
    """Flag bits of one status text."""
    if are_bits and _is_whole(word) and len(word) <= len(str(_MOST_BITS)) and int(word) <= _MOST_BITS:
        return int(word)
    if not are_bits and len(word) == 1 and not word.isdigit():
        return _LETTERS.get(word, FLAG_INVALID_STATUS)
    row = coded.indices.index(code).as_py()
    expected = _SENT_BITS if are_bits else _SENT_LETTERS
    raise submission.refuse(repr(word[:40]), expected, "Correct the status", row=row + 1, column=name)
