"""Standing data in the forms that it is sent in, and what of a body may be kept."""

from __future__ import annotations

import io
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.readings.test_d0268 import METER, MPAN, OUTSTATION, REGISTER, SECRETS, SYSTEM, sent
from validator.errors import SubmissionError
from validator.standing.read import standing_of_table
from validator.standing.sent import form_of, read_sent, rows_alone

FLOW = sent(SYSTEM, OUTSTATION, METER, REGISTER)
TABLE = f"mpan_core,role,effective_from,firmware\n{MPAN},MAIN,2020-01-01,1.2\n".encode()
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="|"), max_size=20)


def kept(content: bytes) -> bytes:
    return rows_alone(content, "sent", read_sent(content, "sent"))


def parquet(frame: pl.DataFrame, **options: Any) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out, **options)
    return out.getvalue()


def frame_of(content: bytes) -> pl.DataFrame:
    return standing_of_table(content, "kept").frame


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_a_form_is_known_by_its_content(bom: bytes) -> None:
    assert form_of(bom + FLOW) == "D0268"
    assert form_of(bom + TABLE) == "csv"
    assert form_of(parquet(pl.read_csv(TABLE))) == "parquet"


def test_of_a_flow_the_rows_are_kept_and_no_secret() -> None:
    told = read_sent(FLOW, "mtd.usr")
    assert told.form == "D0268"
    rows = rows_alone(FLOW, "mtd.usr", told)
    assert_frame_equal(frame_of(rows).drop("row"), told.standing.frame.drop("row"))
    assert not any(secret.encode() in rows for secret in SECRETS)


@given(TEXTS, TEXTS)
def test_texts_of_a_flow_are_kept_as_they_are_read(serial: str, kind: str) -> None:
    content = sent(SYSTEM, OUTSTATION, f"03A|S{serial}|{kind}|20250115|5|1/1|400/5|3P4W|A|20250115|MAPX|", REGISTER)
    told = read_sent(content, "mtd.usr")
    again = frame_of(rows_alone(content, "mtd.usr", told))
    assert_frame_equal(again.drop("row"), told.standing.frame.drop("row"))


def test_a_table_of_standing_data_alone_is_kept_as_it_came() -> None:
    assert kept(TABLE) == TABLE
    plain = parquet(pl.read_csv(TABLE))
    assert kept(plain) == plain


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_of_a_table_no_other_column_is_kept(form: str) -> None:
    more = pl.read_csv(TABLE).with_columns(password=pl.lit("HUSH"), retracted_on=pl.lit("2024-01-01"))
    content = parquet(more) if form == "parquet" else more.write_csv().encode()
    told = read_sent(content, "sent")
    assert told.notes == ("columns not read: password",)
    rows = rows_alone(content, "sent", told)
    assert form_of(rows) == form
    assert b"HUSH" not in rows
    assert b"password" not in rows
    # A row that was retracted is kept too: it is asked for by --known-on.
    table = pl.read_parquet(io.BytesIO(rows)) if form == "parquet" else pl.read_csv(rows)
    assert table.height == 1
    assert table["retracted_on"].to_list() == ["2024-01-01"]


def test_of_a_parquet_file_no_word_of_its_writer_is_kept() -> None:
    content = parquet(pl.read_csv(TABLE), metadata={"made_by": "HUSH"})
    assert b"HUSH" in content
    rows = kept(content)
    assert b"HUSH" not in rows
    assert_frame_equal(frame_of(rows), frame_of(content))


def test_a_flow_that_is_a_test_is_taken_when_it_may_be() -> None:
    trial = FLOW.replace(b"||||OPER|", b"||||TR01|").replace(b"|OPER|", b"|TR01|")
    assert read_sent(trial, "mtd.usr", allow_test_data=True).standing.frame.height == 1
    with pytest.raises(SubmissionError):
        read_sent(b"ZHV|SYN0000005|D0036001|C|SYNH|X|SYNS|20260917071500||||OPER|\n", "mtd.usr")
