"""Narrow Parquet and Arrow: the same as narrow CSV, whatever the types, and quick to refuse what is not whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from tests.readings.samples import DAY, MPAN, file, parquet, read, refusal, rows, stream
from validator.errors import TooLargeError

_WRITERS = pytest.mark.parametrize("write", [stream, file, parquet])


def narrow(count: int = 48, **changes: Any) -> pa.Table:
    """One day; `changes` replace or add columns, None drops one."""
    columns: dict[str, Any] = {
        "mpan_core": pa.array([MPAN] * count),
        "measurement_quantity": pa.array(["AI"] * count),
        "settlement_date": pa.array([DAY] * count, pa.date32()),
        "settlement_period": pa.array(range(1, count + 1), pa.int32()),
        "energy_kwh": pa.array([float(period) for period in range(1, count + 1)]),
    }
    columns |= changes
    return pa.table({name: column for name, column in columns.items() if column is not None})


_VALUES = [float(period) for period in range(1, 49)]


@_WRITERS
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"mpan_core": pa.array([MPAN] * 48).dictionary_encode()},
        {
            "mpan_core": pa.array([MPAN] * 48, pa.large_string()),
            "settlement_period": pa.array(range(1, 49), pa.int64()),
        },
        {"energy_kwh": pa.array(range(1, 49), pa.int16()), "settlement_period": pa.array(range(1, 49), pa.uint8())},
        {"settlement_date": pa.array(["2026-04-01"] * 48)},
        {"settlement_date": pa.array([datetime(2026, 4, 1)] * 48)},  # noqa: DTZ001
        {"role": pa.array(["MAIN"] * 48, pa.string_view())},
    ],
    ids=["plain", "dictionary", "large", "small numbers", "text date", "midnight", "view"],
)
def test_types_that_read_alike(write: Any, changes: dict[str, Any]) -> None:
    if write is parquet and "role" in changes:
        return
    row = rows(write(narrow(**changes)))[0]
    assert (row["mpan_core"], row["settlement_date"], row["energy_kwh"]) == (MPAN, DAY, _VALUES)
    assert (row["role"], row["period_flags"], row["source_row"]) == ("MAIN", None, 1)


def test_words_of_a_dictionary_that_no_row_has_are_no_fault() -> None:
    """What a frame keeps of its categories when rows are taken out of it."""
    codes, words = pa.array([0] * 48, pa.int8()), ("A", "MAIN", "2026-04-01")
    for name, word in zip(("status", "role", "settlement_date"), words, strict=True):
        kept = pa.DictionaryArray.from_arrays(codes, pa.array([word, "no such word"]))
        assert rows(stream(narrow(**{name: kept})))[0]["energy_kwh"] == _VALUES


def test_a_text_shared_by_half_hours_is_not_written_out_past_the_cap() -> None:
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * 48, pa.int8()), pa.array(["x" * 10_000]))
    sent = narrow(role=shared, firmware=shared)
    assert isinstance(refusal(stream(sent), most_bytes=100_000), TooLargeError)


@_WRITERS
def test_stamps_with_a_zone_are_put_in_the_callers_days(write: Any) -> None:
    first = datetime(2026, 3, 31, 23, tzinfo=UTC)
    stamps = pa.array([first + timedelta(minutes=30 * index) for index in range(48)], pa.timestamp("ms", "UTC"))
    sent = write(narrow(settlement_date=None, settlement_period=None, period_start=stamps))
    assert [(row["settlement_date"], row["energy_kwh"]) for row in rows(sent)] == [(DAY, _VALUES)]
    assert [len(row["energy_kwh"]) for row in rows(sent, time_base="utc")] == [48, 48]
    utc = narrow(settlement_date=None, settlement_period=None, period_start=stamps)
    utc = utc.replace_schema_metadata({"time_base": "utc"})
    assert [row["utc_day"] for row in rows(write(utc))] == [True, True]


@_WRITERS
def test_stamps_without_a_zone_are_the_callers_clock(write: Any) -> None:
    first = datetime(2026, 4, 1)  # noqa: DTZ001
    stamps = pa.array([first + timedelta(minutes=30 * index) for index in range(1, 49)], pa.timestamp("us"))
    sent = write(narrow(settlement_date=None, settlement_period=None, period_end=stamps))
    assert rows(sent)[0]["energy_kwh"] == _VALUES
    assert rows(sent, time_base="utc")[0]["utc_day"] is True


@_WRITERS
def test_flags_shared_columns_and_gaps(write: Any) -> None:
    sent = narrow(
        energy_kwh=pa.array([None, float("nan"), *_VALUES[2:]]),
        period_flags=pa.array([1, None, *[4] * 46], pa.uint16()),
        firmware=pa.array(["M6X8G05"] * 48),
        site=pa.array(["x"] * 48),
    )
    source = read(write(sent.slice(0, 40)))
    row = source.readings.to_pylist()[0]
    assert row["energy_kwh"] == [None, None, *_VALUES[2:40], *[None] * 8]
    assert row["period_flags"] == [1, 0, *[4] * 38, *[0] * 8]
    assert (row["firmware"], row["alarms_carried"]) == ("M6X8G05", True)
    assert source.ignored_columns == ("site",)


@_WRITERS
@pytest.mark.parametrize(
    ("changes", "row", "column", "expected"),
    [
        ({"settlement_period": pa.array([*range(1, 48), 47], pa.int32())}, 48, "settlement_period", "one row"),
        ({"settlement_period": pa.array([*range(48)], pa.int32())}, 1, "settlement_period", "from 1 to 50"),
        ({"settlement_period": pa.array([None, *range(2, 49)], pa.int32())}, 1, "settlement_period", "a value"),
        ({"settlement_period": pa.array([1.5] * 48)}, 1, "settlement_period", "whole number"),
        ({"settlement_period": pa.array(["1"] * 48)}, None, "settlement_period", "a number"),
        ({"energy_kwh": pa.array(["1"] * 48)}, None, "energy_kwh", "a number"),
        ({"mpan_core": pa.array([MPAN] * 47 + [None])}, 48, "mpan_core", "a value"),
        ({"mpan_core": pa.array(range(48))}, None, "mpan_core", "text"),
        ({"settlement_date": pa.array([None] * 48, pa.date32())}, 1, "settlement_date", "a value"),
        ({"settlement_date": pa.array([DAY.replace(year=2027)] * 48)}, 1, "settlement_date", "far future"),
        ({"status": pa.array(["A"] * 47 + ["AB"])}, 48, "status", "letter"),
        ({"period_flags": pa.array([-1] * 48)}, 1, "period_flags", "65535"),
        ({"firmware": pa.array(["a"] * 47 + ["b"])}, 48, "firmware", "'a'"),
        ({"measurement_quantity": None}, None, "measurement_quantity", "required"),
    ],
)
def test_a_wrong_row_is_refused(
    write: Any, changes: dict[str, Any], row: int | None, column: str, expected: str
) -> None:
    error = refusal(write(narrow(**changes)))
    assert (error.place.row, error.place.column) == (row, column)
    assert expected in error.expected


@pytest.mark.parametrize("moment", [datetime(2026, 4, 1, 0, 15), datetime(2026, 4, 1, 0, 0, 0, 1)])  # noqa: DTZ001
def test_a_stamp_off_the_half_hour_is_refused(moment: datetime) -> None:
    stamps = pa.array([moment])
    sent = stream(narrow(1, settlement_date=None, settlement_period=None, period_start=stamps))
    assert "hour or half hour" in refusal(sent).expected


def test_no_rows() -> None:
    assert rows(stream(narrow().slice(0, 0))) == []
    assert rows(parquet(narrow().slice(0, 0))) == []
