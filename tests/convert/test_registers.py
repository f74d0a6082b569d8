"""Register readings by themselves: every one comes back from what they were converted into."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.readings.samples import MPAN, TODAY, d0010_lines, joined, read
from validator.convert import convert
from validator.convert.convert import Wanted
from validator.errors import SubmissionError
from validator.readings.register_readings import RegisterReading
from validator.readings.streaming import Asked

_BODY = (
    f"026|{MPAN}|V|", "028|S95A, 00001|M|", "030|01|20260401093000|123456.7|||T|N|", "030|02|20260401000000|0.1|||T|N|",
    "028|S95B 00002|M|", "029|1|20260401093000|12.5|", "030|01|20260402000000|7|||T|N|",
)  # fmt: skip
_READERS = {"parquet": pl.read_parquet, "arrow-file": pl.read_ipc, "arrow-stream": pl.read_ipc_stream}


def _sent(folder: Path, *body: str) -> Path:
    path = folder / "sent.usr"
    path.write_bytes(joined(d0010_lines(*(body or _BODY))))
    return path


@pytest.mark.parametrize("word", [*_READERS, "csv-wide"])
def test_every_register_reading_is_written(tmp_path: Path, word: str) -> None:
    sent, out = _sent(tmp_path), tmp_path / "out"
    done = convert(sent, out, Asked(today=TODAY), Wanted(word))
    assert (done.channel_days, done.registers, done.refused_entries) == (0, 3, 0)
    assert "1 line of group 029" in done.notes[0]
    kinds = {"mpan_core": pl.String, "register_id": pl.String}
    frame = _READERS[word](out) if word in _READERS else pl.read_csv(out, schema_overrides=kinds, try_parse_dates=True)
    given = list(read(sent.read_bytes(), str(sent)).registers)
    assert [RegisterReading(str(sent), **row) for row in frame.iter_rows(named=True)] == given


@pytest.mark.parametrize("word", ["D0036", "D0275"])
def test_no_half_hourly_flow_is_made_of_them(tmp_path: Path, word: str) -> None:
    with pytest.raises(SubmissionError, match="found register readings; expected half-hourly ones, for a D0"):
        convert(_sent(tmp_path), tmp_path / "out", Asked(today=TODAY), Wanted(word))
    assert not (tmp_path / "out").exists()


def test_a_fault_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="line 4, column register reading"):
        convert(
            _sent(tmp_path, *_BODY[:2], "030|01|20260401093000|12x|||T|N|"),
            tmp_path / "out.parquet", Asked(today=TODAY),
        )  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["sent.usr"]


def test_what_has_no_reading_is_refused(tmp_path: Path) -> None:
    sample = Path(__file__).parents[2] / "sample_data" / "formats" / "C0541.txt"
    with pytest.raises(SubmissionError, match="a C0541, in which there is no reading"):
        convert(sample, tmp_path / "out.parquet", Asked(today=TODAY, allow_test_data=True))
    assert not list(tmp_path.iterdir())
