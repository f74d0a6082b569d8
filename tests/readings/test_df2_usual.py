"""Usual DF2 files by windows: the same as line by line, wherever they are cut; any other is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.readings.samples import TODAY, joined
from validator.readings.customers import df2, df2_usual
from validator.readings.source import Submission

_FIRST = datetime(2026, 4, 1, tzinfo=UTC)
_UNUSUAL = [
    "#S 1 ", "#S 9", "#Sx", "01/04/2026,00:30:00,1,A", "01/04/2026,00:30,1e0,A", "01/04/2026,00:15,1,A",
    "01/04/2026,00:30,1,xA", "01/04/2026,00:30,1", "", "01/04/2126,00:30,1,A",
]  # fmt: skip


def _channel(number: int, rows: int = 5) -> list[str]:
    ends = [_FIRST + timedelta(minutes=30 * (index + 1)) for index in range(rows)]
    values = ["1.5", "", "-0.25", "7", "12.125"]
    return [
        f"#S {number}",
        *(f"{end:%d/%m/%Y,%H:%M},{values[k % 5]},{'AECX '[k % 5].strip()}" for k, end in enumerate(ends)),
    ]


def _lines(outstations: int) -> list[str]:
    lines = ["#F2"]
    for number in range(outstations):
        lines += [f"#O {9900000000015 + number}{['', '-Site'][number % 2]}", *_channel(1), *_channel(3, rows=number)]
    return lines


def _sent(content: bytes, jobs: int = 2) -> Submission:
    return Submission("made up", memoryview(content), "local", TODAY, jobs=jobs)


@pytest.mark.parametrize("window", [1, 100, 10_000])
@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_wherever_it_is_cut(window: int, jobs: int, end: str, last: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(df2_usual, "window_bytes", lambda _: window)
    monkeypatch.setattr(df2_usual, "_SOUGHT_AT_ONCE", 50)
    content = joined(_lines(7), end)
    sent = _sent(content if last else content[:-1], jobs)
    found = df2_usual.usual_df2(sent, df2.SENSORS)
    assert found is not None
    found.validate(full=True)
    assert found.equals(df2._read_any(sent).readings)
    marked = replace(sent, data=memoryview(b"\xef\xbb\xbf" + content))
    assert df2_usual.usual_df2(marked, df2.SENSORS) == found


@pytest.mark.parametrize("line", _UNUSUAL)
@pytest.mark.parametrize("at", [3, 40])
def test_a_file_with_any_other_line_is_left(line: str, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(df2_usual, "window_bytes", lambda _: 100)
    lines = _lines(7)
    lines.insert(at, line)
    assert df2_usual.usual_df2(_sent(joined(lines)), df2.SENSORS) is None


@pytest.mark.parametrize("content", [b"", b"#F2", b"#F2\n", b"#F2 \n#O 9\n", b"x"])
def test_a_file_of_nothing_is_left(content: bytes) -> None:
    assert df2_usual.usual_df2(_sent(content), df2.SENSORS) is None
