"""The second implementation of every check: plain Python, one short function per check, obviously right.

It shares nothing with the product but the regulation tables. A check returns None where it is not run
on the channel-day, and otherwise its findings, most often none. Slow on purpose: every partner is looked
up by walking the whole submission.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from validator.regulation import AccuracyLimit, Dispensation, IssueLimits, Limit, Regulation

Row = dict[str, Any]

ACTIVE = ("AI", "AE")
REACTIVE = ("RI", "RE")
WORST_FIRST = ("FAIL", "NOT_ASSESSED", "QUERY", "PASS")
HOURS_A_PERIOD = 0.5

ESTIMATED = 0b1
PADDING = 0b10
TIME_SYNCHRONISED = 1 << 7
MEANINGLESS_BITS = 0xF000


@dataclass(frozen=True)
class Finding:
    """One finding of a check on a channel-day: its outcome, and its periods (None: the whole day)."""

    outcome: str
    periods: frozenset[int] | None = None


class GoverningIssue(NamedTuple):
    """The CoP Issue that governs, and the dispensation by which it does, if any."""

    cop: str
    issue: int
    dispensation: str | None


@dataclass(frozen=True)
class Judged:
    """What the oracle says of one channel-day; lists of codes are in the order of CHECKS."""

    found: dict[str, set[int] | None]
    ran: set[str]
    outcome: str
    failed: list[str]
    queried: list[str]
    not_assessed: list[str]
    cop: str | None
    issue: int | None
    certification: str | None


Findings = list[Finding] | None
NOT_RUN: Findings = None


def judge(rows: list[Row], standing: list[Row], regulation: Regulation, collector: str | None = None) -> list[Judged]:
    """The verdict on each channel-day of a submission, in input order.

    `rows` have the columns of READINGS, `standing` those of standing data; an absent key is a blank.
    """
    return [_judge_one(Day(index, rows, standing, regulation, collector)) for index in range(len(rows))]


def _judge_one(day: Day) -> Judged:
    findings = {code: NOT_RUN if code in day.waived else check(day) for code, check in CHECKS.items()}
    worst = {code: _worst(found) for code, found in findings.items() if found}
    return Judged(
        found={code: _periods(found) for code, found in findings.items() if found},
        ran={code for code, found in findings.items() if found is not None},
        outcome=min(worst.values(), key=WORST_FIRST.index, default="PASS"),
        failed=[code for code, outcome in worst.items() if outcome == "FAIL"],
        queried=[code for code, outcome in worst.items() if outcome == "QUERY"],
        not_assessed=[code for code, outcome in worst.items() if outcome == "NOT_ASSESSED"],
        cop=day.governing.cop if day.governing else None,
        issue=day.governing.issue if day.governing else None,
        certification=day.certification,
    )


def _worst(findings: list[Finding]) -> str:
    return min((finding.outcome for finding in findings), key=WORST_FIRST.index)


def _periods(findings: list[Finding]) -> set[int] | None:
    if any(finding.periods is None for finding in findings):
        return None
    return {period for finding in findings for period in finding.periods or ()}


# What a check may look at ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """One channel-day, the submission it came in, and what is on file about it."""

    index: int
    rows: list[Row]
    all_standing: list[Row]
    regulation: Regulation
    collector_option: str | None
    _partners: dict[tuple[str, str], Row | None] = field(default_factory=dict)

    @property
    def row(self) -> Row:
        return self.rows[self.index]

    @property
    def quantity(self) -> str:
        quantity: str = self.row["measurement_quantity"]
        return quantity

    @property
    def date(self) -> date:
        on: date = self.row["settlement_date"]
        return on

    @property
    def values(self) -> list[float | None]:
        values: list[float | None] = self.row["energy_kwh"]
        return values

    @cached_property
    def flags(self) -> list[int] | None:
        """One flag word per value, or None where the row carries no flags."""
        given = self.row.get("period_flags")
        if given is None:
            return None
        return (list(given) + [0] * len(self.values))[: len(self.values)]

    @cached_property
    def standing(self) -> Row | None:
        """The standing row in force for this meter on this day."""
        return self.standing_on(self.date)

    def standing_on(self, on: date) -> Row | None:
        """The standing row in force for this meter on another day."""
        for row in self.all_standing:
            meter = (row["mpan_core"], row["role"]) == (self.row["mpan_core"], self.row["role"])
            until = row.get("effective_to") or date.max
            if meter and row["effective_from"] <= on <= until:
                return row
        return None

    def on_file(self, column: str) -> Any:
        return None if self.standing is None else self.standing.get(column)

    @cached_property
    def governing(self) -> GoverningIssue | None:
        """None without standing data, or where none governs; by a dispensation where one says so."""
        said = self.undispensed
        for row in self.covering:
            cop, departed_from = self.on_file("cop"), said.issue if said else None
            if cop and row.governs_issue not in (None, departed_from) and row.issue in (None, departed_from):
                return GoverningIssue(cop, row.governs_issue or 0, row.ref)
        return said

    @cached_property
    def undispensed(self) -> GoverningIssue | None:
        """What governs by standing data and first registration."""
        if self.standing is None:
            return None
        columns = ("cop", "issue", "first_registered_on", "meter_type", "variant", "firmware")
        said = self.regulation.govern(*(self.on_file(column) for column in columns))
        if said.cop is None or said.issue is None:
            return None
        if self.regulation.issue_on_file(said.cop, said.issue) is None:
            return None
        return GoverningIssue(said.cop, said.issue, said.dispensation)

    @cached_property
    def covering(self) -> list[Dispensation]:
        """Dispensations for this meter and day, but for the Issue they name; the one that prevails first."""
        if self.standing is None:
            return []
        rows = [row for row in self.regulation.dispensations.rows if _covers(row, self)]
        by_ref = sorted(rows, key=lambda row: row.ref)
        latest_first = sorted(by_ref, key=lambda row: row.valid_from or date.min, reverse=True)
        return sorted(latest_first, key=lambda row: row.kind == "generic")

    @cached_property
    def departing(self) -> list[Dispensation]:
        """Those of `covering` whose limits and waivers are for the governing Issue."""
        if self.governing is None:
            return []
        of_issue = (None, self.governing.issue)
        return [row for row in self.covering if row.issue in of_issue or row.ref == self._sets_issue]

    @cached_property
    def _sets_issue(self) -> str | None:
        """The dispensation by which another Issue governs on this day than otherwise."""
        return None if self.governing == self.undispensed else self.governing and self.governing.dispensation

    @cached_property
    def waived(self) -> set[str]:
        """Codes of the checks that are not to be run."""
        return {code for row in self.departing for code in row.waives_checks}

    @cached_property
    def limits(self) -> IssueLimits | None:
        if self.governing is None:
            return None
        stated = self.regulation.limits_for(self.governing.cop, self.governing.issue)
        formats = {limit.name: limit for limit in stated.format_limits}
        bands = list(stated.accuracy_limits)
        for row in reversed(self.departing):
            for limit in row.replaces_limits:
                energy = limit.name.removeprefix("accuracy_")
                if energy == limit.name:
                    formats[limit.name] = _instead(limit, stated.get(limit.name))
                    continue
                bands = [
                    replace(band, limit_pct=limit.value, status=_no_firmer(limit, stated_band))
                    if band.energy == energy
                    else band
                    for band, stated_band in zip(bands, stated.accuracy_limits, strict=True)
                ]
        return IssueLimits(stated.cop, stated.issue, tuple(formats.values()), tuple(bands))

    def limit(self, name: str) -> Limit | None:
        """The governing Issue's limit of that name, or None."""
        return None if self.limits is None else self.limits.get(name)

    def policy(self, name: str) -> Limit:
        return self.regulation.policy(name)

    @cached_property
    def certification(self) -> str | None:
        """The decision's word; None where no CoP Issue governs."""
        if self.governing is None:
            return None
        return self.regulation.decide(
            self.on_file("meter_type"),
            self.on_file("variant"),
            self.on_file("firmware"),
            self.governing.cop,
            self.governing.issue,
            self.date,
            first_registered_on=self.on_file("first_registered_on"),
            dispensation=self.governing.dispensation,
        ).word

    def partner(self, quantity: str, role: str) -> Row | None:
        """The first row of that quantity and role of the same metering system and day."""
        if (quantity, role) not in self._partners:
            candidates = (row for row in self.rows if _system_day(row) == _system_day(self.row))
            found = next((row for row in candidates if _is(row, quantity, role)), None)
            self._partners[quantity, role] = found
        return self._partners[quantity, role]

    def partner_value(self, quantity: str, period: int, role: str | None = None) -> float:
        """The partner's energy in a period (from 1); 0 where there is no such row, period or reading."""
        row = self.partner(quantity, role or self.row["role"])
        value = None if row is None else _at(row["energy_kwh"], period)
        return value if value is not None and math.isfinite(value) else 0.0

    @cached_property
    def anchor(self) -> bool:
        """Whether findings about the whole metering system-day stand on this row."""
        ours = [i for i, row in enumerate(self.rows) if _system_day(row) == _system_day(self.row)]
        main_import = [i for i in ours if _is(self.rows[i], "AI", "MAIN")]
        return self.index == (main_import or ours)[0]

    @cached_property
    def finite(self) -> list[tuple[int, float]]:
        """(period from 1, value) of every reading that is there."""
        return [(p, v) for p, v in enumerate(self.values, 1) if v is not None and math.isfinite(v)]

    @cached_property
    def full_load_kwh(self) -> float | None:
        """Energy of one half hour at rated load."""
        rated: float | None = self.on_file("rated_kva")
        return None if rated is None else rated * HOURS_A_PERIOD


