"""The Arrow schemas that every part of the house hands to the next, and the period flag bits."""

from __future__ import annotations

import pyarrow as pa

QUANTITIES = ("AI", "AE", "RI", "RE")
ROLES = ("MAIN", "CHECK")
READ_KINDS = ("REMOTE", "SITE")

ALARMS = (
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
)
FLAG_BITS = ("estimated", "padding", *ALARMS)
FLAG_ESTIMATED = 1 << 0
FLAG_PADDING = 1 << 1
FLAG_TIME_SYNCHRONISED = 1 << 7
FIRST_ALARM_BIT = 2
FLAG_INVALID_STATUS = 1 << 15
"""Set by a reader for a period status that is not A, E or C; bits 12 to 15 have no other meaning."""

READINGS = pa.schema(
    [
        pa.field("mpan_core", pa.string(), nullable=False),
        pa.field("measurement_quantity", pa.string(), nullable=False),
        pa.field("role", pa.string(), nullable=False),
        pa.field("settlement_date", pa.date32(), nullable=False),
        pa.field("energy_kwh", pa.list_(pa.float64()), nullable=False),
        pa.field("period_flags", pa.list_(pa.uint16())),
        pa.field("meter_serial", pa.string()),
        pa.field("outstation_id", pa.string()),
        pa.field("firmware", pa.string()),
        pa.field("register_start_kwh", pa.float64()),
        pa.field("register_end_kwh", pa.float64()),
        pa.field("register_read_kind", pa.string()),
        pa.field("clock_error_s", pa.float64()),
        pa.field("collected_at", pa.timestamp("us", tz="UTC")),
        pa.field("integration_minutes", pa.int32()),
        pa.field("period_duration_s", pa.list_(pa.float64())),
        # Provenance, added by the reader: never sent by a collector.
        pa.field("utc_day", pa.bool_(), nullable=False),
        pa.field("alarms_carried", pa.bool_(), nullable=False),
        pa.field("source_file", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("source_row", pa.int64(), nullable=False),
    ]
)
"""One row per channel-day. `energy_kwh` is kWh (kVArh for RI and RE), one value per half hour.

`utc_day` says whether the row's day is 48 periods of UTC or 46, 48 or 50 of local clock time.
`alarms_carried` is false where the format has no alarms (a D0036 has only A, E and C), so that
silence about alarms is told apart from "no alarm".
`source_row` counts from 1: a data row of a table, or the line of the group that opens the day.
"""

REQUIRED_COLUMNS = (
    "mpan_core",
    "measurement_quantity",
    "role",
    "settlement_date",
    "energy_kwh",
)
PROVENANCE_COLUMNS = ("utc_day", "alarms_carried", "source_file", "source_row")
SENT_COLUMNS = tuple(name for name in READINGS.names if name not in PROVENANCE_COLUMNS)

VERDICTS = pa.schema(
    [
        pa.field("mpan_core", pa.string()),
        pa.field("measurement_quantity", pa.string()),
        pa.field("role", pa.string()),
        pa.field("settlement_date", pa.date32()),
        pa.field("outcome", pa.dictionary(pa.int8(), pa.string())),
        pa.field("failed", pa.list_(pa.string())),
        pa.field("queried", pa.list_(pa.string())),
        pa.field("not_assessed", pa.list_(pa.string())),
        pa.field("checks_run", pa.uint64()),
        pa.field("cop", pa.string()),
        pa.field("issue", pa.int32()),
        pa.field("certification", pa.string()),
        pa.field("source_file", pa.dictionary(pa.int32(), pa.string())),
        pa.field("source_row", pa.int64()),
    ]
)
"""One row per channel-day, in input order. Bit k of `checks_run` is the catalogue row with bit k."""

FINDINGS = pa.schema(
    [
        pa.field("mpan_core", pa.string()),
        pa.field("measurement_quantity", pa.string()),
        pa.field("role", pa.string()),
        pa.field("settlement_date", pa.date32()),
        pa.field("check", pa.string()),
        pa.field("outcome", pa.string()),
        pa.field("first_period", pa.int32()),
        pa.field("last_period", pa.int32()),
        pa.field("periods", pa.int32()),
        pa.field("value", pa.float64()),
        pa.field("limit", pa.float64()),
        pa.field("unit", pa.string()),
        pa.field("cop", pa.string()),
        pa.field("issue", pa.int32()),
        pa.field("source", pa.string()),
        pa.field("limit_status", pa.string()),
        pa.field("next_action", pa.string()),
        pa.field("message", pa.string()),
        pa.field("dispensation", pa.string()),
    ]
)
"""One row per run of adjacent periods with the same check; periods are null for a whole channel-day.

`dispensation` has the references by which the limit was set or its CoP Issue governs, joined by `; `; null
where there is none.
"""

OUTCOMES = ("PASS", "QUERY", "NOT_ASSESSED", "FAIL")
"""Best first; the outcome of a channel-day is the worst of its findings."""
