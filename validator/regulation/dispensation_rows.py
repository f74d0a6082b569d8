"""Rows of dispensations.csv as Dispensation: whom it is for, when it holds, and what it changes."""

from __future__ import annotations

import re
from datetime import date

from validator.regulation import cells
from validator.regulation.limit_rows import replaced_limit
from validator.regulation.rows import STATUSES, Dispensation, Limit
from validator.regulation.tables import Row

KINDS = ("site", "generic")
_MSID = re.compile(r"[0-9]{13}|[0-9]{4}")


def dispensation(row: Row) -> Dispensation:
    """RegulationError for a bad cell, a predicate that nothing meets, or an effect that has no meaning."""
    begins, ends = cells.span(row, "valid_from", "expiry")
    installed_from, installed_before = _predicate(row, "installed")
    registered_from, registered_before = _predicate(row, "registered")
    kind = cells.word(row, "kind", KINDS)
    return Dispensation(
        ref=cells.text(row, "ref"),
        kind=kind,
        cops=_parts(row, "cop", "CoP"),
        issue=_whole(row, "issue"),
        subject=row.cells["subject"],
        valid_from=begins,
        expiry=ends,
        allows_issues_before=cells.day(row, "allows_issues_before"),
        source=row.cells["source"],
        status=cells.word(row, "status", STATUSES),
        origin=row.origin,
        clause=row.cells["clause"],
        meter_type=row.cells["meter_type"],
        variant=row.cells["variant"],
        msids=_msids(row, kind),
        installed_before=installed_before,
        installed_from=installed_from,
        registered_before=registered_before,
        registered_from=registered_from,
        governs_issue=_governs_issue(row),
        replaces_limits=_replaces_limits(row),
        waives_checks=_parts(row, "waives_checks", "check"),
    )


def _whole(row: Row, column: str) -> int | None:
    return cells.whole(row, column) if row.cells[column] else None


def _parts(row: Row, column: str, one: str) -> tuple[str, ...]:
    written = row.cells[column]
    parts = tuple(written.split("|")) if written else ()
    if len(set(parts)) != len(parts):
        raise row.fault(f"{column} {written!r} repeats itself", f"each {one} stands once")
    return parts


def _msids(row: Row, kind: str) -> tuple[str, ...]:
    msids = _parts(row, "msids", "MSID")
    for msid in msids:
        if not _MSID.fullmatch(msid):
            raise row.fault(f"msids {msid!r} is no MSID", "it is an MPAN core of 13 digits or a CVA MSID of 4")
    if kind == "site" and not msids:
        raise row.fault("msids is blank", "a site dispensation names its metering systems")
    if kind == "generic" and msids:
        raise row.fault("msids of a generic dispensation", "one that names its metering systems is of kind site")
    return msids


def _predicate(row: Row, verb: str) -> tuple[date | None, date | None]:
    """The days from (inclusive) and before (strict) which something happened."""
    begins, before = cells.day(row, f"{verb}_from"), cells.day(row, f"{verb}_before")
    if begins and before and before <= begins:
        raise row.fault(f"{verb}_before {before} is not after {verb}_from {begins}", "no day would meet both")
    return begins, before


def _governs_issue(row: Row) -> int | None:
    issue = _whole(row, "governs_issue")
    if issue is not None and not row.cells["cop"]:
        raise row.fault(f"governs_issue {issue} without a cop", "an Issue is one of a Code of Practice")
    return issue


def _replaces_limits(row: Row) -> tuple[Limit, ...]:
    """`name=value unit; name=value unit`; the unit is left out where the limit has none."""
    written = row.cells["replaces_limits"]
    limits = tuple(_replaced(row, part) for part in written.split(";")) if written else ()
    names = [limit.name for limit in limits]
    for name in names:
        if names.count(name) > 1:
            raise row.fault(f"replaces_limits names {name} twice", "each limit is replaced once")
    return limits


def _replaced(row: Row, part: str) -> Limit:
    name, equals, rest = part.strip().partition("=")
    if not equals:
        raise row.fault(f"replaces_limits {part.strip()!r} has no =", "it is written name=value unit; name=value unit")
    value, _, unit = rest.strip().partition(" ")
    return replaced_limit(row, name.strip(), value, unit.strip())
