"""Parquet into readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from validator.readings import pieces
from validator.readings.columns import Chosen
from validator.readings.damage import DAMAGE, Where, damage_refused, damaged
from validator.readings.half_hours.narrow_names import is_narrow
from validator.readings.parquet_footer import TAIL, BrokenFooterError, RowGroup, decoded_bytes, row_groups
from validator.readings.parquet_values import Opened
from validator.readings.pieces import AsWholeError, damage_as_whole, whole_of
from validator.readings.source import Decoded, Submission
from validator.readings.tables import columns_of_table, dictionaries_of_table, good_in, readings_of_table

_TITLE = "Parquet file"


def read_parquet(submission: Submission) -> Decoded:
    """Readings of a Parquet file; only the columns that are ours are decoded."""
    file = _opened(submission)
    if file.is_large_and_narrow and (readings := whole_of(file.pieces())) is not None:
        return Decoded(readings, file.chosen.ignored)
    with damage_refused(submission, _TITLE, lambda: _where(submission, file.open, file.groups, file.chosen.known)):
        table = Opened(file.open, file.groups, submission.jobs).read(file.chosen.known, file.schema)
        table = table.replace_schema_metadata(file.schema.metadata)
        decoded = readings_of_table(submission, table, lambda rows: _as_sent(file.open, table, rows))
        return replace(decoded, ignored_columns=file.chosen.ignored)


def pieces_of_parquet(submission: Submission) -> Iterator[pa.Table] | None:
    """Readings of a narrow file with memory bounded by a piece of it; None for one that is read as a whole.

    Raises SubmissionError as `read_parquet` does, and AsWholeError.
    """
    file = _opened(submission)
    return file.pieces() if file.is_large_and_narrow else None


@dataclass(frozen=True)
class _File:
    """A file with a footer that holds; `open` opens it for a thread of its own."""

    submission: Submission
    groups: Sequence[RowGroup]
    schema: pa.Schema
    chosen: Chosen
    open: Callable[[], pq.ParquetFile]

    @property
    def is_large_and_narrow(self) -> bool:
        """Whether it has a row per half hour, and more than a piece of them."""
        return is_narrow(self.schema) and sum(group.rows for group in self.groups) > pieces.ROWS_AT_ONCE

    def pieces(self) -> Iterator[pa.Table]:
        """Readings of a narrow file. Raises AsWholeError, also for damage: to say where it is takes the whole."""
        # Only here: what puts days together is a dozen modules.
        from validator.readings.half_hours.table_pieces import table_days_in_pieces

        with damage_as_whole():
            yield from table_days_in_pieces(self.submission, self.schema, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        rows, file = 0, self.open()
        columns, threads = list(self.chosen.known), self.submission.jobs > 1
        for batch in file.iter_batches(pieces.ROWS_AT_ONCE, columns=columns, use_threads=threads):
            # Before anything touches it: damage may have left offsets that do not hold.
            batch.validate(full=True)
            rows += batch.num_rows
            yield batch
            self.submission.release(self.submission.data.nbytes)
        if rows != sum(group.rows for group in self.groups):
            raise AsWholeError


def _opened(submission: Submission) -> _File:
    groups = _row_groups(submission)
    footer = Where("in its footer", byte=submission.data.nbytes - TAIL)
    with damage_refused(submission, _TITLE, lambda: footer):
        source = pa.py_buffer(submission.data)
        first = pq.ParquetFile(pa.BufferReader(source))
        schema, words = first.schema_arrow, dictionaries_of_table(first.schema_arrow)

    def opening() -> pq.ParquetFile:
        return pq.ParquetFile(
            pa.BufferReader(source),
            metadata=first.metadata,
            page_checksum_verification=True,
            read_dictionary=words or None,
            # All is in memory: what is read ahead is only copied.
            pre_buffer=False,
        )

    with damage_refused(submission, _TITLE, lambda: footer):
        return _File(submission, groups, schema, columns_of_table(submission, schema), opening)


def _as_sent(opening: Callable[[], pq.ParquetFile], table: pa.Table, rows: npt.NDArray[np.int64]) -> pa.Table:
    """Some rows with all their columns, of which only ours were decoded; with ours alone where others cannot be."""
    try:
        sent = opening().read(use_threads=False)
        sent.validate(full=True)
    except DAMAGE:
        sent = table
    return sent.take(rows)


def _where(
    submission: Submission, opening: Callable[[], pq.ParquetFile], groups: Sequence[RowGroup], columns: Sequence[str]
) -> Where:
    """The first row group and column that cannot be decoded, with the good channel-days of the groups before it.

    All is read once more, one group and one column at a time: only of a file that is damaged.
    """
    rows, whole = 0, list[pa.Table]()
    for number, group in enumerate(groups):
        parts = []
        for name in columns:
            try:
                part = opening().read_row_group(number, columns=[name], use_threads=False)
                part.validate(full=True)
            except DAMAGE:
                good = good_in(submission, pa.concat_tables(whole)) if whole else 0
                return Where(f"in row group {number + 1} of {len(groups)}", row=rows + 1, column=name, good=good)
            parts.append(part)
        rows += group.rows
        table = pa.Table.from_arrays([part[0] for part in parts], [part.column_names[0] for part in parts])
        whole.append(table)
    # Each decodes alone: what the footer says of all of them does not hold.
    return Where("in its footer", byte=submission.data.nbytes - TAIL)


def _row_groups(submission: Submission) -> Sequence[RowGroup]:
    """What the footer states; too large where it says that more than may be is decoded."""
    most = submission.most_bytes
    try:
        groups = row_groups(submission.data)
    except BrokenFooterError as broken:
        # It ends where its length and the file's mark stand.
        raise damaged(submission, _TITLE, str(broken), Where(byte=max(0, submission.data.nbytes - TAIL))) from broken
    size = decoded_bytes(groups)
    if size > most:
        found = f"a {_TITLE} that becomes {size} bytes or more"
        raise submission.too_large(found, f"at most {most} bytes when decoded")
    return groups