def _covers(row: Dispensation, day: Day) -> bool:
    """Whether every condition that the row states is met; a date that is not on file meets none."""
    installed, registered = day.on_file("installed_on"), day.on_file("first_registered_on")
    return all(
        (
            not row.cops or day.on_file("cop") in row.cops,
            not row.meter_type or day.on_file("meter_type") == row.meter_type,
            not row.variant or day.on_file("variant") == row.variant,
            not row.msids or day.row["mpan_core"] in row.msids,
            row.installed_before is None or (installed is not None and installed < row.installed_before),
            row.installed_from is None or (installed is not None and installed >= row.installed_from),
            row.registered_before is None or (registered is not None and registered < row.registered_before),
            row.registered_from is None or (registered is not None and registered >= row.registered_from),
            row.valid_from is None or day.date >= row.valid_from,
            row.expiry is None or day.date <= row.expiry,
        )
    )


def _instead(limit: Limit, stated: Limit | None) -> Limit:
    """A dispensation's limit in the place of the Issue's."""
    if stated is None:
        return limit
    return replace(limit, applies_to=stated.applies_to, status=_no_firmer(limit, stated))


def _no_firmer(limit: Limit, stated: Limit | AccuracyLimit) -> str:
    """A dispensation known well is relied on; any other makes nothing firmer than it was."""
    if limit.status in ("confirmed", "secondary"):
        return limit.status
    return limit.status if stated.status in ("confirmed", "secondary") else stated.status


