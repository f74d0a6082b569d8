"""What a channel-day must carry for a check to run on it, and the reason given when it does not.

Order matters: where several needs are wanting, the first of them is the reason reported.
"""

from __future__ import annotations

REASONS: dict[str, str] = {
    # What the row is
    "not_cva": "a CVA MSID has no check digit",
    "active": "not an active energy channel",
    "reactive": "not a reactive energy channel",
    "import": "not an active import channel",
    "main": "not a main channel",
    "anchor": "judged on the metering system-day's main AI row",
    # What the submission carries
    "flags": "the submission carries no period status",
    "alarms": "the format carries no alarms",
    "registers": "no register readings",
    "complete": "a period of the day has no reading",
    "three_values": "fewer than three readings",
    "clock": "no clock error",
    "collected": "no collection time",
    "integration": "no integration period",
    "durations": "no period durations",
    "firmware_read": "no firmware read from the outstation",
    "identity_read": "no outstation identity read",
    "check_partner": "no check channel of this quantity",
    "export_partner": "no active export channel",
    "active_partner": "no active channel beside it",
    "active_in_system": "no active energy on this metering system-day",
    # What is on file about the meter
    "standing": "no standing data in force",
    "governing": "no governing CoP Issue",
    "resolution": "no resolution in the standing data",
    "rating": "no rated kVA in the standing data",
    "firmware": "no firmware in the standing data",
    "meter_type": "no meter type in the standing data",
    "identity": "no such identity in the standing data",
    "collector": "no collector named",
    "outstation_type": "no outstation type in the standing data",
    "protocol_listed": "the protocol approval list does not say",
    "energised": "not energised, or not said",
    "deenergised": "not de-energised, or not said",
    "one_directional": "standing data does not call it one-directional",
    "classes": "no class in the standing data that can be ranked",
    # What the regulation states
    "limit_required_quantities": "the CoP has no such limit on file",
    "limit_check_meter_required": "the CoP has no such limit on file",
    "limit_energy_resolution": "the CoP has no such limit on file",
    "limit_demand_period": "the CoP has no such limit on file",
    "limit_storage_days": "the CoP has no such limit on file",
    "limit_max_permissible_energy": "the CoP has no such limit on file for this kind of meter",
    "limit_capacity": "the CoP has no upper capacity on file that energy alone can be held against",
    "limit_accuracy": "the CoP has no such limit on file",
    "limit_period_end_error": "the CoP has no such limit on file",
    "limit_period_duration_error": "the CoP has no such limit on file",
    "limit_class": "the CoP has no such limit on file",
    # What the meter can raise
    "capable_phase_failure": "not capable",
    "capable_supply_failure": "not capable",
    "capable_battery": "not capable",
    "capable_equipment_reset": "not capable",
    "capable_time_set": "not capable",
    "capable_time_synchronised": "not capable",
    "capable_data_changed": "not capable",
    "capable_reverse_running": "not capable",
    "capable_local_access": "not capable",
    "capable_other_error": "not capable",
}

NEEDS = tuple(REASONS)
_BITS = {name: bit for bit, name in enumerate(NEEDS)}

if len(NEEDS) > 64:
    raise ValueError("a channel-day's needs are one 64-bit set")


def need_bit(name: str) -> int:
    """The mask of a need; KeyError for a name that is not one."""
    return 1 << _BITS[name]
