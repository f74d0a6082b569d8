"""Arrow and Parquet tables: the types that are accepted, and what each wrong column is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from tests.readings.samples import DAY, MPAN, file, parquet, read, refusal, rows, stream, table
from validator.schema import READINGS, SENT_COLUMNS

_MIDNIGHT = datetime(2026, 4, 1)  # noqa: DTZ001 - without a zone on purpose
_MORNING = datetime(2026, 4, 2, 6, tzinfo=UTC)

_BEYOND = [1_775_000_000, 2**62, 0]
"""Seconds: what a timestamp of microseconds cannot hold comes second."""
_CARRIERS: list[Any] = [stream, file, parquet]
_each_carrier = pytest.mark.parametrize("carrier", _CARRIERS, ids=["stream", "file", "parquet"])
Carrier = Callable[[pa.Table], bytes]


@_each_carrier
def test_all_columns_are_read_as_sent(carrier: Carrier) -> None:
    sent = table()
    source = read(carrier(sent), "sent.bin")
    assert source.format == dict(zip(_CARRIERS, ("arrow-stream", "arrow-file", "parquet"), strict=True))[carrier]
    assert source.readings.schema == READINGS
    assert source.ignored_columns == ()
    for name in SENT_COLUMNS:
        assert source.readings[name].to_pylist() == sent[name].to_pylist()
    assert source.readings["source_row"].to_pylist() == [1, 2, 3]
    assert source.readings["source_file"].to_pylist() == ["sent.bin"] * 3
    assert source.readings["utc_day"].to_pylist() == [False] * 3
    assert source.readings["alarms_carried"].to_pylist() == [True] * 3


@_each_carrier
def test_required_columns_suffice(carrier: Carrier) -> None:
    required = ["mpan_core", "measurement_quantity", "role", "settlement_date", "energy_kwh"]
    row = rows(carrier(table(1).select(required)))[0]
    assert [name for name, value in row.items() if value is None] == [
        name for name in SENT_COLUMNS if name not in required
    ]
    assert row["alarms_carried"] is False


@_each_carrier
def test_a_table_without_rows_is_read(carrier: Carrier) -> None:
    assert rows(carrier(table(0))) == []


def test_columns_of_views_without_rows_are_read() -> None:
    changes = {"firmware": pa.array([], pa.string_view()), "energy_kwh": pa.array([], pa.list_view(pa.float64()))}
    assert rows(stream(table(0, **changes))) == []


def _texts(kind: pa.DataType) -> pa.Array:
    return pa.array([MPAN], kind)


_day_list = [1.0, 2.0, 3.0]
_ACCEPTED = [
    ("mpan_core", _texts(pa.large_string()), MPAN),
    ("mpan_core", _texts(pa.string_view()), MPAN),
    ("mpan_core", _texts(pa.string()).dictionary_encode(), MPAN),
    ("mpan_core", _texts(pa.large_string()).dictionary_encode(), MPAN),
    ("mpan_core", pa.DictionaryArray.from_arrays(pa.array([0], pa.uint8()), _texts(pa.string_view())), MPAN),
    ("settlement_date", pa.array([DAY], pa.date64()), DAY),
    ("settlement_date", pa.array([_MIDNIGHT], pa.timestamp("s")), DAY),
    ("settlement_date", pa.array([_MIDNIGHT], pa.timestamp("ns")), DAY),
    ("settlement_date", pa.array(["2026-04-01"]), DAY),
    ("settlement_date", pa.array(["2026-04-01"], pa.large_string()).dictionary_encode(), DAY),
    ("energy_kwh", pa.array([_day_list], pa.list_(pa.float32())), _day_list),
    ("energy_kwh", pa.array([_day_list], pa.large_list(pa.float64())), _day_list),
    ("energy_kwh", pa.array([_day_list], pa.list_(pa.float64(), 3)), _day_list),
    ("energy_kwh", pa.array([_day_list], pa.list_view(pa.float64())), _day_list),
    ("energy_kwh", pa.array([_day_list], pa.large_list_view(pa.float32())), _day_list),
    ("energy_kwh", pa.array([[1, 2, 3]], pa.list_(pa.int64())), _day_list),
    ("energy_kwh", pa.array([[1, None, 3]], pa.list_(pa.int16())), [1.0, None, 3.0]),
    ("energy_kwh", pa.array([_day_list], pa.list_(pa.field("element", pa.float64(), False))), _day_list),
    ("energy_kwh", pa.array([None], pa.list_(pa.float64())), []),
    ("period_flags", pa.array([[1, 2, 65535]], pa.list_(pa.int64())), [1, 2, 65535]),
    ("period_flags", pa.array([[1, 2, 3]], pa.large_list(pa.uint8())), [1, 2, 3]),
    ("period_flags", pa.array([None], pa.null()), None),
    ("register_start_kwh", pa.array([5], pa.int32()), 5.0),
    ("register_start_kwh", pa.array([0.5], pa.float32()), 0.5),
    ("integration_minutes", pa.array([30], pa.int64()), 30),
    ("integration_minutes", pa.array([30.0]), 30),
    ("collected_at", pa.array([_MORNING], pa.timestamp("s", "UTC")), _MORNING),
    ("collected_at", pa.array([1775109600000000001], pa.timestamp("ns", "Europe/London")), _MORNING),
    ("collected_at", pa.array(["2026-04-02T07:00:00+01:00"]), _MORNING),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    _ACCEPTED,
    ids=[f"{name} {column.type}" for name, column, _ in _ACCEPTED],
)
def test_other_types_are_cast(name: str, column: pa.Array, expected: Any) -> None:
    changes: dict[str, Any] = {"period_flags": None, "period_duration_s": None, name: column}
    if name == "period_flags":
        changes["energy_kwh"] = pa.array([_day_list])
    assert rows(stream(table(1, **changes)))[0][name] == expected


def test_list_views_with_nulls_between_are_cast() -> None:
    lists = [[1.0, 2.0], None, [3.0], [], [4.0, None]]
    for kind in (pa.list_view(pa.float64()), pa.large_list_view(pa.float64()), pa.large_list(pa.float32())):
        sent = table(5, period_duration_s=pa.array(lists, kind))
        assert [row["period_duration_s"] for row in rows(stream(sent))] == lists


def test_energies_are_not_copied() -> None:
    content = stream(table(2))
    chunk = read(content).readings["energy_kwh"].chunk(0)
    within = pa.py_buffer(content)
    assert within.address <= chunk.values.buffers()[1].address < within.address + within.size


_NAIVE = pa.array([_MIDNIGHT] * 3, pa.timestamp("us"))
_WRONG_TYPES = [
    ("mpan_core", pa.array([int(MPAN)] * 3), "type int64", "text"),
    ("firmware", pa.array([b"x"] * 3), "type binary", "text"),
    ("settlement_date", pa.array([20260401] * 3), "type int64", "a date"),
    ("settlement_date", pa.array([datetime(2026, 4, 1, tzinfo=UTC)] * 3), "type timestamp", "a date"),
    ("energy_kwh", pa.array([1.0] * 3), "type double", "lists of numbers"),
    ("energy_kwh", pa.array([["1.0"]] * 3), "type list<item: string>", "lists of numbers"),
    ("energy_kwh", pa.array([[True]] * 3), "type list<item: bool", "lists of numbers"),
    ("energy_kwh", pa.array([[[1.0]]] * 3), "type list<item: list", "lists of numbers"),
    ("period_flags", pa.array([[0.0] * 48] * 3), "type list<item: double>", "whole numbers"),
    ("register_start_kwh", pa.array(["1.0"] * 3), "type string", "a number"),
    ("clock_error_s", pa.array([True] * 3), "type bool", "a number"),
    ("integration_minutes", pa.array(["30"] * 3), "type string", "a whole number"),
    ("collected_at", _NAIVE, "a time without a zone", "a time with a zone"),
    ("collected_at", pa.array([DAY] * 3), "type date32", "a time with a zone"),
    ("utc_day", pa.array([1] * 3), "type int64", "true or false"),
]


@_each_carrier
@pytest.mark.parametrize(("name", "column", "found", "expected"), _WRONG_TYPES)
def test_a_wrong_type_is_refused(carrier: Carrier, name: str, column: pa.Array, found: str, expected: str) -> None:
    if carrier is parquet and name == "collected_at" and column.type == pa.timestamp("us"):
        found = "type timestamp[us]"
    error = refusal(carrier(table(**{name: column})))
    assert error.place.column == name
    assert found in error.found.replace("element", "item")
    assert expected in error.expected


def _second(name: str, wrong: Any) -> pa.Array:
    """The sample's column with another second row."""
    kept = table()[name].to_pylist()
    return pa.array([kept[0], wrong, kept[2]])


