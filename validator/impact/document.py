"""An impact as JSON: the amendment, exact counts, and every meter."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from validator.impact.counts import Counts
from validator.impact.effect import Impact
from validator.impact.facts import Facts, facts_of
from validator.impact.making import Making
from validator.impact.notes import notes_of
from validator.impact.papers import Due, cited_in, due_of
from validator.impact.tables import row_of

LAYOUT = 1
"""Raised when a key changes its meaning."""


def document_of(impact: Impact, counts: Counts, making: Making) -> dict[str, Any]:
    """Dates are ISO text; what is not known is null. Meters have the columns of the CSV file."""
    amendment, estate = impact.amendment, impact.estate
    known_on = amendment.after.known_on
    return {
        "copcheck_impact": LAYOUT,
        "version": making.version,
        "made_at": making.made_at.isoformat(),
        "on": impact.on.isoformat(),
        "known_on": known_on.isoformat() if known_on else None,
        "regulation": {
            "hash": making.regulation,
            "kept_in": making.kept_in,
            "overrides": [row.description for row in amendment.after.overrides],
        },
        "standing": {"name": impact.standing_name, "sha256": impact.standing_sha256},
        "committee": impact.committee,
        "amendment": {
            "supposed": amendment.supposed,
            "manufacturer": amendment.manufacturer,
            "meter_type": amendment.meter_type,
            "new_firmware": amendment.new or None,
            "old_firmware": list(amendment.old),
            "cops": _cops(amendment.cops),
            "events": [_facts(facts) for facts in facts_of(amendment)],
            "papers": [_due(due) for due in due_of(amendment)],
        },
        "estate": {
            "in_force": estate.in_force,
            "considered": estate.considered.height,
            "other_type": estate.other_type,
            "other_maker": estate.other_maker,
            "no_type": estate.no_type,
            "look_alikes": [asdict(alike) for alike in estate.look_alikes],
        },
        "left_to_others": impact.left_to_others,
        "counts": _counts(counts),
        "notes": list(notes_of(impact)),
        "sources": [
            {
                "source": cited.source,
                "title": cited.known.title if cited.known else None,
                "status": cited.status or None,
            }
            for cited in cited_in(impact)
        ],
        "meters": [row_of(meter) for meter in impact.meters],
    }


def _cops(cops: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
    return [{"cop": cop, "issue": issue} for cop, issue in cops]


def _facts(facts: Facts) -> dict[str, Any]:
    return {
        "event": facts.event or None,
        "kind": facts.kind or None,
        "firmware": facts.firmware or None,
        "replaces_firmware": facts.replaces_firmware or None,
        "variants": [{"variant": variant, "mounting": mounting} for variant, mounting in facts.variants],
        "outstation_integral": facts.outstation_integral or None,
        "basis": facts.basis,
        "protocol_affected": facts.protocol_affected or None,
        "dates": {name.replace(" ", "_"): _partial(when.written, when.precision) for name, when in facts.dates},
        "effective": _partial(facts.effective.written, facts.effective.precision),
        "source": facts.source or None,
        "status": facts.status,
        "note": facts.note or None,
    }


def _partial(written: str, precision: str) -> dict[str, str | None]:
    return {"date": written or None, "precision": precision}


def _due(due: Due) -> dict[str, Any]:
    return {
        "committee": due.committee,
        "cops": _cops(due.cops),
        "papers": [
            {
                "paper": row.paper or None,
                "meeting_on": row.meeting_on.isoformat() if row.meeting_on else None,
                "source": row.source,
                "status": row.status,
                "note": row.note or None,
            }
            for row in due.papers
        ],
    }


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        **asdict(counts.total),
        "to_act_on": counts.to_act_on,
        "by_effect": {effect.value: meters for effect, meters in counts.effects},
        "by_firmware_kind": {kind.value: asdict(tally) for kind, tally in counts.kinds},
        "by_cop_issue": [
            {"cop": row.cop, "issue": row.issue, "committees": list(row.committees), "amended": row.amended}
            | asdict(row.tally)
            for row in counts.issues
        ],
        "groups": [
            {
                "cop": group.cop,
                "issue": group.issue,
                "committees": list(group.committees),
                "firmware_kind": group.kind.value,
                "firmware": list(group.firmware),
                "decisions_after": dict(group.words),
            }
            | asdict(group.tally)
            for group in counts.groups
        ],
        "changes": [{"before": was, "after": now, "meters": meters} for was, now, meters in counts.changes],
        "next_steps": [{"acts": step.actor, "step": step.text, "meters": meters} for step, meters in counts.steps],
    }
