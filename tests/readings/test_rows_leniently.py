"""Tables and sheets read leniently: the rows that cannot be read are left out, and nothing else is, nor is lost."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readings import customers, samples
from tests.readings.samples import DAY, MPAN, read, refusal
from tests.readings.whole_files import BINARIES, GIVEN
from validator.readings import Source, rows_leniently

_SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_CARRIERS = {"arrow-stream": samples.stream, "arrow-file": samples.file, "parquet": samples.parquet}
_each_carrier = pytest.mark.parametrize("carrier", _CARRIERS)
_LATE = date(2036, 4, 1)
_SPOILS = {
    "lists": [("settlement_date", _LATE), ("role", "THIRD"), ("mpan_core", None), ("period_flags", [0])],
    "columns": [("settlement_date", _LATE), ("role", "THIRD"), ("mpan_core", None)],
    "narrow": [("settlement_date", _LATE), ("settlement_period", 51), ("settlement_period", 1), ("mpan_core", None)],
}
_ROWS = 12


def _table(layout: str, rows: int = _ROWS) -> pa.Table:
    days = [DAY + timedelta(days=ahead) for ahead in range(rows)]
    if layout == "lists":
        return samples.table(rows, settlement_date=pa.array(days, pa.date32()), colour=pa.array(["blue"] * rows))
    named: dict[str, Any] = {"mpan_core": [MPAN] * rows, "measurement_quantity": ["AI"] * rows, "role": ["MAIN"] * rows}
    if layout == "columns":
        values = {f"p{period}": [1.5] * rows for period in range(1, 49)}
        return pa.table({**named, "settlement_date": pa.array(days, pa.date32()), **values, "colour": ["blue"] * rows})
    dates = pa.array([DAY] * rows, pa.date32())
    periods = pa.array(range(1, rows + 1), pa.int32())
    return pa.table({**named, "settlement_date": dates, "settlement_period": periods, "energy_kwh": [1.5] * rows})


def _with(sent: pa.Table, row: int, name: str, value: Any) -> pa.Table:
    cells = sent[name].to_pylist()
    cells[row] = value
    return sent.set_column(sent.column_names.index(name), name, pa.array(cells, sent.schema.field(name).type))


def _without(sent: pa.Table, gone: Sequence[int]) -> pa.Table:
    return sent.filter(pa.array([row not in gone for row in range(sent.num_rows)]))


def _gone(source: Source) -> list[int]:
    assert all(each.unit == "row" for each in source.refused)
    assert all(each.first_line == each.last_line == each.reason.place.row for each in source.refused)
    assert all(each.reason.place.column for each in source.refused)
    return [each.first_line - 1 for each in source.refused]


def _same_rows(source: Source, by_hand: Source, kept: Sequence[int]) -> None:
    """The readings are those of the file without the rows, and name rows of the one with them."""
    assert source.readings.drop_columns(["source_row"]).equals(by_hand.readings.drop_columns(["source_row"]))
    told = [kept[row - 1] + 1 for row in by_hand.readings["source_row"].to_pylist()]
    assert source.readings["source_row"].to_pylist() == told


@_each_carrier
@pytest.mark.parametrize("layout", _SPOILS)
@_SETTINGS
@given(st.data())
def test_rows_in_are_rows_out_and_refused(carrier: str, layout: str, data: st.DataObject) -> None:
    sent = _table(layout)
    spoilt = data.draw(st.lists(st.integers(1, _ROWS - 1), max_size=5, unique=True))
    for row in spoilt:
        sent = _with(sent, row, *data.draw(st.sampled_from(_SPOILS[layout])))
    write = _CARRIERS[carrier]
    source = read(write(sent), lenient=True)
    gone = _gone(source)
    assert gone == sorted(spoilt)
    # Counted over what came, whatever is a row here.
    if layout == "narrow":
        (values,) = source.readings["energy_kwh"].to_pylist()
        assert sum(value is not None for value in values) + len(gone) == _ROWS
        assert [each.channel_days for each in source.refused] == [0] * len(gone)
    else:
        assert len(source.readings) + sum(each.channel_days for each in source.refused) == _ROWS
    _same_rows(source, read(write(_without(sent, gone))), [row for row in range(_ROWS) if row not in gone])
    for each in source.refused:
        expected = sent.slice(each.first_line - 1, 1).to_pylist()[0]
        assert json.loads(each.content) == json.loads(json.dumps(expected, default=str))
        assert each.content.count(b"\n") == 1


def test_a_half_hour_that_comes_twice_names_the_row_that_was_sent() -> None:
    sent = _with(_with(_table("narrow"), 2, "settlement_period", 99), 9, "settlement_period", 5)
    source = read(samples.stream(sent), lenient=True)
    assert _gone(source) == [2, 9]
    assert "which row 5 holds already" in source.refused[1].reason.found


def test_what_json_cannot_hold_is_said_in_words() -> None:
    far = pa.array([1_775_000_000_000_000, 2**62], pa.timestamp("us", "UTC"))
    days = pa.array([20_544, -100_000_000], pa.int32()).cast(pa.date32())
    extra = pa.array([b"\xff", b"\x01\x02"], pa.binary())
    sent = samples.table(2, collected_at=far, clock_error_s=pa.array([1.0, float("nan")]), settlement_date=days)
    (left_out,) = read(samples.parquet(sent.append_column("raw", extra)), lenient=True).refused
    cells = json.loads(left_out.content)
    assert (cells["clock_error_s"], cells["raw"]) == ("nan", "0102")
    assert str(2**62) in cells["collected_at"]
    assert "-100000000" in cells["settlement_date"]


@_each_carrier
def test_many_rows_among_very_many(carrier: str) -> None:
    """Faults are looked for among a few rows at a time; those that two rows make together, among all."""
    rows = 3 * rows_leniently._AT_ONCE
    sent = samples.table(rows, role=pa.array(["THIRD" if row % 100 == 99 else "MAIN" for row in range(rows)]))
    source = read(_CARRIERS[carrier](sent), lenient=True)
    assert _gone(source) == list(range(99, rows, 100))
    assert len(source.readings) == rows - rows // 100


def test_a_table_of_which_too_little_can_be_read_is_refused() -> None:
    roles = ["MAIN", *["THIRD"] * 1001]
    fault = refusal(samples.parquet(samples.table(1002, role=pa.array(roles))), lenient=True)
    assert "at most 1000 rows to leave out" in fault.expected
    assert (fault.place.row, fault.good) == (1002, 1)


def test_a_fault_of_a_column_is_a_fault_of_the_table() -> None:
    sent = samples.table(3, clock_error_s=pa.array(["x"] * 3), role=pa.array(["MAIN", "THIRD", "MAIN"]))
    assert refusal(samples.stream(sent), lenient=True).place.column == "clock_error_s"


@pytest.mark.parametrize("name", BINARIES)
def test_damage_is_told_as_it_is_strictly(name: str) -> None:
    content = BINARIES[name]
    for length in range(8, len(content), len(content) // 20):
        options: dict[str, Any] = {"format": name.split(" ")[0], "hints": GIVEN}
        assert str(refusal(content[:length], lenient=True, **options)) == str(refusal(content[:length], **options))


def _vital_rows() -> list[tuple[Any, ...]]:
    at = customers.times(97)
    return [(f"{each:%d/%m/%Y %H:%M:%S}", place, None) for place, each in enumerate(at)]


def _schneider_rows() -> list[tuple[Any, ...]]:
    at = customers.times(97)
    return [(f"{each:%Y-%m-%d %H:%M:%S} +0H", place) for place, each in enumerate(at)]


_SHEETS: dict[str, tuple[Callable[[Any], bytes], Callable[[], list[tuple[Any, ...]]]]] = {
    "vital": (customers.vital_xlsx, _vital_rows),
    "schneider": (customers.schneider_xlsx, _schneider_rows),
}


@pytest.mark.parametrize("layout", _SHEETS)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_cells_of_a_sheet(layout: str, data: st.DataObject) -> None:
    write, whole = _SHEETS[layout]
    rows = whole()
    spoilt = data.draw(st.lists(st.integers(0, 96), max_size=4, unique=True))
    for row in spoilt:
        if data.draw(st.booleans()):
            rows[row] = (rows[row][0], 'a "bad", one', *rows[row][2:])
        else:
            rows[row] = ("01/13/2026 00:00:00", *rows[row][1:])
    source = read(write(rows), hints=GIVEN, lenient=True)
    gone = [row - 1 for row in _gone(source)]
    assert gone == sorted(spoilt)
    kept = [row for row in range(97) if row not in gone]
    _same_rows(source, read(write([rows[row] for row in kept]), hints=GIVEN), [0, *(row + 1 for row in kept)])
    for each in source.refused:
        (cells,) = csv.reader(io.StringIO(each.content.decode(), newline=""))
        assert (cells[0], cells[{"vital": 7, "schneider": 1}[layout]]) == tuple(
            str(cell) for cell in rows[each.first_line - 2][:2]
        )


def test_a_first_row_that_is_spoilt_is_no_title() -> None:
    rows = _vital_rows()
    rows[0] = ("01/13/2026 00:00:00", 1, None)
    assert refusal(customers.vital_xlsx(rows), hints=GIVEN).place.row == 2
    rows[0] = ("01/04/2026 00:00:00", "x", None)
    assert refusal(customers.vital_xlsx(rows), hints=GIVEN).place.column == "H"
