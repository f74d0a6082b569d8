"""What `copcheck validate` answers to files that leave something unsaid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command.conftest import Command
from tests.sample.folders import SAMPLES

_FORMATS = SAMPLES / "formats"
_REGISTER = _FORMATS / "9900000000405_AI.schneider.csv"


def _formats(out: Path) -> list[str]:
    return [given["format"] for given in json.loads((out / "report.json").read_text())["inputs"]]


@pytest.mark.parametrize(
    ("given", "options", "code", "word"),
    [
        (_FORMATS / "stark.df2", (), 1, "df2"),
        (_FORMATS / "dip.json", ("--mapping", SAMPLES / "dip_mapping.toml"), 1, "dip"),
        (_FORMATS / "9900000000414.vital.xlsx", (), 0, "xlsx"),
        (_REGISTER, (), 1, "csv-schneider"),
        (_REGISTER, ("--channel", "9900000000414/AE"), 1, "csv-schneider"),
        (_FORMATS / "half_hours.csv", ("--stamps", "end", "--format", "csv-half-hour"), 1, "csv-half-hour"),
    ],
)
def test_customers_files(
    copcheck: Command, tmp_path: Path, given: Path, options: tuple[object, ...], code: int, word: str
) -> None:
    out = tmp_path / "out"
    said = copcheck("validate", given, *options, "--standing", SAMPLES / "standing.csv", "--out", out)
    assert said.code == code, said.err
    assert _formats(out) == [word]


def test_what_is_unsaid_is_asked_for(copcheck: Command, tmp_path: Path) -> None:
    bare = tmp_path / "export.csv"
    bare.write_bytes(_REGISTER.read_bytes())
    for given, asked in ((bare, "--channel"), (_FORMATS / "dip.json", "--mapping")):
        said = copcheck("validate", given, "--standing", SAMPLES / "standing.csv", "--out", tmp_path / "out")
        assert said.code == 2
        assert asked in said.err