def _system_day(row: Row) -> tuple[Any, ...]:
    return (row["mpan_core"], row["settlement_date"], row["utc_day"])


def _channel(row: Row) -> tuple[Any, ...]:
    return (row["mpan_core"], row["measurement_quantity"], row["role"], row["utc_day"])


def _number(row: Row, column: str) -> float | None:
    """A number that the row carries; NaN and infinity say nothing."""
    value: float | None = row.get(column)
    return value if value is not None and math.isfinite(value) else None


def _is(row: Row, quantity: str, role: str) -> bool:
    return (row["measurement_quantity"], row["role"]) == (quantity, role)


def _at(values: list[Any], period: int) -> Any:
    return values[period - 1] if period <= len(values) else None


def _exceeds(value: float, limit: float) -> bool:
    """Whether a value breaks an upper limit: past it by more than the tolerance."""
    return value > limit + 1e-9 * max(1.0, abs(limit))


def _clear() -> list[Finding]:
    return []


def _whole_day(found: bool, outcome: str) -> list[Finding]:
    return [Finding(outcome)] if found else []


def _on_periods(periods: Iterable[int], outcome: str) -> list[Finding]:
    marked = frozenset(periods)
    return [Finding(outcome, marked)] if marked else []


def _by_status(*limits: Limit | AccuracyLimit) -> str:
    """FAIL where every limit used is confirmed or secondary, else QUERY."""
    return "FAIL" if all(limit.status in ("confirmed", "secondary") for limit in limits) else "QUERY"


# Format ----------------------------------------------------------------------------------------------


def mpan_check_digit(day: Day) -> Findings:
    mpan = day.row["mpan_core"]
    if re.fullmatch(r"[0-9]{4}", mpan):
        return NOT_RUN
    if not re.fullmatch(r"[0-9]{13}", mpan):
        return [Finding("FAIL")]
    weights = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
    total = sum(weight * int(digit) for weight, digit in zip(weights, mpan[:12], strict=True))
    return _whole_day(total % 11 % 10 != int(mpan[12]), "FAIL")


def unknown_quantity(day: Day) -> Findings:
    return _whole_day(day.quantity not in (*ACTIVE, *REACTIVE), "FAIL")


