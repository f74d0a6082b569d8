"""Parquet into readings."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from validator.readings.damage import damage_refused
from validator.readings.parquet_footer import BrokenFooterError, decoded_bytes
from validator.readings.source import Decoded, Submission
from validator.readings.tables import columns_of_table, dictionaries_of_table, readings_of_table

_TITLE = "Parquet file"


def read_parquet(submission: Submission) -> Decoded:
    """Readings of a Parquet file; only the columns that are ours are decoded."""
    _check_size(submission)
    with damage_refused(submission, _TITLE):
        source = pa.py_buffer(submission.data)
        file = pq.ParquetFile(pa.BufferReader(source), page_checksum_verification=True)
        words = dictionaries_of_table(file.schema_arrow)
        if words:
            file = pq.ParquetFile(pa.BufferReader(source), page_checksum_verification=True, read_dictionary=words)
        chosen = columns_of_table(submission, file.schema_arrow)
        table = file.read(columns=list(chosen.known), use_threads=True)
        table.validate(full=True)
        table = table.replace_schema_metadata(file.schema_arrow.metadata)
        return Decoded(readings_of_table(submission, table).readings, chosen.ignored)


def _check_size(submission: Submission) -> None:
    most = submission.most_bytes
    try:
        size = decoded_bytes(submission.data)
    except BrokenFooterError as broken:
        raise submission.refuse(
            f"damaged {_TITLE}: {broken}",
            f"a whole {_TITLE}",
            "Send the file again; the transfer may have been cut short",
        ) from broken
    if size > most:
        found = f"a {_TITLE} that becomes {size} bytes or more"
        raise submission.too_large(found, f"at most {most} bytes when decoded")
