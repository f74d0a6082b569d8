"""The small sites under CoPs 10 and 6, where active import alone is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from sample_data.estate_large import MADE_UP
from sample_data.identifiers import mistyped, mpan_core
from sample_data.meters import Meter, Resident, System


def _cop10(
    number: int,
    name: str,
    shape: str,
    scale_kwh: float,
    shows: str,
    *residents: Resident,
    register_base_kwh: float | None = None,
    **columns: Any,
) -> System:
    kind: dict[str, Any] = {
        "cop": "10",
        "issue": 2,
        "governs": ("10", 2),
        "rated_kva": 100.0,
        "ct_class": None,
        "register_digits": 6,
        "meter_serial": f"EX{number:06d}M",
        "outstation_id": f"OUT{number:07d}",
        "residents": residents,
    }
    meter = Meter("MAIN", **{**kind, **columns})
    return System(mpan_core(number), name, shape, scale_kwh, ("AI",), (meter,), shows, register_base_kwh)


def _cop6(number: int, name: str, shape: str, scale_kwh: float, shows: str) -> System:
    kind: dict[str, Any] = {**MADE_UP, "cop": "6", "issue": 4, "governs": ("6", 4), "rated_kva": 69.0}
    return _cop10(number, name, shape, scale_kwh, shows, **kind)


def _no_issue(why: str) -> Resident:
    return Resident("no_standing_data", "NOT_ASSESSED", why)


_NOT_GOVERNED: dict[str, Any] = {"governs": None, "certification": None}

SMALL = (
    _cop10(61, "Example Garage", "shop", 28.0, "Above 50 kWh on a whole-current meter"),
    _cop10(
        62,
        "Example Gym",
        "cafe",
        48.0,
        "Above 50 kWh through CTs: not held to 50 kWh",
        rated_kva=200.0,
        ct_class="0.5",
    ),
    _cop6(63, "Example Cafe", "cafe", 26.0, "CoP 6, above 50 kWh and above rating"),
    _cop6(64, "Example Bandstand", "lighting", 8.0, "Clean CoP 6"),
    _cop10(65, "Example Chapel", "cafe", 3.0, "A spike"),
    _cop10(66, "Example Pump Kiosk", "kiosk", 6.0, "The same value for hours"),
    _cop10(67, "Example Boathouse", "shop", 12.0, "A day of zeros; a day that did not come"),
    _cop10(
        68,
        "Example Empty Unit",
        "empty",
        10.0,
        "De-energised, yet it consumes",
        energised=False,
        energised_from=date(2026, 9, 1),
    ),
    _cop10(
        69,
        "Example Closed Bank",
        "office",
        14.0,
        "De-energised on the day itself",
        energised=False,
        energised_from=date(2026, 9, 16),
    ),
    _cop10(70, "Example Newsagent", "shop", 9.0, "A lost line; a day padded wrongly"),
    _cop10(71, "Example Barber", "shop", 6.0, "The same day twice"),
    _cop10(72, "Example Nursery", "shop", 8.0, "Negative energy, and a value between two counts"),
    _cop10(73, "Example Florist", "shop", 5.0, "Statuses that mean nothing; estimates; periods without a reading"),
    _cop10(
        74,
        "Example Pop-up Market",
        "shop",
        9.0,
        "No Code of Practice on file",
        _no_issue("Standing data names no Code of Practice, so none governs"),
        cop=None,
        issue=None,
        **_NOT_GOVERNED,
    ),
    _cop10(
        75,
        "Example Toll Booth",
        "lighting",
        7.0,
        "A Code of Practice, but neither Issue nor registration date",
        _no_issue("CoP 10, but neither its Issue nor the date of first registration: no Issue governs"),
        issue=None,
        **_NOT_GOVERNED,
    ),
    _cop10(
        76,
        "Example Tea Room",
        "cafe",
        9.0,
        "Standing data that ended the month before",
        effective_to=date(2026, 8, 31),
    ),
    _cop10(77, "Example Village Hall", "cafe", 9.0, "A register that rolls over", register_base_kwh=999_600.0),
    _cop10(
        78,
        "Example Parish Room",
        "cafe",
        8.0,
        "A register that rolls over, its digits not on file",
        register_base_kwh=999_500.0,
        register_digits=None,
    ),
    _cop10(79, "Example Creamery", "kiosk", 30.0, "Register and periods 1 % apart, every day"),
    _cop10(80, "Example Cooperage", "kiosk", 28.0, "Register and periods 0.6 % apart: within the week's 0.7 %"),
    _cop10(81, "Example Sorting Office", "school", 32.0, "Register and periods apart on one day"),
    _cop10(82, "Example Maltings", "kiosk", 26.0, "A register read on site"),
)

MISTYPED = System(
    mistyped(mpan_core(90)),
    "Example Ticket Kiosk",
    "kiosk",
    4.0,
    ("AI",),
    (),
    "An MPAN core mistyped by its last digit",
)
UNLISTED = System(mpan_core(91), "Example Unlisted Shop", "shop", 7.0, ("AI",), (), "Not in the standing data at all")
