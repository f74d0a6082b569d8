"""Texts as the kernels have them: one after another, and where each begins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def joined(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """Bytes, and the offsets of the texts in them, as Arrow lays texts out."""
    sent = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, sent)], dtype=np.int32)
    return np.frombuffer(b"".join(sent), dtype=np.uint8), offsets
