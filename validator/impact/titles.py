"""An impact in a heading and in a sentence."""

from __future__ import annotations

from validator.impact.amendment import Amendment
from validator.impact.counts import Counts, Tally
from validator.impact.effect import Impact
from validator.impact.notes import listed
from validator.report.words import count, day, many


def title_of(amendment: Amendment) -> str:
    """What befell the certificate, as a heading."""
    old, new = listed(list(amendment.old)), amendment.new
    said = {
        "APPLICATION_NOTED": f"application for firmware {new}" if new else "application",
        "CERTIFICATE_ISSUED": f"certificate for firmware {new}",
        "FIRMWARE_AMENDED": f"firmware {old} amended to {new}",
        "VARIANT_ADDED": f"variant added on firmware {new}",
        "COP_ADDED": f"Code of Practice added on firmware {new}",
        "CERTIFICATE_REMOVED": f"certificate of firmware {old} removed" if old else "certificate removed",
        "": f"approval of firmware {new}",
    }
    return f"{amendment.meter_type}: {said[amendment.kind]}"


def summary_of(impact: Impact, counts: Counts) -> str:
    """What the amendment does to the estate, in two sentences."""
    total = counts.total
    scope = (
        f" under the Codes of Practice that {impact.committee} answers for, or under none" if impact.committee else ""
    )
    kind = impact.amendment.meter_type
    if not total.meters:
        return f"No meter of type {kind} is on file on {day(impact.on)}{scope}."
    return (
        f"On {day(impact.on)} the estate has {many(total.meters, 'meter')} of type {kind} at"
        f" {many(total.metering_systems, 'metering system')}{scope}. {_certified(total)}"
    )


def _certified(total: Tally) -> str:
    undecided = f"; {count(total.undecided)} cannot be judged" if total.undecided else ""
    return (
        f"Without the amendment {count(total.certified_before)} of them"
        f" {'is' if total.certified_before == 1 else 'are'} certified for the governing CoP Issue,"
        f" with it {count(total.certified_after)}{undecided}."
    )