_WRONG_ROWS = [
    ("mpan_core", _second("mpan_core", None), "null", "a value"),
    ("measurement_quantity", _second("measurement_quantity", None), "null", "a value"),
    ("role", _second("role", "main"), "'main'", "MAIN or CHECK"),
    ("role", _second("role", None), "null", "a value"),
    ("register_read_kind", _second("register_read_kind", "PHONE"), "'PHONE'", "REMOTE or SITE"),
    ("settlement_date", _second("settlement_date", None), "null", "a value"),
    ("settlement_date", _second("settlement_date", date(2026, 6, 3)), "2026-06-03", "far future"),
    ("settlement_date", _second("settlement_date", date(9999, 12, 31)), "9999-12-31", "far future"),
    ("settlement_date", _second("settlement_date", date(1989, 12, 31)), "1989-12-31", "from 1990-01-01"),
    ("settlement_date", pa.array(["2026-04-01", "2026-02-30", "x"]), "'2026-02-30'", "ISO text"),
    ("settlement_date", pa.array([_MIDNIGHT, _MIDNIGHT.replace(hour=5), None]), "05:00", "without a time"),
    ("energy_kwh", pa.array([[1] * 48, [2**60 + 1], [1]]), "1152921504606846977", "exactly"),
    ("period_flags", pa.array([[0] * 48, [0] * 47 + [70000], [0] * 48]), "70000", "0 to 65535"),
    ("period_flags", pa.array([[0] * 48, [0] * 47 + [-1], [0] * 48]), "-1", "0 to 65535"),
    ("period_flags", pa.array([[0] * 48, [0] * 47 + [None], [0] * 48]), "null", "every period"),
    ("period_flags", pa.array([None, [0] * 47, [0] * 48]), "47 flags", "48"),
    ("integration_minutes", pa.array([30, 2**40, 30]), "1099511627776", "whole number"),
    ("integration_minutes", pa.array([30.0, 30.5, 30.0]), "30.5", "whole number"),
    ("collected_at", pa.array(["2026-04-02T06:00Z", "2026-04-02T06:00", None]), "2026-04-02T06:00", "zone"),
    ("collected_at", _second("collected_at", datetime(2999, 1, 1, tzinfo=UTC)), "2999-01-01", "2100-12-31"),
    ("collected_at", pa.array(_BEYOND, pa.timestamp("s", "UTC")), "range", "a time with a zone"),
    ("collected_at", pa.array(_BEYOND, pa.timestamp("s", "Mars/Phobos")), "range", "a time with a zone"),
    ("utc_day", pa.array([True, None, True]), "null", "a value"),
    ("alarms_carried", pa.array([True, None, True]), "null", "a value"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "column", "found", "expected"), _WRONG_ROWS, ids=[f"{case[0]} {case[2]}" for case in _WRONG_ROWS]
)
def test_a_wrong_row_is_refused(name: str, column: pa.Array, found: str, expected: str) -> None:
    error = refusal(stream(table(**{name: column})))
    assert (error.place.column, error.place.row) == (name, 2)
    assert found in error.found
    assert expected in error.expected


