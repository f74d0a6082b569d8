"""A validation made up for the report: findings as told, verdicts and tallies that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from tests.build import Row, readings_table
from validator.catalogue import BY_CODE, CATALOGUE
from validator.regulation import Regulation
from validator.report import InputRecord, Run
from validator.schema import FINDINGS, OUTCOMES, VERDICTS
from validator.validation.result import CheckTally, Validation

FACTS = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in ("manufacturer", "meter_type", "variant", "firmware")),
        pa.field("rated_kva", pa.float64()),
        pa.field("resolution_kwh", pa.float64()),
    ]
)
METER: Row = {
    "manufacturer": "Secure Meters (UK) Limited",
    "meter_type": "Prometer 100",
    "variant": "P3E",
    "firmware": "M6X8G0B",
    "rated_kva": 1000.0,
    "resolution_kwh": 0.1,
}
NOT_RUN_REASON = "not made up to run"


def found(row: int, check: str, outcome: str | None = None, **columns: Any) -> Row:
    """One finding on a row of the readings; `columns` are those of FINDINGS."""
    known = BY_CODE[check]
    told = known.outcome if known.outcome in OUTCOMES else "QUERY"
    return {
        "row": row,
        "check": check,
        "outcome": outcome or told,
        "source": known.source,
        "limit_status": "confirmed",
        "next_action": known.next_action,
        "message": f"{known.title}.",
        **columns,
    }


def validation_of(
    rows: Sequence[Row],
    findings: Sequence[Row] = (),
    meters: Sequence[Row] | None = None,
    governed: Sequence[Row] | None = None,
) -> Validation:
    """A validation of readings `rows`; `meters` are facts and `governed` verdict columns, one per row."""
    readings = readings_table(rows)
    meters = meters or [METER] * len(rows)
    governed = governed or [{"cop": "5", "issue": 6, "certification": "APPROVED"}] * len(rows)
    verdicts = [_verdict(row, at, findings, governed[at]) for at, row in enumerate(rows)]
    outcomes = {outcome: sum(v["outcome"] == outcome for v in verdicts) for outcome in OUTCOMES}
    return Validation(
        readings=readings,
        verdicts=_table(verdicts, VERDICTS),
        findings=_table([_finding(rows, found, governed) for found in findings], FINDINGS),
        finding_rows=np.array([finding["row"] for finding in findings], dtype=np.int64),
        facts_of=lambda: _table(meters, FACTS),
        tallies={check.code: _tally(check.code, findings, len(rows)) for check in CATALOGUE},
        outcomes=outcomes,
        stages={},
    )


def run_of(validation: Validation, regulation: Regulation, **changes: Any) -> Run:
    """A run of one input that was read, by one standing-data file."""
    readings = sum(len(values) for values in validation.readings["energy_kwh"].to_pylist())
    told: Row = {
        "validation": validation,
        "regulation": regulation,
        "inputs": (InputRecord("day.d0036", "D0036", "ab" * 32, 1234, len(validation.readings), readings),),
        "refused": (),
        "standing_name": "standing.csv",
        "standing_sha256": "cd" * 32,
        "started_at": datetime(2026, 2, 1, 6, 12, tzinfo=UTC),
        "wall_s": 0.5,
        "stages": {"read": 0.3, "check": 0.2},
        "options": {"time_base": "local", "known_on": None, "jobs": 2},
    }
    return Run(**{**told, **changes})


def _verdict(row: Row, at: int, findings: Sequence[Row], governed: Row) -> Row:
    mine = [finding for finding in findings if finding["row"] == at]

    def codes(outcome: str) -> list[str]:
        named = {finding["check"] for finding in mine if finding["outcome"] == outcome}
        return [check.code for check in CATALOGUE if check.code in named]

    return {
        **row,
        **governed,
        "outcome": max((finding["outcome"] for finding in mine), key=OUTCOMES.index, default="PASS"),
        "failed": codes("FAIL"),
        "queried": codes("QUERY"),
        "not_assessed": codes("NOT_ASSESSED"),
        "checks_run": sum(1 << BY_CODE[finding["check"]].bit for finding in mine),
        "source_row": row.get("source_row", at + 1),
    }


def _finding(rows: Sequence[Row], finding: Row, governed: Sequence[Row]) -> Row:
    row = {name: rows[finding["row"]].get(name) for name in FINDINGS.names[:4]}
    first, last = finding.get("first_period"), finding.get("last_period")
    periods = None if first is None or last is None else last - first + 1
    by_cop = {name: governed[finding["row"]].get(name) for name in ("cop", "issue")}
    return {**row, **by_cop, "periods": periods, **finding}


def _tally(code: str, findings: Sequence[Row], rows: int) -> CheckTally:
    mine = [finding for finding in findings if finding["check"] == code]
    days = {finding["row"]: finding["outcome"] for finding in mine}
    ran = len(days)
    return CheckTally(
        ran=ran,
        not_run={NOT_RUN_REASON: rows - ran} if rows > ran else {},
        found={outcome: list(days.values()).count(outcome) for outcome in set(days.values())},
        periods=sum((f.get("last_period") or 0) - (f.get("first_period") or 1) + 1 for f in mine),
        findings=len(mine),
    )


def _table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


A_DAY = date(2026, 1, 15)
