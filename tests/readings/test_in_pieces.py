"""A row per half hour, read in pieces: the same readings and faults as of the whole, in whatever order rows are."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels import grouping
from tests.readings.samples import TODAY, file, parquet, stream
from validator.convert.convert import convert
from validator.errors import SubmissionError
from validator.readings import pieces, read_bytes
from validator.readings.refused import RefusedLines
from validator.readings.streaming import Asked, StartAgainError, open_stream, table_of

_MPANS = ("9900000000006", "9900000000015", "9900000000024")
_QUANTITIES = ("AI", "RI")
_NAMED = ("mpan_core", "measurement_quantity", "settlement_date")
_FIRST = date(2025, 10, 24)
_DAYS = 4
"""From a Friday over the long day of October 2025."""


def _csv(table: pa.Table) -> bytes:
    out = pa.BufferOutputStream()
    pa.csv.write_csv(table, out, pa.csv.WriteOptions(quoting_style="none"))
    return bytes(out.getvalue().to_pybytes())


def _small_groups(table: pa.Table) -> bytes:
    return parquet(table, row_group_size=97)


_WRITERS: dict[str, Callable[[pa.Table], bytes]] = {
    "csv": _csv, "parquet": _small_groups, "stream": stream, "file": file,
}  # fmt: skip


def _numbered() -> list[dict[str, Any]]:
    rows = []
    for mpan in _MPANS:
        for quantity in _QUANTITIES:
            for at in range(_DAYS):
                day = _FIRST + timedelta(at)
                for period in range(1, (50 if day == date(2025, 10, 26) else 48) + 1):
                    who = {"mpan_core": mpan, "measurement_quantity": quantity, "role": "MAIN"}
                    when = {"settlement_date": day, "settlement_period": period}
                    rows.append({**who, **when, "energy_kwh": period / 8 + at, "status": "AE"[period % 7 == 0]})
    return rows


def _stamped() -> list[dict[str, Any]]:
    """The same by the local clock, on which two half hours of the long day come twice."""
    rows = []
    for row in _numbered():
        period = row["settlement_period"] - 1
        if row["settlement_date"] == date(2025, 10, 26) and period >= 4:
            period -= 2
        midnight = datetime.combine(row["settlement_date"], datetime.min.time())
        stamp = (midnight + timedelta(minutes=30 * period)).isoformat(" ", "minutes")
        others = {name: row[name] for name in ("mpan_core", "measurement_quantity", "role", "energy_kwh", "status")}
        rows.append({**others, "period_start": stamp})
    return rows


def _time(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["settlement_date"], row["settlement_period"]) if "settlement_date" in row else (row["period_start"],)


_ORDERS: dict[str, Callable[[list[dict[str, Any]]], list[dict[str, Any]]]] = {
    "channel": list,
    "time": lambda rows: sorted(rows, key=_time),
    "meter and time": lambda rows: sorted(rows, key=lambda row: (row["mpan_core"], _time(row))),
    "backwards": lambda rows: rows[::-1],
    "days backwards": lambda rows: sorted(rows, key=lambda row: _time(row)[0][:10], reverse=True)
    if "period_start" in rows[0] else sorted(rows, key=lambda row: row["settlement_date"], reverse=True),
    "any": lambda rows: random.Random(1).sample(rows, len(rows)),
    "a day in two parts": lambda rows: [*rows[20:], *rows[:20]],
}  # fmt: skip


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets how many rows a piece has, and bytes accordingly."""

    def sized(rows: int) -> None:
        monkeypatch.setattr(pieces, "ROWS_AT_ONCE", rows)
        monkeypatch.setattr(pieces, "BYTES_AT_ONCE", rows * 40)

    return sized


def _outcome(content: bytes, **options: Any) -> Any:
    try:
        source = read_bytes(content, "sent", today=TODAY, **options)
    except SubmissionError as fault:
        return str(fault)
    source.readings.validate(full=True)
    return source.readings.to_pylist(), source.ignored_columns, [str(each) for each in source.refused]


def _same(content: bytes, in_pieces: Callable[[int], None], rows: int = 150, **options: Any) -> Any:
    in_pieces(10**9)
    whole = _outcome(content, **options)
    in_pieces(rows)
    assert _outcome(content, **options) == whole
    assert _outcome(content, jobs=2, **options) == whole
    return whole


@pytest.mark.parametrize("writer", _WRITERS)
@pytest.mark.parametrize("order", _ORDERS)
@pytest.mark.parametrize("made", [_numbered, _stamped])
def test_pieces_are_the_whole(
    in_pieces: Callable[[int], None], made: Callable[[], list[dict[str, Any]]], order: str, writer: str
) -> None:
    content = _WRITERS[writer](pa.Table.from_pylist(_ORDERS[order](made())))
    for rows in (40, 150, 700):
        days, *_ = _same(content, in_pieces, rows)
        assert len(days) == len(_MPANS) * len(_QUANTITIES) * _DAYS


