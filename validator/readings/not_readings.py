"""Files that are known and hold no readings: what each is, and where it is taken."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_STANDING = (
    "Give it by --standing, or take it into a registry by `copcheck standing import FILE --registry ADDRESS --apply`; "
    "over HTTP, send it by PUT /v1/standing"
)
_DETAILS = (
    "Make standing data of it by `copcheck convert FILE --out standing.csv`, and name that by --standing; or take it "
    "into a registry by `copcheck standing import FILE --registry ADDRESS --apply`, then validate the readings with "
    "--registry ADDRESS; over HTTP, send it by PUT /v1/standing"
)
_RULES = "Lay it over the shipped tables by --regulation DIR"
_OWN = "Leave it out, and send the readings"
_SEND = "Send one of these"


@dataclass(frozen=True)
class NotReadings:
    """What a file is, in words, and what to do with it."""

    title: str
    action: str = _SEND


# formats.md B0 and B6: names of flows, and what is not known of them.
FLOWS = {
    "D0001": NotReadings("request for a metering investigation"),
    "D0002": NotReadings("report of a metering investigation"),
    "D0003": NotReadings("half-hourly advances, whose records are not known to copcheck"),
    "D0004": NotReadings("failure to obtain a reading"),
    "D0008": NotReadings("meter advance reconciliation report"),
    "D0022": NotReadings("estimated half-hourly data report"),
    "D0040": NotReadings("aggregated half-hourly data"),
    "D0150": NotReadings("non half-hourly meter technical details"),
    "D0214": NotReadings("proving test"),
    "D0215": NotReadings("site technical details"),
    "D0235": NotReadings("half-hourly aggregation exception report"),
    "D0268": NotReadings("half-hourly meter technical details, which are standing data", _DETAILS),
    "D0300": NotReadings("disputed readings"),
    "C0141": NotReadings("estimates, CDCA-I014"),
    "C0291": NotReadings("GSP group take, CDCA-I029"),
    "C0301": NotReadings("CDCA-I030"),
    "C0411": NotReadings("CDCA-I041"),
    "C0421": NotReadings("BM unit volumes, CDCA-I042"),
}
"""Flows and file types that are known by name, and not read here."""

_TABLES = (
    ({"effective_from", "mpan_core"}, NotReadings("standing data", _STANDING)),
    ({"outcome", "checks_run"}, NotReadings("verdicts that copcheck wrote", _OWN)),
    ({"check", "next_action"}, NotReadings("findings that copcheck wrote", _OWN)),
    (
        {"meter_type", "firmware", "issue"},
        NotReadings("a list of approvals", f"{_RULES}, or `copcheck approvals import`"),
    ),
    ({"collector", "outstation_type"}, NotReadings("a list of protocol approvals", _RULES)),
    (
        {"ref", "kind", "valid_from"},
        NotReadings("a list of dispensations", f"{_RULES}, or `copcheck dispensations import`"),
    ),
)
"""Columns that tell a table which is not one of readings."""

_MAPPING = re.compile(rb'(?:[ \t]*(?:#[^\n]*)?\n)*interface *= *"')


def known_table(columns: Collection[str]) -> NotReadings | None:
    """What a table with these columns is, where it is known and not of readings."""
    names = {name.strip().lower() for name in columns}
    if names & {"energy_kwh", "p1"}:
        return None
    return next((what for telling, what in _TABLES if telling <= names), None)


def known_text(start: bytes) -> NotReadings | None:
    """What a text that begins so is, where it is known and not of readings."""
    if _MAPPING.match(start):
        return NotReadings(
            "a mapping of MHHS messages",
            "Name it by --mapping, over HTTP store it by PUT /v1/mappings, and send the messages",
        )
    return None