def expected_periods(on: date, utc_day: bool) -> int:
    """48, or the half hours between two midnights of London."""
    if utc_day:
        return 48
    london = ZoneInfo("Europe/London")
    start, end = (
        datetime.combine(midnight, time(), tzinfo=london).timestamp() for midnight in (on, on + timedelta(days=1))
    )
    return round((end - start) / 1800)


def period_count(day: Day) -> Findings:
    return _whole_day(len(day.values) != expected_periods(day.date, day.row["utc_day"]), "FAIL")


def missing_period(day: Day) -> Findings:
    present = {period for period, _ in day.finite}
    return _on_periods((p for p in range(1, len(day.values) + 1) if p not in present), "FAIL")


def duplicate_day(day: Day) -> Findings:
    key = (_channel(day.row), day.date)
    earlier = [(_channel(row), row["settlement_date"]) for row in day.rows[: day.index]]
    return _whole_day(key in earlier, "FAIL")


def missing_day(day: Day) -> Findings:
    dates = {row["settlement_date"] for row in day.rows if _channel(row) == _channel(day.row)}
    before = [on for on in dates if on < day.date]
    if duplicate_day(day) or not before:
        return _clear()
    return _whole_day(day.date - max(before) > timedelta(days=1), "QUERY")


def required_quantity(day: Day) -> Findings:
    limit = day.limit("required_quantities")
    if limit is None or not day.anchor:
        return NOT_RUN
    absent = [quantity for quantity in limit.text.split("|") if day.partner(quantity, "MAIN") is None]
    return _whole_day(bool(absent), _by_status(limit))


def check_meter_absent(day: Day) -> Findings:
    limit = day.limit("check_meter_required")
    if limit is None or not day.anchor:
        return NOT_RUN
    roles = {row["role"] for row in day.rows if _system_day(row) == _system_day(day.row)}
    return _whole_day(limit.text == "yes" and "CHECK" not in roles, _by_status(limit))


def negative_energy(day: Day) -> Findings:
    return _on_periods((p for p, v in day.finite if _exceeds(-v, 0.0)), "FAIL")


def off_resolution(day: Day) -> Findings:
    resolution = day.on_file("resolution_kwh")
    if resolution is None:
        return NOT_RUN
    multiples = [(p, v / resolution) for p, v in day.finite if math.isfinite(v / resolution)]
    return _on_periods((p for p, m in multiples if _exceeds(abs(m - round(m)), 1e-6)), "QUERY")


def resolution_too_coarse(day: Day) -> Findings:
    limit = day.limit("energy_resolution")
    resolution = day.on_file("resolution_kwh")
    if limit is None or resolution is None or day.full_load_kwh is None:
        return NOT_RUN
    coarsest = limit.value / 100 * day.full_load_kwh
    return _whole_day(_exceeds(resolution, coarsest), _by_status(limit))


def _padding_periods(day: Day) -> tuple[int, ...]:
    """The periods by which a clock-change day departs from 48."""
    padding = {46: (47, 48), 50: (49, 50)}
    return padding.get(expected_periods(day.date, day.row["utc_day"]), ())


def invalid_flag(day: Day) -> Findings:
    if day.flags is None:
        return NOT_RUN
    marked = []
    for period, flag in enumerate(day.flags, 1):
        meaningless = flag & MEANINGLESS_BITS
        contradictory = flag & ESTIMATED and flag & PADDING
        misplaced = flag & PADDING and period not in _padding_periods(day)
        if meaningless or contradictory or misplaced:
            marked.append(period)
    return _on_periods(marked, "FAIL")


def estimated(day: Day) -> Findings:
    if day.flags is None:
        return NOT_RUN
    return _on_periods((p for p, flag in enumerate(day.flags, 1) if flag & ESTIMATED), "QUERY")


def demand_period(day: Day) -> Findings:
    limit = day.limit("demand_period")
    minutes = day.row.get("integration_minutes")
    if limit is None or minutes is None:
        return NOT_RUN
    limit = day.limit("selectable_periods") or limit
    return _whole_day(minutes not in limit.values, _by_status(limit))


def storage_exceeded(day: Day) -> Findings:
    limit = day.limit("storage_days")
    collected_at = day.row.get("collected_at")
    if limit is None or collected_at is None:
        return NOT_RUN
    flags = [0] * len(day.values) if day.flags is None else day.flags
    marked_actual = any(not flag & (ESTIMATED | PADDING) for flag in flags)
    days = (collected_at.astimezone(UTC).date() - day.date).days
    return _whole_day(marked_actual and _exceeds(days, limit.value), _by_status(limit))


