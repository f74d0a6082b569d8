"""The sites under CoP 5, most of them with a Prometer 100 and one story each."""

from __future__ import annotations

from datetime import date
from typing import Any

from sample_data.estate_large import ALL_FOUR, MADE_UP, main_and_check
from sample_data.identifiers import mpan_core
from sample_data.meters import Meter, Resident, System

_IMPORT = ("AI", "RI", "RE")


def _cop5(
    number: int, name: str, shape: str, scale_kwh: float, shows: str, *residents: Resident, **columns: Any
) -> System:
    own = {"meter_serial": f"EX{number:06d}M", "outstation_id": f"OUT{number:07d}", "residents": residents}
    meter = Meter("MAIN", **{**own, **columns})
    return System(mpan_core(number), name, shape, scale_kwh, _IMPORT, (meter,), shows)


def _registered(on: date, issue: int, certification: str) -> dict[str, Any]:
    """A CoP on file without its Issue: the date of first registration decides."""
    return {
        "issue": None,
        "first_registered_on": on,
        "effective_from": on,
        "governs": ("5", issue),
        "certification": certification,
    }


def _not_listed(what: str) -> Resident:
    arithmetic = f"{what}; the approvals on file are not the maker's whole list: NOT_ASSESSED, not FAIL"
    return Resident("not_certified", "NOT_ASSESSED", arithmetic)


_OTHER_ISSUE = Resident(
    "certified_other_issue",
    "QUERY",
    "First registered 2023-12-31: D/535 ended 2023-12-30, so CoP 5 Issue 7 governs; M6X8G0B is approved"
    " for Issue 6 only",
)
_COARSE = Resident(
    "resolution_too_coarse",
    "QUERY",
    "100 kVA x 0.5 h = 50 kWh at full load; 0.1 % of it is 0.05 kWh; the resolution is 0.1; analogue: QUERY",
)
_CT_CLASS = Resident(
    "meter_class", "FAIL", "CoP 5 asks for CTs of class 0.5; on file is class 1, which is worse; confirmed: FAIL"
)
_REMOVED = Resident(
    "protocol_not_approved",
    "FAIL",
    "SP Dataserve's approval to read a CM10 was removed in November 2021; the reading is later",
    since=date(2021, 12, 1),
)
_NO_RE = Resident(
    "required_quantity",
    "QUERY",
    "CoP 5 asks for AI, RI and RE; AI and RI came: 1 absent; recalled: QUERY",
    ("AI",),
)
_LONG_AGO = {"effective_from": date(2015, 4, 1)}
_OLD_OUTSTATION = {**MADE_UP, **_LONG_AGO, "collector": "SP Dataserve"}
_ISSUE_7 = {**MADE_UP, "issue": 7, "governs": ("5", 7), "effective_from": date(2024, 2, 1)}

