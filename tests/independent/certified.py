"""Which CoP Issue governs, and what the certification checks say, read from checks.md alone."""

from __future__ import annotations

import datetime as dt

from tests.independent.verdicts import table

APPROVALS = table("approvals")
ISSUES = table("cop_issues")
PROTOCOLS = table("protocol_approvals")
FAR, LONG_AGO = dt.date.max, dt.date.min


def day(text, blank):
    return dt.date.fromisoformat(text if len(text) == 10 else f"{text}-01") if text else blank


def in_force(cop, on):
    """The Issue of a CoP that was in force on a day."""
    for row in ISSUES:
        if row["cop"] == cop and day(row["in_force_from"], LONG_AGO) <= on <= day(row["in_force_to"], FAR):
            return int(row["issue"])
    return None


def certification(meter, cop, issue, on):
    """The word for a meter under an Issue on a settlement date."""
    if not meter["meter_type"] or not meter["firmware"]:
        return "UNKNOWN"
    of_type = [row for row in APPROVALS if row["meter_type"] == meter["meter_type"]]
    if not of_type:
        return "TYPE_NOT_LISTED"
    of_variant = [row for row in of_type if row["variant"] == meter["variant"]]
    if not of_variant:
        return "VARIANT_NOT_LISTED"
    of_firmware = [row for row in of_variant if row["firmware"] == meter["firmware"]]
    if not of_firmware:
        return "FIRMWARE_NOT_LISTED"
    for_issue = [row for row in of_firmware if (row["cop"], int(row["issue"])) == (cop, issue)]
    if not for_issue:
        return "APPROVED_OTHER_ISSUE"
    if any(day(row["valid_from"], LONG_AGO) <= on <= day(row["valid_to"], FAR) for row in for_issue):
        return "APPROVED"
    return "APPROVED_LATER" if any(day(row["valid_from"], LONG_AGO) > on for row in for_issue) else "WITHDRAWN"


def governed(meter, on):
    """(CoP, Issue, certification) on a settlement date; None for each that cannot be said."""
    if meter is None or not meter["cop"]:
        return None, None, None
    cop, issue = meter["cop"], meter["issue"]
    if issue is not None:
        return cop, issue, certification(meter, cop, issue, on)
    registered = meter["first_registered_on"]
    issue = None if registered is None else in_force(cop, registered)
    if issue is None:
        return None, None, None
    # D/535: outstations that meet only the Issues before 30 June 2022 may be installed until 30 December 2023.
    departs = dt.date(2022, 6, 30) <= registered <= dt.date(2023, 12, 30) and cop in ("1", "2", "3", "5", "10")
    before = in_force(cop, dt.date(2022, 6, 29))
    needed = departs and before is not None and certification(meter, cop, issue, on) != "APPROVED"
    if needed and certification(meter, cop, before, on) == "APPROVED":
        return cop, before, "DISPENSED"
    return cop, issue, certification(meter, cop, issue, on)


def protocol(collector, outstation_type, on):
    """Whether the collector may read the type that day; None where the list does not say."""
    steps = [r for r in PROTOCOLS if r["collector"] == collector and r["outstation_type"] == outstation_type]
    if not steps:
        return None
    (step,) = steps
    known = day(step["date"], LONG_AGO)
    after = (
        (known.replace(day=28) + dt.timedelta(days=4)).replace(day=1) if step["date_precision"] == "month" else known
    )
    if on >= after:
        return step["action"] == "approved"
    if on < known and step["action"] == "removed":
        return True
    return True if step["date_precision"] == "before" else None
