"""Cases of limits that a dispensation replaces, checks that it waives and the Issue that it has govern."""

from __future__ import annotations

from datetime import date

from tests.build import WINTER_DAY, Row, reading_row, standing_row, values_with
from tests.validation.cases import INSIDE_TOLERANCE, OUTSIDE_TOLERANCE, Case, case

FIRST, LAST = date(2026, 1, 10), date(2026, 1, 20)
"""The days of the dispensations in `site_limits`, `waivers` and `issue_governs`, both inclusive."""
BEFORE, AFTER = date(2026, 1, 9), date(2026, 1, 21)
OLD, NEW = date(2019, 12, 31), date(2020, 1, 1)
"""Installed before 2020, and not."""


def _clock(seconds: float, on: date = WINTER_DAY, **standing: object) -> dict[str, object]:
    return {"rows": reading_row(clock_error_s=seconds, settlement_date=on), "standing": standing_row(**standing)}


def _energy(kwh: float, on: date = WINTER_DAY) -> Row:
    return reading_row(energy_kwh=values_with({7: kwh}), settlement_date=on)


REPLACED = [
    case("clock_error", "at", "dispensed limit", "clear", **_clock(30.0), rules="site_limits"),
    case("clock_error", "inside", "dispensed limit", "clear", **_clock(-30.0 * INSIDE_TOLERANCE), rules="site_limits"),
    case(
        "clock_error", "outside", "dispensed limit may fail", "whole day", **_clock(30.0 * OUTSIDE_TOLERANCE),
        outcome="FAIL", rules="site_limits",
    ),
    case("clock_error", "inside", "first day dispensed", "clear", **_clock(25.0, FIRST), rules="site_limits"),
    case("clock_error", "inside", "last day dispensed", "clear", **_clock(25.0, LAST), rules="site_limits"),
    case(
        "clock_error", "outside", "day before dispensed", "whole day", **_clock(25.0, BEFORE), outcome="QUERY",
        rules="site_limits",
    ),
    case(
        "clock_error", "outside", "day after dispensed", "whole day", **_clock(25.0, AFTER), outcome="QUERY",
        rules="site_limits",
    ),
    case(
        "clock_error", "outside", "another Issue not dispensed", "whole day", **_clock(25.0, issue=7),
        outcome="QUERY", rules="site_limits",
    ),
    case(
        "clock_error", "outside", "another site not dispensed", "whole day",
        reading_row(clock_error_s=25.0, mpan_core="7001"), "QUERY", standing=standing_row(mpan_core="7001"),
        rules="site_limits",
    ),
    case("above_max_permissible", "at", "dispensed limit", "clear", _energy(700.0), rules="site_limits"),
    case("above_max_permissible", "inside", "dispensed limit", "clear", _energy(650.0), rules="site_limits"),
    case("above_max_permissible", "outside", "dispensed limit", {7}, _energy(700.1), "FAIL", rules="site_limits"),
    case("above_max_permissible", "outside", "not dispensed", {7}, _energy(650.0, AFTER), "FAIL", rules="site_limits"),
    case("required_quantity", "inside", "fewer by dispensation", "clear", reading_row(), rules="site_limits"),
    case(
        "demand_period", "inside", "added by dispensation", "clear", reading_row(integration_minutes=15),
        rules="site_limits",
    ),
    case(
        "demand_period", "outside", "not added by dispensation", "whole day", reading_row(integration_minutes=10),
        "FAIL", rules="site_limits",
    ),
    case(
        "meter_class", "at", "dispensed limit", "clear", reading_row(), standing=standing_row(ct_class="1"),
        rules="site_limits",
    ),
    case(
        "meter_class", "outside", "day after dispensed", "whole day", reading_row(settlement_date=AFTER), "FAIL",
        standing=standing_row(ct_class="1"), rules="site_limits",
    ),
    *(
        case(
            "main_check_discrepancy", place, f"dispensed accuracy {title}", expected,
            [reading_row(), reading_row(role="CHECK", energy_kwh=values_with({3: 10.2 + apart}))],
            outcome, rules="site_limits",
        )
        for place, title, apart, expected, outcome in (
            # 1.5 x 6 % of 500 kWh.
            ("at", "at", 45.0, "clear", ""),
            ("inside", "inside", 44.9, "clear", ""),
            ("outside", "outside", 45.1, {3}, "FAIL"),
        )
    ),
]  # fmt: skip

WAIVED = [
    case("clock_error", "other", "waived", "not run", **_clock(901.0, installed_on=OLD), rules="waivers"),
    case(
        "clock_error", "other", "waived on the first day", "not run", **_clock(901.0, FIRST, installed_on=OLD),
        rules="waivers",
    ),
    case(
        "clock_error", "other", "waived on the last day", "not run", **_clock(901.0, LAST, installed_on=OLD),
        rules="waivers",
    ),
    case(
        "clock_error", "outside", "not waived after", "whole day", **_clock(901.0, AFTER, installed_on=OLD),
        outcome="QUERY", rules="waivers",
    ),
    case(
        "clock_error", "outside", "not waived before", "whole day", **_clock(901.0, BEFORE, installed_on=OLD),
        outcome="QUERY", rules="waivers",
    ),
    case(
        "clock_error", "outside", "installed on the day itself", "whole day", **_clock(901.0, installed_on=NEW),
        outcome="QUERY", rules="waivers",
    ),
    case(
        "clock_error", "outside", "installed on no known day", "whole day", **_clock(901.0), outcome="QUERY",
        rules="waivers",
    ),
    case(
        "above_max_permissible", "other", "waived", "not run", _energy(5000.0),
        standing=standing_row(installed_on=OLD), rules="waivers",
    ),
]  # fmt: skip


def _governed(title: str, word: str, on: date, registered_on: date | None = date(2010, 1, 1)) -> Case:
    """Issue 7 governs by dispensation, for which the firmware is not approved; Issue 6 is declared."""
    other = word == "APPROVED_OTHER_ISSUE"
    return case(
        "certified_other_issue", "outside" if other else "inside", title, "whole day" if other else "clear",
        reading_row(settlement_date=on), "QUERY" if other else "",
        standing=standing_row(first_registered_on=registered_on), rules="issue_governs", certification=word,
    )  # fmt: skip


GOVERNED = [
    _governed("first day under another Issue", "APPROVED_OTHER_ISSUE", FIRST),
    _governed("last day under another Issue", "APPROVED_OTHER_ISSUE", LAST),
    _governed("day before another Issue", "APPROVED", BEFORE),
    _governed("day after another Issue", "APPROVED", AFTER),
    _governed("registered too early for another Issue", "APPROVED", FIRST, date(2009, 12, 31)),
    _governed("registered on no known day", "APPROVED", FIRST, None),
]

DISPENSATION_CASES: tuple[Case, ...] = (*REPLACED, *WAIVED, *GOVERNED)
