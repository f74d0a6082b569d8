"""Hypothesis strategies for small submissions and the standing data that goes with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.build import LONG_DAY, MPAN, SHORT_DAY, Row, reading_row
from tests.oracle import expected_periods
from validator.schema import ALARMS

NAN, INF = float("nan"), float("inf")
ENERGIES: tuple[float | None, ...] = (
    *(0.0, -0.0, 0.05, 0.1, 0.4, 0.41, 0.5, 1.0, 1.1, 2.0, 5.0, 7.0, 10.0, 25.0, 28.0, 28.1, 50.0, 50.1),
    *(100.0, 250.0, 300.0, 360.0, 400.0, 480.0, 500.0, 500.1, 600.0, 600.1, 720.5, 5000.0, 6000.0, 6000.1),
    *(50_000.5, 60_000.0, 400_000.0, 400_000.5, -1e-12, -0.1, -7.0, -600.1, NAN, None, INF, -INF),
)
FLAG_WORDS = (0, 0, 1, 2, 3, 4, 1 << 7, 1 << 11, 0xFFC, 0xFFF, 1 << 12, 1 << 15, 0xFFFF)
_DISPENSED = ("dispensed", "dispensed_of_reading")
MPANS = (MPAN, "7001", "9900000000016")
_SPELLS = (
    [SHORT_DAY - timedelta(days=1), SHORT_DAY, SHORT_DAY + timedelta(days=1)],
    [LONG_DAY - timedelta(days=1), LONG_DAY, LONG_DAY + timedelta(days=2)],
    [date(2021, 10, 31), date(2021, 11, 1), date(2021, 11, 30), date(2021, 12, 1)],
    [date(2022, 5, 31), date(2022, 6, 1)],
)
_WEEK = [date(2026, 1, 10) + timedelta(days=n) for n in range(9)]
_ISSUES = (
    *(("1", 2), ("1", 3), ("2", 4), ("2", 5), ("3", 5), ("3", 6), ("5", 6), ("5", 7), ("6", 4), ("7", 4)),
    *(("8", 1), ("9", 1), ("10", 2), ("10", 3), ("5", None), ("3", None), ("5", 9), (None, None), ("11", 1)),
)


@dataclass(frozen=True)
class Submission:
    """Rows in input order, what is on file, the rules to judge by, and a collector or none."""

    rows: list[Row]
    standing: list[Row]
    rules: str
    collector: str | None


def _one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def _rarely(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """None two times in three."""
    return st.one_of(st.none(), st.none(), strategy)


@st.composite
def _edited(draw: st.DrawFn, values: list[Any], choices: tuple[Any, ...], most: int = 4) -> list[Any]:
    """The values with a few of them replaced."""
    edited = list(values)
    if edited:
        places = st.tuples(st.integers(0, len(edited) - 1), st.sampled_from(choices))
        for place, value in draw(st.lists(places, max_size=most)):
            edited[place] = value
    return edited


@st.composite
def _energies(draw: st.DrawFn, periods: int) -> list[float | None]:
    """A day that is flat, alternating or rising, with a few values replaced."""
    first, second = draw(st.sampled_from(ENERGIES)), draw(st.sampled_from(ENERGIES))
    days: dict[str, list[float | None]] = {
        "nothing": [0.0] * periods,
        "flat": [first] * periods,
        "alternating": [first if period % 2 else second for period in range(periods)],
        "halves": [first if period < 13 else second for period in range(periods)],
        "rising": [20.0 + period / 10 for period in range(periods)],
    }
    return draw(_edited(days[draw(st.sampled_from(sorted(days)))], ENERGIES))


@st.composite
def _registers(draw: st.DrawFn, values: list[float | None]) -> Row:
    """Register readings that advance by about the sum of the values."""
    if draw(st.integers(0, 3)) == 0:
        return {}
    total = sum(value for value in values if value is not None and abs(value) < INF)
    start = draw(_one_of(0.0, 1000.0, 99_990.0))
    end = start + total * draw(_one_of(1.0, 1.0, 0.98, 0.5)) + draw(_one_of(0.0, 0.0, 0.1, 3.0))
    return {
        "register_start_kwh": draw(_one_of(start, start, start, None)),
        "register_end_kwh": draw(_one_of(end, end, end % 1e5, None)),
        "register_read_kind": draw(_one_of(None, "REMOTE", "SITE")),
    }


@st.composite
def _day(draw: st.DrawFn, mpan: str, quantity: str, role: str, on: date, utc_day: bool) -> Row:
    right = expected_periods(on, utc_day)
    periods = draw(_one_of(right, right, right, 0, 1, 3, 46, 47, 48, 49, 50, 51))
    values = draw(_energies(periods))
    flags = draw(st.one_of(st.none(), _edited([0] * periods, FLAG_WORDS), _edited([1] * periods, FLAG_WORDS)))
    lengths = _edited([1800.0] * periods, (1801.8, 1802.0, 1797.0, 0.0, NAN, None))
    collected = datetime.combine(on, datetime.min.time(), UTC) + timedelta(
        days=draw(_one_of(0, 1, 20, 21, 90, 91)), seconds=draw(_one_of(0, 86_399))
    )
    return reading_row(
        mpan_core=mpan,
        measurement_quantity=quantity,
        role=role,
        settlement_date=on,
        energy_kwh=values,
        period_flags=flags,
        utc_day=utc_day,
        alarms_carried=draw(st.booleans()),
        meter_serial=draw(_one_of(None, "S100", "S1")),
        outstation_id=draw(_one_of(None, "O100", "O1")),
        firmware=draw(_one_of(None, "M6X8G0B", "M6X8G05")),
        clock_error_s=draw(_one_of(None, 0.0, 10.0, -10.5, 20.0, -20.5, 901.0)),
        collected_at=draw(_rarely(st.just(collected))),
        integration_minutes=draw(_one_of(None, 30, 15, 60)),
        period_duration_s=draw(_rarely(lengths)),
        **draw(_registers(values)),
    )


@st.composite
def _system(draw: st.DrawFn, mpan: str) -> list[Row]:
    """The rows of one metering system: some channels on most of some dates, now and then twice."""
    week = draw(st.integers(0, 3)) == 0
    dates = _WEEK if week else draw(st.sampled_from(_SPELLS))
    channels = draw(_channels(2 if week else 5))
    days = []
    for quantity, role in channels:
        utc_day = draw(st.integers(0, 5)) == 0
        copies = [(on, draw(_one_of(1, 1, 1, 1, 1, 0, 2))) for on in dates]
        days += [_day(mpan, quantity, role, on, utc_day) for on, times in copies for _ in range(times)]
    return [draw(day) for day in days]


def _channels(most: int) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Channels that have each other as partners, or any at all."""
    whole = [(quantity, "MAIN") for quantity in ("AI", "AE", "RI", "RE")]
    checked = [(quantity, role) for quantity in ("AI", "RI") for role in ("MAIN", "CHECK")]
    both = [("AI", "MAIN"), ("AI", "CHECK"), ("RE", "MAIN"), ("AE", "MAIN"), ("RI", "MAIN")]
    quantities = st.sampled_from(("AI", "AE", "RI", "RE", "AI", "RI", "UN"))
    some = st.sets(st.tuples(quantities, st.sampled_from(("MAIN", "MAIN", "CHECK"))), min_size=1, max_size=most)
    presets = st.sampled_from((whole, checked, both)).map(lambda preset: preset[:most])
    return st.one_of(presets, presets, some.map(sorted))


