"""The tables of a run as files, written once: verdicts in Parquet, others as an Arrow stream where they have few rows.

An Arrow stream of one row takes a thirtieth of the time that Parquet takes to write, and half the room.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from validator.report.tables import ROW_GROUP_ROWS

SMALL_ROWS = 64
FORMS = (".parquet", ".arrows")
ALWAYS_PARQUET = ("verdicts",)
"""Tables that others may take out of the store, and need not ask how they are written."""
_PARQUET_MAGIC = b"PAR1"


@dataclass(frozen=True, slots=True)
class Output:
    """One file of a run."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def stored(name: str, table: pa.Table, metadata: dict[str, str], dictionaries: bool | list[str] = True) -> Output:
    """A table as the file that is kept of it: the same bytes for the same rows."""
    whole, out = table.combine_chunks().replace_schema_metadata(metadata), pa.BufferOutputStream()
    small = table.num_rows <= SMALL_ROWS
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
    for name in names:
        if name in (table + FORMS[0], table + FORMS[1]):
            return name
    raise KeyError(table)


def read_stored(source: Path | bytes) -> pa.Table:
    """A stored table, whole."""
    if _is_parquet(source):
        return pq.read_table(pa.BufferReader(source) if isinstance(source, bytes) else source)
    with pa.ipc.open_stream(source if isinstance(source, bytes) else source.read_bytes()) as reader:
        return reader.read_all()


def _is_parquet(source: Path | bytes) -> bool:
    if isinstance(source, bytes):
        return source.startswith(_PARQUET_MAGIC)
    with open(source, "rb") as file:
        return file.read(len(_PARQUET_MAGIC)) == _PARQUET_MAGIC


def is_small(path: Path) -> bool:
    """Whether a stored table is an Arrow stream, to be read whole."""
    return not _is_parquet(path)
