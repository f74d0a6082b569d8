"""`copcheck convert` of meter technical details (D0268) into standing data."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from tests.command.conftest import Command
from validator.standing import read_standing

FLOW = Path(__file__).parents[2] / "sample_data" / "formats" / "D0268.usr"


@pytest.mark.parametrize("ending", ["csv", "parquet", "arrow", "arrows"])
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_its_standing_data_become_a_table(copcheck: Command, tmp_path: Path, ending: str, compress: object) -> None:
    sent, out = tmp_path / "sent", tmp_path / f"standing.{ending}"
    assert callable(compress)
    sent.write_bytes(compress(FLOW.read_bytes()))
    said = copcheck("convert", sent, "--out", out, "--allow-test-data")
    assert (said.code, "5 rows of standing data, D0268 to" in said.err) == (0, True)
    readers = {"csv": pl.read_csv, "parquet": pl.read_parquet, "arrow": pl.read_ipc, "arrows": pl.read_ipc_stream}
    frame = readers[ending](out)
    assert frame["meter_serial"].to_list() == [f"EX0000{n}M" for n in (11, 40, 41, 62, 65)]
    assert b"NOTASECRET" in FLOW.read_bytes()
    assert b"NOTASECRET" not in out.read_bytes()
    if ending in ("csv", "parquet"):
        assert read_standing(out).frame.height == 5


def test_test_data_are_refused_and_nothing_is_written(copcheck: Command, tmp_path: Path) -> None:
    said = copcheck("convert", FLOW, "--out", tmp_path / "standing.csv")
    assert (said.code, "found 'TR01'" in said.err) == (2, True)
    assert not list(tmp_path.iterdir())


def test_half_hourly_flows_cannot_be_made_of_them(copcheck: Command, tmp_path: Path) -> None:
    said = copcheck("convert", FLOW, "--out", tmp_path / "out.d0036", "--allow-test-data")
    assert (said.code, "found meter technical details" in said.err) == (2, True)


def test_damaged_gzip_is_told(copcheck: Command, tmp_path: Path) -> None:
    sent = tmp_path / "sent.gz"
    sent.write_bytes(gzip.compress(FLOW.read_bytes())[:-20])
    said = copcheck("convert", sent, "--out", tmp_path / "standing.csv", "--allow-test-data")
    assert (said.code, "damaged gzip" in said.err) == (2, True)
