"""A second reading of checks.md in plain Python, written from that text alone and not from the product or its oracle.

Only the checks of values, and as its words stand: no speed, no sharing. Rows are dictionaries with the names of
`validator.schema`; flags are the letters A, E, C or any other.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
UTC = dt.UTC
TABLES = Path(__file__).parents[2] / "validator" / "regulation"
WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
ACTIVE = ("AI", "AE")


def table(name):
    with (TABLES / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


POLICY = {row["policy"]: float(row["value"]) for row in table("policy") if row["value"] != "full_load"}
LIMITS = table("format_limits")
BANDS = table("accuracy_limits")


def limit(cop, issue, name):
    """The row of the newest Issue up to this one that states the limit."""
    rows = [r for r in LIMITS if r["cop"] == cop and r["limit"] == name and int(r["from_issue"]) <= issue]
    return max(rows, key=lambda r: int(r["from_issue"]), default=None)


def past(value, bound):
    return value - bound > 1e-9 * max(1.0, abs(bound))


def periods_of(day, utc):
    if utc:
        return 48
    at = lambda d: dt.datetime(d.year, d.month, d.day, tzinfo=LONDON).astimezone(UTC)  # noqa: E731
    return int((at(day + dt.timedelta(days=1)) - at(day)).total_seconds() // 1800)


def check_digit_is_wrong(mpan):
    if len(mpan) == 4 and mpan.isdigit():
        return False
    if len(mpan) != 13 or not mpan.isdigit():
        return True
    return sum(w * int(c) for w, c in zip(WEIGHTS, mpan, strict=False)) % 11 % 10 != int(mpan[12])


def runs(values, is_in):
    """[first, end) of each stretch of equal values that are in."""
    found, k = [], 0
    while k < len(values):
        end = k + 1
        while end < len(values) and values[end] == values[k]:
            end += 1
        if is_in(values[k]):
            found.append((k, end))
        k = end
    return found


def number(value):
    return value is not None and math.isfinite(value)


def judge(rows, standing, utc=False):
    """{row number: {check: set of periods from 1, or {0} for the channel-day}}."""
    found = [defaultdict(set) for _ in rows]
    by_day = defaultdict(list)
    seen = defaultdict(list)
    for at, row in enumerate(rows):
        by_day[row["mpan_core"], row["settlement_date"]].append(at)
        seen[row["mpan_core"], row["measurement_quantity"], row["role"]].append(at)
    for channel in seen.values():
        have = set()
        for at in channel:
            if rows[at]["settlement_date"] in have:
                found[at]["duplicate_day"].add(0)
            have.add(rows[at]["settlement_date"])
        for at in channel:
            day = rows[at]["settlement_date"]
            if day != min(have) and day - dt.timedelta(days=1) not in have and "duplicate_day" not in found[at]:
                found[at]["missing_day"].add(0)
    for at, row in enumerate(rows):
        meter = next(
            (
                m
                for m in standing
                if m["mpan_core"] == row["mpan_core"]
                and m["role"] == row["role"]
                and m["effective_from"] <= row["settlement_date"]
                and (m["effective_to"] is None or row["settlement_date"] <= m["effective_to"])
            ),
            None,
        )
        partners = {
            (rows[p]["measurement_quantity"], rows[p]["role"]): rows[p]
            for p in reversed(by_day[row["mpan_core"], row["settlement_date"]])
        }
        _row(row, meter, partners, found[at], utc)
    for members in by_day.values():
        _system(members, rows, standing, found)
    return found


def _row(row, meter, partners, found, utc):
    energy, flags = row["energy_kwh"], row["flags"]
    quantity, day = row["measurement_quantity"], row["settlement_date"]
    active = quantity in ACTIVE
    if check_digit_is_wrong(row["mpan_core"]):
        found["mpan_check_digit"].add(0)
    if quantity not in ("AI", "AE", "RI", "RE"):
        found["unknown_quantity"].add(0)
    usual = periods_of(day, utc)
    if len(energy) != usual:
        found["period_count"].add(0)
    for k, value in enumerate(energy, 1):
        if not number(value):
            found["missing_period"].add(k)
        elif past(0.0, value):
            found["negative_energy"].add(k)
    for k, flag in enumerate(flags or (), 1):
        if flag == "E":
            found["estimated"].add(k)
        elif flag not in ("A", "C") or (flag == "C" and k not in {46: (47, 48), 50: (49, 50)}.get(usual, ())):
            found["invalid_flag"].add(k)
    if meter is None:
        found["no_standing_data"].add(0)
        return
    cop, issue = meter["cop"], meter["issue"]
    resolution, kva = meter["resolution_kwh"], meter["rated_kva"]
    full = kva * 0.5
    for k, value in enumerate(energy, 1):
        if number(value) and past(abs(value / resolution - round(value / resolution)), 1e-6):
            found["off_resolution"].add(k)
    pct = limit(cop, issue, "energy_resolution")
    if pct and past(resolution, float(pct["value"]) / 100 * full):
        found["resolution_too_coarse"].add(0)
    minutes = row.get("integration_minutes")
    allowed = limit(cop, issue, "selectable_periods") or limit(cop, issue, "demand_period")
    if minutes is not None and allowed and str(minutes) not in allowed["value"].split("|"):
        found["demand_period"].add(0)
    maximum = limit(cop, issue, "max_permissible_energy")
    if maximum and active and not (maximum.get("applies_to") == "whole_current" and meter["ct_class"]):
        for k, value in enumerate(energy, 1):
            if number(value) and past(value, float(maximum["value"])):
                found["above_max_permissible"].add(k)
    error = row.get("clock_error_s")
    bound = limit(cop, issue, "period_end_error")
    if error is not None and bound and past(abs(error), float(bound["value"])):
        found["clock_error"].add(0)
    durations = row.get("period_duration_s")
    bound = limit(cop, issue, "period_duration_error")
    if durations and bound:
        for k, seconds in enumerate(durations, 1):
            length = 30 * 60
            if number(seconds) and past(abs(seconds - length), float(bound["value"]) / 100 * length):
                found["period_duration"].add(k)
    if active:
        _rating(row, partners, full, found)
        for first, end in runs(energy, lambda v: v == 0):
            if meter["energised"] and end - first >= POLICY["zero_run_periods"]:
                found["zero_run"].update(range(first + 1, end + 1))
    for first, end in runs(energy, lambda v: number(v) and v != 0):
        if end - first >= POLICY["stuck_run_periods"]:
            found["stuck"].update(range(first + 1, end + 1))
    ordered = sorted((v for v in energy if number(v)), reverse=True)
    floor = POLICY["spike_floor_resolutions"] * resolution
    tolerated = POLICY["spike_tolerance"]
    if len(ordered) >= 3 and past(ordered[0], floor) and past(ordered[0] - ordered[2], tolerated * ordered[2]):
        found["spike"].add(energy.index(ordered[0]) + 1)
    if not active and quantity in ("RI", "RE"):
        both = [partners[q, row["role"]]["energy_kwh"] for q in ACTIVE if (q, row["role"]) in partners]
        for k, value in enumerate(energy):
            others = [e[k] for e in both if k < len(e)]
            least = POLICY["reactive_without_active_resolutions"] * resolution
            if others and all(o == 0 for o in others) and number(value) and past(value, least):
                found["reactive_without_active"].add(k + 1)
    if active and not meter["energised"] and day != (meter.get("energised_from") or meter["effective_from"]):
        for k, value in enumerate(energy, 1):
            if number(value) and past(value, 0.0):
                found["deenergised_but_consuming"].add(k)
    export = partners.get(("AE", row["role"]))
    if quantity == "AI" and export and meter["direction"] in ("IMPORT", "EXPORT"):
        for k, (a, b) in enumerate(zip(energy, export["energy_kwh"], strict=False), 1):
            if number(a) and number(b) and past(a, floor) and past(b, floor):
                found["import_export_both"].add(k)
    _main_check(row, meter, partners, full, found)
    _register(row, resolution, meter, found)


def _apparent(row, partners, k):
    """sqrt(active^2 + reactive^2), reactive net of its two directions; what did not come adds nothing."""
    both = [partners[q, row["role"]]["energy_kwh"] if (q, row["role"]) in partners else [] for q in ("RI", "RE")]
    lagging, leading = (e[k] if k < len(e) and number(e[k]) else 0.0 for e in both)
    value = row["energy_kwh"][k]
    return math.hypot(value, lagging - leading) if number(value) else None


def _rating(row, partners, full, found):
    for k in range(len(row["energy_kwh"])):
        apparent = _apparent(row, partners, k)
        if apparent is not None and past(apparent, full * POLICY["max_rating_factor"]):
            found["above_rating"].add(k + 1)


def class_limit(cop, issue, active):
    """The class limit at full load: unity power factor (reactive: zero) at 100 %."""
    rows = [
        r
        for r in BANDS
        if r["cop"] == cop
        and int(r["from_issue"]) <= issue
        and r["energy"] == ("active" if active else "reactive")
        and r["power_factor"] == ("unity" if active else "zero")
        and float(r["load_from_pct"]) <= 100 <= float(r["load_to_pct"])
    ]
    return float(rows[-1]["limit_pct"]) if rows else None


def _main_check(row, meter, partners, full, found):
    other = partners.get((row["measurement_quantity"], "CHECK"))
    active = row["measurement_quantity"] in ACTIVE
    pct = class_limit(meter["cop"], meter["issue"], active)
    if row["role"] != "MAIN" or other is None or pct is None:
        return
    allowance = POLICY["main_check_factor"] * pct / 100 * full
    for k, (main, check) in enumerate(zip(row["energy_kwh"], other["energy_kwh"], strict=False), 1):
        if number(main) and number(check) and past(abs(main - check), allowance):
            found["main_check_discrepancy"].add(k)


def _register(row, resolution, meter, found):
    start, end = row.get("register_start_kwh"), row.get("register_end_kwh")
    if start is None or end is None or not all(number(v) for v in row["energy_kwh"]):
        return
    advance = end - start
    if advance < 0 and meter["register_digits"]:
        advance += 10 ** meter["register_digits"]
    tolerance = POLICY["register_advance_site" if row["register_read_kind"] == "SITE" else "register_advance_day"]
    if past(abs(math.fsum(row["energy_kwh"]) - advance), tolerance / 100 * abs(advance) + resolution):
        found["register_advance_mismatch"].add(0)


def _system(members, rows, standing, found):
    """What concerns a metering system on one day stands on its MAIN AI row, else on the first."""
    stands = next(
        (m for m in members if (rows[m]["measurement_quantity"], rows[m]["role"]) == ("AI", "MAIN")), members[0]
    )
    row = rows[stands]
    meter = next((m for m in standing if m["mpan_core"] == row["mpan_core"] and m["role"] == "MAIN"), None)
    if meter is None:
        return
    came = {(rows[m]["measurement_quantity"], rows[m]["role"]) for m in members}
    wanted = limit(meter["cop"], meter["issue"], "required_quantities")
    if wanted and set(wanted["value"].split("|")) - {q for q, role in came if role == "MAIN"}:
        found[stands]["required_quantity"].add(0)
    wanted = limit(meter["cop"], meter["issue"], "check_meter_required")
    if wanted and wanted["value"] == "yes" and not any(role == "CHECK" for _, role in came):
        found[stands]["check_meter_absent"].add(0)
    capacity = limit(meter["cop"], meter["issue"], "capacity_up_to")
    if capacity and capacity["unit"] in ("MVA", "MW"):
        partners = {(rows[m]["measurement_quantity"], rows[m]["role"]): rows[m] for m in reversed(members)}
        highest = 0.0
        for q in ACTIVE:
            main = partners.get((q, "MAIN"))
            if main:
                for k, value in enumerate(main["energy_kwh"]):
                    seen = value if capacity["unit"] == "MW" else _apparent(main, partners, k)
                    if number(seen):
                        highest = max(highest, seen * 2 / 1000)
        if past(highest, float(capacity["value"])):
            found[stands]["above_cop_capacity"].add(0)
