"""Findings of all checks as one table, and the outcome of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.attach import Attached
from validator.catalogue import CATALOGUE, Check
from validator.schema import FINDINGS, OUTCOMES
from validator.validation.citations import Citation, cite, keys_of
from validator.validation.day_checks import capacity_is_active
from validator.validation.extras import extras_of
from validator.validation.measured import Measured
from validator.validation.messages import messages_of
from validator.validation.meter_limits import main_check_allowance
from validator.validation.period_checks import PeriodFindings
from validator.validation.running import PERIOD_BIT

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
T = TypeVar("T")
_ROW_COLUMNS = ("mpan_core", "measurement_quantity", "role", "settlement_date")


@dataclass(frozen=True)
class Found:
    """`table` has the FINDINGS schema, ordered by row, check and first period; arrays are (findings,).

    `row` is the row each finding stands on, `bit` its check, `outcome` indexes OUTCOMES.
    """

    table: pa.Table
    row: Rows
    bit: npt.NDArray[np.int64]
    outcome: npt.NDArray[np.int64]


def findings_of(attached: Attached, in_periods: PeriodFindings, in_days: dict[str, Measured]) -> Found:
    """All findings, check by check and then in one order.

    The columns of all checks are put together before anything is looked up: a data frame for each check took a tenth
    of a second however little was found.
    """
    parts = [part for check in CATALOGUE if (part := _part(check, attached, in_periods, in_days)) is not None]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Found(FINDINGS.empty_table(), none, none, none)
    bit = np.repeat([part.check.bit for part in parts], [len(part.rows) for part in parts])
    row, first, last = (np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "first", "last"))
    # One number for each: sorting by three takes three times as long.
    order = np.argsort((row * (int(bit.max()) + 1) + bit) * (int(first.max()) + 1) + first, kind="stable")
    cited, citation = _joined([_cited(part, attached) for part in parts])
    units, unit = _joined([_units(part.check, attached, part.rows) for part in parts])
    columns = {
        **_of_readings(attached, row[order]),
        **_governing(attached, row[order]),
        "check": _words([check.code for check in CATALOGUE], bit[order]),
        "next_action": _words([check.next_action for check in CATALOGUE], bit[order]),
        "first_period": _periods(first[order], first[order]),
        "last_period": _periods(last[order], first[order]),
        "periods": _periods((last - first + 1)[order], first[order]),
        "unit": _words(units, unit[order]),
        "outcome": _words([each.outcome for each in cited], citation[order]),
        "source": _words([each.source for each in cited], citation[order]),
        "limit_status": _words([each.status or None for each in cited], citation[order]),
        "dispensation": _words(["; ".join(each.dispensations) or None for each in cited], citation[order]),
        "message": _messages(parts, attached, _words([each.remark for each in cited], citation)).take(pa.array(order)),
    }
    for name in ("value", "limit"):
        measured = np.concatenate([getattr(part, name) for part in parts])
        columns[name] = pa.array(measured[order], from_pandas=True)
    outcome = np.array([OUTCOMES.index(each.outcome) for each in cited], dtype=np.int64)[citation[order]]
    return Found(pa.table({field.name: columns[field.name] for field in FINDINGS}), row[order], bit[order], outcome)


@dataclass(frozen=True)
class _Part:
    """The findings of one check; arrays (found,). Periods count from 1, and are 0 for a whole day."""

    check: Check
    rows: Rows
    first: Rows
    last: Rows
    value: Floats
    limit: Floats
    basis: tuple[str, ...] = ()


def _part(check: Check, attached: Attached, in_periods: PeriodFindings, in_days: dict[str, Measured]) -> _Part | None:
    if not check.per_period:
        found = in_days[check.code]
        none = np.zeros(len(found.rows), dtype=np.int64)
        return _Part(check, found.rows, none, none, found.value, found.limit, found.basis) if len(none) else None
    runs = in_periods.runs
    chosen = np.flatnonzero(runs.bit == PERIOD_BIT[check.code])
    if not len(chosen):
        return None
    rows = runs.row[chosen]
    limit = np.where(np.isnan(runs.limit[chosen]), _row_limit(check.code, attached, rows), runs.limit[chosen])
    first, last = (at[chosen].astype(np.int64) + 1 for at in (runs.first, runs.last))
    return _Part(check, rows, first, last, runs.value[chosen], limit)


def _row_limit(code: str, attached: Attached, rows: Rows) -> Floats:
    """The limit of each finding in the unit of its value; NaN where there is none to compare it with."""
    policy, profiles = attached.regulation.policy, attached.profiles
    profile, resolution = attached.profile[rows], attached.resolution_kwh[rows]
    if code in ("negative_energy", "deenergised_but_consuming"):
        return np.zeros(len(rows))
    if code == "off_resolution":
        return resolution
    if code == "above_max_permissible":
        return profiles.max_permissible_kwh[profile]
    if code == "above_rating":
        return attached.full_load_kwh[rows] * policy("max_rating_factor").value
    if code == "main_check_discrepancy":
        return main_check_allowance(attached, rows)
    if code == "period_duration":
        return profiles.duration_error_pct[profile] / 100.0 * profiles.demand_minutes[profile] * 60.0
    if code == "reactive_without_active":
        return policy("reactive_without_active_resolutions").value * resolution
    if code == "import_export_both":
        return policy("spike_floor_resolutions").value * resolution
    return np.full(len(rows), np.nan)


def _joined(parts: Sequence[tuple[list[T], Rows]]) -> tuple[list[T], Rows]:
    """Lists of things and places in them, as one list and places in that."""
    begins = np.cumsum([0, *(len(things) for things, _ in parts[:-1])])
    places = [places + begin for (_, places), begin in zip(parts, begins, strict=True)]
    return [thing for things, _ in parts for thing in things], np.concatenate(places)


def _cited(part: _Part, attached: Attached) -> tuple[list[Citation], Rows]:
    keys, places = np.unique(keys_of(part.check, attached, part.rows, part.basis), return_inverse=True)
    return [cite(part.check, attached, int(key)) for key in keys], places


def _units(check: Check, attached: Attached, rows: Rows) -> tuple[list[str | None], Rows]:
    if check.unit == "energy":
        return ["kWh", "kVArh"], attached.reactive[rows].astype(np.int64)
    if check.unit == "demand":
        return ["MVA", "MW"], capacity_is_active(attached)[rows].astype(np.int64)
    unit = {"apparent": "kVAh"}.get(check.unit, check.unit)
    return [unit or None], np.zeros(len(rows), dtype=np.int64)


def _messages(parts: Sequence[_Part], attached: Attached, remarks: pa.Array) -> pa.Array:
    """What each finding says, in the order of the parts."""
    said = []
    for part in parts:
        extra = extras_of(part.check.code, attached, part.rows, part.value, part.limit, part.basis)
        said.append(messages_of(part.check.code, len(part.rows), _Named(part, attached, extra)))
    return pc.binary_join_element_wise(pa.concat_arrays(said), remarks, "")


@dataclass(frozen=True)
class _Named:
    """The columns that a message may name, made when it does."""

    part: _Part
    attached: Attached
    extra: list[str] | None

    def __call__(self, name: str) -> pa.Array | Floats:
        part, attached = self.part, self.attached
        if name in ("value", "limit"):
            return part.value if name == "value" else part.limit
        if name == "periods":
            return pa.array(part.last - part.first + 1)
        if name == "extra":
            return pa.array(self.extra, type=pa.string()) if self.extra else pa.nulls(len(part.rows), pa.string())
        if name == "unit":
            return _words(*_units(part.check, attached, part.rows))
        return (_governing if name in ("cop", "issue") else _of_readings)(attached, part.rows)[name]


def _of_readings(attached: Attached, rows: Rows) -> dict[str, pa.Array]:
    taken = attached.readings.select(_ROW_COLUMNS).take(pa.array(rows))
    return {name: taken[name].combine_chunks() for name in _ROW_COLUMNS}


def _governing(attached: Attached, rows: Rows) -> dict[str, pa.Array]:
    keys, profile = attached.profiles.keys, attached.profile[rows]
    place = np.where(profile < 0, len(keys), profile)
    return {
        "cop": _words([*(key.cop for key in keys), None], place),
        "issue": pa.array([*(key.issue for key in keys), None], type=pa.int32()).take(pa.array(place)),
    }


def _words(words: Sequence[str | None], places: npt.NDArray[np.signedinteger[Any]]) -> pa.Array:
    return pa.array(words, type=pa.string()).take(pa.array(places))


def _periods(periods: Rows, first: Rows) -> pa.Array:
    """As the findings have them, null for a whole day."""
    return pa.array(periods.astype(np.int32), mask=first == 0)