@st.composite
def _meter(draw: st.DrawFn, mpan: str, role: str) -> list[Row]:
    """One meter on file: not at all, throughout, or changed on one of the dates in use."""
    cop, issue = draw(st.sampled_from(_ISSUES))
    changes = st.sampled_from([SHORT_DAY, LONG_DAY, date(2026, 1, 17), date(2021, 11, 1)])
    before = draw(_meter_facts(mpan, role, cop, issue, date(2020, 1, 1)))
    shape = draw(_one_of("throughout", "throughout", "changed", "ended", "absent"))
    if shape == "absent":
        return []
    if shape == "throughout":
        return [before]
    change = draw(changes)
    ended = {**before, "effective_to": change - timedelta(days=1)}
    cop, issue = draw(st.sampled_from(_ISSUES))
    return [ended] if shape == "ended" else [ended, draw(_meter_facts(mpan, role, cop, issue, change))]


@st.composite
def _meter_facts(
    draw: st.DrawFn, mpan: str, role: str, cop: str | None, issue: int | None, effective_from: date
) -> Row:
    capable = draw(st.one_of(st.none(), st.sets(st.sampled_from(ALARMS), min_size=1, max_size=3)))
    return {
        "mpan_core": mpan,
        "role": role,
        "effective_from": effective_from,
        "effective_to": None,
        "energised": draw(_one_of(True, True, False, None)),
        "energised_from": draw(_one_of(None, SHORT_DAY, date(2026, 1, 12), date(2020, 1, 1))),
        "manufacturer": draw(_one_of("Secure Meters (UK) Limited", None, "Another")),
        "meter_type": draw(_one_of(*["Prometer 100"] * 6, "Other", None)),
        "variant": draw(_one_of("P3E", "P3E", "R3E", "X", None)),
        "firmware": draw(_one_of("M6X8G0B", "M6X8G0B", "M6X8G0B", "M6X8G05", "M6X8GOB", None)),
        "meter_serial": draw(_one_of("S100", None)),
        "outstation_id": draw(_one_of("O100", None)),
        "outstation_type": draw(_one_of("CM10", "Elster A1700", "X", None)),
        "cop": cop,
        "issue": issue,
        "first_registered_on": draw(
            _one_of(None, date(2020, 1, 1), date(2022, 6, 30), date(2023, 12, 30), date(2023, 12, 31))
        ),
        "installed_on": draw(_one_of(None, date(2019, 5, 31), date(2019, 6, 1))),
        "rated_kva": draw(_one_of(None, 10.0, 100.0, 1000.0, 1000.0, 10_000.0, 200_000.0)),
        "meter_class_active": draw(_one_of(None, "0.2S", "0.5S", "1", "B", "2", "A", "?")),
        "ct_class": draw(_one_of(None, None, "0.2S", "0.5", "1", "?")),
        "resolution_kwh": draw(_one_of(None, 0.001, 0.1, 0.1, 0.1, 1.0, 10.0)),
        "register_digits": draw(_one_of(None, 5, 6)),
        "direction": draw(_one_of(None, "IMPORT", "IMPORT", "EXPORT", "BOTH")),
        "collector": draw(_one_of(None, "SP Dataserve", "CDCA")),
        "alarms_capable": capable and "|".join(sorted(capable)),
    }


