"""What a finding says to a person; rendered by column, once for each check."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

MESSAGES = {
    "mpan_check_digit": "MPAN core {mpan_core} is not thirteen digits ending in its check digit",
    "unknown_quantity": "Measurement quantity {measurement_quantity} is not AI, AE, RI or RE",
    "period_count": "{value} values came for a day of {limit} settlement periods",
    "missing_period": "No reading",
    "duplicate_day": "This channel and date came already in this submission",
    "missing_day": "{value} day(s) missing just before this one",
    "required_quantity": "{extra} required by CoP {cop} Issue {issue} did not come",
    "check_meter_absent": "CoP {cop} Issue {issue} requires a check meter and no check channel came",
    "negative_energy": "{value} {unit} is below zero",
    "off_resolution": "{value} {unit} is not a whole multiple of the resolution, {limit} {unit}",
    "resolution_too_coarse": "Resolution {value} {unit} is coarser than the {limit} {unit} that CoP {cop} Issue "
    "{issue} allows",
    "invalid_flag": "The period status is not A or E, or is C on a period that is not padding",
    "estimated": "Estimated, not read",
    "demand_period": "Integration period {value} min is not one that CoP {cop} Issue {issue} allows ({extra})",
    "storage_exceeded": "Read {value} days after the settlement date and marked actual; CoP {cop} Issue {issue} "
    "has the outstation store {limit} days",
    "above_max_permissible": "{value} {unit} is more than the {limit} {unit} that CoP {cop} Issue {issue} permits; "
    "{extra}",
    "above_rating": "{value} {unit} is more than the meter's rating allows, {limit} {unit}",
    "above_cop_capacity": "Demand of {value} {unit} is above the {limit} {unit} that CoP {cop} covers: the site "
    "belongs to another CoP",
    "main_check_discrepancy": "Main and check differ by {value} {unit}; the allowance is {limit} {unit}",
    "register_advance_mismatch": "The periods' sum and the register's advance differ by {value} {unit}; the "
    "allowance {extra} is {limit} {unit}",
    "clock_error": "The outstation clock is wrong by {value} s; CoP {cop} Issue {issue} allows {limit} s; {extra}",
    "period_duration": "The period's duration is wrong by {value} s; CoP {cop} Issue {issue} allows {limit} s",
    "meter_class": "{extra}",
    "firmware_mismatch": "The outstation reported another firmware than the standing data: {extra}",
    "not_certified": "{extra}",
    "certified_other_issue": "{extra}",
    "certified_later": "{extra}",
    "protocol_not_approved": "{extra}",
    "outstation_mismatch": "The identity read is not the standing data's: {extra}",
    "no_standing_data": "{extra}",
    "phase_failure": "The outstation raised a phase failure",
    "supply_failure": "The outstation lost its supply",
    "battery": "The outstation's battery needs attention",
    "equipment_reset": "The equipment was reset: the register may not be continuous",
    "time_set": "The clock was set: the energy around it is suspect",
    "time_synchronised": "The clock was synchronised in this period",
    "data_changed": "Data was changed in the outstation",
    "reverse_running": "The meter ran in reverse",
    "local_access": "The outstation was accessed locally",
    "other_error": "The outstation reported another error",
    "zero_run": "Zero all through {periods} periods although the metering system is energised",
    "stuck": "{value} {unit} repeated for {periods} periods",
    "spike": "{value} {unit} stands far above the rest of the day",
    "reactive_without_active": "{value} {unit} of reactive energy while active energy is zero",
    "deenergised_but_consuming": "{value} {unit} although the metering system is de-energised",
    "import_export_both": "Import of {value} {unit} and export above {limit} {unit} in one period, though the "
    "standing data says one direction only",
}

_LARGE = 10_000.0


def messages_of(code: str, many: int, column: Callable[[str], pa.Array | npt.NDArray[np.float64]]) -> pa.Array:
    """The messages of so many findings of one check; `column` gives what the template names, numbers as float64."""
    first, *rest = MESSAGES[code].split("{")
    parts: list[str | pa.Array] = [first]
    for part in rest:
        name, text = part.split("}")
        parts += [_shown(column(name)), text]
    if len(parts) == 1:
        return pa.repeat(first, many)
    return pc.binary_join_element_wise(*parts, "")


def _shown(column: pa.Array | npt.NDArray[np.float64]) -> pa.Array:
    if isinstance(column, np.ndarray):
        number = pl.col("number").fill_nan(None)
        # No flow sends more than three decimals: what was sent is shown as it was, however large.
        rounded = pl.when(number.abs() < _LARGE).then(number.round_sig_figs(7)).otherwise(number.round(3))
        shown = pl.DataFrame({"number": column}).select(
            rounded.cast(pl.String).str.replace(r"\.0$", "").fill_null("not a number")
        )
        return shown["number"].to_arrow().cast(pa.string())
    return pc.fill_null(column.cast(pa.string()), "")
