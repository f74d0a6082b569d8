"""A made-up estate whose values lie at, just inside and just outside every limit, on ordinary and clock-change days."""

from __future__ import annotations

import datetime as dt
import math
import random

from tests.independent.verdicts import WEIGHTS, class_limit, limit, number, periods_of

DAYS = (dt.date(2026, 3, 29), dt.date(2026, 10, 25), dt.date(2026, 9, 16))
# CoP, Issue and a rating in kVA that suits it.
COPS = (
    ("1", 2, 240000.0), ("1", 3, 240000.0), ("2", 4, 60000.0), ("2", 5, 60000.0), ("3", 5, 6000.0), ("3", 6, 4000.0),
    ("5", 6, 1000.0), ("5", 7, 1000.0), ("6", 4, 60.0), ("7", 4, 60.0), ("8", 1, 60.0), ("9", 1, 60.0),
    ("10", 2, 60.0), ("10", 3, 200.0),
)  # fmt: skip
QUANTITIES = ("AI", "AE", "RI", "RE")
BITS = {"A": 0, "E": 1, "C": 2}


def mpan_of(place, right=True):
    twelve = f"99{place:010d}"
    check = sum(w * int(c) for w, c in zip(WEIGHTS, twelve, strict=True)) % 11 % 10
    return f"{twelve}{check if right else (check + 1) % 10}"


def near(rng, bound):
    """A value at a limit, within rounding of it, or past it."""
    step = 1e-9 * max(1.0, abs(bound))
    around = (bound, bound + step / 2, bound + step * 3, bound - step * 3, bound + 1, bound - 1)
    return rng.choice([*around, math.nextafter(bound, math.inf), bound * 1.2, bound * 1.2 * (1 + 1e-7)])


def estate(seed, systems):
    """Reading rows with `flags` as letters, and the standing rows of their meters."""
    rng = random.Random(seed)
    rows, standing = [], []
    for place in range(systems):
        mpan = mpan_of(place, rng.random() > 0.05) if rng.random() > 0.05 else f"{9000 + place}"
        cop, issue, kva = rng.choice(COPS)
        roles = ["MAIN", "CHECK"][: rng.choice([1, 2])]
        meters = [_meter(rng, mpan, role, cop, issue, kva) for role in roles]
        for meter in meters:
            meter["resolution_kwh"], meter["energised"] = meters[0]["resolution_kwh"], meters[0]["energised"]
        standing += meters
        for day in rng.sample(DAYS, k=rng.choice([1, 1, 2])):
            mains = {}
            for meter in meters:
                for quantity in rng.sample(QUANTITIES, k=rng.choice([1, 2, 3, 4, 4])):
                    row = _row(rng, meter, quantity, day, mains)
                    rows.append(row)
                    mains.setdefault(quantity, row["energy_kwh"])
                    if rng.random() < 0.03:
                        rows.append(dict(row))
    return rows, standing


def _meter(rng, mpan, role, cop, issue, kva):
    finest = kva * 0.5 * 0.001
    return {
        "mpan_core": mpan, "role": role, "effective_from": dt.date(2020, 1, 1), "effective_to": None,
        "energised": rng.random() < 0.9, "cop": cop, "issue": issue, "rated_kva": kva,
        "resolution_kwh": rng.choice([0.1, 1.0, 0.01, 0.5, finest, finest * (1 + 1e-8), finest * 1.01]),
        "register_digits": rng.choice([None, 7]), "direction": rng.choice(["IMPORT", "EXPORT", "BOTH", None]),
        "ct_class": rng.choice([None, "0.5"]),
    }  # fmt: skip


def _row(rng, meter, quantity, day, mains):
    step, full = meter["resolution_kwh"], meter["rated_kva"] * 0.5
    usual = periods_of(day, False)
    count = usual if rng.random() < 0.9 else rng.choice([46, 48, 50])
    base = round(rng.random() * full * 0.8 / step) * step
    values = _values(rng, meter, base, count)
    if rng.random() < 0.3:
        others = sorted(v for v in values if number(v))
        if len(others) > 3:
            values[rng.randrange(count)] = near(rng, others[-2] * 2.8)
    pct = class_limit(meter["cop"], meter["issue"], quantity in ("AI", "AE"))
    if meter["role"] == "CHECK" and quantity in mains and pct and rng.random() < 0.8:
        off = 1.5 * pct / 100 * full
        values = [
            v if not number(v) else v + rng.choice([0, 0, 0, near(rng, off), -near(rng, off)]) for v in mains[quantity]
        ]
    row = {
        "mpan_core": meter["mpan_core"], "measurement_quantity": quantity if rng.random() < 0.98 else "XX",
        "role": meter["role"], "settlement_date": day, "energy_kwh": values,
        "flags": rng.choice([None, "A" * len(values), "".join(rng.choice("AAAAAAAEC") for _ in values)]),
        "clock_error_s": rng.choice([None, 1, -1]), "integration_minutes": rng.choice([None, 30, 30, 15, 20, 5, 60, 1]),
        "period_duration_s": None, "register_start_kwh": None, "register_end_kwh": None, "register_read_kind": None,
    }  # fmt: skip
    if row["clock_error_s"]:
        row["clock_error_s"] *= near(rng, rng.choice([10.0, 20.0, 900.0]))
    if rng.random() < 0.4:
        off_by = [0, 0, 0, 1.8, 1.8 + 1e-6, -1.8 - 1e-6, -1.8, 2]
        row["period_duration_s"] = [1800.0 + rng.choice(off_by) for _ in values]
    if rng.random() < 0.5 and all(number(v) for v in values):
        row |= _registers(rng, meter, math.fsum(values))
    return row


def _values(rng, meter, base, count):
    step, full = meter["resolution_kwh"], meter["rated_kva"] * 0.5
    maximum = limit(meter["cop"], meter["issue"], "max_permissible_energy")
    capacity = limit(meter["cop"], meter["issue"], "capacity_up_to")
    bounds = [full * 1.2, step * 10, step * 4]
    bounds += [float(maximum["value"])] if maximum else []
    bounds += [float(capacity["value"]) * 500] if capacity and capacity["unit"] in ("MVA", "MW") else []

    def steady():
        return round(base * (0.8 + 0.4 * rng.random()) / step) * step

    def odd():
        return rng.choice([
            steady(), steady(), steady(), steady(), steady(), 0.0, -1.0, -1e-10, -1e-9, -1.1e-9, -0.0, None, math.nan,
            math.inf, base, base, near(rng, rng.choice(bounds)), near(rng, rng.choice(bounds)),
            base + step * rng.choice([1e-6, 0.9e-6, 1.1e-6, 0.5]),
        ])  # fmt: skip

    kind = rng.random()
    if kind < 0.5:
        return [steady() for _ in range(count)]
    if kind < 0.6:
        return [0.0] * count
    alike = [base] * rng.choice([0, 11, 12, 20])
    return (alike + [odd() for _ in range(count)])[:count]


def _registers(rng, meter, total):
    kind = rng.choice(["REMOTE", "REMOTE", "SITE"])
    share = 0.001 if kind == "SITE" else 0.05
    step = meter["resolution_kwh"]
    advance = rng.choice([total, (total + step) / (1 - share), (total - step) / (1 + share)])
    advance += rng.choice([0, 1e-3, -1e-3])
    start = rng.choice([0.0, 1000.0, 9999990.0])
    end = start + advance
    if end > 1e7 and meter["register_digits"]:
        end -= 1e7
    return {"register_start_kwh": start, "register_end_kwh": end, "register_read_kind": kind}
