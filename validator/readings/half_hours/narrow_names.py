"""What a narrow table's columns are called, and how one is known by them; light to import, as every table is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.types as pt

if TYPE_CHECKING:
    from validator.readings.half_hours.clock import Stamped

PERIOD = "settlement_period"
STAMPS: dict[str, Stamped] = {"period_start": "start", "period_end": "end"}
SHARED = ("meter_serial", "outstation_id", "firmware")
"""Text columns of the wide layout that a narrow row may repeat; the same throughout a channel-day."""
REQUIRED = ("mpan_core", "measurement_quantity", "energy_kwh")
OPTIONAL = ("role", "settlement_date", PERIOD, *STAMPS, "status", "period_flags", "utc_day", *SHARED)


def is_narrow(schema: pa.Schema) -> bool:
    """Whether a table has a row per half hour: a period or its stamp, and energy that is no list."""
    if not any(name in schema.names for name in (PERIOD, *STAMPS)):
        return False
    energies = [field.type for field in schema if field.name == "energy_kwh"]
    return not any(pt.is_nested(kind) for kind in energies)
