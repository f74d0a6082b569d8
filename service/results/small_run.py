"""A run of few rows as two files: its verdicts in Parquet, and in JSON everything else that is kept of it.

Most submissions of a collector who posts day by day are so small. A file for each table cost more than judging them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache, partial
from typing import Any

import pyarrow as pa
from pydantic_core import to_json

from service.results.few_rows import FewRows
from service.results.output import Output
from validator.report.tables import file_metadata
from validator.schema import FINDINGS, VERDICTS
from validator.validation.together import Few
from validator.version import product_version

MOST_ROWS = 64
"""Verdicts, and findings, of a run that is kept so."""
RUN_FILE = "run.json"
TABLES = ("findings", "facts", "rows")
"""Tables that are in RUN_FILE and have no file of their own."""
_FACTS = pa.schema(
    [(name, pa.string()) for name in ("manufacturer", "meter_type", "variant", "firmware")]
    + [(name, pa.float64()) for name in ("rated_kva", "resolution_kwh")]
)
_SCHEMAS = {"findings": FINDINGS, "facts": _FACTS, "rows": pa.schema([("row", pa.int64())])}


def files_of(few: Few, told: Mapping[str, Any], checks: str, regulation_hash: str) -> tuple[Output, Output]:
    """The two files; `told` is what the second says of the run besides, `checks` its counts by check as JSON."""
    verdicts = _writer(regulation_hash).written(list(few.verdicts.values()))
    tables = {"findings": few.findings, "facts": few.facts, "rows": {"row": few.finding_rows}}
    rest = b'%b,"checks":%b,"tables":%b}' % (_encode(told)[:-1], checks.encode("ascii"), _encode(tables))
    return Output("verdicts.parquet", verdicts), Output(RUN_FILE, rest)


# In a third of the time that `json` takes; what is no number stays what it is.
_encode = partial(to_json, inf_nan_mode="constants")


@lru_cache(maxsize=16)
def _writer(regulation_hash: str) -> FewRows:
    return FewRows(VERDICTS, file_metadata(regulation_hash, product_version()))


def table_in(content: bytes, table: str) -> pa.Table:
    """One of TABLES out of a RUN_FILE."""
    columns: dict[str, list[Any]] = json.loads(content)["tables"][table]
    if "settlement_date" in columns:
        columns["settlement_date"] = [date.fromisoformat(day) for day in columns["settlement_date"]]
    return pa.table(columns, schema=_SCHEMAS[table])
