"""The register readings that no channel-day took: the first in report.json, all of them in a file of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from validator.registers.unmatched import REASONS, UnmatchedReadings

UNMATCHED_FILE = "unmatched_registers.csv"
MOST_LISTED = 1000
"""In report.json, which is read whole."""
_AT_ONCE = 262_144
_SCHEMA = pa.schema([("file", pa.string()), ("line", pa.int64()), ("reason", pa.string())])


def unmatched_document(unmatched: UnmatchedReadings) -> dict[str, Any]:
    """What report.json says of them: how many, the first, and where all are where these are not all."""
    listed = [{"file": file, "line": line, "reason": reason} for file, line, reason in unmatched[:MOST_LISTED]]
    return {
        "unmatched_registers": listed,
        "unmatched_registers_count": len(unmatched),
        "unmatched_registers_file": UNMATCHED_FILE if len(unmatched) else None,
    }


def write_unmatched(path: Path, unmatched: UnmatchedReadings) -> None:
    """All of them as CSV, in their order; a file's name that is no Unicode is written with question marks."""
    # Only here: few runs have any.
    from pyarrow import csv

    files = pa.array([name.encode("utf-8", "replace").decode() for name in unmatched.files], pa.string())
    reasons = pa.array(REASONS, pa.string())
    with csv.CSVWriter(path, _SCHEMA) as writer:
        for first in range(0, len(unmatched), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            columns = [
                files.take(pa.array(unmatched.file[part])),
                pa.array(unmatched.line[part]),
                reasons.take(pa.array(unmatched.reason[part])),
            ]
            writer.write(pa.record_batch(columns, schema=_SCHEMA))
