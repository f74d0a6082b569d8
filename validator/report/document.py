"""report.json: the exact counts of a run, and all that is needed to make it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from validator.regulation import Regulation
from validator.report.certification import suggestions_for
from validator.report.counts import CheckCount, CopCount, Counts, MeterCount
from validator.report.dispensations import dispensation_counts, dispensation_document
from validator.report.folder import MARKER
from validator.report.reported import exception_document, status_document
from validator.report.run import Run
from validator.report.unmatched import unmatched_document
from validator.version import product_version

LAYOUT = 1
"""Raised when a key of report.json changes its meaning."""


def document_of(run: Run, counts: Counts, writing: Mapping[str, float]) -> dict[str, Any]:
    """The content of report.json; `writing` adds the seconds of writing by stage. Dates are ISO text."""
    stages = {**run.stages, **writing}
    wall_s = run.wall_s + sum(writing.values())
    return {
        MARKER: LAYOUT,
        "version": product_version(),
        "started_at": run.started_at.isoformat(),
        "wall_s": round(wall_s, 6),
        "readings_per_second": round(counts.readings / wall_s) if wall_s > 0 else None,
        "stages": {name: _stage(spent_s, wall_s) for name, spent_s in stages.items()},
        "regulation": _regulation(run.regulation),
        "options": {name: _plain(value) for name, value in run.options.items()},
        "standing": {"name": run.standing_name, "sha256": run.standing_sha256},
        "inputs": [_input(run, at) for at in range(len(run.inputs))],
        "refused": [{"name": refused.name, "message": refused.message} for refused in run.refused],
        "left_out": [
            {
                "file": each.file,
                "first_line": each.first_line,
                "last_line": each.last_line,
                "unit": each.unit,
                "channel_days": each.channel_days,
                "counted": each.counted,
                "count": each.count,
                "reason": str(each.reason),
            }
            for each in run.left_out
        ],
        "notes": list(run.notes),
        **unmatched_document(run.unmatched_registers),
        "reported_exceptions": [exception_document(each) for each in run.reported],
        "meter_statuses": [status_document(each) for each in run.statuses],
        "channel_days": counts.channel_days,
        "readings": counts.readings,
        "metering_systems": counts.metering_systems,
        "channels": counts.channels,
        "first_date": _iso(counts.first_date),
        "last_date": _iso(counts.last_date),
        "outcomes": counts.outcomes,
        "checks": [_check(check) for check in counts.by_check],
        "dispensations": [
            dispensation_document(counted)
            for counted in dispensation_counts(run.validation.dispensations, run.regulation)
        ],
        "cops": [_cop(cop) for cop in counts.by_cop],
        "meters": [_meter(meter, run.regulation) for meter in counts.by_meter],
    }


def encode_document(document: Mapping[str, Any]) -> bytes:
    """JSON in ASCII: a file name need not be valid Unicode."""
    return (json.dumps(document, indent=2, allow_nan=False) + "\n").encode("ascii")


def _stage(spent_s: float, wall_s: float) -> dict[str, float | None]:
    return {"seconds": round(spent_s, 6), "share": round(spent_s / wall_s, 4) if wall_s > 0 else None}


def _regulation(regulation: Regulation) -> dict[str, Any]:
    return {
        "hash": regulation.hash,
        "known_on": _iso(regulation.known_on),
        "overrides": [
            {"file": row.file, "line": row.line, "description": row.description} for row in regulation.overrides
        ],
    }


def _input(run: Run, at: int) -> dict[str, Any]:
    record = run.inputs[at]
    return {
        "name": record.name,
        "format": record.format,
        "sha256": record.sha256,
        "size_bytes": record.size_bytes,
        "channel_days": record.channel_days,
        "readings": record.readings,
    }


def _check(counted: CheckCount) -> dict[str, Any]:
    check, tally = counted.check, counted.tally
    return {
        "bit": check.bit,
        "code": check.code,
        "title": check.title,
        "family": check.family,
        "outcomes": dict(sorted(tally.found.items())),
        "periods": tally.periods,
        "findings": tally.findings,
        "ran": tally.ran,
        "not_run": dict(sorted(tally.not_run.items())),
        "limits": [
            {
                "source": limit.source,
                "status": limit.status,
                "outcome": limit.outcome,
                "findings": limit.findings,
            }
            for limit in counted.limits
        ],
    }


def _cop(counted: CopCount) -> dict[str, Any]:
    return {
        "cop": counted.cop,
        "issue": counted.issue,
        "title": counted.title,
        "channel_days": counted.channel_days,
        "outcomes": counted.outcomes,
    }


def _meter(counted: MeterCount, regulation: Regulation) -> dict[str, Any]:
    return {
        "manufacturer": counted.manufacturer,
        "meter_type": counted.meter_type,
        "variant": counted.variant,
        "firmware": counted.firmware,
        "cop": counted.cop,
        "issue": counted.issue,
        "certification": counted.certification,
        "suggestions": list(suggestions_for(counted, regulation)),
        "channel_days": counted.channel_days,
        "outcomes": counted.outcomes,
    }


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return str(value)


def _iso(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
