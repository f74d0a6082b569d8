"""The checks that run once per channel-day, channel or metering system-day: whole columns at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from kernels.apparent import highest_demand
from kernels.flags import any_marked_actual
from validator.attach import Attached
from validator.attach.carried import complete_days
from validator.attach.profiles import ACTIVE_MW
from validator.attach.values import combined
from validator.schema import QUANTITIES
from validator.validation.day_facts import DayFacts
from validator.validation.measured import Measured
from validator.validation.registers import register_mismatch
from validator.validation.tolerance import past

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def find_in_days(attached: Attached, ran: Callable[[str], Bools], facts: DayFacts) -> dict[str, Measured]:
    """Findings of every check that does not run per period, by code; `ran` tells the rows a check ran on."""
    checks: dict[str, Callable[[Attached, Bools], Measured]] = {
        **DAY_CHECKS,
        "above_cop_capacity": lambda attached, ran: _above_cop_capacity(attached, ran, facts),
        "register_advance_mismatch": lambda attached, ran: register_mismatch(
            attached, ran, complete_days(attached, facts.table["finite"])
        ),
    }
    found = {}
    for code, check in checks.items():
        rows = ran(code)
        # What no row carries costs nothing: most submissions bring neither registers nor clocks.
        found[code] = check(attached, rows) if rows.any() else Measured.none()
    return found


def _mpan_check_digit(attached: Attached, ran: Bools) -> Measured:
    channels = attached.channels
    return Measured.at(ran & ~channels.mpans.right[channels.mpan])


def _unknown_quantity(attached: Attached, ran: Bools) -> Measured:
    return Measured.at(ran & (attached.channels.quantity < 0))


def _period_count(attached: Attached, ran: Bools) -> Measured:
    count = np.diff(attached.values.offsets)
    return Measured.at(ran & (count != attached.channels.expected), count, attached.channels.expected)


def _duplicate_day(attached: Attached, ran: Bools) -> Measured:
    return Measured.at(ran & attached.channels.repeated)


def _missing_day(attached: Attached, ran: Bools) -> Measured:
    absent = attached.channels.days_absent
    return Measured.at(ran & (absent > 0), absent)


def required_absent(attached: Attached) -> npt.NDArray[np.uint8]:
    """Bits of QUANTITIES that the governing CoP requires and no MAIN row of the system-day brings; (rows,)."""
    # The slots of MAIN come first, in the order of QUANTITIES.
    main = attached.channels.sent & np.uint8((1 << len(QUANTITIES)) - 1)
    return np.asarray(attached.profiles.required[attached.profile] & ~main)


def _required_quantity(attached: Attached, ran: Bools) -> Measured:
    absent = required_absent(attached)
    return Measured.at(ran & (absent > 0), np.bitwise_count(absent))


def _check_meter_absent(attached: Attached, ran: Bools) -> Measured:
    channels = attached.channels
    has_check = np.zeros(len(channels.slots), dtype=np.bool_)
    has_check[channels.system[channels.role == 1]] = True
    required = attached.profiles.check_required[attached.profile]
    return Measured.at(ran & required & ~has_check[channels.system])


def _resolution_too_coarse(attached: Attached, ran: Bools) -> Measured:
    limit = attached.profiles.resolution_pct[attached.profile] / 100.0 * attached.full_load_kwh
    return Measured.above(ran, attached.resolution_kwh, limit)


def _demand_period(attached: Attached, ran: Bools) -> Measured:
    minutes = attached.integration_minutes
    allowed = np.zeros(attached.rows, dtype=np.bool_)
    # Profiles may be many where dispensations are, the sets of minutes that they allow are few.
    stated = [limits.get("selectable_periods") or limits.get("demand_period") for limits in attached.profiles.limits]
    sets: dict[tuple[float, ...], int] = {(): 0}
    which = np.array([sets.setdefault(limit.values, len(sets)) if limit else 0 for limit in stated] + [0])
    for values, place in sets.items():
        allowed |= (which[attached.profile] == place) & np.isin(minutes, values)
    return Measured.at(ran & ~allowed, minutes, attached.profiles.demand_minutes[attached.profile])


def _storage_exceeded(attached: Attached, ran: Bools) -> Measured:
    actual = np.zeros(attached.rows, dtype=np.bool_)
    limit = attached.profiles.storage_days[attached.profile]
    late = np.flatnonzero(ran & (attached.collected_after_days > past(limit)))
    any_marked_actual(attached.values.flags, attached.values.offsets, late, actual)
    return Measured.above(ran & actual, attached.collected_after_days, limit)


def _above_cop_capacity(attached: Attached, ran: Bools, facts: DayFacts) -> Measured:
    channels, profiles = attached.channels, attached.profiles
    judged = np.flatnonzero(ran)
    kind, capacity = profiles.capacity_kind[attached.profile[judged]], profiles.capacity[attached.profile[judged]]
    partners = [channels.main_row(quantity)[judged] for quantity in ("AI", "AE")]
    highest = np.full(attached.rows + 1, np.nan)
    for rows in partners:
        there = rows >= 0
        highest_demand(
            attached.values.energy_kwh, attached.values.offsets, facts.table, channels.partners["RI"],
            channels.partners["RE"], kind[there], capacity[there] * 500.0, rows[there], highest,
        )  # fmt: skip
    demand = np.full(attached.rows, np.nan)
    # kWh in a half hour, twice, over a thousand: MW, or MVA of apparent energy.
    demand[judged] = np.fmax(highest[partners[0]], highest[partners[1]]) / 500.0
    return Measured.above(ran, demand, profiles.capacity[attached.profile])


def capacity_is_active(attached: Attached) -> Bools:
    """Rows whose CoP states its capacity in MW of active demand."""
    return np.asarray(attached.profiles.capacity_kind[attached.profile] == ACTIVE_MW)


def _clock_error(attached: Attached, ran: Bools) -> Measured:
    limit = attached.profiles.period_end_error_s[attached.profile]
    return Measured.above(ran, np.abs(attached.clock_error_s), limit)


def class_faults(attached: Attached) -> tuple[Bools, Bools]:
    """Rows whose meter class, and whose CT class, is worse than the CoP asks for."""
    profiles, profile, meters, meter = attached.profiles, attached.profile, attached.meters, attached.meter
    # A class that cannot be ranked is NaN and compares false: that part is not judged.
    return (
        meters.active_rank[meter] > past(profiles.active_rank[profile]),
        meters.ct_rank[meter] > past(profiles.ct_rank[profile]),
    )


def _meter_class(attached: Attached, ran: Bools) -> Measured:
    meter_worse, ct_worse = class_faults(attached)
    return Measured.at(ran & (meter_worse | ct_worse))


def _differs(attached: Attached, column: str) -> Bools:
    """Where what was read is not, to the letter, what the standing data says; both present."""
    filed = pl.concat([attached.meters.frame[column], pl.Series(column, [None], dtype=pl.String)])
    filed_by_row = filed.gather(np.where(attached.meter < 0, filed.len() - 1, attached.meter)).to_arrow()
    read = combined(attached.readings[column])
    differs = pc.fill_null(pc.not_equal(read, filed_by_row.cast(pa.string())), False)
    return np.asarray(differs.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _firmware_mismatch(attached: Attached, ran: Bools) -> Measured:
    return Measured.at(ran & _differs(attached, "firmware"))


def _outstation_mismatch(attached: Attached, ran: Bools) -> Measured:
    return Measured.at(ran & (_differs(attached, "outstation_id") | _differs(attached, "meter_serial")))


def _decided(*words: str) -> Callable[[Attached, Bools], Measured]:
    def check(attached: Attached, ran: Bools) -> Measured:
        chosen = np.array([*(decision.word in words for decision in attached.rulings.decisions), False])
        return Measured.at(ran & chosen[attached.certification])

    return check


def _protocol_not_approved(attached: Attached, ran: Bools) -> Measured:
    return Measured.at(ran & (attached.protocol == 0))


def _no_standing_data(attached: Attached, ran: Bools) -> Measured:
    return Measured.at(ran & (attached.profile < 0))


NOT_LISTED = ("FIRMWARE_NOT_LISTED", "VARIANT_NOT_LISTED", "TYPE_NOT_LISTED", "WITHDRAWN")

DAY_CHECKS: dict[str, Callable[[Attached, Bools], Measured]] = {
    "mpan_check_digit": _mpan_check_digit,
    "unknown_quantity": _unknown_quantity,
    "period_count": _period_count,
    "duplicate_day": _duplicate_day,
    "missing_day": _missing_day,
    "required_quantity": _required_quantity,
    "check_meter_absent": _check_meter_absent,
    "resolution_too_coarse": _resolution_too_coarse,
    "demand_period": _demand_period,
    "storage_exceeded": _storage_exceeded,
    "clock_error": _clock_error,
    "meter_class": _meter_class,
    "firmware_mismatch": _firmware_mismatch,
    "not_certified": _decided(*NOT_LISTED),
    "certified_other_issue": _decided("APPROVED_OTHER_ISSUE"),
    "certified_later": _decided("APPROVED_LATER"),
    "protocol_not_approved": _protocol_not_approved,
    "outstation_mismatch": _outstation_mismatch,
    "no_standing_data": _no_standing_data,
}