# Accuracy --------------------------------------------------------------------------------------------


def _applies(limit: Limit, day: Day) -> bool:
    if not limit.applies_to:
        return True
    kind = "ct_operated" if day.on_file("ct_class") else "whole_current"
    return limit.applies_to == kind


def above_max_permissible(day: Day) -> Findings:
    limit = day.limit("max_permissible_energy")
    if day.quantity not in ACTIVE or limit is None or not _applies(limit, day):
        return NOT_RUN
    return _on_periods((p for p, v in day.finite if _exceeds(v, limit.value)), _by_status(limit))


def _reactive(day: Day, period: int, role: str) -> float:
    """Net reactive energy of the system in a period; 0 where there is none."""
    return abs(day.partner_value("RI", period, role) - day.partner_value("RE", period, role))


def above_rating(day: Day) -> Findings:
    if day.quantity not in ACTIVE or day.full_load_kwh is None:
        return NOT_RUN
    most = day.full_load_kwh * day.policy("max_rating_factor").value
    role = day.row["role"]
    apparent = ((p, math.hypot(v, _reactive(day, p, role))) for p, v in day.finite)
    return _on_periods((p for p, energy in apparent if _exceeds(energy, most)), "QUERY")


def _main_active(day: Day) -> list[tuple[int, float]]:
    """(period, value) of every reading of the first MAIN AI and the first MAIN AE row of the day."""
    mains = [row for row in (day.partner(quantity, "MAIN") for quantity in ACTIVE) if row is not None]
    readings = [reading for row in mains for reading in enumerate(row["energy_kwh"], 1)]
    return [(p, v) for p, v in readings if v is not None and math.isfinite(v)]


def above_cop_capacity(day: Day) -> Findings:
    limit = day.limit("capacity_up_to")
    if limit is None or limit.unit not in ("MVA", "MW") or not day.anchor or not _main_active(day):
        return NOT_RUN
    if limit.unit == "MVA":
        energies = [math.hypot(v, _reactive(day, p, "MAIN")) for p, v in _main_active(day)]
    else:
        energies = [v for _, v in _main_active(day)]
    highest_demand = max(energies) / HOURS_A_PERIOD / 1000
    return _whole_day(_exceeds(highest_demand, limit.value), _by_status(limit))


def main_check_discrepancy(day: Day) -> Findings:
    check = day.partner(day.quantity, "CHECK")
    if day.row["role"] != "MAIN" or check is None or day.full_load_kwh is None or day.limits is None:
        return NOT_RUN
    of_reading = day.policy("main_check_reading").text == "of_reading"
    used = _energy_rows(day) if of_reading else _full_load_rows(day)
    if not used:
        return NOT_RUN
    marked = []
    for period, main in day.finite:
        other = _at(check["energy_kwh"], period)
        allowance = _of_reading(day, period, main) if of_reading else _of_full_load(day, used[0])
        if other is None or not math.isfinite(other) or allowance is None:
            continue
        if _exceeds(abs(main - other), allowance):
            marked.append(period)
    return _on_periods(marked, _by_status(day.policy("main_check_factor"), *used))


def _energy_rows(day: Day) -> list[AccuracyLimit]:
    """The accuracy rows of this quantity's energy."""
    energy = {"AI": "active", "AE": "active", "RI": "reactive", "RE": "reactive"}.get(day.quantity)
    return [] if energy is None or day.limits is None else list(day.limits.accuracy(energy))


def _holds(row: AccuracyLimit, load_pct: float) -> bool:
    below_top = load_pct <= row.load_to_pct if row.load_to_inclusive else load_pct < row.load_to_pct
    return row.load_from_pct <= load_pct and below_top


def _full_load_rows(day: Day) -> list[AccuracyLimit]:
    """The class limit: at full load, at unity power factor (zero for reactive energy)."""
    factor = "unity" if day.quantity in ACTIVE else "zero"
    return [row for row in _energy_rows(day) if row.power_factor == factor and _holds(row, 100.0)][:1]


def _of_full_load(day: Day, row: AccuracyLimit) -> float:
    assert day.full_load_kwh is not None
    return day.policy("main_check_factor").value * row.limit_pct / 100 * day.full_load_kwh


