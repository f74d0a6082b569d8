"""Rows of format_limits.csv, policy.csv and accuracy_limits.csv as Limit and AccuracyLimit."""

from __future__ import annotations

import re
from dataclasses import replace

from validator.regulation import cells
from validator.regulation.rows import STATUSES, AccuracyLimit, Limit
from validator.regulation.tables import Row
from validator.regulation.vocabulary import ACCURACY_LIMITS, APPLIES_TO, APPLYING_LIMITS, LIMITS, POLICIES, Form, Kind
from validator.schema import QUANTITIES

_POWER_FACTOR = re.compile(r"(0|1|0\.[0-9]+)lag-(0|1|0\.[0-9]+)lead")


def format_limit(row: Row) -> Limit:
    """A row of format_limits.csv; RegulationError for an unknown limit or unit, or a bad value."""
    name = cells.word(row, "limit", LIMITS)
    applies_to = cells.word(row, "applies_to", APPLIES_TO, blank=True)
    if applies_to and name not in APPLYING_LIMITS:
        raise row.fault(f"applies_to {applies_to} on {name}", "no check of that limit looks at it")
    return _limit(
        row,
        name,
        LIMITS[name],
        cop=cop(row),
        from_issue=cells.whole(row, "from_issue"),
        applies_to=applies_to,
    )


def policy(row: Row) -> Limit:
    """A row of policy.csv; RegulationError for an unknown policy or unit, or a bad value."""
    name = cells.word(row, "policy", POLICIES)
    return _limit(row, name, POLICIES[name])


def replaced_limit(row: Row, name: str, value: str, unit: str) -> Limit:
    """A limit that a row of dispensations.csv sets, held to what format_limits.csv is held to."""
    kinds = {**LIMITS, **ACCURACY_LIMITS}
    named = replace(row, cells={**row.cells, "limit": name, "value": value, "unit": unit, "note": ""})
    cells.word(named, "limit", kinds)
    return replace(_limit(named, name, kinds[name]), dispensation=row.cells["ref"])


def _limit(
    row: Row,
    name: str,
    kind: Kind,
    cop: str | None = None,
    from_issue: int | None = None,
    applies_to: str = "",
) -> Limit:
    written = cells.text(row, "value")
    return Limit(
        name=name,
        text=written,
        values=_values(row, name, kind, written),
        unit=_unit(row, name, kind),
        source=row.cells["source"],
        status=cells.word(row, "status", STATUSES),
        origin=row.origin,
        note=row.cells["note"],
        applies_to=applies_to,
        cop=cop,
        from_issue=from_issue,
    )


def _unit(row: Row, name: str, kind: Kind) -> str:
    unit = row.cells["unit"]
    if unit not in kind.units:
        known = " or ".join(repr(allowed) for allowed in kind.units)
        raise row.fault(f"unit {unit!r} of {name} is not supported", f"it must be {known}")
    return unit


def _values(row: Row, name: str, kind: Kind, written: str) -> tuple[float, ...]:
    if kind.form is Form.NUMBER:
        return (_number(row, name, kind, written),)
    if kind.form in (Form.WHOLE, Form.WHOLES):
        return _wholes(row, name, kind, written)
    if kind.form is Form.WORD:
        cells.word(row, "value", kind.words)
    elif kind.form is Form.QUANTITIES:
        _distinct(row, written, QUANTITIES)
    return ()


def _number(row: Row, name: str, kind: Kind, written: str) -> float:
    column = f"value of {name}"
    if kind.units[0].startswith("%"):
        return cells.percentage(row, column, written)
    value = cells.number(row, column, written, zero=kind.zero)
    _check_reason(row, column, kind, value)
    return value


def _check_reason(row: Row, column: str, kind: Kind, value: float) -> None:
    if kind.at_least is not None and value < kind.at_least:
        raise row.fault(f"{column} {value:g} is out of reason", f"it is at least {kind.at_least:g}")
    if kind.at_most is not None and value > kind.at_most:
        raise row.fault(f"{column} {value:g} is out of reason", f"it is at most {kind.at_most:g}")


def _wholes(row: Row, name: str, kind: Kind, written: str) -> tuple[float, ...]:
    parts = written.split("|") if kind.form is Form.WHOLES else [written]
    if len(set(parts)) != len(parts):
        raise row.fault(f"value {written!r} repeats itself", "each stands once")
    values = tuple(_number(row, name, kind, part) for part in parts)
    if any(value != int(value) for value in values):
        raise row.fault(f"value of {name} {written} is not whole", f"{name} counts whole {kind.units[0]}s")
    return values


def _distinct(row: Row, written: str, known: tuple[str, ...]) -> None:
    parts = written.split("|")
    if len(set(parts)) != len(parts):
        raise row.fault(f"value {written!r} repeats itself", "each stands once")
    for part in parts:
        if part not in known:
            raise row.fault(f"unknown quantity {part!r}", f"it must be one of {', '.join(known)}")


def accuracy_limit(row: Row) -> AccuracyLimit:
    """A row of accuracy_limits.csv; RegulationError for a bad band, power factor or limit."""
    load_from = cells.number(row, "load_from_pct", row.cells["load_from_pct"], zero=True)
    load_to = cells.number(row, "load_to_pct", row.cells["load_to_pct"])
    if load_from >= load_to:
        raise row.fault(f"load_from_pct {load_from:g} is not below load_to_pct {load_to:g}", "the band is empty")
    return AccuracyLimit(
        energy=cells.word(row, "energy", ("active", "reactive")),
        load_from_pct=load_from,
        load_to_pct=load_to,
        load_to_inclusive=cells.yes_no(row, "load_to_inclusive"),
        power_factor=_power_factor(row),
        limit_pct=cells.percentage(row, "limit_pct", row.cells["limit_pct"]),
        source=row.cells["source"],
        status=cells.word(row, "status", STATUSES),
        origin=row.origin,
        cop=cop(row),
        from_issue=cells.whole(row, "from_issue"),
        note=row.cells["note"],
    )


def _power_factor(row: Row) -> str:
    written = row.cells["power_factor"]
    if written in ("unity", "zero") or _POWER_FACTOR.fullmatch(written):
        return written
    raise row.fault(f"unknown power_factor {written!r}", "it must be unity, zero or like 0.5lag-0.8lead")


def cop(row: Row) -> str:
    """The number of a Code of Practice, as text."""
    return str(cells.whole(row, "cop"))
