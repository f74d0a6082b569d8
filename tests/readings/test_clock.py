"""The one place where stamps become settlement dates and periods, against a second way of counting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from tests.oracle_customers import HALF_HOUR, alone, candidates, day_starts
from validator.calendar import EPOCH, day_number
from validator.readings.half_hours.clock import NO_SUCH_TIME, local_starts_of, settlement_of, starts_of
from validator.readings.half_hours.repeated_hour import told_apart

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _seconds(*moments: datetime) -> np.ndarray:
    return np.array([int((each.replace(tzinfo=UTC) - _EPOCH).total_seconds()) for each in moments], dtype=np.int64)


@pytest.mark.parametrize("utc_day", [True, False])
def test_every_half_hour_has_its_date_and_period(utc_day: bool) -> None:
    for on in [date(1990, 1, 1) + timedelta(days) for days in range(0, 40500, 3)] + [
        date(2026, 3, 29),
        date(2026, 10, 25),
    ]:
        starts = day_starts(on, utc_day)
        days, periods = settlement_of(_seconds(*starts), utc_day=utc_day)
        assert days.tolist() == [day_number(on)] * len(starts)
        assert periods.tolist() == list(range(1, len(starts) + 1))


def test_an_end_is_half_an_hour_after_its_start() -> None:
    assert starts_of(np.array([1800, 0]), "end").tolist() == [0, -1800]
    assert starts_of(np.array([1800, 0]), "start").tolist() == [1800, 0]


@pytest.mark.parametrize("stamped", ["start", "end"])
@pytest.mark.parametrize("on", [date(2026, 3, 29), date(2026, 10, 25), date(1993, 10, 24), date(2026, 6, 1)])
def test_local_stamps_around_a_change_of_the_clocks(stamped: str, on: date) -> None:
    stamps = [datetime.combine(on, datetime.min.time()) + HALF_HOUR * index for index in range(-2, 50)]
    found = local_starts_of(_seconds(*stamps), stamped)  # type: ignore[arg-type]
    for index, stamp in enumerate(stamps):
        expected = candidates(stamp, stamped)
        if not expected:
            assert found.first[index] == found.second[index] == found.alone[index] == NO_SUCH_TIME
            continue
        assert [found.first[index], found.second[index]] == _seconds(expected[0], expected[-1]).tolist()
        meant = alone(stamp, stamped)
        assert meant is not None
        assert [found.alone[index]] == _seconds(meant).tolist()


@pytest.mark.parametrize(
    ("stamped", "labels"),
    [
        ("start", ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"]),
        ("end", ["01:00", "01:30", "01:00", "01:30", "02:00", "02:30"]),
        ("end", ["01:00", "01:30", "02:00", "01:30", "02:00", "02:30"]),
    ],
    ids=["starts", "ends as the clock shows them", "ends as half an hour after the start"],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_the_repeated_hour_is_told_apart_by_order(stamped: str, labels: list[str], backwards: bool) -> None:
    stamps = [datetime.fromisoformat(f"2026-10-25 {label}") for label in (labels[::-1] if backwards else labels)]
    distinct = sorted(set(stamps))
    codes = np.array([distinct.index(stamp) for stamp in stamps], dtype=np.int32)
    local = local_starts_of(_seconds(*distinct), stamped)  # type: ignore[arg-type]
    instants = told_apart(local, codes, np.zeros(len(codes), dtype=np.int32))
    _, periods = settlement_of(instants, utc_day=False)
    assert periods.tolist() == ([7, 6, 5, 4, 3, 2] if backwards else [2, 3, 4, 5, 6, 7])


def test_channels_are_told_apart_each_on_their_own() -> None:
    distinct = _seconds(*(datetime.fromisoformat(f"2026-10-25 {label}") for label in ("01:00", "01:30")))
    codes = np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)
    channels = np.array([0, 1, 0, 0, 1, 0], dtype=np.int32)
    instants = told_apart(local_starts_of(distinct, "start"), codes, channels)
    assert settlement_of(instants, utc_day=False)[1].tolist() == [3, 3, 5, 4, 4, 6]


def test_the_epoch_is_the_calendars() -> None:
    assert _EPOCH.date() == EPOCH
