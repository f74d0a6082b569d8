"""The standing-data table's columns, their types and what each may hold."""

from __future__ import annotations

import polars as pl

COLUMNS: dict[str, pl.DataType] = {
    "mpan_core": pl.String(),
    "role": pl.String(),
    "effective_from": pl.Date(),
    "effective_to": pl.Date(),
    "energised": pl.Boolean(),
    "energised_from": pl.Date(),
    "manufacturer": pl.String(),
    "meter_type": pl.String(),
    "variant": pl.String(),
    "firmware": pl.String(),
    "meter_serial": pl.String(),
    "outstation_id": pl.String(),
    "outstation_type": pl.String(),
    "cop": pl.String(),
    "issue": pl.Int32(),
    "first_registered_on": pl.Date(),
    "installed_on": pl.Date(),
    "rated_kva": pl.Float64(),
    "meter_class_active": pl.String(),
    "ct_class": pl.String(),
    "resolution_kwh": pl.Float64(),
    "register_digits": pl.Int32(),
    "direction": pl.String(),
    "collector": pl.String(),
    "alarms_capable": pl.String(),
    "recorded_on": pl.Date(),
    "retracted_on": pl.Date(),
}
"""Dates are inclusive at both ends; blank `effective_to` is open. `alarms_capable` is `|`-separated
check codes, blank where not known. `recorded_on` and `retracted_on` are when the row was known, for
`--known-on`. There is no column for a password, and no other column is ever read."""

REQUIRED = ("mpan_core", "role", "effective_from")
DIRECTIONS = ("IMPORT", "EXPORT", "BOTH")
TRUE_WORDS = ("yes", "true", "1", "e", "y")
FALSE_WORDS = ("no", "false", "0", "d", "n")
EXPECTED = {
    pl.Date(): "a date YYYY-MM-DD",
    pl.Int32(): "a whole number",
    pl.Float64(): "a number above zero",
    pl.Boolean(): "yes or no",
}