def test_the_row_is_counted_over_batches() -> None:
    lists = [[0] * 48] * 8 + [[0] * 47 + [70000]]
    error = refusal(stream(table(9, period_flags=pa.array(lists))))
    assert error.place.row == 9


@pytest.mark.parametrize("name", ["mpan_core", "measurement_quantity", "role", "settlement_date", "energy_kwh"])
@_each_carrier
def test_a_missing_column_is_refused(carrier: Carrier, name: str) -> None:
    error = refusal(carrier(table().drop_columns([name])))
    assert (error.place.column, error.found) == (name, "no such column")


@pytest.mark.parametrize(
    ("right", "misspelt"), [("mpan_core", "mpan_cor"), ("role", "Role"), ("energy_kwh", "energy_kWh ")]
)
def test_a_missing_column_is_looked_for(right: str, misspelt: str) -> None:
    error = refusal(stream(table(**{misspelt: table()[right], right: None})))
    assert error.action == f"Rename {misspelt!r} to {right!r}"


@pytest.mark.parametrize("misspelt", ["clock_eror_s", "Clock_Error_S", "clock_errors"])
def test_a_misspelt_optional_column_is_refused(misspelt: str) -> None:
    error = refusal(stream(table(**{misspelt: table()["clock_error_s"], "clock_error_s": None})))
    assert (error.place.column, error.found) == (misspelt, "an unknown column")
    assert "'clock_error_s'" in error.expected


