"""Dispensations held against what they name, and against each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import pyarrow as pa

from validator.catalogue import BY_CODE
from validator.regulation.near import did_you_mean
from validator.regulation.placed import IssuesOnFile, check_on_file, fault_of
from validator.regulation.rows import Dispensation, Limit


def check_dispensations(dispensations: Sequence[Dispensation], on_file: IssuesOnFile) -> None:
    """RegulationError where one names a CoP Issue, a check or a metering system that there is not."""
    for row in dispensations:
        for cop in row.cops:
            check_on_file(row, cop, row.issue, on_file)
            check_on_file(row, cop, row.governs_issue, on_file)
        for code in row.waives_checks:
            if code not in BY_CODE:
                raise fault_of(row, f"unknown check {code!r}", f"no check has that code{did_you_mean(code, BY_CODE)}")
    _check_msids(dispensations)


def _check_msids(dispensations: Sequence[Dispensation]) -> None:
    named = [(row, msid) for row in dispensations for msid in row.msids]
    if not named:
        return
    # Only here: the tables are read for many a question that needs no kernel.
    from validator.mpan import check_digit_is_right, is_cva_msid

    msids = pa.array([msid for _, msid in named])
    for (row, msid), right in zip(named, check_digit_is_right(msids) | is_cva_msid(msids), strict=True):
        if not right:
            why = "its check digit is wrong, so it would be nobody's"
            raise fault_of(row, f"{msid!r} is not an MPAN core", why)


def check_same_scopes(dispensations: Sequence[Dispensation]) -> None:
    """RegulationError where two for the same meters and days set one thing to two values.

    Scopes that overlap only in part are no fault: the more specific one prevails where both hold.
    """
    first: dict[Hashable, tuple[Dispensation, Hashable]] = {}
    for row in dispensations:
        for what, name, value in _settings(row):
            earlier, before = first.setdefault((_scope(row), what), (row, value))
            if before != value:
                why = f"{earlier.ref} of {earlier.origin} has the same scope and says otherwise"
                raise fault_of(row, f"{row.ref} sets {name}", why)


def _settings(row: Dispensation) -> Iterator[tuple[Hashable, str, Hashable]]:
    """What the row sets: its key, its name in a message, and the value."""
    if row.governs_issue is not None:
        yield "governs_issue", f"governs_issue {row.governs_issue}", row.governs_issue
    for limit in row.replaces_limits:
        yield ("limit", limit.name), f"{limit.name} to {limit.text} {limit.unit}".strip(), _value(limit)


def _value(limit: Limit) -> Hashable:
    return (limit.values or frozenset(limit.text.split("|")), limit.unit)


def _scope(row: Dispensation) -> Hashable:
    """Whom the row is for and when. The clause says what is departed from, and restricts nothing."""
    return (
        frozenset(row.cops),
        row.issue,
        row.meter_type,
        row.variant,
        frozenset(row.msids),
        (row.installed_before, row.installed_from),
        (row.registered_before, row.registered_from),
        (row.valid_from, row.expiry),
    )
