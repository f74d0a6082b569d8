"""What each channel-day carries, as one bit per need: decides which checks run on it, and why not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validator.attach.attach import Attached
from validator.attach.needs import need_bits
from validator.attach.profiles import CT_OPERATED, NO_CAPACITY, WHOLE_CURRENT
from validator.attach.register_runs import register_runs
from validator.attach.values import present
from validator.catalogue import need_bit
from validator.schema import ALARMS, QUANTITIES

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def carried_of(attached: Attached, finite: npt.NDArray[np.int32]) -> npt.NDArray[np.uint64]:
    """Needs that each row meets, uint64 (rows,). `finite` counts each row's finite readings."""
    met: dict[str, Bools] = {}
    met |= _row_kind(attached)
    met |= _sent(attached, finite)
    met |= _partners(attached, finite)
    met |= _on_file(attached)
    met |= _limits(attached)
    carried = need_bits(attached.rows, met)
    carried |= attached.profiles.on_file[attached.profile]
    carried |= attached.meters.needs[attached.meter]
    return carried | _capable(attached)


def _row_kind(attached: Attached) -> dict[str, Bools]:
    channels = attached.channels
    return {
        "not_cva": ~channels.mpans.are_msids[channels.mpan],
        "active": attached.active,
        "reactive": attached.reactive,
        "import": channels.quantity == 0,
        "main": channels.role == 0,
        "anchor": attached.is_anchor,
    }


def complete_days(attached: Attached, finite: npt.NDArray[np.int32]) -> Bools:
    """Days without a missing period, (rows,); `finite` is how many readings of each are finite."""
    periods = np.diff(attached.values.offsets)
    return np.asarray((finite == periods) & (periods > 0))


def _sent(attached: Attached, finite: npt.NDArray[np.int32]) -> dict[str, Bools]:
    readings, values = attached.readings, attached.values
    complete = complete_days(attached, finite)
    return {
        "flags": values.has_flags,
        "alarms": attached.alarms_carried,
        "registers": _between_registers(attached, complete),
        "complete": complete,
        "three_values": finite >= 3,
        "clock": np.isfinite(attached.clock_error_s),
        "collected": present(readings["collected_at"]),
        "integration": present(readings["integration_minutes"]),
        "durations": values.has_durations,
        "firmware_read": present(readings["firmware"]),
        "identity_read": present(readings["outstation_id"]) | present(readings["meter_serial"]),
    }


def _between_registers(attached: Attached, complete: Bools) -> Bools:
    """Days read at both ends, and the last of a week or more that was read at the ends of it all."""
    starts, ends = np.isfinite(attached.register_start_kwh), np.isfinite(attached.register_end_kwh)
    between = starts & ends
    # Where every day has both or neither, the last of a run has both.
    if (starts != ends).any():
        between[register_runs(attached, complete).last] = True
    return between


def _partners(attached: Attached, finite: npt.NDArray[np.int32]) -> dict[str, Bools]:
    channels = attached.channels
    has_readings = np.append(finite > 0, False)
    imports, exports = (channels.slots[:, QUANTITIES.index(quantity)] for quantity in ("AI", "AE"))
    has_export = channels.has_partner("AE")
    return {
        "check_partner": channels.check_partner >= 0,
        "export_partner": has_export,
        "active_partner": channels.has_partner("AI") | has_export,
        "active_in_system": (has_readings[imports] | has_readings[exports])[channels.system],
    }


def _on_file(attached: Attached) -> dict[str, Bools]:
    meters, meter, readings, profiles = attached.meters, attached.meter, attached.readings, attached.profiles

    def alike(column: str) -> Bools:
        sent = present(readings[column])
        return sent & meters.stated[column][meter] if sent.any() else sent

    def ranked(of_meters: Floats, of_profiles: Floats) -> Bools:
        by_meter, by_profile = np.isfinite(of_meters), np.isfinite(of_profiles)
        return by_meter[meter] & by_profile[attached.profile] if by_meter.any() else np.zeros(len(meter), np.bool_)

    return {
        "governing": attached.profile >= 0,
        "identity": alike("meter_serial") | alike("outstation_id"),
        # Collector and outstation type are looked up as a pair; each need is answered on its own.
        "collector": attached.has_collector,
        "protocol_listed": attached.protocol >= 0,
        "classes": ranked(meters.active_rank, profiles.active_rank) | ranked(meters.ct_rank, profiles.ct_rank),
    }


def _limits(attached: Attached) -> dict[str, Bools]:
    profiles, profile = attached.profiles, attached.profile
    ct = attached.meters.ct_operated[attached.meter]
    applies = profiles.max_permissible_applies[profile]
    held = ~((applies == WHOLE_CURRENT) & ct) & ~((applies == CT_OPERATED) & ~ct)
    of_reading = attached.regulation.policy("main_check_reading").text == "of_reading"
    accuracy = profiles.has_bands if of_reading else np.isfinite(profiles.full_load_pct)
    return {
        "limit_max_permissible_energy": np.isfinite(profiles.max_permissible_kwh[profile]) & held,
        "limit_capacity": profiles.capacity_kind[profile] != NO_CAPACITY,
        "limit_accuracy": accuracy[attached.energy],
        "limit_class": np.isfinite(profiles.active_rank[profile]) | np.isfinite(profiles.ct_rank[profile]),
    }


def _capable(attached: Attached) -> npt.NDArray[np.uint64]:
    """The ten `capable_` needs in one shift: their bits are adjacent, in the order of ALARMS."""
    first = need_bit(f"capable_{ALARMS[0]}").bit_length() - 1
    return attached.capable.astype(np.uint64) << np.uint64(first)