@st.composite
def submissions(draw: st.DrawFn) -> Submission:
    """One to three metering systems, their rows in any order, and their meters on file."""
    mpans = draw(st.lists(st.sampled_from(MPANS), min_size=1, max_size=3, unique=True))
    rows = [row for mpan in mpans for row in draw(_system(mpan))]
    if draw(st.booleans()):
        draw(st.randoms(use_true_random=False)).shuffle(rows)
    rows = [{**row, "source_row": place} for place, row in enumerate(rows, 1)]
    standing = [row for mpan in mpans for role in ("MAIN", "CHECK") for row in draw(_meter(mpan, role))]
    return Submission(
        rows,
        standing,
        draw(_one_of("shipped", "of_reading", "confirmed", "of_reading_confirmed", "withdrawn_complete", *_DISPENSED)),
        draw(_one_of(None, None, "SP Dataserve")),
    )


@st.composite
def paired_channels(draw: st.DrawFn) -> Submission:
    """One rated, certified system-day of a few periods, with every partner that a check looks for."""
    energies = st.one_of(
        st.sampled_from(ENERGIES),
        st.integers(-50, 6200).map(lambda tenths: tenths / 10),
        st.sampled_from((25.0, 100.0, 300.0, 400.0, 500.0, 600.0)),
    )
    rows = []
    for quantity in ("AI", "AE", "RI", "RE"):
        if draw(st.integers(0, 3)) == 0:
            continue
        main = draw(st.lists(energies, min_size=1, max_size=8))
        rows.append(reading_row(measurement_quantity=quantity, energy_kwh=main))
        shift = draw(st.sampled_from((0.0, 0.5, 1.5, 2.25, 5.0, 11.3, 30.1)))
        check = [None if value is None else value + shift for value in main]
        rows.append(reading_row(measurement_quantity=quantity, role="CHECK", energy_kwh=check))
    cop, issue = draw(_one_of(("1", 2), ("2", 4), ("3", 6), ("5", 6), ("5", 7), ("10", 2)))
    facts = draw(_meter_facts(MPAN, "MAIN", cop, issue, date(2020, 1, 1)))
    meter = {**facts, "rated_kva": draw(_one_of(1000.0, 1000.0, 200.0, 10_000.0)), "resolution_kwh": 0.1}
    return Submission(rows, [meter], draw(_one_of("shipped", "of_reading", "of_reading_confirmed", *_DISPENSED)), None)
