"""Rules of one's own over the shipped tables: a made-up dispensation for three made-up sites.

It widens the clock limit of a works whose clock is 25 s out and of one whose clock is 16 minutes out, and
lets a town hall keep CTs of class 1.
"""

from __future__ import annotations

from sample_data.write_text import csv_text

DISPENSATION = {
    "ref": "MADE-UP/1",
    "kind": "site",
    "cop": "5",
    "issue": "6",
    "subject": "a made-up dispensation for three made-up sites: a wider clock error and CTs of class 1",
    "msids": "9900000000229|9900000000441|9900000000450",
    "valid_from": "2026-09-16",
    "expiry": "2026-09-30",
    "replaces_limits": "ct_class=1; period_end_error=30 s",
    "source": "POLICY",
    "status": "policy",
}


def dispensations_csv() -> str:
    """An override of dispensations.csv."""
    return csv_text(tuple(DISPENSATION), [tuple(DISPENSATION.values())])