def _of_reading(day: Day, period: int, main: float) -> float | None:
    """The allowance for this period's load and power factor; None where it is not assessed."""
    assert day.full_load_kwh is not None
    role = day.row["role"]
    active = main if day.quantity in ACTIVE else _net_active(day, period)
    apparent = math.hypot(active, _reactive(day, period, role))
    if apparent == 0:
        return None
    lagging = day.partner_value("RI", period) > day.partner_value("RE", period)
    load_pct = apparent / day.full_load_kwh * 100
    for row in _energy_rows(day):
        if _holds(row, load_pct) and _is_for(day, row.power_factor, active / apparent, lagging):
            return day.policy("main_check_factor").value * row.limit_pct / 100 * abs(main)
    return None


def _net_active(day: Day, period: int) -> float:
    return abs(day.partner_value("AI", period) - day.partner_value("AE", period))


def _is_for(day: Day, text: str, power_factor: float, lagging: bool) -> bool:
    """Whether an accuracy row's power factor, as written, covers this one."""
    unity = day.policy("unity_power_factor_min").value
    at_unity, at_zero = power_factor >= unity, power_factor <= 1 - unity
    if text in ("unity", "zero"):
        return at_unity if text == "unity" else at_zero
    lag, lead = (float(number) for number in re.findall(r"[0-9.]+", text))
    edge = lag if lagging else lead
    if day.quantity in ACTIVE:
        return not at_unity and power_factor >= edge
    return not at_zero and power_factor <= edge


def register_advance_mismatch(day: Day) -> Findings:
    if not _is_complete(day.row):
        return NOT_RUN
    week = _week_ending(day)
    if len(week) < 7 and not _has_registers(day.row):
        return NOT_RUN
    findings = []
    if _has_registers(day.row):
        findings += _register_finding(day, [day.row], "register_advance_day")
    if len(week) >= 7:
        findings += _register_finding(day, week, "register_advance_week")
    return findings


def _has_registers(row: Row) -> bool:
    readings = (_number(row, "register_start_kwh"), _number(row, "register_end_kwh"))
    return None not in readings


def _is_complete(row: Row) -> bool:
    values = row["energy_kwh"]
    return bool(values) and all(v is not None and math.isfinite(v) for v in values)


def _register_finding(day: Day, days: list[Row], policy: str) -> list[Finding]:
    """Compares the periods of `days` with the advance of the register from the first to the last."""
    limit = day.policy("register_advance_site" if day.row.get("register_read_kind") == "SITE" else policy)
    advance = days[-1]["register_end_kwh"] - days[0]["register_start_kwh"]
    digits = day.on_file("register_digits")
    if advance < 0 and digits is not None:
        advance += 10.0**digits
    total = sum(value for row in days for value in row["energy_kwh"])
    allowance = limit.value / 100 * abs(advance) + (day.on_file("resolution_kwh") or 0.0)
    return _whole_day(_exceeds(abs(total - advance), allowance), _by_status(limit))


def _week_ending(day: Day) -> list[Row]:
    """The usable days from the first read at its start to the last read at its end; empty where that is not here."""
    first_of_date: dict[date, Row] = {}
    for row in day.rows:
        if _channel(row) == _channel(day.row):
            first_of_date.setdefault(row["settlement_date"], row)

    def usable(on: date) -> bool:
        row = first_of_date.get(on)
        # Another standing row may be another meter, whose register starts elsewhere.
        same_meter = day.standing_on(on) is day.standing
        return row is not None and same_meter and _is_complete(row) and not waived(row)

    def waived(row: Row) -> bool:
        place = next(place for place, other in enumerate(day.rows) if other is row)
        there = Day(place, day.rows, day.all_standing, day.regulation, day.collector_option)
        return "register_advance_mismatch" in there.waived

    one_day = timedelta(days=1)
    if first_of_date[day.date] is not day.row or not usable(day.date):
        return []
    first = last = day.date
    while usable(first - one_day):
        first -= one_day
    while usable(last + one_day):
        last += one_day
    run = [first_of_date[first + n * one_day] for n in range((last - first).days + 1)]
    while run and _number(run[0], "register_start_kwh") is None:
        run.pop(0)
    while run and _number(run[-1], "register_end_kwh") is None:
        run.pop()
    return run if run and run[-1] is day.row else []


def clock_error(day: Day) -> Findings:
    limit = day.limit("period_end_error")
    seconds = _number(day.row, "clock_error_s")
    if limit is None or seconds is None:
        return NOT_RUN
    return _whole_day(_exceeds(abs(seconds), limit.value), _by_status(limit))


