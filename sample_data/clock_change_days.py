"""The two days of 2026 on which the clocks change."""

from __future__ import annotations

from sample_data.days import LONG_DAY, SHORT_DAY, ChannelDay, collected, settle_registers
from sample_data.statuses import PADDING
from sample_data.submission import Raises, Submission, set_flags


def build_short() -> Submission:
    """46 periods; collectors that pad them to 48, and an outstation read after its storage ran out."""
    short = Submission("short_day", "Sunday 29 March 2026, 46 periods, as a wide CSV with statuses A, E and C")
    names = (
        "Example Wind Farm",
        "Example Office",
        "Example Supermarket East",
        "Example Waterworks",
        "Example Cinema",
        "Example Swimming Pool",
        "Example Newsagent",
        "Example Barber",
        "Example Chapel",
    )
    short.send(names, [SHORT_DAY])
    settle_registers(short.days)
    _padding(short)
    _storage(short)
    return short


def _padding(short: Submission) -> None:
    newsagent, barber = short.of("Example Newsagent"), short.of("Example Barber")
    _pad(newsagent, 46)
    _pad(barber, 2)
    set_flags(newsagent, [47, 48], PADDING)
    set_flags(barber, [3, 4], PADDING)
    short.plant(
        [newsagent],
        "padded to 48 with two periods of status C at the end",
        "48 values; the day has 46. Periods 47 and 48 are those by which it departs from 48: their C is valid",
        Raises("period_count", "FAIL"),
    )
    short.plant(
        [barber],
        "padded to 48 with two periods of status C where the clock skipped",
        "48 values; the day has 46. Periods 3 and 4 are readings of the short day: C is not valid there",
        Raises("period_count", "FAIL"),
        Raises("invalid_flag", "FAIL", (3, 4)),
    )


def _pad(day: ChannelDay, at: int) -> None:
    """Put two periods of nothing before index `at`."""
    assert day.flags is not None
    assert day.durations_s is not None
    day.values[at:at] = [0.0, 0.0]
    day.flags[at:at] = [0, 0]
    day.durations_s[at:at] = [1800.0, 1800.0]


def _storage(short: Submission) -> None:
    cinema, pool = short.all_of("Example Cinema"), short.all_of("Example Swimming Pool")
    for day in cinema:
        day.collected_at = collected(day.on, 91)
    for day in pool:
        day.collected_at = collected(day.on, 90)
    short.plant(
        cinema,
        "read on 2026-06-28, all actual",
        "2 days of March + 30 + 31 + 28 = 91 days after 2026-03-29; CoP 5 Issue 7: 90 days (confirmed): FAIL",
        Raises("storage_exceeded", "FAIL"),
    )
    short.silent(pool, "read on 2026-06-27, all actual", "90 days after 2026-03-29: at the limit of Issue 7")


def build_long() -> Submission:
    """50 periods, among them a day of 48 and statuses C in and out of place."""
    long = Submission("long_day", "Sunday 25 October 2026, 50 periods, all attributes")
    names = (
        "Example Power Station North",
        "Example Solar Roof",
        "Example Office",
        "Example Supermarket West",
        "Example Newsagent",
        "Example Barber",
        "Example Florist",
        "Example Chapel",
    )
    long.send(names, [LONG_DAY])
    newsagent, barber, florist = (long.of(f"Example {name}") for name in ("Newsagent", "Barber", "Florist"))
    for column in (newsagent.values, newsagent.flags, newsagent.durations_s):
        assert column is not None
        del column[4:6]
    settle_registers(long.days)
    long.plant(
        [newsagent],
        "the hour that comes twice came once",
        "48 values; the day has 50",
        Raises("period_count", "FAIL"),
    )
    set_flags(barber, [49, 50], PADDING)
    long.silent([barber], "status C on periods 49 and 50", "they are those by which the day departs from 48")
    set_flags(florist, [5, 6], PADDING)
    long.plant(
        [florist],
        "status C on periods 5 and 6, the hour that comes again",
        "C belongs on periods 49 and 50 only",
        Raises("invalid_flag", "FAIL", (5, 6)),
    )
    return long
