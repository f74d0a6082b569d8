"""Boundary cases of the accuracy checks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.build import (
    WINTER_DAY,
    ordinary_values,
    reading_days,
    reading_row,
    standing_row,
    values_with,
)
from tests.validation.cases import INSIDE_TOLERANCE, OUTSIDE_TOLERANCE, Case, case

Row = dict[str, Any]
NAN = float("nan")

_COP1 = standing_row(cop="1", issue=2)
_COP2 = standing_row(cop="2", issue=4)
_COP3 = standing_row(cop="3", issue=5)
_COP6 = standing_row(cop="6", issue=4)
_COP8 = standing_row(cop="8", issue=1)
_COP10 = standing_row(cop="10", issue=2)
_UNRATED = standing_row(rated_kva=None)


def _answer(found: str, *periods: int) -> Any:
    return frozenset(periods) if found else "clear"


def _energy(value: float | None, **columns: Any) -> Row:
    """A day with the value in period 5."""
    return reading_row(energy_kwh=values_with({5: value}), **columns)


def _maximum(place: Any, title: str, value: float, found: str = "", **options: Any) -> Case:
    columns = options.pop("columns", {})
    row = _energy(value, **columns)
    return case("above_max_permissible", place, title, _answer(found, 5), row, found, **options)


ABOVE_MAX_PERMISSIBLE = [
    _maximum("at", "600 kWh", 600.0),
    _maximum("inside", "just under", 599.9),
    _maximum("inside", "within the tolerance", 600.0 * INSIDE_TOLERANCE),
    _maximum("outside", "past the tolerance", 600.0 * OUTSIDE_TOLERANCE, "FAIL"),
    _maximum("outside", "within a fifth above", 720.0, "FAIL"),
    _maximum("outside", "more than a fifth above", 720.1, "FAIL"),
    _maximum("outside", "export", 600.1, "FAIL", columns={"measurement_quantity": "AE"}),
    _maximum(
        "outside",
        "check meter",
        600.1,
        "FAIL",
        standing=standing_row(role="CHECK"),
        columns={"role": "CHECK"},
    ),
    _maximum("inside", "infinite is missing", float("inf")),
    _maximum("at", "50 kWh of CoP 6", 50.0, standing=_COP6),
    _maximum("outside", "CoP 6", 50.1, "FAIL", standing=_COP6),
    _maximum("at", "policy of CoP 2", 60_000.0, standing=_COP2),
    _maximum("outside", "policy of CoP 2 only queries", 60_000.1, "QUERY", standing=_COP2),
    _maximum("at", "whole-current meter of CoP 10", 50.0, standing=_COP10),
    _maximum("outside", "whole-current meter of CoP 10 ", 50.1, "QUERY", standing=_COP10),
    *(
        case("above_max_permissible", "other", title, "not run", _energy(1e9, **columns), standing=on_file)
        for title, columns, on_file in (
            ("CT-operated meter of CoP 10", {}, standing_row(cop="10", issue=2, ct_class="0.5")),
            ("no such limit", {}, _COP8),
            ("reactive", {"measurement_quantity": "RI"}, standing_row()),
            ("no standing data", {}, ()),
        )
    ),
    case(
        "above_max_permissible",
        "outside",
        "several periods",
        {1, 2, 48, 49},
        reading_row(energy_kwh=values_with({1: 601.0, 2: 602.0, 47: 600.0, 48: 999.0, 49: 601.0}, 49)),
        "FAIL",
    ),
]


def _system(active: float | None, **reactive: float | None) -> list[Row]:
    """MAIN AI with that energy in period 5, and other quantities with theirs."""
    quiet: list[float | None] = [0.0] * 48
    rows = [_energy(active)]
    for quantity, value in reactive.items():
        values = [*quiet[:4], value, *quiet[5:]]
        rows.append(reading_row(measurement_quantity=quantity, energy_kwh=values))
    return rows


def _rating(place: Any, title: str, rows: Row | list[Row], found: str = "", **options: Any) -> Case:
    return case("above_rating", place, title, _answer(found, 5), rows, found, **options)


ABOVE_RATING = [
    # 1,000 kVA for half an hour, and 20 % above it: 600 kVAh.
    _rating("at", "active alone", _energy(600.0)),
    _rating("inside", "active alone within the tolerance", _energy(600.0 * INSIDE_TOLERANCE)),
    _rating("outside", "active alone past the tolerance", _energy(600.0 * OUTSIDE_TOLERANCE), "QUERY"),
    _rating("at", "480 and 360", _system(480.0, RI=360.0)),
    _rating("outside", "480 and 360 and a little", _system(480.0, RI=360.1), "QUERY"),
    _rating(
        "outside",
        "past the tolerance",
        _system(480.0 * OUTSIDE_TOLERANCE, RI=360.0 * OUTSIDE_TOLERANCE),
        "QUERY",
    ),
    _rating("inside", "within the tolerance", _system(480.0 * INSIDE_TOLERANCE, RI=360.0 * INSIDE_TOLERANCE)),
    _rating("at", "net of reactive export", _system(480.0, RI=500.0, RE=140.0)),
    _rating("outside", "net of reactive import", _system(480.0, RI=140.0, RE=500.2), "QUERY"),
    _rating("at", "reactive export alone", _system(480.0, RE=360.0)),
    _rating("inside", "reactive is missing", _system(480.0, RI=NAN)),
    _rating("outside", "one reactive is missing", _system(480.0, RI=None, RE=361.0), "QUERY"),
    _rating("inside", "active is missing", _system(NAN, RI=5000.0)),
    _rating(
        "inside",
        "reactive of the check meter",
        [_energy(480.0), _energy(5000.0, measurement_quantity="RI", role="CHECK")],
    ),
    _rating(
        "inside",
        "reactive in UTC",
        [_energy(480.0), _energy(5000.0, measurement_quantity="RI", utc_day=True)],
    ),
    _rating(
        "inside",
        "second of two reactive rows",
        [*_system(480.0, RI=0.0), _energy(5000.0, measurement_quantity="RI")],
    ),
    _rating(
        "inside",
        "reactive shorter than active",
        [_energy(480.0), reading_row(measurement_quantity="RI", energy_kwh=[0.0] * 4)],
    ),
    _rating("outside", "without a governing Issue", _energy(601.0), "QUERY", standing=standing_row(issue=None)),
    _rating("outside", "all limits confirmed", _energy(601.0), "QUERY", rules="confirmed"),
    case("above_rating", "other", "no rating", "not run", _energy(1e6), standing=_UNRATED),
    case("above_rating", "other", "no standing data", "not run", _energy(1e6), standing=()),
    case("above_rating", "other", "reactive", "not run", _energy(1e6, measurement_quantity="RE")),
]


def _capacity(place: Any, title: str, rows: Row | list[Row], found: str = "", **options: Any) -> Case:
    answer = "whole day" if found else "clear"
    return case("above_cop_capacity", place, title, answer, rows, found, **options)


ABOVE_COP_CAPACITY = [
    # CoP 5 covers 1 MW of active demand: 500 kWh in a half hour. CoP 3 covers 10 MVA: 5,000 kVAh.
    _capacity("at", "1 MW", _energy(500.0)),
    _capacity("inside", "under 1 MW", _energy(499.9)),
    _capacity("inside", "within the tolerance", _energy(500.0 * INSIDE_TOLERANCE)),
    _capacity("outside", "past the tolerance", _energy(500.0 * OUTSIDE_TOLERANCE), "FAIL"),
    _capacity("inside", "active alone for CoP 5", _system(480.0, RI=1000.0)),
    _capacity("outside", "export", _system(10.0, AE=500.1), "FAIL"),
    _capacity("at", "10 MVA", _system(4000.0, RI=3000.0), standing=_COP3),
    _capacity("outside", "over 10 MVA", _system(4000.0, RI=3000.1), "FAIL", standing=_COP3),
    _capacity("outside", "over 10 MVA in export", _system(1.0, AE=4000.0, RE=3000.1), "FAIL", standing=_COP3),
    _capacity("inside", "second of two rows", [_energy(1.0), _energy(9999.0)]),
    _capacity("inside", "check meter", [_energy(1.0), _energy(9999.0, role="CHECK")]),
    _capacity("inside", "infinite is missing", _energy(float("inf"))),
    _capacity("at", "CoP 2", _energy(50_000.0), standing=_COP2),
    _capacity("outside", "CoP 2 ", _energy(50_000.1), "FAIL", standing=_COP2),
    case("above_cop_capacity", "other", "CoP 1 has no upper capacity", "not run", _energy(1e9), standing=_COP1),
    case("above_cop_capacity", "other", "CoP 6 has amperes", "not run", _energy(1e9), standing=_COP6),
    case(
        "above_cop_capacity",
        "other",
        "no reading",
        "not run",
        reading_row(energy_kwh=[None, NAN, float("inf")]),
    ),
    case("above_cop_capacity", "other", "no active", "not run", reading_row(measurement_quantity="RI")),
    case("above_cop_capacity", "other", "not the anchor", "not run", _system(999.0, AE=999.0), on=1),
    case(
        "above_cop_capacity",
        "other",
        "check meter alone",
        "not run",
        reading_row(role="CHECK"),
        standing=standing_row(role="CHECK"),
    ),
]


def _pair(main: float | None, check: float | None, quantity: str = "AI", others: list[Row] | None = None) -> list[Row]:
    """Main and check of one quantity that differ in period 5 only."""
    row = {"measurement_quantity": quantity}
    return [_energy(main, **row), _energy(check, role="CHECK", **row), *(others or [])]


def _discrepancy(place: Any, title: str, rows: list[Row], found: str = "", **options: Any) -> Case:
    return case("main_check_discrepancy", place, title, _answer(found, 5), rows, found, **options)


# CoP 5: factor 1.5 x 1.5 % (confirmed) of 500 kWh is 11.25 kWh; reactive 1.5 x 4 % (recalled) is 30 kvarh.
FULL_LOAD_DISCREPANCY = [
    _discrepancy("inside", "alike", _pair(100.0, 100.0)),
    _discrepancy("at", "check below", _pair(100.0, 88.75)),
    _discrepancy("at", "check above", _pair(100.0, 111.25)),
    _discrepancy("inside", "within the tolerance", _pair(0.0, 11.25 * INSIDE_TOLERANCE)),
    _discrepancy("outside", "past the tolerance", _pair(0.0, 11.25 * OUTSIDE_TOLERANCE), "FAIL"),
    _discrepancy("outside", "past the tolerance below", _pair(11.25 * OUTSIDE_TOLERANCE, 0.0), "FAIL"),
    _discrepancy("outside", "export", _pair(100.0, 88.7, "AE"), "FAIL"),
    _discrepancy("at", "reactive", _pair(100.0, 70.0, "RI")),
    _discrepancy("outside", "reactive has a recalled limit", _pair(100.0, 69.9, "RI"), "QUERY"),
    _discrepancy("at", "CoP 1", _pair(10.0, 6.25), standing=_COP1),
    _discrepancy("outside", "CoP 1 has an analogue limit", _pair(10.0, 6.2), "QUERY", standing=_COP1),
    _discrepancy("outside", "recalled factor", _pair(100.0, 0.0), "QUERY", rules="recalled_factor"),
    _discrepancy("outside", "promoted limit", _pair(100.0, 69.9, "RI"), "FAIL", rules="confirmed"),
    _discrepancy("inside", "main is missing", _pair(None, 999.0)),
    _discrepancy("inside", "check is missing", _pair(999.0, NAN)),
    _discrepancy("inside", "check is infinite", _pair(999.0, float("inf"))),
    _discrepancy(
        "inside",
        "check is shorter",
        [_energy(999.0), reading_row(role="CHECK", energy_kwh=ordinary_values(4))],
    ),
    _discrepancy("inside", "second of two checks", [*_pair(100.0, 100.0), _energy(0.0, role="CHECK")]),
    *(
        case("main_check_discrepancy", "other", title, "not run", rows, standing=on_file, on=on)
        for title, rows, on_file, on in (
            ("the check row", _pair(100.0, 0.0), [standing_row(), standing_row(role="CHECK")], 1),
            ("no check row", [_energy(100.0)], standing_row(), 0),
            (
                "check of another quantity",
                [*_system(100.0), reading_row(measurement_quantity="RI", role="CHECK")],
                standing_row(),
                0,
            ),
            ("check in UTC", [_energy(100.0), _energy(0.0, role="CHECK", utc_day=True)], standing_row(), 0),
            ("no rating", _pair(100.0, 0.0), _UNRATED, 0),
            ("no such limit", _pair(100.0, 0.0), _COP6, 0),
            ("unknown quantity", _pair(100.0, 0.0, "UN"), standing_row(), 0),
            ("no standing data", _pair(100.0, 0.0), (), 0),
        )
    ),
]


def _of_reading(place: Any, title: str, rows: list[Row], found: str = "", **options: Any) -> Case:
    return _discrepancy(place, f"of reading {title}", rows, found, **{"rules": "of_reading", **options})


def _reactive(**energies: float) -> list[Row]:
    return _system(0.0, **energies)[1:]


# Rated 500 kWh a half hour. Active: 1.5 % from 20 to 120 % load, 2.5 % from 5 to under 20 %, 2.5 % off unity.
OF_READING_DISCREPANCY = [
    _of_reading("at", "full load", _pair(500.0, 488.75)),
    _of_reading("inside", "full load within the tolerance", _pair(500.0, 500.0 - 11.25 * INSIDE_TOLERANCE)),
    _of_reading("outside", "full load past the tolerance", _pair(500.0, 500.0 - 11.25 * OUTSIDE_TOLERANCE), "QUERY"),
    _of_reading("outside", "all limits confirmed", _pair(500.0, 488.7), "FAIL", rules="of_reading_confirmed"),
    _of_reading("at", "lower edge of the band", _pair(100.0, 97.75)),
    _of_reading("outside", "lower edge of the band ", _pair(100.0, 97.7), "QUERY"),
    _of_reading("inside", "just under the band", _pair(99.0, 95.3)),
    _of_reading("outside", "just under the band ", _pair(99.0, 95.28), "QUERY"),
    _of_reading("at", "lowest band", _pair(25.0, 25.9375)),
    _of_reading("outside", "lowest band ", _pair(25.0, 25.94), "QUERY"),
    _of_reading("inside", "below the lowest band", _pair(24.9, 0.0)),
    _of_reading("at", "top of the band", _pair(600.0, 613.5)),
    _of_reading("outside", "top of the band ", _pair(600.0, 613.6), "QUERY"),
    _of_reading("inside", "above the top band", _pair(600.1, 0.0)),
    _of_reading("at", "leading 0.8", _pair(400.0, 385.0, others=_reactive(RE=300.0))),
    _of_reading("outside", "leading 0.8 ", _pair(400.0, 384.9, others=_reactive(RE=300.0)), "QUERY"),
    _of_reading("inside", "leading under 0.8", _pair(400.0, 0.0, others=_reactive(RE=301.0))),
    _of_reading("outside", "lagging under 0.8", _pair(400.0, 0.0, others=_reactive(RI=301.0)), "QUERY"),
    _of_reading("at", "lagging 0.8", _pair(400.0, 385.0, others=_reactive(RI=300.0))),
    _of_reading("outside", "just over lagging 0.5", _pair(250.0, 0.0, others=_reactive(RI=433.0)), "QUERY"),
    _of_reading("inside", "just under lagging 0.5", _pair(250.0, 0.0, others=_reactive(RI=433.1))),
    _of_reading("outside", "nearly unity", _pair(100.0, 97.7, others=_reactive(RI=14.0)), "QUERY"),
    _of_reading("inside", "not quite unity", _pair(100.0, 96.25, others=_reactive(RI=15.0))),
    _of_reading("outside", "not quite unity ", _pair(100.0, 96.2, others=_reactive(RI=15.0)), "QUERY"),
    _of_reading("inside", "off unity at low load", _pair(40.0, 0.0, others=_reactive(RI=30.0))),
    _of_reading("outside", "a small meter", _pair(1.0, 0.5), "QUERY", standing=standing_row(rated_kva=2.0)),
    _of_reading("inside", "no energy at all", _pair(0.0, 50.0)),
    _of_reading("inside", "main below zero", _pair(-500.0, 0.0)),
    _of_reading("at", "reactive at zero power factor", _pair(500.0, 470.0, "RI")),
    _of_reading("outside", "reactive at zero power factor ", _pair(500.0, 469.9, "RI"), "QUERY"),
    _of_reading("at", "reactive beside active", [*_pair(400.0, 370.0, "RI"), *_system(300.0)]),
    _of_reading("outside", "reactive beside active ", [*_pair(400.0, 369.9, "RI"), *_system(300.0)], "QUERY"),
    _of_reading("inside", "reactive near unity", [*_pair(200.0, 0.0, "RI"), *_system(450.0)]),
    _of_reading("inside", "reactive below its band", _pair(99.0, 0.0, "RI")),
    case(
        "main_check_discrepancy",
        "other",
        "of reading no such limit",
        "not run",
        _pair(100.0, 0.0),
        standing=_COP6,
        rules="of_reading",
    ),
    case(
        "main_check_discrepancy",
        "other",
        "of reading no reactive limit",
        "not run",
        _pair(100.0, 0.0, "RI"),
        standing=_COP10,
        rules="of_reading",
    ),
]


def _registers(total: float, start: float, end: float, *, kind: str | None = None, **columns: Any) -> Row:
    """A day whose periods sum to `total`, between two register readings."""
    values = columns.pop("energy_kwh", [total] + [0.0] * 47)
    return reading_row(
        energy_kwh=values, register_start_kwh=start, register_end_kwh=end, register_read_kind=kind, **columns
    )


def _advance(place: Any, title: str, rows: Row | list[Row], found: str = "", **options: Any) -> Case:
    meter = {"resolution_kwh": None, **options.pop("meter", {})}
    answer = "whole day" if found else "clear"
    options = {"standing": standing_row(**meter), **options}
    return case("register_advance_mismatch", place, title, answer, rows, found, **options)


DAY_ADVANCE = [
    # 5 % of an advance of 400 kWh is 20 kWh.
    _advance("inside", "equal", _registers(400.0, 1000.0, 1400.0)),
    _advance("at", "above", _registers(420.0, 1000.0, 1400.0)),
    _advance("at", "below", _registers(380.0, 1000.0, 1400.0)),
    _advance("inside", "within the tolerance", _registers(400.0 + 20 * INSIDE_TOLERANCE, 1000.0, 1400.0)),
    _advance("outside", "past the tolerance", _registers(400.0 + 20 * OUTSIDE_TOLERANCE, 1000.0, 1400.0), "FAIL"),
    _advance("outside", "below the tolerance", _registers(400.0 - 20 * OUTSIDE_TOLERANCE, 1000.0, 1400.0), "FAIL"),
    _advance("at", "and one resolution", _registers(420.5, 1000.0, 1400.0), meter={"resolution_kwh": 0.5}),
    _advance(
        "outside",
        "and one resolution ",
        _registers(420.6, 1000.0, 1400.0),
        "FAIL",
        meter={"resolution_kwh": 0.5},
    ),
    _advance(
        "outside",
        "one resolution below",
        _registers(379.4, 1000.0, 1400.0),
        "FAIL",
        meter={"resolution_kwh": 0.5},
    ),
    _advance("at", "site read", _registers(400.4, 1000.0, 1400.0, kind="SITE")),
    _advance("outside", "site read ", _registers(400.41, 1000.0, 1400.0, kind="SITE"), "FAIL"),
    _advance("inside", "remote read", _registers(400.41, 1000.0, 1400.0, kind="REMOTE")),
    _advance("inside", "roll-over", _registers(420.0, 99_990.0, 410.0), meter={"register_digits": 5}),
    _advance(
        "outside",
        "roll-over of six digits",
        _registers(420.0, 99_990.0, 410.0),
        "FAIL",
        meter={"register_digits": 6},
    ),
    _advance("outside", "roll-over at unknown digits", _registers(420.0, 99_990.0, 410.0), "FAIL"),
    _advance("at", "no energy no advance", _registers(0.0, 5.0, 5.0)),
    _advance("at", "one resolution and no advance", _registers(0.5, 5.0, 5.0), meter={"resolution_kwh": 0.5}),
    _advance("outside", "energy without advance", _registers(0.6, 5.0, 5.0), "FAIL", meter={"resolution_kwh": 0.5}),
    _advance("outside", "without standing data", _registers(421.0, 1000.0, 1400.0), "FAIL", standing=()),
    _advance("outside", "reactive", _registers(421.0, 1000.0, 1400.0, measurement_quantity="RE"), "FAIL"),
    _advance("outside", "sum of all periods", _registers(0.0, 0.0, 400.0, energy_kwh=[8.8] * 48), "FAIL"),
    _advance("at", "no advance of known digits", _registers(0.0, 5.0, 5.0), meter={"register_digits": 5}),
    _advance("at", "a small advance of known digits", _registers(0.5, 5.0, 5.5), meter={"register_digits": 5}),
    *(
        case("register_advance_mismatch", "other", title, "not run", row)
        for title, row in (
            ("no registers", reading_row()),
            ("no end", reading_row(register_start_kwh=1.0)),
            ("no start", reading_row(register_end_kwh=1.0)),
            ("start is no number", _registers(400.0, NAN, 400.0)),
            ("end is infinite", _registers(400.0, 0.0, float("inf"))),
            ("no values", _registers(0.0, 0.0, 400.0, energy_kwh=[])),
            ("a period is missing", _registers(0.0, 0.0, 400.0, energy_kwh=values_with({9: None}))),
            ("a period is infinite", _registers(0.0, 0.0, 400.0, energy_kwh=values_with({9: float("inf")}))),
        )
    ),
]


def _week(totals: list[float], **columns: Any) -> list[Row]:
    """Consecutive days of those totals, the register advancing 100 kWh on each."""
    return [
        _registers(total, 100.0 * n, 100.0 * (n + 1), settlement_date=WINTER_DAY + timedelta(days=n), **columns)
        for n, total in enumerate(totals)
    ]


def _weekly(place: Any, title: str, rows: list[Row], on: int, found: str = "", **options: Any) -> Case:
    return _advance(place, f"week {title}", rows, found, on=on, **options)


_HUNDREDS = [100.0] * 6
_UNREAD: Any = {"register_start_kwh": None, "register_end_kwh": None}


def _read_at_ends(rows: list[Row]) -> list[Row]:
    """Days of which only the first was read at its start, and only the last at its end."""
    last = len(rows) - 1
    kept = {0: "register_start_kwh", last: "register_end_kwh"}
    return [{**row, **_UNREAD, **{name: row[name] for name in [kept.get(n)] if name}} for n, row in enumerate(rows)]


_GAP = [{**row, **_UNREAD} if n == 3 else row for n, row in enumerate(_week([100.8] * 10))]
_HOLE = [{**row, "energy_kwh": [*row["energy_kwh"][:-1], None]} for row in _week([100.8] * 4)[3:]]
WEEK_ADVANCE = [
    _weekly("inside", "broken by an incomplete day", [*_week([100.8] * 3), *_HOLE, *_week([100.8] * 10)[4:]], 9),
    # 0.7 % of 700 kWh is 4.9 kWh; 5 % of any one day is 5 kWh.
    _weekly("at", "on its last day", _week([*_HUNDREDS, 104.9]), 6),
    _weekly("inside", "within the tolerance", _week([*_HUNDREDS, 100 + 4.9 * INSIDE_TOLERANCE]), 6),
    _weekly("outside", "past the tolerance", _week([*_HUNDREDS, 100 + 4.9 * OUTSIDE_TOLERANCE]), 6, "FAIL"),
    _weekly("outside", "a little each day", _week([100.8] * 7), 6, "FAIL"),
    _weekly("inside", "the days before its last", _week([100.8] * 7), 5),
    _weekly("inside", "six days are none", _week([100.8] * 6), 5),
    _weekly("outside", "of eight days", _week([100.8] * 8), 7, "FAIL"),
    _weekly("inside", "of eight days on the seventh", _week([100.8] * 8), 6),
    _weekly("outside", "over a day without registers", _GAP, 9, "FAIL"),
    _weekly("outside", "between two readings", _read_at_ends(_week([100.8] * 7)), 6, "FAIL"),
    _weekly("at", "between two readings ", _read_at_ends(_week([*_HUNDREDS, 104.9])), 6),
    _weekly("outside", "between readings eight days apart", _read_at_ends(_week([100.8] * 8)), 7, "FAIL"),
    _weekly(
        "inside",
        "broken by a change of meter",
        _week([100.8] * 8),
        7,
        standing=(
            standing_row(resolution_kwh=None, effective_to=WINTER_DAY + timedelta(days=2)),
            standing_row(resolution_kwh=None, effective_from=WINTER_DAY + timedelta(days=3)),
        ),
    ),
    _weekly("outside", "given backwards", _week([100.8] * 7)[::-1], 0, "FAIL"),
    _weekly("outside", "and one resolution", _week([100.8] * 7), 6, "FAIL", meter={"resolution_kwh": 0.6}),
    _weekly("inside", "and one resolution ", _week([100.8] * 7), 6, meter={"resolution_kwh": 0.7}),
    _weekly(
        "outside",
        "ending in a site read",
        [*_week([100.2] * 6), *_week([100.0] * 7, kind="SITE")[6:]],
        6,
        "FAIL",
    ),
    _weekly("inside", "ending in a remote read", [*_week([100.2] * 6, kind="SITE"), *_week([100.0] * 7)[6:]], 6),
    _weekly("outside", "first row of a duplicate", [*_week([100.8] * 7), _week([100.0] * 7)[6]], 6, "FAIL"),
    _weekly("inside", "second row of a duplicate", [*_week([100.8] * 7), _week([100.0] * 7)[6]], 7),
    _weekly(
        "outside",
        "rolling over",
        [
            {
                **row,
                "register_start_kwh": (row["register_start_kwh"] + 99_500) % 1e5,
                "register_end_kwh": (row["register_end_kwh"] + 99_500) % 1e5,
            }
            for row in _week([100.8] * 7)
        ],
        6,
        "FAIL",
        meter={"register_digits": 5},
    ),
    _weekly(
        "at",
        "rolling over exactly",
        [
            {
                **row,
                "register_start_kwh": (row["register_start_kwh"] + 99_500) % 1e5,
                "register_end_kwh": (row["register_end_kwh"] + 99_500) % 1e5,
            }
            for row in _week([100.0] * 7)
        ],
        6,
        meter={"register_digits": 5},
    ),
    _weekly("outside", "in UTC", _week([100.8] * 7, utc_day=True), 6, "FAIL"),
    _weekly("inside", "half in UTC", [*_week([100.8] * 4), *_week([100.8] * 7, utc_day=True)[4:]], 6),
]


def _clock(place: Any, title: str, seconds: float, found: str = "", **options: Any) -> Case:
    answer = "whole day" if found else "clear"
    return case("clock_error", place, title, answer, reading_row(clock_error_s=seconds), found, **options)


CLOCK_ERROR = [
    _clock("at", "20 s fast", 20.0),
    _clock("at", "20 s slow", -20.0),
    _clock("inside", "within the tolerance", 20.0 * INSIDE_TOLERANCE),
    _clock("outside", "past the tolerance", 20.0 * OUTSIDE_TOLERANCE, "QUERY"),
    _clock("outside", "past the tolerance slow", -20.0 * OUTSIDE_TOLERANCE, "QUERY"),
    _clock("outside", "over 15 minutes", 900.1, "QUERY"),
    _clock("outside", "promoted limit", 20.1, "FAIL", rules="confirmed"),
    _clock("inside", "right", 0.0),
    _clock("at", "10 s of CoP 1", 10.0, standing=_COP1),
    _clock("outside", "CoP 1", 10.1, "QUERY", standing=_COP1),
    case("clock_error", "other", "not told", "not run", reading_row()),
    case("clock_error", "other", "not a number", "not run", reading_row(clock_error_s=NAN)),
    case("clock_error", "other", "infinite", "not run", reading_row(clock_error_s=float("inf"))),
    case("clock_error", "other", "no such limit", "not run", reading_row(clock_error_s=9e9), standing=_COP8),
    case("clock_error", "other", "no standing data", "not run", reading_row(clock_error_s=9e9), standing=()),
]


def _lasting(seconds: float | None, flag: int | None = None) -> Row:
    flags = None if flag is None else [0] * 4 + [flag] + [0] * 43
    lengths: list[float | None] = [1800.0] * 4 + [seconds] + [1800.0] * 43
    return reading_row(period_duration_s=lengths, period_flags=flags)


def _duration(place: Any, title: str, row: Row, found: str = "", **options: Any) -> Case:
    return case("period_duration", place, title, _answer(found, 5), row, found, **options)


PERIOD_DURATION = [
    # 0.1 % of 1,800 s is 1.8 s.
    _duration("inside", "right", _lasting(1800.0)),
    _duration("at", "long", _lasting(1801.8)),
    _duration("at", "short", _lasting(1798.2)),
    _duration("inside", "within the tolerance", _lasting(1800 + 1.8 * INSIDE_TOLERANCE)),
    _duration("outside", "past the tolerance", _lasting(1800 + 1.8 * OUTSIDE_TOLERANCE), "QUERY"),
    _duration("outside", "past the tolerance short", _lasting(1800 - 1.8 * OUTSIDE_TOLERANCE), "QUERY"),
    _duration("outside", "promoted limit", _lasting(1802.0), "FAIL", rules="confirmed"),
    _duration("outside", "unmarked", _lasting(1795.0, 0), "QUERY"),
    _duration("outside", "another flag", _lasting(1795.0, 0xF7F), "QUERY"),
    _duration("inside", "clock synchronised in it", _lasting(1795.0, 1 << 7)),
    _duration("inside", "not a number", _lasting(NAN)),
    _duration("inside", "null", _lasting(None)),
    _duration("inside", "longer than the readings", reading_row(period_duration_s=[1800.0] * 48 + [9.0])),
    _duration("inside", "infinite", _lasting(float("inf"))),
    case("period_duration", "other", "not told", "not run", reading_row()),
    case("period_duration", "other", "no such limit", "not run", _lasting(9.0), standing=_COP6),
    case("period_duration", "other", "no standing data", "not run", _lasting(9.0), standing=()),
]


def _class(place: Any, title: str, cop: str, issue: int, found: str = "", **classes: str) -> Case:
    on_file = standing_row(cop=cop, issue=issue, **classes)
    answer = "whole day" if found else "clear"
    return case("meter_class", place, title, answer, reading_row(), found, standing=on_file)


METER_CLASS = [
    _class("at", "CoP 3 class 1", "3", 5, meter_class_active="1"),
    _class("at", "CoP 3 class B", "3", 5, meter_class_active="B"),
    _class("inside", "CoP 3 class C", "3", 5, meter_class_active="C"),
    _class("outside", "CoP 3 class 2", "3", 5, "QUERY", meter_class_active="2"),
    _class("outside", "CoP 3 class A", "3", 5, "QUERY", meter_class_active="A"),
    _class("at", "CoP 5 class 2", "5", 6, meter_class_active="2"),
    _class("inside", "CoP 5 class 1", "5", 6, meter_class_active="1"),
    _class("outside", "CoP 1 class 0.2", "1", 2, "QUERY", meter_class_active="0.2"),
    _class("at", "CoP 1 class 0.2S", "1", 2, meter_class_active="0.2S"),
    _class("at", "CoP 5 CT of 0.5", "5", 6, ct_class="0.5"),
    _class("inside", "CoP 5 CT of 0.2S", "5", 6, ct_class="0.2S"),
    _class("outside", "CoP 5 CT of 1", "5", 6, "FAIL", ct_class="1"),
    _class("outside", "good meter bad CT", "5", 6, "FAIL", meter_class_active="1", ct_class="2"),
    _class("outside", "both bad", "3", 5, "FAIL", meter_class_active="2", ct_class="1"),
    _class("outside", "unknown meter bad CT", "5", 6, "FAIL", meter_class_active="?", ct_class="1"),
    _class("inside", "unknown meter good CT", "5", 6, meter_class_active="?", ct_class="0.5"),
    *(
        case("meter_class", "other", title, "not run", reading_row(), standing=standing_row(**meter))
        for title, meter in (
            ("no class on file", {}),
            ("class unknown", {"meter_class_active": "0,5"}),
            ("no such limit", {"cop": "8", "issue": 1, "meter_class_active": "2"}),
            ("no governing Issue", {"issue": None, "meter_class_active": "2"}),
        )
    ),
    case(
        "meter_class",
        "outside",
        "every row of the meter",
        "whole day",
        reading_days(3, measurement_quantity="RE"),
        "FAIL",
        standing=standing_row(ct_class="1"),
        on=2,
    ),
]

ACCURACY_CASES = [
    *ABOVE_MAX_PERMISSIBLE,
    *ABOVE_RATING,
    *ABOVE_COP_CAPACITY,
    *FULL_LOAD_DISCREPANCY,
    *OF_READING_DISCREPANCY,
    *DAY_ADVANCE,
    *WEEK_ADVANCE,
    *CLOCK_ERROR,
    *PERIOD_DURATION,
    *METER_CLASS,
]