@_each_carrier
def test_other_columns_are_named_as_ignored(carrier: Carrier) -> None:
    others = {"site": pa.array(["x"] * 3), "source_row": pa.array([7] * 3), "clock_error_s2": pa.array([0] * 3)}
    source = read(carrier(table(**others)))
    assert source.ignored_columns == ("site", "clock_error_s2")
    assert source.readings["source_row"].to_pylist() == [1, 2, 3]


def test_a_column_sent_twice_is_refused() -> None:
    sent = table()
    twice = sent.append_column("role", sent["role"])
    assert refusal(stream(twice)).place.column == "role"


@_each_carrier
def test_the_time_base_is_the_column_s_or_the_schema_s_or_the_caller_s(carrier: Carrier) -> None:
    def utc_days(sent: pa.Table, **options: Any) -> list[bool]:
        return [row["utc_day"] for row in rows(carrier(sent), **options)]

    mixed = table(utc_day=pa.array([True, False, True]))
    assert utc_days(mixed) == [True, False, True]
    assert utc_days(mixed.replace_schema_metadata({"time_base": "local"})) == [True, False, True]
    assert utc_days(table().replace_schema_metadata({"time_base": "utc"})) == [True] * 3
    assert utc_days(table().replace_schema_metadata({"time_base": "local"}), time_base="utc") == [False] * 3
    assert utc_days(table(), time_base="utc") == [True] * 3


def test_another_time_base_is_refused() -> None:
    assert refusal(stream(table().replace_schema_metadata({"time_base": "BST"}))).expected == "utc or local"


def test_alarms_are_carried_where_there_are_flags_unless_stated() -> None:
    flags = pa.array([[0] * 48, None, [0] * 48])
    assert [row["alarms_carried"] for row in rows(stream(table(period_flags=flags)))] == [True, False, True]
    stated = pa.array([False, False, True])
    sent = table(period_flags=flags, alarms_carried=stated)
    assert [row["alarms_carried"] for row in rows(stream(sent))] == stated.to_pylist()


def test_readings_can_be_read_again() -> None:
    once = read(stream(table()), "x").readings
    assert read(stream(once), "x").readings.combine_chunks() == once.combine_chunks()
