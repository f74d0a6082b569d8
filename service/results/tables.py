"""Rows of a run's verdicts or findings: filtered, cut into pages, in the form that was asked for."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from service.problems import Problem
from service.results.stored import as_verdicts, is_small, read_stored
from validator.report.tables import TEXT_FROM_OUTSIDE, plain_text
from validator.schema import VERDICTS

BATCH_ROWS = 16_384
JSON = "application/json"
PARQUET = "application/vnd.apache.parquet"
ARROW = "application/vnd.apache.arrow.stream"
MEDIA_TYPES = {"json": JSON, "ndjson": "application/x-ndjson", "csv": "text/csv", "parquet": PARQUET, "arrow": ARROW}
ENDINGS = {"json": ".json", "ndjson": ".ndjson", "csv": ".csv", "parquet": ".parquet", "arrow": ".arrows"}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows are wanted; None or () wants all."""

    mpan: str | None = None
    first_date: date | None = None
    last_date: date | None = None
    check: str | None = None
    outcome: str | None = None

    @property
    def any(self) -> bool:
        return any((self.mpan, self.first_date, self.last_date, self.check, self.outcome))

    def mask(self, batch: pa.RecordBatch) -> pa.Array | None:
        """Which rows of a batch are wanted; None for all."""
        masks = []
        if self.mpan is not None:
            masks.append(pc.equal(batch["mpan_core"], self.mpan))
        if self.first_date is not None:
            masks.append(pc.greater_equal(batch["settlement_date"], pa.scalar(self.first_date)))
        if self.last_date is not None:
            masks.append(pc.less_equal(batch["settlement_date"], pa.scalar(self.last_date)))
        if self.outcome is not None:
            masks.append(pc.equal(batch["outcome"].cast(pa.string()), self.outcome))
        if self.check is not None:
            masks.append(self._check_mask(batch))
        if not masks:
            return None
        mask = masks[0]
        for other in masks[1:]:
            mask = pc.and_(mask, other)
        return mask

    def _check_mask(self, batch: pa.RecordBatch) -> pa.Array:
        if "check" in batch.schema.names:
            return pc.equal(batch["check"], self.check)
        # A verdict names its checks in three lists.
        found = pl.from_arrow(batch.select(["failed", "queried", "not_assessed"]))
        assert isinstance(found, pl.DataFrame)
        return found.select(pl.any_horizontal(pl.all().list.contains(self.check))).to_series().to_arrow()


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a run's rows: the row of the stored table from which to go on."""

    run: int
    row: int

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.run}.{self.row}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Problem 422 for text that was not given out as a cursor."""
        try:
            run, row = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").split(".")
            return cls(int(run), int(row))
        except (binascii.Error, ValueError) as fault:
            raise Problem(422, "invalid-request", "cursor: not one that was given out") from fault


def rows_of(
    path: Path, table: str, filters: Filters, start: int, at_most: int | None
) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Wanted rows from row `start` of a stored table on, `at_most` of them, with the row that follows each batch."""
    row, left = 0, at_most
    if is_small(path):
        yield from _few_rows(read_stored(path, table), filters, start, at_most)
        return
    with pq.ParquetFile(path) as file:
        groups: list[int] = []
        skipped = 0
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if skipped + rows <= start and not groups:
                skipped += rows
            else:
                groups.append(group)
        row = skipped
        for batch in file.iter_batches(BATCH_ROWS, row_groups=groups):
            ahead = max(0, start - row)
            row += batch.num_rows
            if ahead >= batch.num_rows:
                continue
            part = as_verdicts(batch.slice(ahead), table)
            mask = filters.mask(part)
            wanted = pa.array(range(part.num_rows)) if mask is None else pc.indices_nonzero(mask)
            if left is not None and len(wanted) >= left:
                wanted = wanted[:left]
                after = row - part.num_rows + (wanted[-1].as_py() + 1 if left else 0)
                yield part.take(wanted), after
                return
            if len(wanted):
                left = None if left is None else left - len(wanted)
                yield (part if mask is None else part.take(wanted)), row


def _few_rows(
    table: pa.Table, filters: Filters, start: int, at_most: int | None
) -> Iterator[tuple[pa.RecordBatch, int]]:
    for part in table.slice(start).combine_chunks().to_batches():
        mask = filters.mask(part)
        wanted = pa.array(range(part.num_rows)) if mask is None else pc.indices_nonzero(mask)
        cut = wanted[:at_most] if at_most is not None else wanted
        if len(cut):
            # A page that is full ends with its last row; else all was looked through.
            yield part.take(cut), start + (cut[-1].as_py() + 1 if len(cut) == at_most else part.num_rows)


def schema_of(path: Path, table: str) -> pa.Schema:
    """The Arrow schema of a stored table's rows."""
    if table == "verdicts":
        return VERDICTS
    if is_small(path):
        return read_stored(path, table).schema
    with pq.ParquetFile(path) as file:
        return file.schema_arrow


def plain_rows(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Rows as JSON has them: dates as text, and null for what is no number."""
    return [{name: _plain(value) for name, value in row.items()} for row in batch.to_pylist()]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, date) else value


def encoded(form: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    """Rows as NDJSON, CSV, Parquet or Arrow, a piece at a time."""
    writers: dict[str, Callable[[pa.Schema, Iterator[pa.RecordBatch]], Iterator[bytes]]] = {
        "ndjson": _ndjson, "csv": _csv, "parquet": _parquet, "arrow": _arrow,
    }  # fmt: skip
    return writers[form](schema, batches)


def _ndjson(_: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    for batch in batches:
        yield "".join(json.dumps(row) + "\n" for row in plain_rows(batch)).encode("ascii")


def _csv(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    yield _csv_text(pa.Table.from_batches([], schema), header=True)
    for batch in batches:
        yield _csv_text(pa.Table.from_batches([batch], schema), header=False)


def _csv_text(table: pa.Table, *, header: bool) -> bytes:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    frame = frame.with_columns(pl.col(name).list.join("|") for name in lists)
    texts = [name for name in TEXT_FROM_OUTSIDE if name in frame.columns]
    if "source_file" in frame.columns:
        frame = frame.with_columns(pl.col("source_file").cast(pl.String))
        texts.append("source_file")
    return frame.with_columns(plain_text(name) for name in texts).write_csv(include_header=header).encode()


def _arrow(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    yield from _written(batches, lambda out: pa.ipc.new_stream(out, schema))


def _parquet(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    yield from _written(batches, lambda out: pq.ParquetWriter(out, schema, compression="zstd"))


def _written(batches: Iterator[pa.RecordBatch], open_writer: Callable[[Any], Any]) -> Iterator[bytes]:
    """What a writer writes, handed on after each batch so that it never stands whole in memory."""
    out = _Pieces()
    sink = pa.PythonFile(out, mode="w")
    with open_writer(sink) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield out.taken()
    yield out.taken()


class _Pieces:
    """A file to write to whose bytes are taken away as they come."""

    closed = False

    def __init__(self) -> None:
        self._held = bytearray()
        self._written = 0

    def write(self, piece: bytes) -> int:
        self._held += piece
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def taken(self) -> bytes:
        piece = bytes(self._held)
        self._held.clear()
        return piece
