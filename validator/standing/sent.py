"""Standing data in any form that it is sent in: a table, or the flow that tells of meters."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import polars as pl

from validator.cores import cores
from validator.standing.columns import REQUIRED
from validator.standing.read import is_flow, is_parquet, standing_from_frame, standing_of_table, table_in
from validator.standing.standing import StandingData

FLOW = "D0268"
_OWN_METADATA = {"ARROW:schema"}
"""What every Parquet file of a data frame says besides: the types of its columns."""


@dataclass(frozen=True)
class SentStanding:
    """Standing data, the form that it came in (csv, parquet or D0268), and what of the body it does not say."""

    form: str
    standing: StandingData
    notes: tuple[str, ...]


def form_of(content: bytes) -> str:
    """The form that bytes of standing data are in: csv, parquet or D0268."""
    if is_flow(content):
        return FLOW
    return "parquet" if is_parquet(content) else "csv"


def read_sent(content: bytes, name: str, *, allow_test_data: bool = False) -> SentStanding:
    """Standing data of the bytes of a CSV, Parquet or D0268 file; SubmissionError where it cannot be used.

    `allow_test_data` takes a D0268 whose header says that it is a test.
    """
    form = form_of(content)
    if form == FLOW:
        return _told_by_flow(content, name, allow_test_data)
    standing = standing_of_table(content, name)
    ignored = f"columns not read: {', '.join(standing.ignored_columns)}"
    notes = (ignored,) if standing.ignored_columns else ()
    return SentStanding(form, standing, notes)


def rows_alone(content: bytes, name: str, sent: SentStanding) -> bytes:
    """What may be kept of a body that was read: the bytes as they came where they hold nothing but standing data.

    A flow has passwords in it, and a table may have any column: of these the rows that were read are written anew, as
    CSV or as Parquet, and nothing else. They are read back to the same standing data.
    """
    if sent.form == FLOW:
        return sent.standing.frame.select(sent.standing.carried).write_csv().encode()
    is_csv = sent.form == "csv"
    if not sent.standing.ignored_columns and (is_csv or not _says_more(content)):
        return content
    table, _ = table_in(content, name)
    if is_csv:
        return table.write_csv().encode()
    out = BytesIO()
    table.write_parquet(out)
    return out.getvalue()


def _told_by_flow(content: bytes, name: str, allow_test_data: bool) -> SentStanding:
    # Only here: the reader of a flow is not needed for the rest.
    from validator.readings.d0268 import read_d0268

    details = read_d0268(content, name, allow_test_data=allow_test_data, jobs=cores())
    frame = details.frame
    # A column that no row fills says nothing; of a file without a row, the first have to be there.
    said = [column for column in frame.columns if frame[column].null_count() < frame.height] or list(REQUIRED)
    return SentStanding(FLOW, standing_from_frame(frame.select(said), name), tuple(details.notes))


def _says_more(content: bytes) -> bool:
    """Whether a Parquet file carries words of its writer beside the table."""
    return bool(pl.read_parquet_metadata(BytesIO(content)).keys() - _OWN_METADATA)
