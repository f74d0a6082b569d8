"""Boundary cases of the format checks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from tests.build import (
    LONG_DAY,
    MPAN,
    SHORT_DAY,
    WINTER_DAY,
    ordinary_values,
    reading_days,
    reading_row,
    standing_row,
    values_with,
)
from tests.validation.cases import INSIDE_TOLERANCE, OUTSIDE_TOLERANCE, Case, case

ESTIMATED, PADDING = 1, 2


def _of_mpan(mpan: str) -> dict[str, Any]:
    return reading_row(mpan_core=mpan)


# A one in each place in turn: the check digit is that place's weight, mod 11, mod 10.
_ONE_DIGIT = (
    *("1000000000003", "0100000000005", "0010000000007", "0001000000002", "0000100000006", "0000010000008"),
    *("0000001000001", "0000000100007", "0000000010009", "0000000001004", "0000000000108", "0000000000010"),
)
MPAN_CHECK_DIGIT = [
    *(case("mpan_check_digit", "inside", mpan, "clear", _of_mpan(mpan)) for mpan in _ONE_DIGIT),
    case("mpan_check_digit", "inside", "right digit", "clear", _of_mpan(MPAN)),
    case("mpan_check_digit", "outside", "one too high", "whole day", _of_mpan("9900000000016"), "FAIL"),
    case("mpan_check_digit", "inside", "sum mod 11 is 10", "clear", _of_mpan("7000000000000")),
    case("mpan_check_digit", "outside", "10 is not 1", "whole day", _of_mpan("7000000000001"), "FAIL"),
    case("mpan_check_digit", "outside", "twelve digits", "whole day", _of_mpan("990000000001"), "FAIL"),
    case("mpan_check_digit", "outside", "fourteen digits", "whole day", _of_mpan("99000000000155"), "FAIL"),
    case("mpan_check_digit", "outside", "letter O", "whole day", _of_mpan("99OO000000015"), "FAIL"),
    case("mpan_check_digit", "outside", "a space", "whole day", _of_mpan(" 990000000001"), "FAIL"),
    case("mpan_check_digit", "outside", "line end", "whole day", _of_mpan(MPAN + "\n"), "FAIL"),
    case("mpan_check_digit", "outside", "empty", "whole day", _of_mpan(""), "FAIL"),
    case("mpan_check_digit", "outside", "digits not ASCII", "whole day", _of_mpan("٩" * 13), "FAIL"),
    case("mpan_check_digit", "other", "CVA MSID", "not run", _of_mpan("7001")),
    case("mpan_check_digit", "outside", "five digits", "whole day", _of_mpan("70010"), "FAIL"),
    case("mpan_check_digit", "outside", "MSID line end", "whole day", _of_mpan("7001\n"), "FAIL"),
]

UNKNOWN_QUANTITY = [
    *(
        case("unknown_quantity", "inside", quantity, "clear", reading_row(measurement_quantity=quantity))
        for quantity in ("AI", "AE", "RI", "RE")
    ),
    *(
        case("unknown_quantity", "outside", title, "whole day", reading_row(measurement_quantity=q), "FAIL")
        for title, q in (("UN", "UN"), ("lower case", "ai"), ("empty", ""), ("a space", "AI "))
    ),
]


def _count(place: Any, title: str, found: bool, day: date, periods: int, utc: bool = False) -> Case:
    row = reading_row(settlement_date=day, energy_kwh=ordinary_values(periods), utc_day=utc)
    answer = "whole day" if found else "clear"
    return case("period_count", place, title, answer, row, "FAIL" if found else "")


PERIOD_COUNT = [
    _count("at", "ordinary day 48", False, WINTER_DAY, 48),
    _count("outside", "ordinary day 47", True, WINTER_DAY, 47),
    _count("outside", "ordinary day 49", True, WINTER_DAY, 49),
    _count("at", "short day 46", False, SHORT_DAY, 46),
    _count("outside", "short day 48", True, SHORT_DAY, 48),
    _count("outside", "short day 45", True, SHORT_DAY, 45),
    _count("at", "long day 50", False, LONG_DAY, 50),
    _count("outside", "long day 48", True, LONG_DAY, 48),
    _count("outside", "long day 51", True, LONG_DAY, 51),
    _count("inside", "day before the short day", False, SHORT_DAY - timedelta(days=1), 48),
    _count("inside", "day after the short day", False, SHORT_DAY + timedelta(days=1), 48),
    _count("inside", "short day in UTC 48", False, SHORT_DAY, 48, utc=True),
    _count("outside", "short day in UTC 46", True, SHORT_DAY, 46, utc=True),
    _count("inside", "long day in UTC 48", False, LONG_DAY, 48, utc=True),
    _count("outside", "long day in UTC 50", True, LONG_DAY, 50, utc=True),
    _count("outside", "no values", True, WINTER_DAY, 0),
]


def _missing(place: Any, title: str, expected: Any, values: list[float | None]) -> Case:
    outcome = "" if expected == "clear" else "FAIL"
    return case("missing_period", place, title, expected, reading_row(energy_kwh=values), outcome)


MISSING_PERIOD = [
    _missing("inside", "all there", "clear", ordinary_values()),
    _missing("inside", "zero is a reading", "clear", values_with({1: 0.0, 48: -0.0})),
    _missing("inside", "huge is a reading", "clear", values_with({7: 1e300})),
    _missing("inside", "no values", "clear", []),
    _missing("outside", "null", {1}, values_with({1: None})),
    _missing("outside", "NaN", {48}, values_with({48: float("nan")})),
    _missing("outside", "infinite", {7, 9}, values_with({7: float("inf"), 9: float("-inf")})),
    _missing("outside", "adjacent and apart", {2, 3, 5}, values_with({2: None, 3: float("nan"), 5: None})),
    _missing("outside", "all of them", range(1, 49), [None] * 48),
    _missing("outside", "past the expected count", {49}, values_with({49: None}, 49)),
]

_ONE = reading_row()
DUPLICATE_DAY = [
    case("duplicate_day", "inside", "once", "clear", [_ONE]),
    case("duplicate_day", "inside", "first of two", "clear", [_ONE, _ONE], on=0),
    case("duplicate_day", "outside", "second of two", "whole day", [_ONE, _ONE], "FAIL", on=1),
    case("duplicate_day", "outside", "third of three", "whole day", [_ONE, _ONE, _ONE], "FAIL", on=2),
    case("duplicate_day", "outside", "apart", "whole day", [*reading_days(2), _ONE], "FAIL", on=2),
    case("duplicate_day", "inside", "other role", "clear", [_ONE, reading_row(role="CHECK")], on=1),
    case("duplicate_day", "inside", "other date", "clear", reading_days(2), on=1),
    case("duplicate_day", "inside", "other time base", "clear", [_ONE, reading_row(utc_day=True)], on=1),
    case(
        "duplicate_day",
        "inside",
        "other quantity",
        "clear",
        [_ONE, reading_row(measurement_quantity="AE")],
        on=1,
    ),
    case("duplicate_day", "inside", "other system", "clear", [_ONE, _of_mpan("7001")], on=1),
]


def _on_days(*offsets: int, **columns: Any) -> list[dict[str, Any]]:
    return [reading_row(settlement_date=WINTER_DAY + timedelta(days=n), **columns) for n in offsets]


MISSING_DAY = [
    case("missing_day", "at", "the next day", "clear", _on_days(0, 1), on=1),
    case("missing_day", "inside", "only one day", "clear", _on_days(0)),
    case("missing_day", "outside", "one day absent", "whole day", _on_days(0, 2), "QUERY", on=1),
    case("missing_day", "outside", "years absent", "whole day", _on_days(0, 800), "QUERY", on=1),
    case("missing_day", "inside", "the day before a gap", "clear", _on_days(0, 2), on=0),
    case("missing_day", "outside", "out of order", "whole day", _on_days(2, 0), "QUERY", on=0),
    case("missing_day", "inside", "out of order first", "clear", _on_days(2, 0), on=1),
    case("missing_day", "inside", "filled later", "clear", _on_days(0, 2, 1), on=1),
    case("missing_day", "outside", "first of a duplicate", "whole day", _on_days(0, 2, 2), "QUERY", on=1),
    case("missing_day", "inside", "second of a duplicate", "clear", _on_days(0, 2, 2), on=2),
    case(
        "missing_day",
        "inside",
        "another time base",
        "clear",
        [*_on_days(0), *_on_days(2, utc_day=True)],
        on=1,
    ),
    case("missing_day", "inside", "another role", "clear", [*_on_days(0), *_on_days(2, role="CHECK")], on=1),
    case("missing_day", "at", "across new year", "clear", _on_days(-15, -14), on=1),
]


def _quantities(text: str, **columns: Any) -> list[dict[str, Any]]:
    return [reading_row(measurement_quantity=quantity, **columns) for quantity in text.split()]


_COP3 = standing_row(cop="3", issue=5)
_COP8 = standing_row(cop="8", issue=1)
_COP6 = standing_row(cop="6", issue=4)
REQUIRED_QUANTITY = [
    case("required_quantity", "at", "all three of CoP 5", "clear", _quantities("AI RI RE")),
    case("required_quantity", "inside", "more than required", "clear", _quantities("AI AE RI RE")),
    case("required_quantity", "outside", "RE absent", "whole day", _quantities("AI RI"), "QUERY"),
    case(
        "required_quantity",
        "outside",
        "AE absent",
        "whole day",
        _quantities("AI RI RE"),
        "QUERY",
        standing=_COP3,
    ),
    case(
        "required_quantity",
        "outside",
        "RE only from the check meter",
        "whole day",
        [*_quantities("AI RI"), *_quantities("RE", role="CHECK")],
        "QUERY",
    ),
    case(
        "required_quantity",
        "outside",
        "RE only in UTC",
        "whole day",
        [*_quantities("AI RI"), *_quantities("RE", utc_day=True)],
        "QUERY",
    ),
    case(
        "required_quantity",
        "outside",
        "RE only on another day",
        "whole day",
        [*_quantities("AI RI"), *_quantities("RE", settlement_date=SHORT_DAY)],
        "QUERY",
    ),
    case("required_quantity", "outside", "AI absent", "whole day", _quantities("AE RI"), "FAIL", standing=_COP8),
    case("required_quantity", "at", "AI only", "clear", _quantities("AI"), standing=_COP8),
    case("required_quantity", "other", "not the anchor", "not run", _quantities("RI AI RE"), on=0),
    case(
        "required_quantity",
        "outside",
        "the anchor comes later",
        "whole day",
        _quantities("RI AI"),
        "QUERY",
        on=1,
    ),
    case("required_quantity", "other", "second AI", "not run", _quantities("AI AI"), on=1),
    case("required_quantity", "other", "no such limit", "not run", _quantities("AI"), standing=_COP6),
    case("required_quantity", "other", "no standing data", "not run", _quantities("AI"), standing=()),
    case(
        "required_quantity",
        "outside",
        "promoted limit",
        "whole day",
        _quantities("AI"),
        "FAIL",
        rules="confirmed",
    ),
]

CHECK_METER_ABSENT = [
    case("check_meter_absent", "outside", "main only", "whole day", _quantities("AI"), "QUERY", standing=_COP3),
    case(
        "check_meter_absent",
        "outside",
        "promoted limit",
        "whole day",
        _quantities("AI"),
        "FAIL",
        standing=_COP3,
        rules="confirmed",
    ),
    case(
        "check_meter_absent",
        "inside",
        "check AI",
        "clear",
        [reading_row(), reading_row(role="CHECK")],
        standing=_COP3,
    ),
    case(
        "check_meter_absent",
        "inside",
        "check of another quantity",
        "clear",
        [reading_row(), *_quantities("RI", role="CHECK")],
        standing=_COP3,
    ),
    case(
        "check_meter_absent",
        "outside",
        "check on another day",
        "whole day",
        [reading_row(), reading_row(role="CHECK", settlement_date=SHORT_DAY)],
        "QUERY",
        standing=_COP3,
    ),
    case(
        "check_meter_absent",
        "outside",
        "check in UTC",
        "whole day",
        [reading_row(), reading_row(role="CHECK", utc_day=True)],
        "QUERY",
        standing=_COP3,
    ),
    case("check_meter_absent", "inside", "CoP 5 asks for none", "clear", _quantities("AI")),
    case("check_meter_absent", "other", "no such limit", "not run", _quantities("AI"), standing=_COP6),
    case(
        "check_meter_absent",
        "other",
        "not the anchor",
        "not run",
        _quantities("AI RI"),
        standing=_COP3,
        on=1,
    ),
]


def _value(code: str, place: Any, title: str, value: float | None, found: str = "", **options: Any) -> Case:
    """A day whose period 5 has the value; `found` is the outcome of the finding on it."""
    row = reading_row(energy_kwh=values_with({5: value}))
    return case(code, place, title, {5} if found else "clear", row, found, **options)


NEGATIVE_ENERGY = [
    _value("negative_energy", "at", "zero", 0.0),
    _value("negative_energy", "at", "minus zero", -0.0),
    _value("negative_energy", "inside", "positive", 0.1),
    _value("negative_energy", "inside", "within the tolerance", -5e-10),
    _value("negative_energy", "outside", "past the tolerance", -2e-9, "FAIL"),
    _value("negative_energy", "outside", "negative", -0.1, "FAIL"),
    _value("negative_energy", "inside", "not a number", float("nan")),
    _value("negative_energy", "inside", "minus infinity is missing", float("-inf")),
    case(
        "negative_energy",
        "outside",
        "past the expected count",
        {49},
        reading_row(energy_kwh=values_with({49: -1.0}, 49)),
        "FAIL",
    ),
    case(
        "negative_energy",
        "outside",
        "reactive without standing data",
        {1},
        reading_row(measurement_quantity="RI", energy_kwh=values_with({1: -3.0})),
        "FAIL",
        standing=(),
    ),
]

_WHOLE = standing_row(resolution_kwh=1.0)


def _off(place: Any, title: str, value: float | None, found: str = "", **options: Any) -> Case:
    row = reading_row(energy_kwh=[float(p) for p in range(4)] + [value] + [float(p) for p in range(43)])
    return case(
        "off_resolution",
        place,
        title,
        {5} if found else "clear",
        row,
        found,
        **{"standing": _WHOLE, **options},
    )


OFF_RESOLUTION = [
    _off("inside", "a whole multiple", 7.0),
    _off("at", "a millionth off", 5 + 1e-6),
    _off("at", "a millionth under", 5 - 1e-6),
    _off("inside", "within the tolerance", 5 + 1e-6 + 5e-10),
    _off("outside", "past the tolerance", 5 + 1e-6 + 2e-9, "QUERY"),
    _off("outside", "past the tolerance below", 5 - 1e-6 - 2e-9, "QUERY"),
    _off("outside", "half way", 5.5, "QUERY"),
    _off("outside", "negative", -5.25, "QUERY"),
    _off("inside", "not a number", float("nan")),
    _off("inside", "tenths held in binary", 0.3, standing=standing_row(resolution_kwh=0.1)),
    _off("outside", "hundredths of a tenth", 0.34, "QUERY", standing=standing_row(resolution_kwh=0.1)),
    case("off_resolution", "other", "no standing data", "not run", reading_row(), standing=()),
    case(
        "off_resolution",
        "other",
        "no resolution",
        "not run",
        reading_row(),
        standing=standing_row(resolution_kwh=None),
    ),
]


def _coarse(place: Any, title: str, resolution: float, found: str = "", **options: Any) -> Case:
    on_file = standing_row(resolution_kwh=resolution, **options.pop("meter", {"rated_kva": 10_000.0}))
    answer = "whole day" if found else "clear"
    return case("resolution_too_coarse", place, title, answer, reading_row(), found, standing=on_file, **options)


RESOLUTION_TOO_COARSE = [
    # 0.1 % of 5,000 kWh, the half hour at 10,000 kVA, is 5 kWh.
    _coarse("at", "a thousandth of full load", 5.0),
    _coarse("inside", "finer", 1.0),
    _coarse("inside", "within the tolerance", 5.0 * INSIDE_TOLERANCE),
    _coarse("outside", "past the tolerance", 5.0 * OUTSIDE_TOLERANCE, "QUERY"),
    _coarse("outside", "coarser", 10.0, "QUERY"),
    _coarse("outside", "promoted limit", 10.0, "FAIL", rules="confirmed"),
    _coarse("at", "small rating", 0.5, meter={"rated_kva": 1000.0}),
    _coarse("outside", "small rating past the tolerance", 0.5 + 2e-9, "QUERY", meter={"rated_kva": 1000.0}),
    *(
        case("resolution_too_coarse", "other", title, "not run", reading_row(), standing=standing_row(**meter))
        for title, meter in (
            ("no rating", {"rated_kva": None}),
            ("no resolution", {"resolution_kwh": None}),
            ("no such limit", {"cop": "10", "issue": 2, "resolution_kwh": 100.0}),
            ("no governing Issue", {"issue": None, "resolution_kwh": 100.0}),
        )
    ),
]


def _flagged(flags: dict[int, int], periods: int = 48, **columns: Any) -> dict[str, Any]:
    words = [flags.get(period, 0) for period in range(1, periods + 1)]
    return reading_row(energy_kwh=ordinary_values(periods), period_flags=words, **columns)


def _invalid(place: Any, title: str, expected: Any, row: dict[str, Any]) -> Case:
    return case("invalid_flag", place, title, expected, row, "" if expected in ("clear", "not run") else "FAIL")


INVALID_FLAG = [
    _invalid("other", "no flags", "not run", reading_row()),
    _invalid("inside", "all actual", "clear", _flagged({})),
    _invalid("inside", "estimated", "clear", _flagged({3: ESTIMATED})),
    _invalid("inside", "every alarm", "clear", _flagged({3: 0b1111_1111_1100})),
    *(_invalid("outside", f"bit {bit}", {3}, _flagged({3: 1 << bit})) for bit in (12, 13, 14, 15)),
    _invalid("outside", "padding on an ordinary day", {48}, _flagged({48: PADDING})),
    _invalid("outside", "both estimated and padding", {49}, _flagged({49: 3}, 50, settlement_date=LONG_DAY)),
    _invalid("inside", "long day padding", "clear", _flagged({49: 2, 50: 2}, 50, settlement_date=LONG_DAY)),
    _invalid("outside", "long day too early", {48}, _flagged({48: 2, 49: 2}, 50, settlement_date=LONG_DAY)),
    _invalid("outside", "long day too late", {51}, _flagged({51: 2}, 51, settlement_date=LONG_DAY)),
    _invalid("inside", "short day padding", "clear", _flagged({47: 2, 48: 2}, 48, settlement_date=SHORT_DAY)),
    _invalid("outside", "short day too early", {46}, _flagged({46: 2}, 46, settlement_date=SHORT_DAY)),
    _invalid("outside", "short day too late", {49}, _flagged({49: 2}, 49, settlement_date=SHORT_DAY)),
    _invalid("outside", "long day in UTC", {48}, _flagged({48: 2}, 48, settlement_date=LONG_DAY, utc_day=True)),
    _invalid("outside", "short day in UTC", {47}, _flagged({47: 2}, 48, settlement_date=SHORT_DAY, utc_day=True)),
]

ESTIMATED_CASES = [
    case("estimated", "other", "no flags", "not run", reading_row()),
    case("estimated", "inside", "actual", "clear", _flagged({})),
    case("estimated", "inside", "padding and alarms", "clear", _flagged({48: 0xFFE})),
    case("estimated", "outside", "marked E", {1, 2, 48}, _flagged({1: 1, 2: 0xFFF, 48: 1}), "QUERY"),
    case(
        "estimated",
        "outside",
        "marked E and missing",
        {4},
        reading_row(energy_kwh=values_with({4: None}), period_flags=[0, 0, 0, 1] + [0] * 44),
        "QUERY",
    ),
]


def _minutes(place: Any, minutes: int, issue: int, found: str = "") -> Case:
    row, on_file = reading_row(integration_minutes=minutes), standing_row(issue=issue)
    title = f"{minutes} minutes under Issue {issue}"
    return case("demand_period", place, title, "whole day" if found else "clear", row, found, standing=on_file)


DEMAND_PERIOD = [
    _minutes("at", 30, 6),
    _minutes("outside", 29, 6, "FAIL"),
    _minutes("outside", 31, 6, "FAIL"),
    _minutes("outside", 15, 6, "FAIL"),
    *(_minutes("at", minutes, 7) for minutes in (30, 20, 15, 10, 5)),
    _minutes("outside", 60, 7, "FAIL"),
    _minutes("outside", 25, 7, "FAIL"),
    _minutes("outside", 4, 7, "FAIL"),
    _minutes("outside", 0, 7, "FAIL"),
    case("demand_period", "inside", "another CoP", "clear", reading_row(integration_minutes=30), standing=_COP3),
    case("demand_period", "other", "not told", "not run", reading_row()),
    case(
        "demand_period",
        "other",
        "no such limit",
        "not run",
        reading_row(integration_minutes=7),
        standing=_COP6,
    ),
    case(
        "demand_period",
        "other",
        "no standing data",
        "not run",
        reading_row(integration_minutes=7),
        standing=(),
    ),
]


def _collected(days: int, *, late: bool = False, zone: Any = UTC, **columns: Any) -> dict[str, Any]:
    """Read on that day after the settlement date, at its first or its last second."""
    at = datetime.combine(WINTER_DAY + timedelta(days=days), datetime.min.time(), zone)
    return reading_row(collected_at=at + timedelta(seconds=86_399 if late else 0), **columns)


_ISSUE_7 = standing_row(issue=7)
STORAGE_EXCEEDED = [
    case("storage_exceeded", "inside", "a day later", "clear", _collected(1)),
    case("storage_exceeded", "inside", "before the day", "clear", _collected(-1)),
    case("storage_exceeded", "at", "20 days", "clear", _collected(20)),
    case("storage_exceeded", "at", "last second of day 20", "clear", _collected(20, late=True)),
    case("storage_exceeded", "outside", "21 days", "whole day", _collected(21), "QUERY"),
    case(
        "storage_exceeded",
        "at",
        "day 21 in Paris is day 20 in UTC",
        "clear",
        _collected(21, zone=timezone(timedelta(hours=1))),
    ),
    case("storage_exceeded", "at", "90 days of Issue 7", "clear", _collected(90, late=True), standing=_ISSUE_7),
    case(
        "storage_exceeded",
        "outside",
        "91 days of Issue 7",
        "whole day",
        _collected(91),
        "FAIL",
        standing=_ISSUE_7,
    ),
    case("storage_exceeded", "inside", "all estimated", "clear", _collected(21, period_flags=[1] * 48)),
    case("storage_exceeded", "inside", "all padding", "clear", _collected(21, period_flags=[2] * 48)),
    case(
        "storage_exceeded",
        "outside",
        "one period actual",
        "whole day",
        _collected(21, period_flags=[1] * 47 + [4]),
        "QUERY",
    ),
    case("storage_exceeded", "inside", "no values", "clear", _collected(21, energy_kwh=[])),
    case("storage_exceeded", "other", "collection time not told", "not run", reading_row()),
    case("storage_exceeded", "other", "no such limit", "not run", _collected(999), standing=_COP6),
    case("storage_exceeded", "other", "no standing data", "not run", _collected(999), standing=()),
]

FORMAT_CASES = [
    *MPAN_CHECK_DIGIT,
    *UNKNOWN_QUANTITY,
    *PERIOD_COUNT,
    *MISSING_PERIOD,
    *DUPLICATE_DAY,
    *MISSING_DAY,
    *REQUIRED_QUANTITY,
    *CHECK_METER_ABSENT,
    *NEGATIVE_ENERGY,
    *OFF_RESOLUTION,
    *RESOLUTION_TOO_COARSE,
    *INVALID_FLAG,
    *ESTIMATED_CASES,
    *DEMAND_PERIOD,
    *STORAGE_EXCEEDED,
]
