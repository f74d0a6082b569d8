"""The tables of a larger run as files, written once, and those of any run read back.

Verdicts are in Parquet, others as an Arrow stream where they have few rows.

An Arrow stream of one row takes a thirtieth of the time that Parquet takes to write, and half the room.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from service.results.output import Output
from service.results.small_run import MOST_ROWS, RUN_FILE, TABLES, table_in
from validator.report.tables import ROW_GROUP_ROWS
from validator.schema import VERDICTS

FORMS = (".parquet", ".arrows")
ALWAYS_PARQUET = ("verdicts",)
"""Tables that others may take out of the store, and need not ask how they are written."""
_PARQUET_MAGIC, _JSON = b"PAR1", b"{"


def stored(name: str, table: pa.Table, metadata: dict[str, str], dictionaries: bool | list[str] = True) -> Output:
    """A table as the file that is kept of it: the same bytes for the same rows."""
    whole, out = table.combine_chunks().replace_schema_metadata(metadata), pa.BufferOutputStream()
    small = table.num_rows <= MOST_ROWS
    if small:
        # A part of a larger table would be written with traces of how it lay there.
        whole = whole.take(pa.array(range(table.num_rows), pa.int64()))
    streamed = small and name not in ALWAYS_PARQUET
    if streamed:
        with pa.ipc.new_stream(out, whole.schema) as writer:
            writer.write_table(whole)
    elif small:
        # Pages of a few rows only grow when compressed, and take three times as long to write.
        pq.write_table(whole, out, compression="none", use_dictionary=False)
    else:
        pq.write_table(
            whole, out, compression="zstd", compression_level=1, use_dictionary=dictionaries,
            row_group_size=ROW_GROUP_ROWS,
        )  # fmt: skip
    return Output(name + FORMS[streamed], bytes(out.getvalue().to_pybytes()))


def output_of(names: Iterable[str], table: str) -> str:
    """The name of the output that holds a table; KeyError where a run has none."""
    held = set(names)
    for name in (table + FORMS[0], table + FORMS[1]):
        if name in held:
            return name
    if RUN_FILE in held and table in TABLES:
        return RUN_FILE
    raise KeyError(table)


def read_stored(source: Path | bytes, table: str) -> pa.Table:
    """A stored table, whole; verdicts have their own schema however they were written."""
    if _is_parquet(source):
        return as_verdicts(pq.read_table(pa.BufferReader(source) if isinstance(source, bytes) else source), table)
    content = source if isinstance(source, bytes) else source.read_bytes()
    if content.startswith(_JSON):
        return table_in(content, table)
    with pa.ipc.open_stream(content) as reader:
        return as_verdicts(reader.read_all(), table)


def as_verdicts(rows: Any, table: str) -> Any:
    """A table or a batch; of verdicts, with their schema: a file of few rows has plain texts for its dictionaries."""
    return rows if table != "verdicts" or rows.schema.equals(VERDICTS) else rows.cast(VERDICTS)


def _is_parquet(source: Path | bytes) -> bool:
    if isinstance(source, bytes):
        return source.startswith(_PARQUET_MAGIC)
    with open(source, "rb") as file:
        return file.read(len(_PARQUET_MAGIC)) == _PARQUET_MAGIC


def is_small(path: Path) -> bool:
    """Whether a stored table is to be read whole: an Arrow stream, or one of several in the file of a small run."""
    return not _is_parquet(path)
