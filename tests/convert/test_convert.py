"""Conversion: what goes round comes back the same, and what a format cannot carry is refused with its row."""

from __future__ import annotations

import gc
import gzip
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle_idd import enveloped as enveloped_idd
from tests.readings.samples import DAY, MPAN, TODAY, csv, csv_row, enveloped, flow_lines, joined, parquet, table
from validator.convert import TARGETS, convert, target_of
from validator.convert.convert import Wanted
from validator.errors import SubmissionError
from validator.readings import read_submission
from validator.readings.streaming import Asked
from validator.schema import PROVENANCE_COLUMNS, READINGS

_ASKED = Asked(today=TODAY)
_ENDINGS = {"parquet": ".parquet", "arrow-file": ".arrow", "arrow-stream": ".arrows", "csv-wide": ".csv"}
HEADER = "ZHV|SYN0000001|D0036001|C|HHDC|X|SUPP|20260403071500||||OPER|"
_PERIODS = [f"RMP|{k}|1|B|" for k in range(1, 49)]
_SAME = [name for name in READINGS.names if name not in PROVENANCE_COLUMNS] + ["utc_day", "alarms_carried"]


def _sent(folder: Path, content: bytes, name: str = "sent") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _readings(path: Path) -> pa.Table:
    return read_submission(path, today=TODAY).readings.select(_SAME)


@pytest.mark.parametrize("word", _ENDINGS)
@pytest.mark.parametrize(
    "content",
    [
        joined(flow_lines(days=["20260401", "20260402"])),
        joined(flow_lines("D0379", values=["0.125", "", *["1.5"] * 46])),
        joined(
            enveloped_idd(
                ["RMD|9901|", "MS9|20260401|", "OS9|O|", "CN9|1|AI|C|", *[f"RMP|{k}|1|B|" for k in range(1, 49)]]
            )
        ),
        gzip.compress(joined(flow_lines("D0275"))),
        parquet(table()),
        csv(csv_row(["1.5"] * 48)),
    ],
    ids=["D0036", "D0379", "C0121", "gzip", "parquet", "csv"],
)
def test_readings_are_the_same_in_every_format(tmp_path: Path, content: bytes, word: str) -> None:
    given_file, out = _sent(tmp_path, content), tmp_path / f"out{_ENDINGS[word]}"
    done = convert(given_file, out, _ASKED)
    assert (done.target, done.channel_days) == (word, len(_readings(given_file)))
    assert _readings(out).equals(_readings(given_file))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["sent", out.name])


@pytest.mark.parametrize("flow", ["D0036", "D0275"])
@pytest.mark.parametrize("through", ["", ".parquet"])
@pytest.mark.parametrize("end", ["20260403071500|", ""])
def test_a_canonical_flow_comes_back_byte_for_byte(tmp_path: Path, flow: str, through: str, end: str) -> None:
    channel, day, value = {"D0036": ("101", "102", "103"), "D0275": ("25B", "26B", "27B")}[flow]
    body = []
    for mpan, supplier in ((MPAN, "SUPP"), ("1234", "OTHR"), ("1235", "")):
        body.append(f"{channel}|{mpan}|AI|{supplier}|")
        for on in ("20260401", "20260402"):
            body += [f"{day}|{on}|", *(f"{value}|{'AEC'[k % 3]}|{k * 1013.1:.1f}|" for k in range(46)), f"{value}|A||"]
            body += [f"{value}|A|-0.5|", f"{value}|A|0.0|", f"{value}|A|99999999999999.9|"]
    content = joined(enveloped(body, flow, groups=3)).replace(b"20260403071500|\n", f"{end}\n".encode())
    content = content.replace(b"||||OPER|\n", b"||||OPER|\n") if end else content
    if not end:
        content = content.replace(b"OPER|\n", b"OPER|\n")
    given_file = _sent(tmp_path, content)
    if through:
        convert(given_file, tmp_path / f"between{through}", _ASKED)
        given_file = tmp_path / f"between{through}"
    convert(given_file, tmp_path / "back", _ASKED, Wanted(to=flow))
    assert (tmp_path / "back").read_bytes() == content