_SPOILT: dict[str, tuple[str, Any]] = {
    "no number": ("energy_kwh", "x"), "infinite": ("energy_kwh", "inf"), "spaced": ("energy_kwh", " 1.5 "),
    "no date": ("settlement_date", "2026-02-30"), "future": ("settlement_date", "2031-01-01"),
    "no period": ("settlement_period", "51"), "twice": ("settlement_period", "3"), "word": ("status", "WHAT"),
    "role": ("role", "SPARE"), "blank": ("mpan_core", ""), "quoted": ("mpan_core", '"99\n00"'),
    "cells": ("status", "A,A"), "bytes": ("status", "\udcff"), "stray": ("status", "\ufeffA"),
    "line": ("status", "A\n"), "return": ("status", "A\rA"),
}  # fmt: skip


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("what", _SPOILT)
@pytest.mark.parametrize("at", [0, 149, 500, -1])
def test_a_fault_is_told_as_of_the_whole(in_pieces: Callable[[int], None], what: str, at: int, lenient: bool) -> None:
    rows = _numbered()
    column, text = _SPOILT[what]
    cells = [[str(cell) for cell in row.values()] for row in rows]
    cells[at][list(rows[0]).index(column)] = text
    lines = [",".join(rows[0]), *map(",".join, cells)]
    _same("\n".join(lines).encode("utf-8", "surrogateescape") + b"\n", in_pieces, lenient=lenient)


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n", "\r\n", "\n\n\r\n"])
def test_line_ends_of_a_file(in_pieces: Callable[[int], None], end: str) -> None:
    _same(_csv(pa.Table.from_pylist(_numbered())).rstrip() + end.encode(), in_pieces)
    _same(_csv(pa.Table.from_pylist(_numbered())).replace(b"\n", b"\r\n").rstrip() + end.encode(), in_pieces)


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [("utc_day", "true", "TRUE"), ("utc_day", "true", "false"), ("firmware", "1", "2")],
)
def test_what_every_row_has_to_say_alike(in_pieces: Callable[[int], None], column: str, one: str, other: str) -> None:
    for split in (600, 610):
        rows = [{**row, column: one if at < split else other} for at, row in enumerate(_numbered())]
        _same(_csv(pa.Table.from_pylist(rows)), in_pieces)


def test_stamps_of_which_some_state_their_offset(in_pieces: Callable[[int], None]) -> None:
    usual = [row for row in _stamped() if not row["period_start"].startswith("2025-10-26")]
    rows = [{**row, "period_start": row["period_start"] + "Z" * (at >= 576)} for at, row in enumerate(usual)]
    for base in ("local", "utc"):
        assert "offset" in _same(_csv(pa.Table.from_pylist(rows)), in_pieces, time_base=base)


def test_a_channel_that_turns_round(in_pieces: Callable[[int], None]) -> None:
    """Its long day runs forwards and the days run backwards: all its rows say which half of an hour came first."""
    rows = [row for row in _ORDERS["days backwards"](_stamped()) if row["mpan_core"] == _MPANS[0]]
    for order in (rows, rows[::-1], sorted(rows, key=lambda row: row["measurement_quantity"])):
        _same(_csv(pa.Table.from_pylist(order)), in_pieces, 30)


