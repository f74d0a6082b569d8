"""A validation as files for the store: the same bytes whenever the same submission is judged by the same rules."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from service.results.stored import SMALL_ROWS, Output, stored
from validator.readings import Source
from validator.readings.refused import REFUSED_FILE, write_refused
from validator.registers import join_registers
from validator.regulation import Regulation
from validator.report import InputRecord
from validator.report.tables import file_metadata
from validator.report.words import WORST_FIRST
from validator.schema import FINDINGS, VERDICTS
from validator.standing import StandingData
from validator.validation.result import CheckTally, Validation
from validator.version import product_version

_ONE_BY_ONE = ("value", "message")


@dataclass(frozen=True)
class Outcome:
    """A run's files, and what of them stands in the ledger."""

    outputs: tuple[Output, ...]
    summary: dict[str, Any]
    readings: int


def outputs_of(
    validation: Validation,
    source: Source,
    standing: StandingData,
    regulation: Regulation,
    received_at: datetime,
    options: dict[str, object],
) -> Outcome:
    """Verdicts, findings, exact counts, and what it takes to show the submission again."""
    metadata = file_metadata(regulation.hash, product_version())
    readings = sum(len(chunk.flatten()) for chunk in source.readings["energy_kwh"].chunks)
    record = InputRecord(
        source.name, source.format, source.sha256, source.size_bytes, source.readings.num_rows, readings
    )
    repetitive = [name for name in FINDINGS.names if name not in _ONE_BY_ONE]
    outputs = [
        stored("verdicts", _of(VERDICTS, validation.verdicts), metadata),
        stored("findings", _of(FINDINGS, validation.findings), metadata, repetitive),
        Output("tallies.json", _tallies(validation, record, standing, received_at, options)),
        stored("facts", validation.facts, {}),
        stored("rows", pa.table({"row": pa.array(validation.finding_rows, pa.int64())}), {}, False),
    ]
    if source.refused:
        outputs.append(Output(REFUSED_FILE, _refused(source)))
    summary = _summary(source, validation, standing, readings)
    summary["dispensations"] = [asdict(tally) for tally in validation.dispensations]
    return Outcome(tuple(outputs), summary, readings)


def _refused(source: Source) -> bytes:
    """What a lenient reading left out, as the command writes it."""
    out = io.BytesIO()
    for each in source.refused:
        write_refused(out, each)
    return out.getvalue()


def _of(schema: pa.Schema, table: pa.Table) -> pa.Table:
    return table if table.schema.equals(schema) else table.cast(schema)


def _tallies(
    validation: Validation, record: InputRecord, standing: StandingData, received_at: datetime,
    options: dict[str, object],
) -> bytes:  # fmt: skip
    """Exact counts of every check, and what was judged by what."""
    told = {
        "received_at": received_at.isoformat(),
        "version": product_version(),
        "input": {name: getattr(record, name) for name in record.__dataclass_fields__},
        "standing": {"name": standing.name, "sha256": standing.sha256},
        "options": options,
        "outcomes": validation.outcomes,
        "checks": {
            code: [tally.ran, tally.not_run, tally.found, tally.periods, tally.findings]
            for code, tally in validation.tallies.items()
        },
    }
    return json.dumps(told, ensure_ascii=True).encode("ascii")


def tallies_of(content: bytes) -> tuple[dict[str, Any], dict[str, CheckTally]]:
    """tallies.json as it was written, and the tallies in it by the check's code."""
    told: dict[str, Any] = json.loads(content)
    return told, {code: CheckTally(*counts) for code, counts in told["checks"].items()}


def _summary(source: Source, validation: Validation, standing: StandingData, readings: int) -> dict[str, Any]:
    verdicts = validation.verdicts
    bounds = pc.min_max(verdicts["settlement_date"]).as_py()
    tallies = validation.tallies
    received, outcomes = source.readings.num_rows, validation.outcomes
    if sum(outcomes.values()) != received:
        raise RuntimeError(f"{received} rows received and {outcomes} counted")
    return {
        "format": source.format,
        "channel_days": received,
        "readings": readings,
        "metering_systems": _distinct(verdicts, "mpan_core"),
        "channels": _distinct(verdicts, "mpan_core", "measurement_quantity", "role"),
        "first_date": bounds["min"].isoformat() if bounds["min"] else None,
        "last_date": bounds["max"].isoformat() if bounds["max"] else None,
        "outcomes": {outcome: outcomes[outcome] for outcome in WORST_FIRST},
        "checks": {code: dict(sorted(tally.found.items())) for code, tally in tallies.items() if tally.found},
        "not_run": [code for code, tally in tallies.items() if not tally.ran and not tally.findings],
        "ignored_columns": list(source.ignored_columns),
        "left_out": {
            "places": len(source.refused),
            "channel_days": sum(each.channel_days for each in source.refused),
        },
        "notes": _notes(source, standing),
    }


def _notes(source: Source, standing: StandingData) -> list[str]:
    """What a person should know besides: of register readings, what became of them."""
    joined = join_registers(source.readings, source.registers, standing).notes() if source.registers else ()
    return [*source.notes, *joined]


def _distinct(table: pa.Table, *names: str) -> int:
    """How many different rows the columns have."""
    if table.num_rows <= SMALL_ROWS:
        return len(set(zip(*(table[name].to_pylist() for name in names), strict=True)))
    return int(table.select(names).group_by(list(names), use_threads=False).aggregate([]).num_rows)
