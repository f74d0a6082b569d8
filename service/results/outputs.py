"""A validation as files for the store: the same bytes whenever the same submission is judged by the same rules."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from validator.readings import Source
from validator.regulation import Regulation
from validator.report import InputRecord, Run
from validator.report.counts import Counts, counts_of
from validator.report.document import document_of, encode_document, product_version
from validator.report.index import index_of
from validator.report.tables import ROW_GROUP_ROWS, file_metadata
from validator.schema import FINDINGS, VERDICTS
from validator.standing import StandingData
from validator.validation.result import Validation

_TIMINGS = ("started_at", "wall_s", "readings_per_second", "stages")
_ONE_BY_ONE = ("value", "message")


@dataclass(frozen=True, slots=True)
class Output:
    """One file of a run."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


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
    counts = counts_of(index_of(validation), regulation)
    lengths = sum(len(chunk.flatten()) for chunk in source.readings["energy_kwh"].chunks)
    record = InputRecord(
        source.name, source.format, source.sha256, source.size_bytes, source.readings.num_rows, lengths
    )
    run = Run(validation, regulation, (record,), (), standing.name, standing.sha256, received_at, 0.0, {}, options)
    document = {name: value for name, value in document_of(run, counts, {}).items() if name not in _TIMINGS}
    document["received_at"] = received_at.isoformat()
    repetitive = [name for name in FINDINGS.names if name not in _ONE_BY_ONE]
    outputs = (
        Output("verdicts.parquet", _parquet(validation.verdicts.cast(VERDICTS), metadata, True)),
        Output("findings.parquet", _parquet(validation.findings.cast(FINDINGS), metadata, repetitive)),
        Output("report.json", encode_document(document)),
        Output("facts.parquet", _parquet(validation.facts, {}, True)),
        Output("rows.parquet", _parquet(pa.table({"row": pa.array(validation.finding_rows)}), {}, False)),
    )
    summary = _summary(source, counts) | {"dispensations": [asdict(tally) for tally in validation.dispensations]}
    return Outcome(outputs, summary, lengths)


def _summary(source: Source, counts: Counts) -> dict[str, Any]:
    return {
        "format": source.format,
        "channel_days": counts.channel_days,
        "readings": counts.readings,
        "metering_systems": counts.metering_systems,
        "channels": counts.channels,
        "first_date": counts.first_date.isoformat() if counts.first_date else None,
        "last_date": counts.last_date.isoformat() if counts.last_date else None,
        "outcomes": counts.outcomes,
        "checks": {c.check.code: dict(sorted(c.tally.found.items())) for c in counts.by_check if c.tally.found},
        "not_run": [c.check.code for c in counts.by_check if not c.tally.ran and not c.tally.findings],
        "ignored_columns": list(source.ignored_columns),
    }


def _parquet(table: pa.Table, metadata: dict[str, str], dictionaries: bool | list[str]) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(
        table.combine_chunks().replace_schema_metadata(metadata),
        out,
        compression="zstd",
        compression_level=1,
        use_dictionary=dictionaries,
        row_group_size=ROW_GROUP_ROWS,
    )
    return bytes(out.getvalue().to_pybytes())


def report_document(content: bytes) -> dict[str, Any]:
    """report.json as it was written."""
    document: dict[str, Any] = json.loads(content)
    return document