def period_duration(day: Day) -> Findings:
    limit = day.limit("period_duration_error")
    length = day.limit("demand_period")
    durations = day.row.get("period_duration_s")
    if limit is None or length is None or durations is None:
        return NOT_RUN
    right = length.value * 60
    marked = []
    for period, seconds in enumerate(durations[: len(day.values)], 1):
        synchronised = (_at(day.flags or [], period) or 0) & TIME_SYNCHRONISED
        if seconds is None or not math.isfinite(seconds) or synchronised:
            continue
        if _exceeds(abs(seconds - right), limit.value / 100 * right):
            marked.append(period)
    return _on_periods(marked, _by_status(limit))


def meter_class(day: Day) -> Findings:
    ranked = False
    findings: list[Finding] = []
    for column in ("meter_class_active", "ct_class"):
        limit = day.limit(column)
        rank = day.regulation.class_rank(day.on_file(column) or "")
        if limit is None or rank is None:
            continue
        ranked = True
        allowed = [day.regulation.class_rank(text) or 0.0 for text in limit.text.split("|")]
        findings += _whole_day(rank > max(allowed), _by_status(limit))
    return findings if ranked else NOT_RUN


# Certification ---------------------------------------------------------------------------------------


def firmware_mismatch(day: Day) -> Findings:
    read, stated = day.row.get("firmware"), day.on_file("firmware")
    if read is None or stated is None:
        return NOT_RUN
    return _whole_day(read != stated, "FAIL")


def _can_be_certified(day: Day) -> bool:
    return bool(day.governing and day.on_file("meter_type") and day.on_file("firmware"))


def not_certified(day: Day) -> Findings:
    if not _can_be_certified(day):
        return NOT_RUN
    words = ("FIRMWARE_NOT_LISTED", "VARIANT_NOT_LISTED", "TYPE_NOT_LISTED", "WITHDRAWN")
    complete = day.regulation.list_complete(day.on_file("manufacturer"), day.on_file("meter_type"))
    return _whole_day(day.certification in words, "FAIL" if complete else "NOT_ASSESSED")


def certified_other_issue(day: Day) -> Findings:
    if not _can_be_certified(day):
        return NOT_RUN
    return _whole_day(day.certification == "APPROVED_OTHER_ISSUE", "QUERY")


def certified_later(day: Day) -> Findings:
    if not _can_be_certified(day):
        return NOT_RUN
    return _whole_day(day.certification == "APPROVED_LATER", "QUERY")


def protocol_not_approved(day: Day) -> Findings:
    collector = day.collector_option or day.on_file("collector")
    outstation_type = day.on_file("outstation_type")
    if day.standing is None or collector is None or outstation_type is None:
        return NOT_RUN
    steps = day.regulation.protocol(collector, outstation_type)
    begun = [step for step in steps if step.from_date is None or step.from_date <= day.date]
    if begun[-1].approved is None:
        return NOT_RUN
    return _whole_day(not begun[-1].approved, "FAIL")


def outstation_mismatch(day: Day) -> Findings:
    pairs = [(day.row.get(column), day.on_file(column)) for column in ("outstation_id", "meter_serial")]
    compared = [(read, stated) for read, stated in pairs if read is not None and stated is not None]
    if not compared:
        return NOT_RUN
    return _whole_day(any(read != stated for read, stated in compared), "FAIL")


def no_standing_data(day: Day) -> Findings:
    return _whole_day(day.governing is None, "NOT_ASSESSED")


# Alarms ----------------------------------------------------------------------------------------------


def _alarm(day: Day, code: str, bit: int) -> Findings:
    capable = day.on_file("alarms_capable")
    if day.flags is None or not day.row["alarms_carried"]:
        return NOT_RUN
    if capable and code not in capable.split("|"):
        return NOT_RUN
    return _on_periods((p for p, flag in enumerate(day.flags, 1) if flag & 1 << bit), "QUERY")


def phase_failure(day: Day) -> Findings:
    return _alarm(day, "phase_failure", 2)


def supply_failure(day: Day) -> Findings:
    return _alarm(day, "supply_failure", 3)


def battery(day: Day) -> Findings:
    return _alarm(day, "battery", 4)


def equipment_reset(day: Day) -> Findings:
    return _alarm(day, "equipment_reset", 5)


def time_set(day: Day) -> Findings:
    return _alarm(day, "time_set", 6)


def time_synchronised(day: Day) -> Findings:
    return _alarm(day, "time_synchronised", 7)


def data_changed(day: Day) -> Findings:
    return _alarm(day, "data_changed", 8)


def reverse_running(day: Day) -> Findings:
    return _alarm(day, "reverse_running", 9)


def local_access(day: Day) -> Findings:
    return _alarm(day, "local_access", 10)


