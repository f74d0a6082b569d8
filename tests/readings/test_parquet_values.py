"""Values decoded a few rows at a time, held against the same file read by Arrow in one piece."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readings.samples import DAY, MPAN, read, refusal
from validator.readings import parquet, parquet_values
from validator.readings.parquet_footer import RowGroup, row_groups
from validator.readings.parquet_values import Opened

JOBS = st.sampled_from([1, 2, 3])
NUMBERS = st.sampled_from([0.0, 1.5, -2.25, None])
LISTS = st.lists(st.one_of(st.none(), st.lists(NUMBERS, max_size=5)), max_size=12)


def written(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def decoded(content: bytes, names: list[str], due: list[str], jobs: int) -> pa.Table:
    """The columns `names` of a file as the columns `due`."""

    def opening() -> pq.ParquetFile:
        return pq.ParquetFile(io.BytesIO(content))

    opened = Opened(opening, row_groups(memoryview(content)), jobs)
    found = opened.read(names, opening().schema_arrow)
    assert set(found.column_names) == set(due)
    return found.select(due)


@given(lists=LISTS, group_rows=st.integers(1, 5), jobs=JOBS)
def test_lists_are_read_as_in_one_piece(lists: list[Any], group_rows: int, jobs: int) -> None:
    """Null lists, empty lists and nulls within lists, in row groups of few rows."""
    flags = [None if each is None else [7] * len(each) for each in lists]
    table = pa.table(
        {
            "energy_kwh": pa.array(lists, pa.list_(pa.float64())),
            "period_flags": pa.array(flags, pa.list_(pa.uint16())),
            "period_duration_s": pa.array(lists, pa.list_(pa.float32())),
            "role": ["MAIN"] * len(lists),
        }
    )
    found = decoded(written(table, row_group_size=group_rows), table.column_names, table.column_names, jobs)
    assert found.to_pylist() == table.to_pylist()
    assert all(found[name].num_chunks <= 1 for name in table.column_names[:3])


def days(rows: int) -> dict[str, Any]:
    cells: dict[str, Any] = {"role": ["MAIN"] * rows}
    for period in range(48, 0, -1):
        cells[f"p{period}"] = pa.array([period + row / 10 for row in range(rows)])
        cells[f"f{period}"] = pa.array([(period + row) % 4 for row in range(rows)], pa.uint16())
    return cells


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("rows", [1, 9001])
def test_whole_days_become_lists_whatever_the_order_of_their_columns(rows: int, jobs: int) -> None:
    content = written(pa.table(days(rows)), row_group_size=5000)
    found = decoded(content, list(days(0)), ["role", "energy_kwh", "period_flags"], jobs)
    assert found["energy_kwh"].to_pylist() == [[k + row / 10 for k in range(1, 49)] for row in range(rows)]
    assert found["period_flags"].to_pylist() == [[(k + row) % 4 for k in range(1, 49)] for row in range(rows)]


@pytest.mark.parametrize("change", ["null", "another type", "durations", "longer days"])
def test_days_that_may_not_be_whole_stay_columns(change: str) -> None:
    cells = days(3)
    if change == "null":
        cells["p20"] = pa.array([1.0, None, 2.0])
    elif change == "another type":
        cells["f20"] = pa.array([1, 2, 3], pa.int64())
    elif change == "durations":
        cells["d1"] = pa.array([1800.0] * 3)
    else:
        cells["p49"] = pa.array([1.0] * 3)
    table = pa.table(cells)
    assert decoded(written(table), table.column_names, table.column_names, 2).equals(table)


@pytest.mark.parametrize(("shape", "stated"), [("lists", 2), ("days", 2), ("days", 4)])
def test_a_footer_that_miscounts_is_damage(shape: str, stated: int, monkeypatch: pytest.MonkeyPatch) -> None:
    named = {
        "mpan_core": [MPAN] * 3, "measurement_quantity": ["AI"] * 3, "role": ["MAIN"] * 3,
        "settlement_date": [DAY] * 3,
    }  # fmt: skip
    values = {"energy_kwh": [[1.0] * 48] * 3} if shape == "lists" else {k: v for k, v in days(3).items() if k != "role"}
    content = written(pa.table({**named, **values}))
    assert read(content).readings.num_rows == 3

    def miscounted(data: memoryview) -> tuple[RowGroup, ...]:
        return tuple(
            RowGroup(stated, tuple((name, stated * 48, size) for name, _, size in group.chunks))
            for group in row_groups(data)
        )

    monkeypatch.setattr(parquet, "row_groups", miscounted)
    assert "damaged Parquet file" in str(refusal(content))


def test_batches_are_smaller_than_row_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_values, "ROWS_AT_ONCE", 3)
    table = pa.table({"energy_kwh": pa.array([[float(k)] * (k % 4) for k in range(50)], pa.list_(pa.float64()))})
    assert decoded(written(table), ["energy_kwh"], ["energy_kwh"], 1).to_pylist() == table.to_pylist()
