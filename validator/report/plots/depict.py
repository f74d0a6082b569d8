"""Which picture tells a finding best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np

from validator.catalogue import BY_CODE
from validator.regulation import Regulation
from validator.report import words
from validator.report.index import Floats
from validator.report.plots.picture import Gauge, Panel, Picture, clock_ticks, date_ticks, limit_label
from validator.report.plots.scene import Scene, drawable, finite

Depiction = Picture | Gauge
_HALF_HOUR_H = 0.5
_KILO = 1000.0
_DATES_AROUND = 12
_OFFENDING = "offending period"


def depict(scene: Scene, regulation: Regulation) -> Depiction | None:
    """A picture of the finding; None where there is nothing to draw and nothing failed."""
    special = _SPECIAL.get(scene.check)
    if special is not None:
        return special(scene, regulation)
    if BY_CODE[scene.check].per_period:
        return _day(scene)
    if scene.value is not None and scene.limit is not None:
        return _gauge(scene)
    return _whole_day(scene) if scene.finding["outcome"] == "FAIL" else None


def _channel(scene: Scene) -> str:
    return f"{scene.quantity} {scene.finding['role']}"


def _over_day(scene: Scene, *panels: Panel, key: tuple[tuple[str, str], ...]) -> Picture:
    slots = max(len(scene.values), 1)
    zone = "UTC" if scene.utc_day else "local time"
    return Picture(
        panels=panels,
        slots=slots,
        ticks=clock_ticks(scene.on, slots, scene.utc_day),
        axis=f"{zone} and settlement period (P)",
        key=key,
    )


def _day(scene: Scene) -> Picture:
    limit = scene.limit if scene.finding["unit"] == scene.unit else None
    if BY_CODE[scene.check].measure == "lowest":
        limit = 0.0
    panel = Panel(
        axis=f"{scene.unit} per half hour",
        bars=drawable(scene.values),
        flagged=scene.flagged,
        limit=limit,
        limit_label="" if limit is None else limit_label(limit, scene.unit),
    )
    key = [("bar", _channel(scene)), ("flag", _OFFENDING)]
    if limit is not None:
        key.append(("limit", panel.limit_label))
    return _over_day(scene, panel, key=tuple(key))


def _whole_day(scene: Scene) -> Picture:
    panel = Panel(f"{scene.unit} per half hour", drawable(scene.values), flagged=scene.flagged)
    return _over_day(scene, panel, key=(("flag", f"{_channel(scene)}: the whole day is affected"),))


def _gauge(scene: Scene) -> Gauge:
    value, limit = scene.value or 0.0, scene.limit or 0.0
    unit = scene.finding["unit"] or ""
    key = (("flag", f"found {words.amount(value)} {unit}"), ("limit", limit_label(limit, unit)))
    # A clock may be slow or fast: what is held against the limit is the size of its error.
    return Gauge(abs(value), limit, unit, key)


def _beside(scene: Scene, row: int | None, name: str) -> Picture:
    """The day with another row of the same day drawn as a line."""
    picture = _day(scene)
    if row is None:
        return picture
    panel = replace(picture.panels[0], line=drawable(scene.aligned(row)))
    return replace(picture, panels=(panel,), key=(*picture.key, ("line", name)))


def _main_and_check(scene: Scene, _: Regulation) -> Picture:
    check = scene.partner(scene.quantity, "CHECK")
    both = _beside(scene, check, f"{scene.quantity} CHECK")
    upper = replace(both.panels[0], limit=None, limit_label="")
    apart = np.abs(scene.values - scene.aligned(check))
    label = "" if scene.limit is None else limit_label(scene.limit, scene.unit)
    lower = Panel(f"difference, {scene.unit}", drawable(apart), scene.flagged, (), scene.limit, label)
    return replace(both, panels=(upper, lower))


def _with_active(scene: Scene, _: Regulation) -> Picture:
    named = next((q for q in ("AI", "AE") if scene.partner(q) is not None), "AI")
    return _beside(scene, scene.partner(named), f"{named} {scene.finding['role']}")


def _with_export(scene: Scene, _: Regulation) -> Picture:
    return _beside(scene, scene.partner("AE"), f"AE {scene.finding['role']}")


def _apparent(scene: Scene, _: Regulation) -> Picture:
    limit = scene.limit
    label = "" if limit is None else limit_label(limit, "kVAh")
    panel = Panel(
        axis="kVAh per half hour",
        bars=drawable(np.hypot(scene.values, scene.reactive())),
        flagged=scene.flagged,
        line=drawable(scene.values),
        limit=limit,
        limit_label=label,
    )
    key = [("bar", "apparent energy"), ("flag", _OFFENDING), ("line", f"{_channel(scene)} alone")]
    if limit is not None:
        key.append(("limit", label))
    return _over_day(scene, panel, key=tuple(key))


def _demand(scene: Scene, _: Regulation) -> Picture:
    """Demand in the unit of the capacity: apparent in MVA, or active in MW."""
    unit, limit = scene.finding["unit"] or "", scene.limit
    active = _active_of_system(scene)
    energy = np.hypot(active, scene.reactive()) if unit == "MVA" else active
    demand = energy / _HALF_HOUR_H / _KILO
    over = frozenset(np.flatnonzero(demand > limit).tolist()) if limit is not None else scene.flagged
    label = "" if limit is None else limit_label(limit, unit)
    panel = Panel(f"demand, {unit}", drawable(demand), over, (), limit, label)
    return _over_day(scene, panel, key=(("bar", "demand"), ("flag", _OFFENDING), ("limit", label)))


def _active_of_system(scene: Scene) -> Floats:
    """The greater of AI and AE of the main meter, period by period."""
    both = [scene.aligned(scene.partner(quantity, "MAIN")) for quantity in ("AI", "AE")]
    return np.fmax(*both)


def _durations(scene: Scene, regulation: Regulation) -> Picture:
    nominal_s = _demand_period_s(scene, regulation)
    away_s = np.abs(scene.durations_s() - nominal_s)
    label = "" if scene.limit is None else limit_label(scene.limit, "s")
    bars = drawable(away_s[: len(scene.values)])
    panel = Panel(f"seconds away from {nominal_s:g}", bars, scene.flagged, (), scene.limit, label)
    key = (("bar", "duration's error"), ("flag", _OFFENDING), ("limit", label))
    return _over_day(scene, panel, key=key)


def _demand_period_s(scene: Scene, regulation: Regulation) -> float:
    """What the CoP Issue says a period lasts; the middle of what came where it says nothing."""
    cop, issue = scene.finding["cop"], scene.finding["issue"]
    by = tuple(ref for ref in (scene.finding["dispensation"] or "").split("; ") if ref)
    stated = regulation.limits_for(cop, issue, by).get("demand_period") if cop and issue else None
    return stated.value * 60 if stated else float(np.nanmedian(scene.durations_s()))


def _length(scene: Scene, _: Regulation) -> Picture:
    came, expected = len(scene.values), scene.expected
    bars = (*drawable(scene.values), *((None,) * (expected - came)))
    wrong = frozenset(range(min(came, expected), max(came, expected)))
    panel = Panel(f"{scene.unit} per half hour", bars, wrong)
    zone = "UTC" if scene.utc_day else "local time"
    return Picture(
        panels=(panel,),
        slots=len(bars),
        ticks=clock_ticks(scene.on, len(bars), scene.utc_day),
        axis=f"{zone} and settlement period (P)",
        key=(
            ("bar", _channel(scene)),
            ("flag", "too many" if came > expected else "absent"),
            ("end", f"the day ends after {expected} periods"),
        ),
        end=expected,
    )


def _copies(scene: Scene, _: Regulation) -> Picture:
    first = scene.partner(scene.quantity)
    picture = _whole_day(scene)
    if first is None or first == scene.row:
        return picture
    panel = replace(picture.panels[0], line=drawable(scene.aligned(first)))
    return replace(
        picture,
        panels=(panel,),
        key=(("flag", f"{_channel(scene)}, the copy"), ("line", "the first to come")),
    )


def _dates(scene: Scene, _: Regulation) -> Picture:
    absent = int(finite(scene.finding["value"]) or 1)
    around = timedelta(days=_DATES_AROUND)
    gap_from = scene.on - timedelta(days=min(absent, 2 * _DATES_AROUND))
    dates, totals = scene.daily_totals(gap_from - around, scene.on + around)
    sent = [slot for slot, total in enumerate(totals) if total is not None]
    first, last = sent[0], sent[-1] + 1
    if dates[first] >= scene.on:
        first = dates.index(gap_from)
    dates, totals = dates[first:last], totals[first:last]
    gone = frozenset(slot for slot, total in enumerate(totals) if total is None)
    return Picture(
        panels=(Panel(f"{scene.unit} per day", totals, gone),),
        slots=len(dates),
        ticks=date_ticks(dates),
        axis="settlement date",
        key=(("bar", f"{_channel(scene)}, sum of the day"), ("flag", "absent day")),
    )


_SPECIAL: dict[str, Callable[[Scene, Regulation], Depiction]] = {
    "main_check_discrepancy": _main_and_check,
    "reactive_without_active": _with_active,
    "import_export_both": _with_export,
    "above_rating": _apparent,
    "above_cop_capacity": _demand,
    "period_duration": _durations,
    "period_count": _length,
    "duplicate_day": _copies,
    "missing_day": _dates,
}