def other_error(day: Day) -> Findings:
    return _alarm(day, "other_error", 11)


# Plausibility ----------------------------------------------------------------------------------------


def _runs(values: list[float | None], at_least: float) -> set[int]:
    """Periods of every run of at least that many equal values; NaN equals nothing."""
    marked: set[int] = set()
    for start in range(len(values)):
        end = start
        while end < len(values) and values[end] is not None and values[end] == values[start]:
            end += 1
        if end - start >= at_least:
            marked.update(range(start + 1, end + 1))
    return marked


def zero_run(day: Day) -> Findings:
    if day.quantity not in ACTIVE or day.on_file("energised") is not True:
        return NOT_RUN
    zeros = [value if value == 0 else None for value in day.values]
    return _on_periods(_runs(zeros, day.policy("zero_run_periods").value), "QUERY")


def stuck(day: Day) -> Findings:
    finite = dict(day.finite)
    others = [finite.get(period) or None for period in range(1, len(day.values) + 1)]
    return _on_periods(_runs(others, day.policy("stuck_run_periods").value), "QUERY")


def spike(day: Day) -> Findings:
    resolution = day.on_file("resolution_kwh")
    if resolution is None or len(day.finite) < 3:
        return NOT_RUN
    highest, _, third = sorted((v for _, v in day.finite), reverse=True)[:3]
    floor = day.policy("spike_floor_resolutions").value * resolution
    if third < 0 or not _exceeds(highest, floor):
        return _clear()
    above = math.inf if third == 0 else (highest - third) / third
    if not _exceeds(above, day.policy("spike_tolerance").value):
        return _clear()
    return _on_periods([next(p for p, v in day.finite if v == highest)], "QUERY")


def reactive_without_active(day: Day) -> Findings:
    resolution = day.on_file("resolution_kwh")
    found = [day.partner(quantity, day.row["role"]) for quantity in ACTIVE]
    partners = [row for row in found if row is not None]
    if day.quantity not in REACTIVE or not partners or resolution is None:
        return NOT_RUN
    floor = day.policy("reactive_without_active_resolutions").value * resolution
    marked = []
    for period, value in day.finite:
        active = [row["energy_kwh"][period - 1] for row in partners if period <= len(row["energy_kwh"])]
        if _exceeds(value, floor) and active and all(energy == 0 for energy in active):
            marked.append(period)
    return _on_periods(marked, "QUERY")


def deenergised_but_consuming(day: Day) -> Findings:
    if day.quantity not in ACTIVE or day.on_file("energised") is not False:
        return NOT_RUN
    if day.date == (day.on_file("energised_from") or day.on_file("effective_from")):
        return _clear()
    return _on_periods((p for p, v in day.finite if _exceeds(v, 0.0)), "QUERY")


def import_export_both(day: Day) -> Findings:
    resolution = day.on_file("resolution_kwh")
    one_directional = day.on_file("direction") in ("IMPORT", "EXPORT")
    export = day.partner("AE", day.row["role"])
    if day.quantity != "AI" or export is None or not one_directional or resolution is None:
        return NOT_RUN
    floor = day.policy("spike_floor_resolutions").value * resolution
    both = (p for p, v in day.finite if _exceeds(v, floor) and _exceeds(day.partner_value("AE", p), floor))
    return _on_periods(both, "QUERY")


_IN_CATALOGUE_ORDER: tuple[Callable[[Day], Findings], ...] = (
    mpan_check_digit,
    unknown_quantity,
    period_count,
    missing_period,
    duplicate_day,
    missing_day,
    required_quantity,
    check_meter_absent,
    negative_energy,
    off_resolution,
    resolution_too_coarse,
    invalid_flag,
    estimated,
    demand_period,
    storage_exceeded,
    above_max_permissible,
    above_rating,
    above_cop_capacity,
    main_check_discrepancy,
    register_advance_mismatch,
    clock_error,
    period_duration,
    meter_class,
    firmware_mismatch,
    not_certified,
    certified_other_issue,
    certified_later,
    protocol_not_approved,
    outstation_mismatch,
    no_standing_data,
    phase_failure,
    supply_failure,
    battery,
    equipment_reset,
    time_set,
    time_synchronised,
    data_changed,
    reverse_running,
    local_access,
    other_error,
    zero_run,
    stuck,
    spike,
    reactive_without_active,
    deenergised_but_consuming,
    import_export_both,
)
CHECKS: dict[str, Callable[[Day], Findings]] = {check.__name__: check for check in _IN_CATALOGUE_ORDER}
