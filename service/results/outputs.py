"""A validation as files for the store: the same bytes whenever the same submission is judged by the same rules."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import pyarrow as pa

from service.results.extent import Extent, extent_of, extent_of_few
from service.results.output import Output
from service.results.small_run import MOST_ROWS, RUN_FILE, files_of
from service.results.stored import stored
from validator.readings import Source
from validator.readings.refused import REFUSED_FILE, counts_left_out, write_refused
from validator.registers import join_registers
from validator.regulation import Regulation
from validator.report import InputRecord
from validator.report.tables import file_metadata
from validator.report.words import WORST_FIRST
from validator.schema import FINDINGS, VERDICTS
from validator.standing import StandingData
from validator.validation.counting import Counts
from validator.validation.result import CheckTally, Validation
from validator.validation.together import Together
from validator.version import product_version

COUNTS_FILE = "tallies.json"
_ONE_BY_ONE = ("value", "message")


@dataclass(frozen=True)
class Outcome:
    """A run's files, and what of them stands in the ledger."""

    outputs: tuple[Output, ...]
    summary: dict[str, Any]
    readings: int


def outputs_of(
    judged: Together,
    at: int,
    source: Source,
    standing: StandingData,
    regulation: Regulation,
    received_at: datetime,
    options: dict[str, object],
) -> Outcome:
    """Verdicts, findings, exact counts, and what it takes to show the submission again, of the one at a place."""
    readings = judged.readings(at)
    record = InputRecord(
        source.name, source.format, source.sha256, source.size_bytes, source.readings.num_rows, readings
    )
    counts = judged.counts(at)
    told = _told(counts, record, standing, received_at, options)
    if max(judged.many(at)) <= MOST_ROWS:
        few = judged.few(at)
        outputs, extent = list(files_of(few, told, _checks_text(counts), regulation.hash)), extent_of_few(few.verdicts)
    else:
        validation = judged.validation(at)
        outputs, extent = (
            _files(validation, told | {"checks": _checks(counts)}, regulation),
            extent_of(validation.verdicts),
        )
    if source.refused:
        outputs.append(Output(REFUSED_FILE, _refused(source)))
    summary = _summary(source, counts, extent, standing, readings)
    summary["dispensations"] = [asdict(tally) for tally in counts.dispensations]
    return Outcome(tuple(outputs), summary, readings)


def _files(validation: Validation, told: dict[str, Any], regulation: Regulation) -> list[Output]:
    """A file for each table, and one for the counts."""
    metadata = file_metadata(regulation.hash, product_version())
    repetitive = [name for name in FINDINGS.names if name not in _ONE_BY_ONE]
    return [
        stored("verdicts", _of(VERDICTS, validation.verdicts), metadata),
        stored("findings", _of(FINDINGS, validation.findings), metadata, repetitive),
        Output(COUNTS_FILE, json.dumps(told, ensure_ascii=True).encode("ascii")),
        stored("facts", validation.facts, {}),
        stored("rows", pa.table({"row": pa.array(validation.finding_rows, pa.int64())}), {}, False),
    ]


def _refused(source: Source) -> bytes:
    """What a lenient reading left out, as the command writes it."""
    out = io.BytesIO()
    for each in source.refused:
        write_refused(out, each)
    return out.getvalue()


def _of(schema: pa.Schema, table: pa.Table) -> pa.Table:
    return table if table.schema.equals(schema) else table.cast(schema)


def _told(
    counts: Counts, record: InputRecord, standing: StandingData, received_at: datetime, options: dict[str, object]
) -> dict[str, Any]:
    """Exact counts of every check, and what was judged by what."""
    return {
        "received_at": received_at.isoformat(),
        "version": product_version(),
        "input": {name: getattr(record, name) for name in record.__dataclass_fields__},
        "standing": {"name": standing.name, "sha256": standing.sha256},
        "options": options,
        "outcomes": counts.outcomes,
    }


def _checks(counts: Counts) -> dict[str, list[Any]]:
    return {
        code: [tally.ran, tally.not_run, tally.found, tally.periods, tally.findings]
        for code, tally in counts.tallies.items()
    }


@lru_cache(maxsize=256)
def _checks_text(counts: Counts) -> str:
    """The same as JSON: it is the longest part of a small run's file, and most of a day's runs share it."""
    return json.dumps(_checks(counts), separators=(",", ":"))


@lru_cache(maxsize=256)
def _summary_of(counts: Counts) -> dict[str, Any]:
    tallies, outcomes = counts.tallies, counts.outcomes
    return {
        "outcomes": {outcome: outcomes[outcome] for outcome in WORST_FIRST},
        "checks": {code: dict(sorted(tally.found.items())) for code, tally in tallies.items() if tally.found},
        "not_run": [code for code, tally in tallies.items() if not tally.ran and not tally.findings],
    }


def counts_file(names: Iterable[str]) -> str:
    """The name of the output that holds the counts of a run."""
    return RUN_FILE if RUN_FILE in names else COUNTS_FILE


def tallies_of(content: bytes) -> tuple[dict[str, Any], dict[str, CheckTally]]:
    """What the file with the counts of a run tells, and the tallies in it by the check's code."""
    told: dict[str, Any] = json.loads(content)
    return told, {code: CheckTally(*counts) for code, counts in told["checks"].items()}


def _summary(source: Source, counts: Counts, extent: Extent, standing: StandingData, readings: int) -> dict[str, Any]:
    received, outcomes = source.readings.num_rows, counts.outcomes
    if sum(outcomes.values()) != received:
        raise RuntimeError(f"{received} rows received and {outcomes} counted")
    return {
        "format": source.format,
        "channel_days": received,
        "readings": readings,
        "metering_systems": extent.metering_systems,
        "channels": extent.channels,
        "first_date": extent.first_date.isoformat() if extent.first_date else None,
        "last_date": extent.last_date.isoformat() if extent.last_date else None,
        **_summary_of(counts),
        "ignored_columns": list(source.ignored_columns),
        "left_out": {
            "places": len(source.refused),
            "channel_days": 0,
            **{
                counted.replace("-", "_").replace(" ", "_"): count
                for counted, count in counts_left_out(source.refused).items()
            },
        },
        "notes": _notes(source, standing),
    }


def _notes(source: Source, standing: StandingData) -> list[str]:
    """What a person should know besides: of register readings, what became of them."""
    joined = join_registers(source.readings, [source.registers], standing).notes() if source.registers else ()
    return [*source.notes, *joined]
