"""The MPAN core: its check digit (SVA data catalogue; thirteen digits, the last a check), and its number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels.numbering import MSID_FROM, NO_NUMBER, number_keys, read_identifiers

Ints = npt.NDArray[np.int32]
Keys = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def is_cva_msid(identifiers: pa.Array) -> Bools:
    """True where an identifier is a four-digit CVA MSID, which has no check digit; shape (n,)."""
    return numbers_of(identifiers)[0] >= MSID_FROM


def check_digit_is_right(identifiers: pa.Array) -> Bools:
    """True where an identifier is thirteen ASCII digits whose last is the check digit; shape (n,)."""
    return numbers_of(identifiers)[1]


def numbers_of(identifiers: pa.Array) -> tuple[Keys, Bools]:
    """Each identifier as a number that no other text has, and whether its check digit is right; both (n,).

    NO_NUMBER for what is neither thirteen digits nor four: the checks speak of it, and `distinct` numbers it.
    """
    texts = identifiers if pa.types.is_string(identifiers.type) else identifiers.cast(pa.string())
    if texts.null_count:
        texts = texts.fill_null("")
    numbers, right = np.empty(len(texts), dtype=np.int64), np.empty(len(texts), dtype=np.bool_)
    _, offsets, data = texts.buffers()
    if len(texts) and data is not None:
        held = np.frombuffer(offsets, dtype=np.int32, count=len(texts) + 1, offset=4 * texts.offset)
        letters = np.frombuffer(data, dtype=np.uint8)
        # A kernel is compiled anew for an array that may be written to, as some of Arrow's own are.
        held.flags.writeable = letters.flags.writeable = False
        read_identifiers(held, letters, numbers, right)
    else:
        numbers.fill(NO_NUMBER)
        right.fill(False)
    return numbers, right


@dataclass(frozen=True)
class DistinctMpans:
    """Identifiers of a column, each once, in order of first appearance; arrays (mpans,).

    `numbers` are those of `numbers_of`, `right` tells whose check digit is right, and `places` int32 (rows,) is
    where each row's identifier stands.
    """

    texts: pa.Array
    numbers: Keys
    right: Bools
    places: Ints

    @property
    def are_msids(self) -> Bools:
        """Which are four-digit CVA MSIDs."""
        return self.numbers >= MSID_FROM


def distinct(identifiers: pa.Array) -> DistinctMpans:
    """The identifiers of a column of text. Numbers are hashed in a tenth of the time that Arrow takes for texts."""
    numbers, right = numbers_of(identifiers)
    keys = numbers
    odd = np.flatnonzero(numbers < 0)
    if len(odd):
        # Texts that are no number get numbers of their own, below zero.
        encoded = identifiers.take(pa.array(odd)).dictionary_encode()
        keys = numbers.copy()
        keys[odd] = NO_NUMBER - 1 - encoded.indices.to_numpy()
    places, first_rows = numbered(keys)
    texts = identifiers if len(first_rows) == len(keys) else identifiers.take(pa.array(first_rows))
    return DistinctMpans(texts, numbers[first_rows], right[first_rows], places)


def numbered(keys: Keys) -> tuple[Ints, Keys]:
    """Keys numbered from 0 in order of first appearance, int32 (rows,), and the row where each first stands."""
    rows = len(keys)
    slots = np.full(1 << max(2 * rows - 1, 1).bit_length(), -1, dtype=np.int32)
    codes, first_rows = np.empty(rows, dtype=np.int32), np.empty(rows, dtype=np.int64)
    many = number_keys(keys, slots, codes, first_rows)
    return codes, first_rows[:many]