MEDIUM = (
    _cop5(11, "Example Office", "office", 240.0, "Clean; in May 2022 its firmware was not yet approved", **_LONG_AGO),
    _cop5(
        12,
        "Example Supermarket East",
        "supermarket",
        260.0,
        "Registered 2022-06-29, the last day of Issue 6",
        **_registered(date(2022, 6, 29), 6, "APPROVED"),
    ),
    _cop5(
        13,
        "Example Supermarket West",
        "supermarket",
        250.0,
        "Registered 2022-06-30, the first day of D/535",
        **_registered(date(2022, 6, 30), 6, "DISPENSED"),
    ),
    _cop5(
        14,
        "Example Supermarket North",
        "supermarket",
        230.0,
        "Registered 2023-12-30, the last day of D/535",
        **_registered(date(2023, 12, 30), 6, "DISPENSED"),
    ),
    _cop5(
        15,
        "Example Supermarket South",
        "supermarket",
        235.0,
        "Registered 2023-12-31, the day after D/535",
        _OTHER_ISSUE,
        **_registered(date(2023, 12, 31), 7, "APPROVED_OTHER_ISSUE"),
    ),
    _cop5(
        16,
        "Example Waterworks",
        "waterworks",
        330.0,
        "Clean night pumping; R3E with M6X8G05",
        variant="R3E",
        firmware="M6X8G05",
        **_LONG_AGO,
    ),
    _cop5(17, "Example Hospital", "hospital", 430.0, "Above 600 kWh in a half hour", rated_kva=1500.0),
    _cop5(18, "Example Data Hall", "flat", 470.0, "Exactly 1 MW: within CoP 5", rated_kva=1250.0),
    _cop5(19, "Example Foundry", "foundry", 400.0, "Exactly 600 kWh: permissible, but 1.2 MW", rated_kva=1500.0),
    _cop5(20, "Example Bakery", "bakery", 72.0, "Apparent energy above 120 % of rating", rated_kva=200.0),
    _cop5(21, "Example School", "school", 30.0, "A resolution too coarse for 100 kVA", _COARSE, rated_kva=100.0),
    _cop5(22, "Example Town Hall", "office", 180.0, "CTs of class 1", _CT_CLASS, ct_class="1"),
    System(
        mpan_core(23),
        "Example College",
        "foundry",
        250.0,
        _IMPORT,
        main_and_check(23, {"rated_kva": 800.0}),
        "CoP 5 with a check meter; main and check apart",
    ),
    _cop5(
        24,
        "Example Library",
        "office",
        150.0,
        "Firmware M6X8G0A, not on the list",
        _not_listed("M6X8G0A is not among the listed firmwares M6X8G05 and M6X8G0B"),
        firmware="M6X8G0A",
        certification="FIRMWARE_NOT_LISTED",
    ),
    _cop5(
        25,
        "Example Museum",
        "office",
        140.0,
        "Firmware in small letters",
        _not_listed("m6x8g0b is not M6X8G0B: firmware is matched exactly"),
        firmware="m6x8g0b",
        certification="FIRMWARE_NOT_LISTED",
    ),
    _cop5(
        26,
        "Example Theatre",
        "cafe",
        160.0,
        "Firmware with a letter O for the nought",
        _not_listed("M6X8GOB has the letter O where M6X8G0B has a nought"),
        firmware="M6X8GOB",
        certification="FIRMWARE_NOT_LISTED",
    ),
    _cop5(
        27,
        "Example Radio Mast",
        "flat",
        120.0,
        "A variant that is not on the list",
        _not_listed("P9X is not among the listed variants P3E and R3E"),
        variant="P9X",
        certification="VARIANT_NOT_LISTED",
    ),
    _cop5(
        28,
        "Example Brewery Tap",
        "cafe",
        170.0,
        "A meter type that is not on the list",
        _not_listed("Example Meter B (made up) is not among the listed meter types"),
        manufacturer="Example Meters (made up)",
        meter_type="Example Meter B (made up)",
        variant="V1",
        firmware="X1.0",
        certification="TYPE_NOT_LISTED",
    ),
    _cop5(29, "Example Cinema", "cafe", 210.0, "Issue 7: 15-minute integration and 90 days of storage", **_ISSUE_7),
    _cop5(
        30,
        "Example Swimming Pool",
        "foundry",
        140.0,
        "Declared Issue 7, first registered under D/535",
        issue=7,
        first_registered_on=date(2023, 3, 1),
        effective_from=date(2023, 3, 1),
        governs=("5", 7),
        certification="DISPENSED",
    ),
    _cop5(31, "Example Stadium", "cafe", 280.0, "15-minute integration under Issue 6"),
    _cop5(32, "Example Depot", "supermarket", 190.0, "Read 21 days later"),
    _cop5(33, "Example Arena", "cafe", 300.0, "Reports another firmware than is on file"),
    _cop5(
        34,
        "Example Ferry Terminal",
        "supermarket",
        220.0,
        "A CM10 that SP Dataserve may no longer read",
        _REMOVED,
        **_OLD_OUTSTATION,
        outstation_type="CM10",
    ),
    _cop5(
        35,
        "Example Bus Garage",
        "waterworks",
        150.0,
        "A CM11, read within the month of the removal",
        **_OLD_OUTSTATION,
        effective_to=date(2022, 3, 31),
        outstation_type="CM11",
    ),
    _cop5(
        36,
        "Example Tram Shed",
        "waterworks",
        160.0,
        "A CM32, read the day after the month of the removal",
        **_OLD_OUTSTATION,
        effective_to=date(2022, 3, 31),
        outstation_type="CM32",
    ),
    _cop5(37, "Example Ice Rink", "flat", 200.0, "A power cut: four alarms; another outstation answers"),
    _cop5(38, "Example Cathedral", "office", 130.0, "Phase failure and reverse running; a serial that differs"),
    _cop5(39, "Example Tannery", "foundry", 210.0, "Clock synchronised, data changed, local access, other error"),
    _cop5(
        40,
        "Example Laundry",
        "shop",
        170.0,
        "A meter that cannot raise every alarm",
        alarms_capable="phase_failure|supply_failure|battery",
    ),
    System(
        mpan_core(41),
        "Example Solar Roof",
        "solar_roof",
        300.0,
        ALL_FOUR,
        (Meter(meter_serial="EX000041M", outstation_id="OUT0000041", direction="BOTH"),),
        "Clean import and export at CoP 5",
    ),
    System(
        mpan_core(42),
        "Example Digester",
        "digester",
        220.0,
        ALL_FOUR,
        (Meter(meter_serial="EX000042M", outstation_id="OUT0000042", direction="EXPORT"),),
        "Imports while it exports",
    ),
    System(
        mpan_core(43),
        "Example Dairy",
        "foundry",
        190.0,
        ("AI", "RI"),
        (Meter(meter_serial="EX000043M", outstation_id="OUT0000043", residents=(_NO_RE,)),),
        "RE never comes",
    ),
    _cop5(44, "Example Print Works", "foundry", 200.0, "A clock 25 s out"),
    _cop5(45, "Example Sawmill", "shop", 230.0, "A clock 16 minutes out; reactive without active"),
    System(
        mpan_core(46),
        "Example Mill",
        "foundry",
        240.0,
        _IMPORT,
        (
            Meter(
                firmware="M6X8G05", meter_serial="EX000046M", outstation_id="OUT0000046", effective_to=date(2026, 9, 10)
            ),
            Meter(meter_serial="EX000146M", outstation_id="OUT0000146", effective_from=date(2026, 9, 11)),
        ),
        "Meter changed on 2026-09-11; periods that are too long",
    ),
)
