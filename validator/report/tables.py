"""The full set of verdicts and findings as Parquet and CSV."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from validator.catalogue import CATALOGUE
from validator.schema import FINDINGS, VERDICTS

ROW_GROUP_ROWS = 1 << 17
_ZSTD_LEVEL = 1
TEXT_FROM_OUTSIDE = ("mpan_core", "measurement_quantity", "role", "message", "dispensation")
_REPETITIVE = [name for name in FINDINGS.names if name not in ("value", "message")]
_LISTS = ("failed", "queried", "not_assessed")
VERDICT_ENCODINGS = {"mpan_core": "DELTA_BYTE_ARRAY", "source_row": "DELTA_BINARY_PACKED"}
"""Both rise from row to row: a file is a twentieth of what dictionaries make it, in three quarters of the time."""
VERDICT_DICTIONARIES = [
    f"{name}.list.element" if name in _LISTS else name for name in VERDICTS.names if name not in VERDICT_ENCODINGS
]
_FORMULA = r"^[=+\-@\t\r]"


def write_tables(folder: Path, verdicts: pa.Table, findings: pa.Table, metadata: Mapping[str, str]) -> None:
    """Writes verdicts.parquet, findings.parquet and findings.csv into `folder`.

    `metadata` becomes key-value metadata of both Parquet files.
    """
    verdicts, findings = verdicts.cast(VERDICTS), findings.cast(FINDINGS)
    # Each writer leaves the GIL; together they take as long as the slowest.
    with ThreadPoolExecutor(3) as threads:
        writing = (
            threads.submit(_write_csv, folder / "findings.csv", findings),
            threads.submit(_write_parquet, folder / "findings.parquet", findings, metadata, _REPETITIVE, None),
            threads.submit(
                _write_parquet, folder / "verdicts.parquet", verdicts, metadata, VERDICT_DICTIONARIES, VERDICT_ENCODINGS
            ),
        )
        for written in writing:
            written.result()


def file_metadata(regulation_hash: str, version: str) -> dict[str, str]:
    """What a reader of `checks_run` needs: the code of each bit, from bit 0 on, and who decided by what."""
    return {
        "copcheck.checks": json.dumps([check.code for check in CATALOGUE]),
        "copcheck.regulation_hash": regulation_hash,
        "copcheck.version": version,
    }


def _write_parquet(
    path: Path, table: pa.Table, metadata: Mapping[str, str], dictionaries: list[str], encodings: dict[str, str] | None
) -> None:
    pq.write_table(
        table.replace_schema_metadata(metadata),
        path,
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        use_dictionary=dictionaries,
        column_encoding=encodings,
        row_group_size=ROW_GROUP_ROWS,
    )


def _write_csv(path: Path, findings: pa.Table) -> None:
    frame = pl.from_arrow(findings)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table becomes a data frame")
    frame.with_columns(plain_text(column) for column in TEXT_FROM_OUTSIDE).write_csv(path)


def plain_text(column: str) -> pl.Expr:
    """A spreadsheet runs a cell that begins with = + - or @; an apostrophe before it keeps it text."""
    text = pl.col(column)
    return pl.when(text.str.contains(_FORMULA)).then(pl.lit("'") + text).otherwise(text).alias(column)
