"""A column per period in Parquet and Arrow, held against the same table as a wide CSV."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as pt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.readings.samples import MPAN, read, refusal
from validator.errors import SubmissionError
from validator.readings import read_bytes
from validator.schema import READINGS

DAYS = (date(2026, 3, 29), date(2026, 4, 1), date(2025, 10, 26))
"""The days of 46, 48 and 50 periods."""
Cells = dict[str, list[Any]]


def named(days: list[date]) -> Cells:
    return {
        "mpan_core": [MPAN] * len(days),
        "measurement_quantity": ["AI"] * len(days),
        "role": ["MAIN"] * len(days),
        "settlement_date": days,
    }


def parquet(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def arrow(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def as_csv(cells: Cells) -> bytes:
    lines = [
        ",".join("" if value is None else str(value) for value in row) for row in zip(*cells.values(), strict=True)
    ]
    return ("\n".join([",".join(cells), *lines]) + "\n").encode()


def whole(rows: int, flags: bool = True) -> Cells:
    cells = named([DAYS[1]] * rows)
    for letter in "pf" if flags else "p":
        for period in range(1, 49):
            cells[f"{letter}{period}"] = [(period * 100 + row) / (10 if letter == "p" else 1) for row in range(rows)]
            if letter == "f":
                cells[f"f{period}"] = [int(value) % 4 for value in cells[f"f{period}"]]
    return cells


@pytest.mark.parametrize("flags", [True, False])
def test_whole_days_become_lists_in_the_order_of_their_periods(flags: bool) -> None:
    cells = whole(5000, flags)
    table = pa.table(cells)
    expected = np.stack([cells[f"p{period}"] for period in range(1, 49)], axis=1)
    for content in (parquet(table, row_group_size=2100), arrow(table)):
        readings = read(content, "day").readings
        assert readings.schema == READINGS
        values = np.asarray(readings["energy_kwh"].combine_chunks().flatten()).reshape(-1, 48)
        np.testing.assert_array_equal(values, expected)
        if flags:
            bits = np.asarray(readings["period_flags"].combine_chunks().flatten()).reshape(-1, 48)
            np.testing.assert_array_equal(bits, np.stack([cells[f"f{p}"] for p in range(1, 49)], axis=1))
        else:
            assert readings["period_flags"].null_count == 5000


ENERGY = st.one_of(st.none(), st.integers(-5, 9999).map(lambda tenths: tenths / 10))
FLAG = st.one_of(st.none(), st.sampled_from([0, 0, 1, 2, 4]))


@given(st.data(), st.lists(st.sampled_from(DAYS), min_size=1, max_size=3), st.sampled_from([48, 50]))
@settings(max_examples=150, deadline=None)
def test_a_table_reads_as_the_wide_csv_of_the_same_cells(data: st.DataObject, days: list[date], periods: int) -> None:
    cells = named(days)
    kinds: dict[str, pa.DataType] = {}
    for letter, value, kind in (("p", ENERGY, pa.float64()), ("f", FLAG, pa.uint16()), ("d", ENERGY, pa.float64())):
        if letter != "p" and data.draw(st.booleans()):
            continue
        for period in range(1, periods + 1):
            cells[f"{letter}{period}"] = [data.draw(value) for _ in days]
            kinds[f"{letter}{period}"] = kind
    table = pa.table({name: pa.array(values, kinds.get(name)) for name, values in cells.items()})
    told: SubmissionError | None = None
    try:
        expected = read_bytes(as_csv(cells), "day").readings.to_pylist()
    except SubmissionError as fault:
        told = fault
    if told is None:
        assert read_bytes(parquet(table), "day").readings.to_pylist() == expected
    else:
        assert refusal(parquet(table)).found == told.found


@pytest.mark.parametrize(
    ("change", "found", "column"),
    [
        (lambda cells: cells.pop("p7"), "no such column", "p7"),
        (lambda cells: cells.pop("role"), "no such column", "role"),
        (lambda cells: cells.update(p51=[1.0, 1.0]), "an unknown column", "p51"),
        (lambda cells: cells.update(p3=["a", "b"]), "type string", "p3"),
        (lambda cells: cells.update(f3=[0, 70000]), "70000", "f3"),
        (lambda cells: cells.update(settlement_dat=[1, 2]), "an unknown column", "settlement_dat"),
    ],
)
def test_a_wrong_table_is_refused(change: Any, found: str, column: str) -> None:
    cells = whole(2)
    change(cells)
    if "settlement_dat" in cells:
        del cells["settlement_date"]
        found, column = "no such column", "settlement_date"
    fault = refusal(parquet(pa.table(cells)))
    assert (fault.found, fault.place.column) == (found, column)


def test_letters_are_statuses_here_too() -> None:
    cells = whole(1, flags=False)
    cells |= {f"f{period}": ["E" if period == 3 else "A"] for period in range(1, 49)}
    assert read(parquet(pa.table(cells)), "day").readings.to_pylist() == read(as_csv(cells), "day").readings.to_pylist()


_NUMBERS = [
    pa.decimal128(7, 1),
    pa.decimal128(38, 3),
    pa.decimal256(60, 2),
    pa.decimal32(7, 1),
    pa.decimal64(12, 1),
    pa.float16(),
    pa.float32(),
    pa.int8(),
    pa.int32(),
    pa.uint64(),
]


@pytest.mark.parametrize("kind", _NUMBERS, ids=str)
@pytest.mark.parametrize("write", [parquet, arrow])
def test_numbers_of_any_type_are_the_nearest_doubles(kind: pa.DataType, write: Any) -> None:
    """A decimal is what its text says; a narrower float, and a whole number, are themselves."""
    if kind == pa.float16() and write is parquet:
        kind = pa.float32()
    fraction = Decimal(0) if pt.is_integer(kind) else Decimal("0.5") if pt.is_floating(kind) else Decimal("0.1")
    cells = named([DAYS[1]] * 2)
    numbers = [[period + fraction, None if period == 9 else period - fraction] for period in range(1, 49)]
    table = pa.table(
        cells
        | {
            f"{letter}{period}": pa.array([None if each is None else _as(kind, each) for each in sent], kind)
            for letter in "pd"
            for period, sent in enumerate(numbers, 1)
        }
    )
    readings = read(write(table), "day").readings
    expected = [[None if sent[row] is None else float(sent[row]) for sent in numbers] for row in range(2)]
    assert readings["energy_kwh"].to_pylist() == expected
    assert readings["period_duration_s"].to_pylist() == expected


def _as(kind: pa.DataType, number: Decimal) -> Any:
    if pt.is_decimal(kind):
        return number
    return int(number) if pt.is_integer(kind) else np.float16(number)


def test_decimals_of_polars_are_read() -> None:
    frame = pl.DataFrame(whole(3)).with_columns(pl.col(r"^p\d+$").cast(pl.Decimal(12, 1)))
    sink = io.BytesIO()
    frame.write_parquet(sink)
    assert read(sink.getvalue(), "day").readings["energy_kwh"].to_pylist() == [
        [(period * 100 + row) / 10 for period in range(1, 49)] for row in range(3)
    ]


def test_a_decimal_is_no_flag() -> None:
    table = pa.table(whole(1)).set_column(52, "f1", pa.array([Decimal("1.5")], pa.decimal128(3, 1)))
    assert table.column_names.count("f1") == 1
    assert refusal(parquet(table), "day").place.column == "f1"
