"""Stamps of one shape, against a pattern and Python's own calendar."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels.stamp_texts import DAY_FIRST, YEAR_FIRST, read_stamps
from tests.kernels.texts import joined

_SHAPES = {
    DAY_FIRST: re.compile(r"(?P<d>\d\d)/(?P<m>\d\d)/(?P<y>\d{4}) (\d\d):(\d\d)(?::(\d\d))?", re.ASCII),
    YEAR_FIRST: re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?", re.ASCII),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _oracle(text: str, shape: int) -> int | None:
    found = _SHAPES[shape].fullmatch(text)
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[3:])
    try:
        at = datetime(int(found["y"]), int(found["m"]), int(found["d"]), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return int((at - _EPOCH) / timedelta(seconds=1))


def _written(at: datetime, shape: int, seconds: bool) -> str:
    date = f"{at:%d/%m}/{at.year:04d}" if shape == DAY_FIRST else f"{at.year:04d}-{at:%m-%d}"
    return f"{date} {at:%H:%M:%S}" if seconds else f"{date} {at:%H:%M}"


def _read(texts: list[str], shape: int) -> list[int] | None:
    out = np.empty(len(texts), dtype=np.int64)
    return out.tolist() if read_stamps(*joined(texts), shape, out) else None


@given(st.lists(st.datetimes(), max_size=5), st.sampled_from([DAY_FIRST, YEAR_FIRST]), st.booleans())
def test_stamps_are_seconds(times: list[datetime], shape: int, seconds: bool) -> None:
    texts = [_written(at, shape, seconds) for at in times]
    assert _read(texts, shape) == [_oracle(text, shape) for text in texts]


@given(
    st.datetimes(), st.sampled_from([DAY_FIRST, YEAR_FIRST]), st.booleans(), st.integers(0, 18),
    st.sampled_from("0123456789/-: T,.Z"), st.booleans(),
)  # fmt: skip
def test_with_one_letter_changed(at: datetime, shape: int, seconds: bool, place: int, letter: str, first: bool) -> None:
    usual = _written(at, shape, seconds)
    text = usual[:place] + letter + usual[place + 1 :]
    expected = [_oracle(text, shape), _oracle(usual, shape)]
    if len(text) != len(usual):
        expected[0] = None
    texts = [text, usual] if first else [usual, text]
    assert _read(texts, shape) == (None if None in expected else (expected if first else expected[::-1]))


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01 00:00", "0000-12-31 00:00", "9999-12-31 23:59", "2024-02-29 00:00", "2025-02-29 00:00",
        "2000-02-29 00:00", "1900-02-29 00:00", "1900-02-28 00:00", "2026-04-30 00:00", "2026-04-31 00:00",
        "2026-01-31 00:00", "2026-01-32 00:00", "2026-12-01 00:00", "2026-13-01 00:00", "2026-00-01 00:00",
        "2026-01-00 00:00", "2026-01-01 23:59", "2026-01-01 24:00", "2026-01-01 00:60", "2026-01-01T00:00:59",
        "2026-01-01T00:00:60", "1969-12-31 23:59:59", "1970-01-01 00:00:00", "2026-01-01_00:00", "2026-01-01 00:00Z",
        "2026-01-01", "", "2026-01-01 00:00:0", "2026-01-01 0000:00", "0000-02-29 00:00",
    ],
)  # fmt: skip
def test_at_the_edges(text: str) -> None:
    expected = _oracle(text, YEAR_FIRST)
    assert _read([text], YEAR_FIRST) == (None if expected is None else [expected])


def test_all_have_one_length_and_one_shape() -> None:
    assert _read(["2026-01-01 00:00", "2026-01-01 00:00:00"], YEAR_FIRST) is None
    assert _read(["2026-01-01 00:00", "2026-01-01T00:00"], YEAR_FIRST) == [1767225600] * 2
    assert _read(["01/02/2026 00:00"], YEAR_FIRST) is None
    assert _read(["2026-01-01 00:00"], DAY_FIRST) is None
    assert _read(["01/02/2026T00:00"], DAY_FIRST) is None
    assert _read([], DAY_FIRST) == []
