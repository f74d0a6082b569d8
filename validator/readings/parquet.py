"""Parquet into readings."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from validator.readings.damage import damage_refused
from validator.readings.parquet_footer import BrokenFooterError, RowGroup, decoded_bytes, row_groups
from validator.readings.parquet_values import Opened
from validator.readings.source import Decoded, Submission
from validator.readings.tables import columns_of_table, dictionaries_of_table, readings_of_table

_TITLE = "Parquet file"


def read_parquet(submission: Submission) -> Decoded:
    """Readings of a Parquet file; only the columns that are ours are decoded."""
    groups = _row_groups(submission)
    with damage_refused(submission, _TITLE):
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

        chosen = columns_of_table(submission, schema)
        table = Opened(opening, groups, submission.jobs).read(chosen.known, schema)
        table = table.replace_schema_metadata(schema.metadata)
        return Decoded(readings_of_table(submission, table).readings, chosen.ignored)


def _row_groups(submission: Submission) -> Sequence[RowGroup]:
    """What the footer states; too large where it says that more than may be is decoded."""
    most = submission.most_bytes
    try:
        groups = row_groups(submission.data)
    except BrokenFooterError as broken:
        raise submission.refuse(
            f"damaged {_TITLE}: {broken}",
            f"a whole {_TITLE}",
            "Send the file again; the transfer may have been cut short",
        ) from broken
    size = decoded_bytes(groups)
    if size > most:
        found = f"a {_TITLE} that becomes {size} bytes or more"
        raise submission.too_large(found, f"at most {most} bytes when decoded")
    return groups