@pytest.mark.parametrize("writer", ["parquet", "stream", "file"])
def test_damage_is_told_as_of_the_whole(in_pieces: Callable[[int], None], writer: str) -> None:
    content = bytearray(_WRITERS[writer](pa.Table.from_pylist(_numbered())))
    for at in range(len(content) // 3, len(content), len(content) // 15):
        spoilt = content.copy()
        spoilt[at : at + 40] = b"\xff" * len(spoilt[at : at + 40])
        _same(bytes(spoilt), in_pieces)
    _same(bytes(content[: len(content) // 2]), in_pieces)


@pytest.mark.parametrize("writer", ["parquet", "stream", "file"])
def test_dictionaries_and_their_unused_words(in_pieces: Callable[[int], None], writer: str) -> None:
    table = pa.Table.from_pylist(_numbered())
    kept = pa.DictionaryArray.from_arrays(
        pc.fill_null(table["role"].dictionary_encode().combine_chunks().indices, 0), pa.array(["MAIN", "no such word"])
    )
    days, *_ = _same(_WRITERS[writer](table.set_column(2, "role", kept)), in_pieces)
    assert len(days) == 24


@pytest.mark.parametrize("writer", _WRITERS)
def test_a_stream_gives_the_days_before_a_fault_and_starts_again_where_they_were_wrong(
    in_pieces: Callable[[int], None], tmp_path: Path, writer: str
) -> None:
    in_pieces(150)
    sent, out = tmp_path / "sent", tmp_path / "out.arrow"
    rows = _numbered()
    sent.write_bytes(_WRITERS[writer](pa.Table.from_pylist(rows)))
    stream = open_stream(sent, Asked(today=TODAY), "sent")
    batches = [len(batch.readings) for batch in stream.batches]
    assert len(batches) > 3
    assert sum(batches) == 24
    # The first day of the first channel goes on at the end of the file.
    sent.write_bytes(_WRITERS[writer](pa.Table.from_pylist(_ORDERS["a day in two parts"](rows))))
    with pytest.raises(StartAgainError):
        list(open_stream(sent, Asked(today=TODAY)).batches)
    assert table_of(open_stream(sent, Asked(today=TODAY, in_pieces=False))).num_rows == 24
    assert convert(sent, out, Asked(today=TODAY)).channel_days == 24
    with pa.ipc.open_file(out) as written:
        table = written.read_all()
        days = zip(*(table[name].to_pylist() for name in _NAMED), strict=True)
        assert len(set(days)) == 24
    # The last row's half hour has come already.
    sent.write_bytes(_WRITERS[writer](pa.Table.from_pylist([*rows, rows[-1]])))
    given: list[int] = []
    with pytest.raises(SubmissionError, match="holds already") as caught:
        given.extend(len(batch.readings) for batch in open_stream(sent, Asked(today=TODAY)).batches)
    assert sum(given) > 3
    assert caught.value.good == 24


def test_what_is_left_out_is_handed_over_once(in_pieces: Callable[[int], None], tmp_path: Path) -> None:
    in_pieces(150)
    sent, out = tmp_path / "sent", tmp_path / "out.parquet"
    lines = _csv(pa.Table.from_pylist(_numbered())).splitlines(keepends=True)
    lines[900] = lines[900].replace(b",AI,", b",?,").replace(b"2025-", b"never-")
    sent.write_bytes(b"".join(lines))
    done = convert(sent, out, Asked(today=TODAY), lenient=True)
    assert (done.channel_days, done.refused_entries) == (24, 1)
    refused: list[RefusedLines] = []
    with pytest.raises(StartAgainError):
        list(open_stream(sent, Asked(today=TODAY, refuse=refused.append)).batches)
    assert not refused


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
def test_a_cut_is_where_nothing_goes_on(groups: list[int]) -> None:
    order = list(dict.fromkeys(groups))
    group = np.array([order.index(each) for each in groups], dtype=np.int32)
    cuts = [row for row in range(1, len(groups)) if not set(groups[:row]) & set(groups[row:])]
    assert grouping.last_cut(group, np.empty(len(order), dtype=np.int64)) == max(cuts, default=0)


@settings(max_examples=50)
@given(st.lists(st.lists(st.integers(1, 2**64 - 1) | st.integers(1, 5), max_size=20), max_size=5))
def test_a_set_of_keys(lists: list[list[int]]) -> None:
    slots, known = np.zeros(256, dtype=np.uint64), set[int]()
    for keys in lists:
        new = set(keys) - known
        assert grouping.add_keys(np.array(keys, dtype=np.uint64), slots) == len(new)
        known |= new
    assert set(slots[slots != 0].tolist()) == known


_GROWTH = """
import sys
from datetime import date
from pathlib import Path
from benchmarks.one_run import peak_mib
from validator.readings import pieces
from validator.readings.streaming import Asked, open_stream
pieces.ROWS_AT_ONCE, pieces.BYTES_AT_ONCE = 100_000, 4_000_000
for path in sys.argv[1:]:
    for batch in open_stream(Path(path), Asked(today=date(2026, 6, 1))).batches:
        pass
    print(peak_mib())
"""


@pytest.mark.parametrize("form", ["csv", "parquet", "arrow"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, form: str) -> None:
    paths = []
    for name, channels in (("small", 40), ("large", 400)):
        paths.append(tmp_path / f"{name}.{form}")
        paths[-1].write_bytes(_many(channels, form))
    command = [sys.executable, "-c", _GROWTH, *map(str, paths)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    small, large = (float(line) for line in said.stdout.split())
    # 0.4 and 4 million half hours, which as a whole take more than 400 MiB.
    assert large - small < 80


def _many(channels: int, form: str) -> bytes:
    """Channels of 200 winter days and more, with values that do not repeat."""
    days, each = 200, 200 * 48
    rows = channels * each
    first = (date(2025, 10, 27) - date(1970, 1, 1)).days
    dates = np.tile(np.repeat(np.arange(first, first + days, dtype=np.int32), 48), channels)
    table = pa.table({
        "mpan_core": pa.DictionaryArray.from_arrays(
            np.repeat(np.arange(channels, dtype=np.int32), each), [f"99{at:011}" for at in range(channels)]
        ).cast(pa.string()),
        "measurement_quantity": pa.repeat("AI", rows),
        "settlement_date": pa.array(dates, pa.int32()).view(pa.date32()),
        "settlement_period": pa.array(np.tile(np.arange(1, 49, dtype=np.int32), channels * days)),
        "energy_kwh": np.random.default_rng(1).random(rows).round(3),
    })  # fmt: skip
    if form == "csv":
        return _csv(table)
    if form == "parquet":
        return parquet(table, row_group_size=rows)
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=50_000)
    return bytes(out.getvalue().to_pybytes())
