"""Which limits and policies there are, and the form and unit that each one's value has. No values here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Form(Enum):
    """What the text of a value is."""

    NUMBER = "a number"
    WHOLE = "a whole number"
    WHOLES = "whole numbers"
    QUANTITIES = "quantities"
    CLASSES = "accuracy classes"
    WORD = "a word"


@dataclass(frozen=True, slots=True)
class Kind:
    """The form of one limit's value; `units` are those that the checks understand."""

    form: Form
    units: tuple[str, ...] = ("",)
    words: tuple[str, ...] = ()
    zero: bool = False
    at_least: float | None = None
    at_most: float | None = None


PER_HALF_HOUR = "kWh per half hour"

LIMITS: dict[str, Kind] = {
    "capacity_above": Kind(Form.NUMBER, ("MVA",)),
    "capacity_up_to": Kind(Form.NUMBER, ("MVA", "MW", "A/phase")),
    "demand_period": Kind(Form.WHOLE, ("min",)),
    "selectable_periods": Kind(Form.WHOLES, ("min",)),
    "storage_days": Kind(Form.WHOLE, ("day",)),
    "period_end_error": Kind(Form.NUMBER, ("s",)),
    "period_duration_error": Kind(Form.NUMBER, ("%",)),
    "energy_resolution": Kind(Form.NUMBER, ("% of full load",)),
    "required_quantities": Kind(Form.QUANTITIES),
    "check_meter_required": Kind(Form.WORD, words=("yes", "no")),
    "meter_class_active": Kind(Form.CLASSES),
    "ct_class": Kind(Form.CLASSES),
    "max_permissible_energy": Kind(Form.NUMBER, (PER_HALF_HOUR,)),
}

ACCURACY_LIMITS: dict[str, Kind] = {
    "accuracy_active": Kind(Form.NUMBER, ("%",)),
    "accuracy_reactive": Kind(Form.NUMBER, ("%",)),
}
"""What a dispensation may replace beside LIMITS: the limit of every accuracy band of that energy."""


def form_of(limit: str) -> Form:
    """The form of a limit's value; KeyError for a name that is no limit."""
    return (LIMITS.get(limit) or ACCURACY_LIMITS[limit]).form


LONGEST_DAY_PERIODS = 50
"""Runs lie within one day: a longer one would never be found."""

POLICIES: dict[str, Kind] = {
    "main_check_factor": Kind(Form.NUMBER, ("x class limit",)),
    "main_check_reading": Kind(Form.WORD, words=("full_load", "of_reading")),
    "clock_reset_remote": Kind(Form.NUMBER, ("s",)),
    "clock_reset_site": Kind(Form.NUMBER, ("s",)),
    "register_advance_day": Kind(Form.NUMBER, ("%",)),
    "register_advance_week": Kind(Form.NUMBER, ("%",)),
    "register_advance_site": Kind(Form.NUMBER, ("%",)),
    "max_energy_keep_up_to": Kind(Form.NUMBER, ("%",)),
    "unity_power_factor_min": Kind(Form.NUMBER, at_most=1.0),
    "max_rating_factor": Kind(Form.NUMBER, ("x rated",)),
    "zero_run_periods": Kind(Form.WHOLE, ("period",), at_most=LONGEST_DAY_PERIODS),
    "stuck_run_periods": Kind(Form.WHOLE, ("period",), at_least=2, at_most=LONGEST_DAY_PERIODS),
    "spike_tolerance": Kind(Form.NUMBER, ("x third highest",)),
    "spike_floor_resolutions": Kind(Form.NUMBER, ("x resolution",), zero=True),
    "reactive_without_active_resolutions": Kind(Form.NUMBER, ("x resolution",), zero=True),
}
"""Every policy that the product uses: the tables must have each of them."""

APPLIES_TO = ("whole_current", "ct_operated")
APPLYING_LIMITS = frozenset({"max_permissible_energy"})
"""The limits whose check looks at `applies_to`."""
