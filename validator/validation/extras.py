"""The part of a message that names things: quantities, classes, identities, reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.attach import Attached
from validator.calendar import day_number
from validator.schema import QUANTITIES
from validator.validation.day_checks import class_faults, required_absent

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def extras_of(
    code: str, attached: Attached, rows: Rows, value: Floats, limit: Floats, basis: Sequence[str]
) -> list[str] | None:
    """One text per finding of a check, or None where its message names nothing."""
    if code == "above_max_permissible":
        return _keep(attached, value, limit)
    if code == "clock_error":
        return _clock(attached, value)
    if code == "register_advance_mismatch":
        return [_REGISTER_WORDS[name] for name in basis]
    maker = _BY_ROW.get(code)
    return None if maker is None else maker(attached, rows)


_REGISTER_WORDS = {
    "register_advance_day": "over a day",
    "register_advance_week": "over seven days or more",
    "register_advance_site": "against a reading taken on site",
}


def _keep(attached: Attached, value: Floats, limit: Floats) -> list[str]:
    pct = attached.regulation.policy("max_energy_keep_up_to").value
    kept = value <= limit * (1 + pct / 100.0) + 1e-9 * np.maximum(1.0, limit)
    within = f"within the {pct:g} % that may be kept as actual"
    beyond = f"more than {pct:g} % above: an estimate replaces it unless it is explained"
    return [within if keep else beyond for keep in kept]


def _clock(attached: Attached, value: Floats) -> list[str]:
    reset, site = (attached.regulation.policy(name).value for name in ("clock_reset_remote", "clock_reset_site"))
    words = (
        "no reset is called for yet",
        "the collector resets the clock",
        "the data is suspect: investigate",
    )
    return [words[int(error > reset) + int(error > site)] for error in value]


def _required(attached: Attached, rows: Rows) -> list[str]:
    absent = required_absent(attached)[rows]
    words = lru_cache(maxsize=None)(lambda bits: ", ".join(name for k, name in enumerate(QUANTITIES) if bits >> k & 1))
    return [words(int(bits)) for bits in absent]


def _allowed_minutes(attached: Attached, rows: Rows) -> list[str]:
    words = []
    for on in attached.profiles.limits:
        stated = on.get("selectable_periods") or on.get("demand_period")
        words.append("" if stated is None else f"{stated.text.replace('|', ', ')} {stated.unit}")
    return [words[profile] for profile in attached.profile[rows]]


def _classes(attached: Attached, rows: Rows) -> list[str]:
    meter_worse, ct_worse = class_faults(attached)
    return [_class_words(attached, int(row), bool(meter_worse[row]), bool(ct_worse[row])) for row in rows]


def _class_words(attached: Attached, row: int, meter_worse: bool, ct_worse: bool) -> str:
    filed = _filed(attached, row)
    on = attached.profiles.limits[attached.profile[row]]
    parts = []
    for worse, name, column, what in (
        (meter_worse, "meter_class_active", "meter_class_active", "Meter"),
        (ct_worse, "ct_class", "ct_class", "CT"),
    ):
        limit = on.get(name)
        if worse and limit is not None:
            asked = limit.text.replace("|", " or ")
            parts.append(f"{what} class {filed[column]} is worse than the {asked} that the CoP asks for")
    return "; ".join(parts)


def _firmware(attached: Attached, rows: Rows) -> list[str]:
    return [_read_and_filed(attached, int(row), ("firmware",)) for row in rows]


def _identity(attached: Attached, rows: Rows) -> list[str]:
    return [_read_and_filed(attached, int(row), ("outstation_id", "meter_serial")) for row in rows]


def _read_and_filed(attached: Attached, row: int, columns: Sequence[str]) -> str:
    filed = _filed(attached, row)
    read = {column: attached.readings[column][row].as_py() for column in columns}
    return "; ".join(
        f"{column} {read[column]} read, {filed[column]} on file"
        for column in columns
        if read[column] is not None and filed[column] is not None and read[column] != filed[column]
    )


def _filed(attached: Attached, row: int) -> dict[str, Any]:
    return attached.meters.frame.row(int(attached.meter[row]), named=True)


def _decision(attached: Attached, rows: Rows) -> list[str]:
    words = [
        # The last reason names the committee that answers, which the report says elsewhere.
        f"{decision.word}: {'; '.join(decision.reasons[:-1])}"
        + (f" ({'; '.join(decision.suggestions)})" if decision.suggestions else "")
        for decision in attached.rulings.decisions
    ]
    return [words[place] for place in attached.certification[rows]]


def _protocol(attached: Attached, rows: Rows) -> list[str]:
    collectors, types = attached.meters.frame["collector"], attached.meters.frame["outstation_type"]

    @cache
    def reason(collector: str, outstation_type: str, day: int) -> str:
        steps = attached.regulation.protocol(collector, outstation_type)
        return next(s.reason for s in reversed(steps) if s.from_date is None or day_number(s.from_date) <= day)

    return [
        "This collector may not read this outstation type on that date: "
        + reason(attached.collector or collectors[meter], types[meter], day)
        for meter, day in zip(attached.meter[rows].tolist(), attached.channels.day[rows].tolist(), strict=True)
    ]


def _standing(attached: Attached, rows: Rows) -> list[str]:
    reasons = [ruled.reason for ruled in attached.rulings.governing]
    return [
        "No standing data is in force for this meter on this date" if place < 0 else reasons[place]
        for place in attached.governing(rows)
    ]


_BY_ROW: dict[str, Callable[[Attached, Rows], list[str]]] = {
    "required_quantity": _required,
    "demand_period": _allowed_minutes,
    "meter_class": _classes,
    "firmware_mismatch": _firmware,
    "outstation_mismatch": _identity,
    "not_certified": _decision,
    "certified_other_issue": _decision,
    "certified_later": _decision,
    "protocol_not_approved": _protocol,
    "no_standing_data": _standing,
}