_VALUES = st.one_of(st.none(), st.integers(-(10**13), 10**13).map(lambda tenths: tenths / 10))


@given(
    st.lists(st.tuples(st.lists(_VALUES, max_size=60), st.integers(0, 2)), min_size=1, max_size=5), st.integers(0, 3)
)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_values_go_round_whatever_they_are(
    tmp_path_factory: pytest.TempPathFactory, days: list[tuple[list[float | None], int]], repeats: int
) -> None:
    folder = tmp_path_factory.mktemp("round")
    sent = table(
        len(days),
        mpan_core=pa.array([str(1234 + k % (1 + repeats)) for k in range(len(days))]),
        energy_kwh=pa.array([values for values, _ in days], pa.list_(pa.float64())),
        period_flags=pa.array([[flag] * len(values) for values, flag in days], pa.list_(pa.uint16())),
        **dict.fromkeys(_ATTRIBUTES),
    )
    given_file = _sent(folder, parquet(sent))
    convert(given_file, folder / "out.d0036", _ASKED, Wanted(header=HEADER, supplier="SUPP"))
    found = read_submission(folder / "out.d0036", today=TODAY).readings
    columns = ["mpan_core", "measurement_quantity", "settlement_date", "energy_kwh", "period_flags"]
    assert (
        found.select(columns).to_pylist()
        == read_submission(given_file, today=TODAY).readings.select(columns).to_pylist()
    )


_ATTRIBUTES = (
    "meter_serial", "outstation_id", "firmware", "register_start_kwh", "register_end_kwh", "register_read_kind",
    "clock_error_s", "collected_at", "integration_minutes", "period_duration_s",
)  # fmt: skip


def _flags(*days: int) -> pa.Array:
    return pa.array([[bits] * 48 for bits in days], pa.list_(pa.uint16()))


def _plain(**changes: Any) -> bytes:
    columns: dict[str, Any] = dict.fromkeys(_ATTRIBUTES) | {"role": pa.array(["MAIN"] * 3)}
    columns |= {
        "energy_kwh": pa.array([[1.5] * 48] * 3),
        "period_flags": pa.array([[0] * 48] * 3, pa.list_(pa.uint16())),
    }
    return parquet(table(**(columns | changes)))


_ONE_MORE = [[1.5] * 48, [1.5] * 48, [1.5] * 47]


@pytest.mark.parametrize(
    ("changes", "row", "column", "found"),
    [
        ({"role": pa.array(["MAIN", "CHECK", "MAIN"])}, 2, "role", "a check meter"),
        ({"utc_day": pa.array([True, True, True])}, 1, "utc_day", "a UTC day"),
        ({"firmware": pa.array([None, None, "M6"])}, 3, "firmware", "a value"),
        ({"period_flags": None}, 1, "period_flags", "no statuses"),
        ({"energy_kwh": pa.array([*_ONE_MORE[:2], [1.25, *_ONE_MORE[2]]])}, 3, "energy_kwh", "1.25 at period 1"),
        ({"energy_kwh": pa.array([*_ONE_MORE[:2], [1e300, *_ONE_MORE[2]]])}, 3, "energy_kwh", "1e+300 at period 1"),
        ({"energy_kwh": pa.array([[np.inf, *_ONE_MORE[2]], *_ONE_MORE[:2]])}, 1, "energy_kwh", "infinite"),
        (
            {"period_flags": _flags(0, 4, 0)},
            2,
            "period_flags",
            "phase_fail",
        ),
        ({"period_flags": _flags(1 << 15, 0, 0)}, 1, "period_flags", "not known"),
        ({"mpan_core": pa.array([MPAN, "1|2", MPAN])}, 2, "mpan_core", "characters"),
    ],
)
def test_what_a_flow_cannot_carry_is_refused_with_its_row(
    tmp_path: Path, changes: dict[str, Any], row: int, column: str, found: str
) -> None:
    given_file = _sent(tmp_path, _plain(**changes))
    with pytest.raises(SubmissionError) as caught:
        convert(given_file, tmp_path / "out.d0036", _ASKED, Wanted(header=HEADER, supplier="SUPP"))
    assert (caught.value.place.row, caught.value.place.column) == (row, column)
    assert found in caught.value.found
    assert [path.name for path in tmp_path.iterdir()] == ["sent"]


