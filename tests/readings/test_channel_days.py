"""Rows grouped into channel-days, against a dictionary."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels import grouping
from tests.readings.samples import TODAY
from validator.calendar import day_number, expected_periods
from validator.errors import SubmissionError
from validator.readings.half_hours.channel_days import Channels, HalfHours, Statuses, channel_days
from validator.readings.source import Submission
from validator.schema import FLAG_INVALID_STATUS

_SENT = Submission("sent", memoryview(b""), "local", TODAY)
_DAYS = [day_number(on) for on in (date(2026, 3, 28), date(2026, 3, 29), date(2025, 10, 26))]
_ROWS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(_DAYS), st.integers(1, 50), st.sampled_from([1.5, -2.0, None]),
        st.sampled_from([0, 1, 4, None]),
    ),
    max_size=60,
)  # fmt: skip
Row = tuple[int, int, int, float | None, int | None]


def _half_hours(rows: list[Row], utc_day: bool) -> HalfHours:
    def column(index: int, kind: type) -> np.ndarray:
        return np.array([row[index] for row in rows], dtype=kind)

    blank = np.array([row[4] is None for row in rows], dtype=np.bool_)
    bits = np.array([row[4] or 0 for row in rows], dtype=np.uint16)
    return HalfHours(
        channels=Channels.main(["1", "2", "3"], ["AI", "AE", "RI"]),
        channel=column(0, np.int32),
        day=column(1, np.int32),
        period=column(2, np.int32),
        energy_kwh=np.array([np.nan if row[3] is None else row[3] for row in rows], dtype=np.float64),
        statuses=Statuses(bits, blank),
        place=np.arange(1, len(rows) + 1, dtype=np.int64),
        utc_day=utc_day,
    )


def _by_dictionary(rows: list[Row], utc_day: bool) -> list[dict[str, object]] | int:
    """The channel-days; or the row (from 1) whose place is taken."""
    days: dict[tuple[int, int], dict[int, Row]] = {}
    places: dict[tuple[int, int], int] = {}
    for place, row in enumerate(rows, 1):
        own = days.setdefault(row[:2], {})
        places.setdefault(row[:2], place)
        if row[2] in own:
            return place
        own[row[2]] = row
    found: list[dict[str, object]] = []
    for (channel, day), own in days.items():
        due = int(expected_periods(np.array([day], np.int32), np.array([utc_day]))[0])
        periods = range(1, max(due, *own) + 1)
        flags: list[int] | None = [_flag(own.get(period)) for period in periods]
        if all(row[4] is None for row in own.values()):
            flags = None
        values = [own[period][3] if period in own else None for period in periods]
        found.append(
            {
                "mpan_core": "123"[channel],
                "energy_kwh": values,
                "period_flags": flags,
                "source_row": places[channel, day],
            }
        )
    return found


def _flag(row: Row | None) -> int:
    if row is None:
        return 0
    return row[4] if row[4] is not None else (0 if row[3] is None else FLAG_INVALID_STATUS)


@given(_ROWS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_channel_days_are_those_of_a_dictionary(rows: list[Row], utc_day: bool) -> None:
    expected = _by_dictionary(rows, utc_day)
    if isinstance(expected, int):
        with pytest.raises(SubmissionError) as caught:
            channel_days(_SENT, _half_hours(rows, utc_day))
        assert caught.value.place.row == expected
        return
    table = channel_days(_SENT, _half_hours(rows, utc_day))
    table.validate(full=True)
    assert table.select(["mpan_core", "energy_kwh", "period_flags", "source_row"]).to_pylist() == expected


@given(st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(-(2**31), 2**31 - 1)), max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_channel_and_day_is_looked_up(keys: list[tuple[int, int]]) -> None:
    keys = keys + keys[::-1]
    channels = np.array([key[0] for key in keys], dtype=np.int32)
    days = np.array([key[1] for key in keys], dtype=np.int32)
    group, first = np.empty(len(keys), dtype=np.int32), np.empty(len(keys) + 1, dtype=np.int64)
    slots = np.full(512, -1, dtype=np.int32)
    groups = grouping.group_rows(channels, days, slots, group, first)
    distinct = list(dict.fromkeys(keys))
    assert [keys[row] for row in first[:groups]] == distinct
    assert group.tolist() == [distinct.index(key) for key in keys]


def test_sorted_rows_are_not_moved_and_shuffled_ones_are() -> None:
    rows: list[Row] = [(0, _DAYS[0], period, float(period), 0) for period in range(1, 49)]
    whole = channel_days(_SENT, _half_hours(rows, False))
    assert whole["energy_kwh"].to_pylist() == [[float(period) for period in range(1, 49)]]
    assert channel_days(_SENT, _half_hours(rows[::-1], False))["energy_kwh"] == whole["energy_kwh"]
