"""Files that hold no readings are known for what they are, and the message says where they are taken."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from tests.readings.samples import file, flow_lines, joined, parquet, refusal, stream
from tests.sample.folders import SAMPLES
from validator.errors import SubmissionError
from validator.readings.not_readings import FLOWS
from validator.regulation import loading
from validator.standing import read_standing

_RULES = Path(loading.__file__).parent
_IMPORT = "copcheck standing import"


def _headed(flow: str) -> bytes:
    lines = flow_lines()
    return joined([lines[0].replace("D0036", flow), *lines[1:]])


@pytest.mark.parametrize("flow", [word for word in FLOWS if word.startswith("D")])
def test_another_flow_is_told_by_its_name(flow: str) -> None:
    error = refusal(_headed(flow))
    assert error.found == f"'{flow}001': {FLOWS[flow].title}"
    assert (error.place.line, error.place.column) == (1, "flow (field 2 of ZHV)")


@pytest.mark.parametrize("word", [word for word in FLOWS if word.startswith("C")])
def test_another_file_type_is_told_by_its_name(word: str) -> None:
    error = refusal(f"AAA|{word}001|D|20260810093000|CD|CDCA|TR|SYNTH001|1|OPER|\nZZZ|2|0|\n".encode())
    assert error.found == f"'{word}001': {FLOWS[word].title}"


def test_meter_details_are_sent_to_the_command_that_takes_them() -> None:
    assert _IMPORT in refusal((SAMPLES / "formats" / "D0268.usr").read_bytes()).action


def test_meter_details_for_standing_data_are_sent_there_too() -> None:
    with pytest.raises(SubmissionError, match=_IMPORT):
        read_standing(SAMPLES / "formats" / "D0268.usr")


@pytest.mark.parametrize("name", ["standing.csv", "standing.parquet", "standing.arrow", "standing.arrows"])
def test_standing_data_are_sent_to_their_option(name: str) -> None:
    content = (SAMPLES / "standing.csv").read_bytes()
    frame = pl.read_csv(content, infer_schema=False).to_arrow()
    contents = {".csv": content, ".parquet": parquet(frame), ".arrow": file(frame), ".arrows": stream(frame)}
    error = refusal(contents[Path(name).suffix], name)
    assert error.found == "standing data"
    assert "--standing" in error.action


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("approvals.csv", "a list of approvals"),
        ("protocol_approvals.csv", "a list of protocol approvals"),
        ("dispensations.csv", "a list of dispensations"),
    ],
)
def test_tables_of_the_regulation_are_told(name: str, found: str) -> None:
    error = refusal((_RULES / name).read_bytes(), name)
    assert error.found == found
    assert "--regulation DIR" in error.action


def test_what_copcheck_wrote_is_told() -> None:
    verdicts = pa.table({"mpan_core": ["1"], "outcome": ["PASS"], "checks_run": [0]})
    assert refusal(parquet(verdicts)).found == "verdicts that copcheck wrote"
    assert refusal(b"mpan_core,check,next_action\n1,a,b\n", "findings.csv").found == "findings that copcheck wrote"


def test_a_mapping_is_told() -> None:
    error = refusal((SAMPLES / "dip_mapping.toml").read_bytes())
    assert (error.found, error.action.split(",")[0]) == ("a mapping of MHHS messages", "Name it by --mapping")
