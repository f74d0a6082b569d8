"""The Parquet and CSV files hold what the validation says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.build import reading_row
from tests.report.made_up import found, run_of, validation_of
from validator.catalogue import CATALOGUE
from validator.regulation import Regulation
from validator.report import Run, write_run
from validator.schema import FINDINGS, VERDICTS


@pytest.fixture
def out(tmp_path: Path, run: Run) -> Path:
    write_run(tmp_path / "out", run)
    return tmp_path / "out"


@pytest.mark.parametrize(("name", "schema"), [("verdicts", VERDICTS), ("findings", FINDINGS)])
def test_parquet_comes_back_as_it_went(out: Path, run: Run, name: str, schema: pa.Schema) -> None:
    table = pq.read_table(out / f"{name}.parquet")
    assert table.schema.remove_metadata().equals(schema)
    assert table.to_pylist() == getattr(run.validation, name).to_pylist()


@pytest.mark.parametrize("name", ["verdicts", "findings"])
def test_metadata_names_the_bits(out: Path, run: Run, name: str) -> None:
    metadata = pq.read_schema(out / f"{name}.parquet").metadata
    codes = json.loads(metadata[b"copcheck.checks"])
    assert [codes[check.bit] for check in CATALOGUE] == [check.code for check in CATALOGUE]
    assert metadata[b"copcheck.regulation_hash"].decode() == run.regulation.hash
    assert metadata[b"copcheck.version"]


def test_columns_are_compressed_by_zstd(out: Path) -> None:
    group = pq.ParquetFile(out / "verdicts.parquet").metadata.row_group(0)
    assert {group.column(k).compression for k in range(group.num_columns)} == {"ZSTD"}


def test_csv_has_a_row_for_each_finding(out: Path, run: Run) -> None:
    with (out / "findings.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == FINDINGS.names
    for row, finding in zip(rows, run.validation.findings.to_pylist(), strict=True):
        assert row["check"] == finding["check"]
        assert row["settlement_date"] == finding["settlement_date"].isoformat()
        assert row["value"] == ("" if finding["value"] is None else str(finding["value"]))


def test_a_formula_in_csv_stays_text(tmp_path: Path, regulation: Regulation) -> None:
    formula = '=HYPERLINK("x")'
    validation = validation_of([reading_row(mpan_core=formula)], [found(0, "mpan_check_digit")])
    write_run(tmp_path / "out", run_of(validation, regulation))
    with (tmp_path / "out" / "findings.csv").open(encoding="utf-8", newline="") as lines:
        assert next(csv.DictReader(lines))["mpan_core"] == "'" + formula
    assert pq.read_table(tmp_path / "out" / "findings.parquet")["mpan_core"][0].as_py() == formula
