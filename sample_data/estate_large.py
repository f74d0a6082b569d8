"""The large sites: two of Central Volume Allocation under CoPs 1 and 2, and eight under CoP 3."""

from __future__ import annotations

from typing import Any

from sample_data.identifiers import mpan_core
from sample_data.meters import Meter, Resident, System

ALL_FOUR = ("AI", "AE", "RI", "RE")
MADE_UP: dict[str, Any] = {
    "manufacturer": "Example Meters (made up)",
    "meter_type": "Example Meter A (made up)",
    "variant": None,
    "firmware": None,
    "certification": "UNKNOWN",
}
"""A meter without firmware on file: nothing can be said of its certification, so nothing is."""


def main_and_check(number: int, main: dict[str, Any], check: dict[str, Any] | None = None) -> tuple[Meter, Meter]:
    """A main and a check meter with serials and outstation ids of their own; `check` overrides `main`."""
    own = {"meter_serial": f"EX{number:06d}M", "outstation_id": f"OUT{number:07d}"}
    others = {"meter_serial": f"EX{number:06d}C", "outstation_id": f"OUT{number + 5000:07d}"}
    return Meter("MAIN", **{**own, **main}), Meter("CHECK", **{**others, **main, **(check or {})})


def _cop3(
    number: int,
    name: str,
    shape: str,
    scale_kwh: float,
    shows: str,
    main: dict[str, Any] | None = None,
    check: dict[str, Any] | None = None,
) -> System:
    kind: dict[str, Any] = {
        "cop": "3",
        "issue": 5,
        "governs": ("3", 5),
        "rated_kva": 6000.0,
        "resolution_kwh": 1.0,
        "register_digits": 9,
        "direction": "BOTH",
    }
    meters = main_and_check(number, {**kind, **(main or {})}, check)
    return System(mpan_core(number), name, shape, scale_kwh, ALL_FOUR, meters, shows)


def _nothing_exported() -> tuple[Resident, ...]:
    arithmetic = "A site that never exports: AE is 0 in 48 periods running, and the limit is 48 (policy)"
    return (Resident("zero_run", "QUERY", arithmetic, ("AE",), frozenset(range(1, 49))),)


def _worse_meter() -> tuple[Resident, ...]:
    arithmetic = "CoP 3 asks for class 1 or B; the main meter is class 2, which is worse; recalled: QUERY"
    return (Resident("meter_class", "QUERY", arithmetic),)


_COP1 = {
    "variant": "R3E",
    "cop": "1",
    "issue": 2,
    "governs": ("1", 2),
    "rated_kva": 240000.0,
    "resolution_kwh": 1.0,
    "meter_class_active": "0.2S",
    "ct_class": "0.2S",
    "register_digits": 10,
    "direction": "BOTH",
    "collector": "CDCA",
}
_COP2 = {
    **_COP1,
    **MADE_UP,
    "meter_type": "Example Meter C (made up)",
    "outstation_type": "Elster A1700",
    "cop": "2",
    "issue": 4,
    "governs": ("2", 4),
    "rated_kva": 60000.0,
    "meter_class_active": "0.5S",
}

LARGE = (
    System(
        "9901",
        "Example Power Station North",
        "station",
        105000.0,
        ALL_FOUR,
        main_and_check(9901, _COP1),
        "CoP 1 in CVA: a four-digit id, main and check, read by the CDCA",
    ),
    System(
        "9902",
        "Example Pumped Storage",
        "pumped_storage",
        24000.0,
        ALL_FOUR,
        main_and_check(9902, _COP2),
        "CoP 2 in CVA: an outstation type that the CDCA may read; a clock 12 s out",
    ),
    _cop3(1, "Example Wind Farm", "wind", 3000.0, "Clean export at CoP 3"),
    _cop3(2, "Example Solar Park", "solar", 2600.0, "Clean export, firmware M6X8G05", {"firmware": "M6X8G05"}),
    _cop3(3, "Example Paper Mill", "chp", 2400.0, "Clean import and export from a CHP set"),
    _cop3(4, "Example Cold Store", "works", 1900.0, "A check meter that sends nothing"),
    _cop3(
        5,
        "Example Brickworks",
        "import_works",
        1700.0,
        "Import only, so that its export channels are zero all day",
        {"direction": "IMPORT", "residents": _nothing_exported()},
    ),
    _cop3(6, "Example Steelworks", "works", 4400.0, "Demand above the 10 MVA of CoP 3", {"rated_kva": 12000.0}),
    _cop3(7, "Example Refinery", "works", 1600.0, "Main and check apart", {"rated_kva": 4000.0}),
    _cop3(
        8,
        "Example Quarry",
        "works",
        1500.0,
        "A main meter of class 2",
        {"meter_class_active": "2", "residents": _worse_meter()},
        {"meter_class_active": "1", "residents": ()},
    ),
)
