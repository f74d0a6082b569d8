"""Findings of all checks as one table, and the outcome of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from validator.attach import Attached
from validator.catalogue import CATALOGUE, Check
from validator.schema import FINDINGS, OUTCOMES
from validator.validation.citations import cite, keys_of
from validator.validation.day_checks import capacity_is_active
from validator.validation.extras import extras_of
from validator.validation.measured import Measured
from validator.validation.messages import message_of
from validator.validation.meter_limits import main_check_allowance
from validator.validation.period_checks import PeriodFindings
from validator.validation.running import PERIOD_BIT

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
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
    """All findings; one frame per check, then one order for all."""
    frames = [frame for check in CATALOGUE if (frame := _frame(check, attached, in_periods, in_days)) is not None]
    if not frames:
        none = np.zeros(0, dtype=np.int64)
        return Found(FINDINGS.empty_table(), none, none, none)
    joined = pl.concat(frames).sort("row", "bit", "first_period", maintain_order=True)
    row = joined["row"].to_numpy()
    texts = attached.readings.select(_ROW_COLUMNS).take(pa.array(row))
    columns = {name: texts[name] for name in _ROW_COLUMNS}
    for field in FINDINGS:
        if field.name not in columns:
            columns[field.name] = joined[field.name].to_arrow()
    table = pa.table({field.name: columns[field.name] for field in FINDINGS}).cast(FINDINGS)
    outcome = joined["outcome_number"].to_numpy()
    return Found(table, row, joined["bit"].to_numpy(), outcome)


def _frame(
    check: Check, attached: Attached, in_periods: PeriodFindings, in_days: dict[str, Measured]
) -> pl.DataFrame | None:
    if not check.per_period:
        measured = in_days[check.code]
        if not len(measured.rows):
            return None
        none = pl.Series([None], dtype=pl.Int32).new_from_index(0, len(measured.rows))
        return _described(check, attached, measured, none, none)
    chosen = np.flatnonzero(in_periods.runs.bit == PERIOD_BIT[check.code])
    if not len(chosen):
        return None
    runs, rows = in_periods.runs, in_periods.runs.row[chosen]
    limit = np.where(np.isnan(runs.limit[chosen]), _row_limit(check.code, attached, rows), runs.limit[chosen])
    measured = Measured(rows, runs.value[chosen], limit)
    return _described(check, attached, measured, pl.Series(runs.first[chosen]) + 1, pl.Series(runs.last[chosen]) + 1)


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


def _described(check: Check, attached: Attached, measured: Measured, first: pl.Series, last: pl.Series) -> pl.DataFrame:
    rows = measured.rows
    keys, inverse = np.unique(keys_of(check, attached, rows, measured.basis), return_inverse=True)
    cited = [cite(check, attached, int(key)) for key in keys]
    extra = extras_of(check.code, attached, rows, measured.value, measured.limit, measured.basis)
    governing = attached.profiles.keys
    cops = pl.Series([*(key.cop for key in governing), None], dtype=pl.String)
    issues = pl.Series([*(key.issue for key in governing), None], dtype=pl.Int32)
    profile = np.where(attached.profile[rows] < 0, len(governing), attached.profile[rows])
    frame = pl.DataFrame(
        {
            "row": rows,
            "bit": np.full(len(rows), check.bit, dtype=np.int64),
            "first_period": first.cast(pl.Int32),
            "last_period": last.cast(pl.Int32),
            "value": pl.Series(measured.value).fill_nan(None),
            "limit": pl.Series(measured.limit).fill_nan(None),
            "unit": _units(check, attached, rows),
            "cop": cops.gather(profile),
            "issue": issues.gather(profile),
            "outcome": pl.Series([c.outcome for c in cited], dtype=pl.String).gather(inverse),
            "outcome_number": np.array([OUTCOMES.index(c.outcome) for c in cited], dtype=np.int64)[inverse],
            "source": pl.Series([c.source for c in cited], dtype=pl.String).gather(inverse),
            "limit_status": pl.Series([c.status or None for c in cited], dtype=pl.String).gather(inverse),
            "dispensation": pl.Series(["; ".join(c.dispensations) or None for c in cited], dtype=pl.String).gather(
                inverse
            ),
            "remark": pl.Series([c.remark for c in cited], dtype=pl.String).gather(inverse),
            "extra": pl.Series(extra or [None] * len(rows), dtype=pl.String),
        }
    )
    named = pl.from_arrow(attached.readings.select(_ROW_COLUMNS[:2]).take(pa.array(rows)))
    assert isinstance(named, pl.DataFrame)
    return (
        pl.concat([frame, named], how="horizontal")
        .with_columns(
            periods=pl.col("last_period") - pl.col("first_period") + 1,
            check=pl.lit(check.code),
            next_action=pl.lit(check.next_action),
        )
        .with_columns(message=message_of(check.code) + pl.col("remark"))
        .drop("extra", "remark", *_ROW_COLUMNS[:2])
    )


def _units(check: Check, attached: Attached, rows: Rows) -> pl.Series:
    if check.unit == "energy":
        names = pl.Series(["kWh", "kVArh"])
        return names.gather(attached.reactive[rows].astype(np.int64))
    if check.unit == "demand":
        return pl.Series(["MVA", "MW"]).gather(capacity_is_active(attached)[rows].astype(np.int64))
    text = {"apparent": "kVAh", "": None}.get(check.unit, check.unit)
    return pl.Series([text], dtype=pl.String).new_from_index(0, len(rows))
