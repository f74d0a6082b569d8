"""Approvals in words, for the reasons of a decision."""

from __future__ import annotations

from collections.abc import Iterable

from validator.regulation.rows import Approval


def approved(row: Approval) -> tuple[str, ...]:
    """What the row says, and that it is inferred where it is."""
    said = f"approved for CoP {row.cop} Issue {row.issue} {validity(row)} ({row.origin}, {row.source}, {row.status})"
    if row.status == "inferred":
        return (said, f"{row.origin} is inferred: {row.source} implies that approval, but does not state it")
    return (said,)


def validity(row: Approval) -> str:
    if row.valid_from is None:
        begins = "from a date that is not known, taken as always"
    elif row.valid_from_precision == "month":
        begins = f"from {row.valid_from:%Y-%m}, taken from its first day"
    else:
        begins = f"from {row.valid_from}"
    return f"{begins}, to {row.valid_to}" if row.valid_to else begins


def sources(rows: Iterable[Approval]) -> str:
    return ", ".join(dict.fromkeys(row.source for row in rows))


def shown_variant(variant: str) -> str:
    return variant or "(none)"
