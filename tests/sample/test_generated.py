"""The committed sample data is what the generator writes, and stays small and plainly made up."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sample_data.estate import ESTATE
from sample_data.generate import generate
from sample_data.write_arrow import SCHEMA
from tests.sample.folders import SAMPLES, rows_of
from validator.schema import READINGS, SENT_COLUMNS
from validator.standing import COLUMNS

MOST_BYTES = 3_000_000
BY_HAND = "registry"
"""Lists and a mapping as somebody would write them: there is nothing to compute in them."""


@pytest.fixture(scope="module")
def anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which everything has been generated again."""
    folder = tmp_path_factory.mktemp("sample_data")
    generate(folder)
    return folder


def committed() -> list[Path]:
    """Every data file, relative to the sample data's folder."""
    files = (path for path in SAMPLES.rglob("*") if path.is_file() and path != SAMPLES / "README.md")
    data = (path.relative_to(SAMPLES) for path in files if path.suffix not in (".py", ".pyc"))
    return sorted(path for path in data if path.parts[0] != BY_HAND)


def unpacked(path: Path) -> Any:
    """What a file says, free of the library version that packed it."""
    readers: dict[str, Callable[[Path], Any]] = {
        ".parquet": lambda each: shown(pq.read_table(each)),
        ".arrow": lambda each: shown(pa.ipc.open_file(each).read_all()),
        ".arrows": lambda each: shown(pa.ipc.open_stream(each).read_all()),
        ".gz": lambda each: gzip.decompress(each.read_bytes()),
        ".zst": lambda each: pa.input_stream(each, compression="zstd").read(),
    }
    return readers.get(path.suffix, Path.read_bytes)(path)


def shown(table: pa.Table) -> tuple[str, list[str]]:
    """A table as text, in which one NaN is like another."""
    return str(table.schema), [repr(row) for row in table.to_pylist()]


def test_the_same_files_are_generated(anew: Path) -> None:
    again = sorted(path.relative_to(anew) for path in anew.rglob("*") if path.is_file())
    assert committed() == again


@pytest.mark.parametrize("file", committed(), ids=str)
def test_the_same_content_is_generated(file: Path, anew: Path) -> None:
    assert unpacked(SAMPLES / file) == unpacked(anew / file)


def test_it_is_small() -> None:
    assert sum((SAMPLES / file).stat().st_size for file in committed()) < MOST_BYTES


def test_it_sends_every_column_that_can_be_sent() -> None:
    assert tuple(SCHEMA.names) == SENT_COLUMNS
    assert [SCHEMA.field(name).type for name in SENT_COLUMNS] == [READINGS.field(name).type for name in SENT_COLUMNS]


def test_standing_data_has_every_column() -> None:
    known = [column for column in COLUMNS if column not in ("recorded_on", "retracted_on")]
    assert list(rows_of(SAMPLES / "standing.csv")[0]) == known


@pytest.mark.parametrize("system", list(ESTATE.values()), ids=lambda each: each.name)
def test_names_are_plainly_made_up(system: Any) -> None:
    assert system.name.startswith("Example ")
    assert re.fullmatch(r"99[0-9]{11}|990[12]", system.mpan_core)
