"""Which dispensations were at work in a submission, what each did, and on how many channel-days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from validator.attach import Attached
from validator.catalogue import codes_of
from validator.validation.running import Running


@dataclass(frozen=True)
class DispensationTally:
    """Channel-days on which one dispensation did something (`channel_days` counts each once).

    `governs`: its Issue governed; `certifies`: the certification is DISPENSED by it; `limits` and `checks`:
    it set that limit, or a check that could have run was waived. `undecided`: it would have covered the
    channel-day if standing data gave the date that it asks for, and so it did nothing there.
    """

    ref: str
    channel_days: int = 0
    governs: int = 0
    certifies: int = 0
    limits: dict[str, int] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    undecided: int = 0


def dispensations_at_work(attached: Attached, running: Running) -> tuple[DispensationTally, ...]:
    """A tally of each dispensation that did something, or was undecided, in order of its row in the table."""
    done: dict[str, Counter[tuple[str, str]]] = {}
    for profile, certification, waived, rows in _distinct(attached, running):
        does = [*_of_profile(attached, profile), *_of_decision(attached, certification)]
        does += _of_waiver(attached, profile, waived)
        # A reference that does several things on a channel-day is at work there once.
        at_work = {ref for ref, what, _ in does if what != "undecided"}
        for ref, *thing in (*does, *((ref, "at work", "") for ref in at_work)):
            done.setdefault(ref, Counter())[thing[0], thing[1]] += rows
    return tuple(_tally(ref, done[ref]) for ref in attached.regulation.dispensations.by_ref if ref in done)


def _of_profile(attached: Attached, profile: int) -> Iterable[tuple[str, str, str]]:
    if profile < 0:
        return
    key, limits = attached.profiles.keys[profile], attached.profiles.limits[profile]
    if key.governed_by:
        yield key.governed_by, "governs", ""
    for ref in key.undecided:
        yield ref, "undecided", ""
    if key.dispensations:
        yield from ((limit.dispensation, "limit", limit.name) for limit in limits.format_limits if limit.dispensation)
        bands = {(band.dispensation, f"accuracy_{band.energy}") for band in limits.accuracy_limits if band.dispensation}
        yield from ((ref, "limit", name) for ref, name in sorted(bands))


def _of_decision(attached: Attached, certification: int) -> Iterable[tuple[str, str, str]]:
    by = attached.rulings.decisions[certification].dispensation if certification >= 0 else None
    if by:
        yield by, "certifies", ""


def _of_waiver(attached: Attached, profile: int, waived: int) -> Iterable[tuple[str, str, str]]:
    if waived:
        references = attached.regulation.waived_checks(attached.profiles.keys[profile].dispensations)
        yield from ((references[code], "check", code) for code in codes_of(waived))


def _distinct(attached: Attached, running: Running) -> Iterable[tuple[int, int, int, int]]:
    """Profile, certification, bits waived and number of rows, of the rows that a dispensation may have to do with."""
    profiles, decisions = attached.profiles.keys, attached.rulings.decisions
    dispensed = np.array([bool(key.governed_by or key.dispensations or key.undecided) for key in profiles] + [False])
    certified = np.array([decision.dispensation is not None for decision in decisions] + [False])
    rows = np.flatnonzero(dispensed[attached.profile] | certified[attached.certification])
    if not len(rows):
        return
    waived = np.zeros(len(rows), dtype=np.uint64) if running.waived is None else running.waived[rows]
    sets = pa.array(waived).dictionary_encode()
    bits = sets.dictionary.to_pylist()
    key = np.asarray(sets.indices.to_numpy(), dtype=np.int64) * (len(profiles) + 1) + attached.profile[rows] + 1
    key = key * (len(decisions) + 1) + attached.certification[rows] + 1
    distinct = pa.array(key).dictionary_encode()
    many = np.bincount(distinct.indices.to_numpy(), minlength=len(distinct.dictionary))
    for place, counted in zip(distinct.dictionary.to_pylist(), many.tolist(), strict=True):
        rest, certification = divmod(place, len(decisions) + 1)
        chosen, profile = divmod(rest, len(profiles) + 1)
        yield profile - 1, certification - 1, bits[chosen], counted


def _tally(ref: str, done: Counter[tuple[str, str]]) -> DispensationTally:
    def named(what: str) -> dict[str, int]:
        return {name: rows for (kind, name), rows in sorted(done.items()) if kind == what}

    return DispensationTally(
        ref=ref,
        channel_days=done["at work", ""],
        governs=done["governs", ""],
        certifies=done["certifies", ""],
        limits=named("limit"),
        checks=named("check"),
        undecided=done["undecided", ""],
    )
