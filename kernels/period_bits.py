"""The bit of each per-period check in the bit set of one reading; never used again, never moved."""

from __future__ import annotations

import numpy as np

PERIOD_CODES = (
    "missing_period",
    "negative_energy",
    "off_resolution",
    "invalid_flag",
    "estimated",
    "above_max_permissible",
    "above_rating",
    "main_check_discrepancy",
    "period_duration",
    "phase_failure",
    "supply_failure",
    "battery",
    "equipment_reset",
    "time_set",
    "time_synchronised",
    "data_changed",
    "reverse_running",
    "local_access",
    "other_error",
    "zero_run",
    "stuck",
    "spike",
    "reactive_without_active",
    "deenergised_but_consuming",
    "import_export_both",
)
"""Codes of the catalogue's per-period checks, in the order of their bits; loading it proves that they agree."""

CHECKS = 32
"""Per-period checks that one reading's bit set has room for."""


def _bit(code: str) -> np.uint32:
    return np.uint32(1 << PERIOD_CODES.index(code))


# Constants and not arguments: the compiler then folds them into the branches on a day's suspicions.
MISSING_PERIOD = _bit("missing_period")
NEGATIVE_ENERGY = _bit("negative_energy")
OFF_RESOLUTION = _bit("off_resolution")
INVALID_FLAG = _bit("invalid_flag")
ESTIMATED = _bit("estimated")
ABOVE_MAX_PERMISSIBLE = _bit("above_max_permissible")
ABOVE_RATING = _bit("above_rating")
MAIN_CHECK_DISCREPANCY = _bit("main_check_discrepancy")
PERIOD_DURATION = _bit("period_duration")
FIRST_ALARM = np.uint32(PERIOD_CODES.index("phase_failure"))
"""Place of the first alarm's bit; the ten alarms stand side by side, as they do among the flags."""
ALARMS = np.uint32(((1 << 10) - 1) << int(FIRST_ALARM))
ZERO_RUN = _bit("zero_run")
STUCK = _bit("stuck")
SPIKE = _bit("spike")
REACTIVE_WITHOUT_ACTIVE = _bit("reactive_without_active")
DEENERGISED_BUT_CONSUMING = _bit("deenergised_but_consuming")
IMPORT_EXPORT_BOTH = _bit("import_export_both")
