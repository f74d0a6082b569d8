"""The limits of a CoP Issue with those of dispensations in their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from validator.regulation.limits import IssueLimits
from validator.regulation.rows import FAILING_STATUSES, AccuracyLimit, Dispensation, Limit, weakest_status
from validator.regulation.situation import prevails
from validator.regulation.vocabulary import ACCURACY_LIMITS

ENERGY_OF = {name: name.removeprefix("accuracy_") for name in ACCURACY_LIMITS}
"""The energy whose accuracy bands a name of ACCURACY_LIMITS stands for."""


def with_dispensations(on: IssueLimits, dispensations: Sequence[Dispensation]) -> IssueLimits:
    """`on` with the limits that `dispensations` set, of which the one that prevails stands first.

    A limit that the Issue does not state is added. `note` says why that one, and why the status.
    """
    chosen = _chosen(dispensations)
    if not chosen:
        return on
    formats = tuple(_placed(*chosen[held.name], held) if held.name in chosen else held for held in on.format_limits)
    stated = {held.name for held in on.format_limits}
    added = (limit for name, limit in chosen.items() if name not in stated and name not in ENERGY_OF)
    by_energy = {energy: chosen[name] for name, energy in ENERGY_OF.items() if name in chosen}
    return IssueLimits(
        on.cop,
        on.issue,
        (*formats, *(replace(limit, note=why, cop=on.cop) for limit, why in added)),
        tuple(_band(*by_energy[row.energy], row) if row.energy in by_energy else row for row in on.accuracy_limits),
    )


def waived_checks(dispensations: Sequence[Dispensation]) -> Mapping[str, str]:
    """The reference that waives each check, of those that do the one that stands first."""
    return {code: row.ref for row in reversed(dispensations) for code in row.waives_checks}


def _chosen(dispensations: Sequence[Dispensation]) -> dict[str, tuple[Limit, str]]:
    """The limit of each name that prevails, and over which others, in words."""
    found: dict[str, tuple[Dispensation, Limit, list[str]]] = {}
    for row in dispensations:
        for limit in row.replaces_limits:
            first, held, over = found.setdefault(limit.name, (row, limit, []))
            if (held.text, held.unit) != (limit.text, limit.unit):
                over.append(f"{prevails(first, row)}, which sets {limit.text} {limit.unit}".rstrip())
    return {name: (limit, "; ".join(over)) for name, (_, limit, over) in found.items()}


def _placed(limit: Limit, why: str, held: Limit) -> Limit:
    status, reason = _status(limit, held)
    note = "; ".join(part for part in (why, reason) if part)
    return replace(
        limit, status=status, note=note, applies_to=held.applies_to, cop=held.cop, from_issue=held.from_issue
    )


def _band(limit: Limit, why: str, held: AccuracyLimit) -> AccuracyLimit:
    status, reason = _status(limit, held)
    note = "; ".join(part for part in (why, reason) if part)
    return replace(
        held,
        limit_pct=limit.value,
        source=limit.source,
        status=status,
        origin=limit.origin,
        note=note,
        dispensation=limit.dispensation,
    )


def _status(limit: Limit, held: Limit | AccuracyLimit) -> tuple[str, str]:
    """A dispensation that is not known well is no firmer than what it replaces."""
    if limit.status in FAILING_STATUSES:
        return limit.status, ""
    status = weakest_status(limit.status, held.status)
    return status, f"{limit.dispensation} is {limit.status} and the limit it replaces {held.status}: taken as {status}"