def test_attributes_can_be_left_out(tmp_path: Path) -> None:
    given_file = _sent(tmp_path, _plain(firmware=pa.array(["M6"] * 3)))
    wanted = Wanted(header=HEADER, supplier="SUPP", drop_attributes=True)
    assert convert(given_file, tmp_path / "out.d0036", _ASKED, wanted).channel_days == 3


@pytest.mark.parametrize("content", [joined(flow_lines(values=["1.0"] * 47)), joined(flow_lines(values=["1.0"] * 51))])
def test_what_blank_cells_cannot_say_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SubmissionError) as caught:
        convert(_sent(tmp_path, content), tmp_path / "out.csv", _ASKED)
    assert (caught.value.place.row, caught.value.place.column) == (1, "energy_kwh")


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        (Wanted(supplier="SUPP"), "--header"),
        (Wanted(header="ZHV|x|", supplier="SUPP"), "--header"),
        (Wanted(header=HEADER), "sent"),
    ],
)
def test_what_a_flow_needs_is_asked_for(tmp_path: Path, wanted: Wanted, place: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        convert(_sent(tmp_path, _plain()), tmp_path / "out.d0036", _ASKED, wanted)
    assert caught.value.place.file.endswith(place)


@pytest.mark.parametrize("name", ["out", "out.xlsx", "out.usr"])
def test_a_name_that_says_no_format_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        target_of(Path(name), None)
    assert all(target.word in caught.value.action for target in TARGETS)
    assert target_of(Path(name), "D0275") == "D0275"


# A file that is broken in its trailer, and one that is without: the rows before are then with the writer already.
@pytest.mark.parametrize("cut", [5, 38])
@pytest.mark.parametrize("ending", [".parquet", ".arrow", ".arrows", ".csv", ".d0036"])
def test_a_broken_input_leaves_what_was_there(tmp_path: Path, cut: int, ending: str) -> None:
    out = _sent(tmp_path, b"before", f"out{ending}")
    with pytest.raises(SubmissionError):
        convert(_sent(tmp_path, joined(flow_lines())[:-cut]), out, _ASKED)
    gc.collect()
    assert out.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"out{ending}", "sent"]


def test_leniently_good_groups_are_written_and_the_others_listed(tmp_path: Path) -> None:
    lines = flow_lines(days=["20260401", "20260402", "20260403"])
    lines[60] = "103|A|x|"
    done = convert(_sent(tmp_path, joined(lines)), tmp_path / "out.parquet", _ASKED, lenient=True)
    assert (done.channel_days, done.left_out, done.refused_entries) == (2, {"channel-days": 1}, 1)
    assert _readings(tmp_path / "out.parquet")["settlement_date"].to_pylist() == [DAY, date(2026, 4, 3)]
    head, *content = (tmp_path / "out.parquet.refused.txt").read_text().splitlines()
    assert "lines 52 to 100, 1 channel-day" in head
    assert "line 61, column period consumption (field 2 of 103): found 'x'" in head
    assert content == lines[51:100]


def test_an_empty_flow_converts(tmp_path: Path) -> None:
    given_file = _sent(tmp_path, joined(enveloped([], groups=0)))
    for ending in (*_ENDINGS.values(), ".d0036"):
        out = tmp_path / f"out{ending}"
        assert convert(given_file, out, _ASKED).channel_days == 0
        assert len(_readings(out)) == 0


def test_two_envelopes_need_one_header(tmp_path: Path) -> None:
    given_file = _sent(tmp_path, joined(flow_lines()) + joined(flow_lines(days=["20260402"])))
    with pytest.raises(SubmissionError, match="2 envelopes"):
        convert(given_file, tmp_path / "out.d0036", _ASKED)
    assert convert(given_file, tmp_path / "out.d0036", _ASKED, Wanted(header=HEADER)).channel_days == 2
    assert convert(given_file, tmp_path / "out.parquet", _ASKED).channel_days == 2
