"""Faults of identity on the ordinary day; what standing data raises by itself is said in the estate."""

from __future__ import annotations

from sample_data.submission import Raises, Submission

_NOTHING_WRONG = {
    "Example Supermarket East": (
        "first registered 2022-06-29",
        "CoP 5 Issue 6 was in force to 2022-06-29 and governs; M6X8G0B is approved for it: APPROVED",
    ),
    "Example Supermarket West": (
        "first registered 2022-06-30",
        "M6X8G0B is not approved for CoP 5 Issue 7, in force; D/535 runs from that day: Issue 6 governs, DISPENSED",
    ),
    "Example Supermarket North": (
        "first registered 2023-12-30",
        "the last day of D/535: CoP 5 Issue 6 governs, DISPENSED",
    ),
    "Example Swimming Pool": (
        "CoP 5 Issue 7 declared, first registered 2023-03-01",
        "Issue 7 governs as declared; M6X8G0B is approved for Issue 6, which D/535 allows: DISPENSED",
    ),
    "Example Cinema": (
        "no firmware on file",
        "UNKNOWN: nothing can be said of its certification, and its checks are not run",
    ),
    "Example Pumped Storage": (
        "the CDCA reads an Elster A1700",
        "approved by 2022-01-11 at the latest",
    ),
}


def plant_certification(normal: Submission) -> None:
    """Another firmware, another outstation, another meter than is on file."""
    for name, (what, arithmetic) in _NOTHING_WRONG.items():
        normal.silent(normal.all_of(name), what, arithmetic)
    arena = normal.all_of("Example Arena")
    for day in arena:
        day.firmware = "M6X8G05"
    normal.plant(
        arena,
        "the outstation reports firmware M6X8G05",
        "on file is M6X8G0B: the strings differ",
        Raises("firmware_mismatch", "FAIL"),
    )
    rink = normal.all_of("Example Ice Rink")
    for day in rink:
        day.outstation_id = "OUT0009937"
    normal.plant(
        rink,
        "outstation OUT0009937 answered",
        "on file is OUT0000037",
        Raises("outstation_mismatch", "FAIL"),
    )
    cathedral = normal.all_of("Example Cathedral")
    for day in cathedral:
        day.serial = "EX009938M"
    normal.plant(
        cathedral,
        "meter EX009938M answered",
        "the outstation id agrees, but the serial on file is EX000038M",
        Raises("outstation_mismatch", "FAIL"),
    )
