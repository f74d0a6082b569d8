"""The Prometer 100 amendment of ISG paper 255/05, and what must come of it."""

from __future__ import annotations

from datetime import date

from validator.regulation import Regulation

MAKER = "Secure Meters (UK) Limited"
TYPE = "Prometer 100"
VARIANTS = ("P3E", "R3E")
OLD, NEW = "M6X8G05", "M6X8G0B"
ISSUES = {("1", 2): "ISG", ("2", 4): "ISG", ("3", 5): "ISG+SVG", ("5", 6): "SVG", ("10", 2): "SVG"}
MEETING = date(2022, 7, 5)
EVENT = "PROMETER-100-M6X8G0B"
PAPERS = {
    "ISG": (("1", 2), ("2", 4), ("3", 5)),
    "SVG": (("3", 5), ("5", 6), ("10", 2)),
}
"""Which CoP Issues the paper to each committee is about."""

AMENDMENT = {
    "event": EVENT,
    "kind": "FIRMWARE_AMENDED",
    "manufacturer": MAKER,
    "meter_type": TYPE,
    "variants": "P3E|R3E",
    "mountings": "wall|rack",
    "outstation_integral": "yes",
    "firmware": NEW,
    "replaces_firmware": OLD,
    "cops": "1:2|2:4|3:5|5:6|10:2",
    "basis": "MAKER_DECLARATION",
    "protocol_affected": "no",
    "published_on": "2022-06",
    "source": "ISG-255-05",
    "status": "confirmed",
    "note": "the paper does not give the days of notification and issue",
}
COMMITTEE_PAPERS = [
    {"committee": "ISG", "paper": "255/05", "meeting_on": "2022-07-05", "source": "ISG-255-05", "status": "confirmed"},
    {"committee": "SVG", "paper": "", "meeting_on": "2022-07-05", "source": "ISG-255-05", "status": "confirmed"},
]


def words(regulation: Regulation, firmware: str, on: date = MEETING) -> dict[tuple[str, str, int], str]:
    """The decision for each variant and CoP Issue of the paper."""
    return {
        (variant, cop, issue): regulation.decide(TYPE, variant, firmware, cop, issue, on).word
        for variant in VARIANTS
        for cop, issue in ISSUES
    }
