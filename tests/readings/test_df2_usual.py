"""Stark DF2 by windows: the same as the whole line by line, wherever it is cut, and so is what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readings.samples import TODAY, joined
from validator.errors import SubmissionError
from validator.readings.customers import df2, df2_windows
from validator.readings.customers.df2_usual import usual_days
from validator.readings.customers.windowed import Part, Progress, tables_of
from validator.readings.in_order import read_in_order
from validator.readings.pipes.windows import cut_buffer, cut_pieces
from validator.readings.source import Submission
from validator.schema import READINGS

_FIRST = datetime(2026, 4, 1, tzinfo=UTC)
_UNUSUAL = [
    "#S 1 ", "#S 9", "#Sx", "01/04/2026,00:30:01,1,A", "01/04/2026,00:30,1e0,A", "01/04/2026,00:15,1,A",
    "01/04/2026,00:30,1,xA", "01/04/2026,00:30,1", "", "01/04/2126,00:30,1,A", "01/04/2026,00:30,1,A,",
    "#O", "x", "\r", "01/04/2026,00:30,+1,A", "01/04/2026,00:30,nan,A", "01/04/2026,00:30,1,9",
]  # fmt: skip


def _channel(number: int, rows: int = 5, with_status: bool = True) -> list[str]:
    ends = [_FIRST + timedelta(minutes=30 * (index + 1)) for index in range(rows)]
    values = ["1.5", "", "-0.25", "7", "12.12500000000000000012"]
    cells = [f"{end:%d/%m/%Y,%H:%M},{values[k % 5]},{'AECX '[k % 5].strip()}" for k, end in enumerate(ends)]
    return [f"#S {number}", *(each if with_status else each.rpartition(",")[0] for each in cells)]


def _lines(outstations: int, with_status: bool = True) -> list[str]:
    lines = ["#F2"]
    for number in range(outstations):
        lines.append(f"#O {9900000000015 + number}{['', '-Site'][number % 2]}")
        lines += [*_channel(1, 5, with_status), *_channel(3, 40 * number, with_status)]
    return lines


def _sent(content: bytes) -> Submission:
    return Submission("made up", memoryview(content), "local", TODAY, jobs=2)


Outcome = pa.Table | tuple[str, int | None]


def _whole(content: bytes) -> Outcome:
    try:
        return read_in_order(_sent(content), df2._read_any, lines_above=1, by_line=True).readings
    except SubmissionError as fault:
        return str(fault), fault.good


def _by_windows(content: bytes, size: int, jobs: int = 1, pieces: bool = False) -> Outcome:
    sent = _sent(content)
    by_window = df2.df2_by_window(sent)
    if pieces:
        some = (content[at : at + 97] for at in range(0, len(content), 97))
        windows = cut_pieces(some, lambda rest: by_window.end_of(rest, size), 3 * size)
    else:
        windows = cut_buffer(np.frombuffer(content, dtype=np.uint8), lambda rest: by_window.end_of(rest, size))
    try:
        tables = list(tables_of(sent, by_window.parts(windows), by_window.reader, jobs, Progress()))
    except SubmissionError as fault:
        return str(fault), fault.good
    return pa.concat_tables([READINGS.empty_table(), *tables])


def _same(one: Outcome, other: Outcome) -> bool:
    if isinstance(one, pa.Table) and isinstance(other, pa.Table):
        one.validate(full=True)
        return one.equals(other)
    return one == other


@pytest.mark.parametrize("window", [1, 100, 3000, 100_000])
@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("with_status", [True, False])
@pytest.mark.parametrize("seconds", ["", ":00"])
def test_wherever_it_is_cut(window: int, jobs: int, end: str, with_status: bool, seconds: str) -> None:
    lines = [line if line[0] == "#" else line[:16] + seconds + line[16:] for line in _lines(7, with_status)]
    content = joined(lines, end)
    for sent in (content, content[: -len(end)]):
        whole = _whole(sent)
        assert isinstance(whole, pa.Table)
        assert _same(_by_windows(sent, window, jobs), whole)
        assert _same(_by_windows(sent, window, jobs, pieces=True), whole)
        assert _same(_by_windows(b"\xef\xbb\xbf" + sent, window), whole)
        part = Part(np.frombuffer(sent, dtype=np.uint8), lambda: None, is_last=True)
        usual = usual_days(_sent(sent), part, with_status)
        assert usual is not None
        assert _same(usual.readings, whole)
        assert usual.lines == len(lines)


@pytest.mark.parametrize("line", _UNUSUAL)
@pytest.mark.parametrize("at", [1, 2, 3, 8, 40, 130, -1])
@pytest.mark.parametrize("window", [1, 100, 3000])
@pytest.mark.parametrize("with_status", [True, False])
def test_with_any_other_line(line: str, at: int, window: int, with_status: bool) -> None:
    lines = _lines(7, with_status)
    lines.insert(at, line)
    content = joined(lines)
    assert _same(_by_windows(content, window, 2), _whole(content))
    part = Part(np.frombuffer(content, dtype=np.uint8), lambda: None, is_last=True)
    assert usual_days(_sent(content), part, with_status) is None


_ANY_LINES = st.lists(
    st.one_of(
        st.sampled_from(["#O 99", "#O 7-Site", "#S 1", "#S 4", "#S 1", "#O 8\r", "#O 9", "", "\r", *_UNUSUAL]),
        st.integers(0, 9).map(lambda half: f"01/04/2026,0{half}:30,{half}.5,A"),
        st.integers(0, 9).map(lambda half: f"02/04/26,0{half}:30:00,{half},"),
        st.integers(0, 9).map(lambda half: f"02/04/26,0{half}:00,{half}"),
    ),
    max_size=14,
)


@given(_ANY_LINES, st.integers(1, 90), st.booleans(), st.booleans())
def test_any_lines(lines: list[str], window: int, headed: bool, pieces: bool) -> None:
    content = joined(["#F2", *(["#O 9900000000015", "#S 2"] if headed else []), *lines])
    assert _same(_by_windows(content, window, pieces=pieces), _whole(content))


@pytest.mark.parametrize("content", [b"", b"#F2", b"#F2\n", b"#F2 \n#O 9\n", b"x", b"#F2\n\n\n", b"#O 9\n#S 1\n"])
def test_a_file_of_nothing(content: bytes) -> None:
    if content:
        assert _same(_by_windows(content, 1), _whole(content))
    part = Part(np.frombuffer(content, dtype=np.uint8), lambda: None, is_last=True)
    usual = usual_days(_sent(content), part, with_status=True)
    assert usual is None or not usual.readings.num_rows


def test_leniently_the_whole_is_read() -> None:
    lines = _lines(3)
    lines.insert(4, "x")
    content = joined(lines)
    decoded = df2.read_df2(replace(_sent(content), lenient=True))
    assert [each.first_line for each in decoded.refused] == [5]
    lines.pop(4)
    good = df2.read_df2(_sent(joined(lines))).readings
    assert decoded.readings.drop_columns("source_row").equals(good.drop_columns("source_row"))


@pytest.mark.parametrize("sought", [7, 64])
def test_sought_in_pieces(sought: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(df2_windows, "_SOUGHT_AT_ONCE", sought)
    content = joined(_lines(7))
    assert _same(_by_windows(content, 100), _whole(content))
    assert _same(_by_windows(content, 1), _whole(content))
