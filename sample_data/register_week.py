"""Eight days with registers: advances that agree, and in each way that they may not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sample_data.days import ChannelDay, settle_registers
from sample_data.submission import Raises, Submission

FIRST_DAY = date(2026, 9, 7)
DAYS = [FIRST_DAY + timedelta(days=n) for n in range(8)]
_MISMATCH = Raises("register_advance_mismatch", "FAIL")


def build() -> Submission:
    """Monday 7 to Monday 14 September 2026."""
    week = Submission("register_week", "Monday 7 to Monday 14 September 2026, with registers")
    names = (
        "Example Office",
        "Example Mill",
        "Example Village Hall",
        "Example Parish Room",
        "Example Creamery",
        "Example Cooperage",
        "Example Sorting Office",
        "Example Maltings",
        "Example Boathouse",
    )
    week.send(names, DAYS)
    settle_registers(week.days)
    _roll_over(week)
    _roll_over_unknown(week)
    _whole_week(week)
    _one_day(week)
    _site_read(week)
    _missing_day(week)
    _change_of_meter(week)
    return week


def _roll_over(week: Submission) -> None:
    rolled = _rolls(week.all_of("Example Village Hall"))
    start, end = rolled.register_start_kwh, rolled.register_end_kwh
    week.silent(
        [rolled],
        f"the register of six digits goes from {start} to {end}",
        f"{end} - {start} + 1,000,000 = {rolled.total()}, the sum of the periods",
    )


def _roll_over_unknown(week: Submission) -> None:
    days = week.all_of("Example Parish Room")
    rolled = _rolls(days)
    start, end, total = rolled.register_start_kwh or 0.0, rolled.register_end_kwh or 0.0, rolled.total()
    advance = end - start
    week.plant(
        [rolled],
        f"the register goes from {start} to {end}, its digits not on file",
        f"advance {advance:.1f}, sum {total}: they differ by {total - advance:.1f}; allowed are"
        f" 5 % of {-advance:.1f} + 0.1 = {0.05 * -advance + 0.1:.1f}",
        _MISMATCH,
    )
    week.plant(
        [days[-1]],
        "the same over the eight days",
        f"advance {(days[-1].register_end_kwh or 0.0) - (days[0].register_start_kwh or 0.0):.1f},"
        f" sum {_sum(days):.1f}: 1,000,000 apart; allowed are 0.7 % of the advance + 0.1",
        _MISMATCH,
    )


def _rolls(days: Sequence[ChannelDay]) -> ChannelDay:
    return next(d for d in days if (d.register_end_kwh or 0.0) < (d.register_start_kwh or 0.0))


def _whole_week(week: Submission) -> None:
    creamery, cooperage = week.all_of("Example Creamery"), week.all_of("Example Cooperage")
    _advance_by(creamery, dict.fromkeys(DAYS, 1.0))
    _advance_by(cooperage, dict.fromkeys(DAYS, 0.6))
    total, advance = _sum(creamery), _advance(creamery)
    week.plant(
        [creamery[-1]],
        "the register advances 1 % more than the periods, every day",
        f"each day 1 % is within 5 %. Eight days: advance {advance:.1f}, sum {total:.1f}: {advance - total:.1f} apart;"
        f" allowed are 0.7 % of {advance:.1f} + 0.1 = {0.007 * advance + 0.1:.1f}; on the last day",
        _MISMATCH,
    )
    total, advance = _sum(cooperage), _advance(cooperage)
    week.silent(
        [cooperage[-1]],
        "the register advances 0.6 % more than the periods, every day",
        f"eight days: {advance - total:.1f} apart; allowed are 0.7 % of {advance:.1f} + 0.1 ="
        f" {0.007 * advance + 0.1:.1f}",
    )


def _one_day(week: Submission) -> None:
    days = week.all_of("Example Sorting Office")
    sunday = date(2026, 9, 13)
    _advance_by(days, {sunday: 8.0})
    day = week.of("Example Sorting Office", on=sunday)
    total, advance, whole = day.total(), _advance([day]), _advance(days)
    week.plant(
        [day],
        "on Sunday the register advances 8 % more than the periods",
        f"advance {advance:.1f}, sum {total}: {advance - total:.1f} apart; allowed are 5 % of {advance:.1f} + 0.1 ="
        f" {0.05 * advance + 0.1:.1f}. Over the eight days the same {advance - total:.1f} is within"
        f" 0.7 % of {whole:.1f} + 0.1 = {0.007 * whole + 0.1:.1f}",
        _MISMATCH,
    )


def _site_read(week: Submission) -> None:
    days = week.all_of("Example Maltings")
    last = days[-1]
    _advance_by(days, {last.on: 0.3})
    last.register_read_kind = "SITE"
    total, advance, whole = last.total(), _advance([last]), _advance(days)
    week.plant(
        [last],
        "the last register was read on site and advances 0.3 % more than the periods",
        f"advance {advance:.1f}, sum {total}: {advance - total:.1f} apart; allowed are 0.1 % of {advance:.1f} + 0.1 ="
        f" {0.001 * advance + 0.1:.2f}. Over the eight days it is within 0.1 % of {whole:.1f} + 0.1 ="
        f" {0.001 * whole + 0.1:.1f}",
        _MISMATCH,
    )


def _missing_day(week: Submission) -> None:
    absent = date(2026, 9, 10)
    week.days.remove(week.of("Example Boathouse", on=absent))
    week.plant(
        [week.of("Example Boathouse", on=date(2026, 9, 11))],
        "2026-09-10 did not come",
        "one day absent between 09-09 and 09-11; it stands on the next day that is there. Three and four days"
        " running are too few for a week's register check",
        Raises("missing_day", "QUERY"),
    )


def _change_of_meter(week: Submission) -> None:
    """On the day of the change neither register tells the day's advance, so none is sent."""
    changed_on = date(2026, 9, 11)
    for quantity in ("AI", "RI", "RE"):
        days = [d for d in week.all_of("Example Mill") if d.quantity == quantity and d.on >= changed_on]
        days[0].register_start_kwh = days[0].register_end_kwh = days[0].register_read_kind = None
        at = days[0].total()
        for day in days[1:]:
            day.register_start_kwh, at = at, round(at + day.total(), 3)
            day.register_end_kwh = at
    week.silent(
        week.all_of("Example Mill", on=changed_on),
        "the meter was changed on 2026-09-11: M6X8G05 on EX000046M before, M6X8G0B on EX000146M from then",
        "both standing rows agree with what the outstation says on their days; four and three days with registers"
        " are too few for a week's register check",
    )


def _advance_by(days: Sequence[ChannelDay], more_pct: dict[date, float]) -> None:
    """Let the register advance more than the periods on the days given."""
    at = days[0].register_start_kwh or 0.0
    for day in days:
        day.register_start_kwh = at
        at = round(at + round(day.total() * (1 + more_pct.get(day.on, 0.0) / 100), 1), 1)
        day.register_end_kwh = at


def _sum(days: Sequence[ChannelDay]) -> float:
    return sum(day.total() for day in days)


def _advance(days: Sequence[ChannelDay]) -> float:
    return (days[-1].register_end_kwh or 0.0) - (days[0].register_start_kwh or 0.0)
