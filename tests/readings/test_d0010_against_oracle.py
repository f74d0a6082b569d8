"""D0010 in columns, line by line, and by a second reader: all three agree, however the file is cut or spoilt."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle_flows import read_d0010 as second_reader
from tests.readings.d0010_by_lines import read_by_lines
from tests.readings.samples import MPAN, TODAY, d0010_lines, joined
from validator.errors import SubmissionError
from validator.readings.d0010 import LAYOUT, Unknown, read_d0010, register_batches
from validator.readings.pipes import windows as cutting
from validator.readings.pipes.windows import windows_of_buffer, windows_of_pieces
from validator.readings.record_trees import Terms
from validator.readings.register_readings import REGISTER_READINGS, RegisterReading, RegisterReadings
from validator.readings.source import Submission

_TEXTS = st.sampled_from(["S95A 00001", " S1", "S2  ", "", "AI", "~"])
_VALUES = st.one_of(
    st.integers(0, 99_999_999).map(lambda tenths: f"{tenths / 10:.1f}"),
    st.from_regex(r"\A[0-9]{1,25}\.?[0-9]{0,25}\Z"),
    st.from_regex(r"\A\.[0-9]{1,25}\Z"),
    st.sampled_from(["0", "1.", ".5", "00012.50", "9" * 308, "9" * 309, "9" * 400, "0." + "0" * 400 + "1"]),
)
_TIMES = st.one_of(
    st.datetimes().map(lambda at: f"{at.year:04}{at:%m%d%H%M%S}"),
    st.sampled_from(["20240229235959", "00010101000000", "99991231235959"]),
)
_READINGS = st.tuples(_TEXTS, _TIMES, _VALUES)
_SPOILS = st.sampled_from([
    "", "|", "026|x|V|", "028|x|M|", "029|1|2|3|", "030|", "-1", "x", "1e5", "nan", "inf", ".", "+1", "\r", "\n", "é",
    "\x7f", "\t", "20260229000000", "20260401240000", "20260401006000", "20260401000060", "00000101000000",
    "20261301000000", "20260400000000", "20260001000000", "2026040100000", "ZHV|", "ZPT|", "031|x|",
])  # fmt: skip


@st.composite
def _bodies(draw: st.DrawFn) -> list[str]:
    body: list[str] = []
    for _ in range(draw(st.integers(0, 3))):
        body.append(f"026|{MPAN}|{draw(st.sampled_from(['V', 'U', 'F', '']))}|")
        for _ in range(draw(st.integers(0, 2))):
            body.append(f"028|{draw(_TEXTS)}|{draw(_TEXTS)}|")
            for text, time, value in draw(st.lists(_READINGS, max_size=3)):
                body += [f"030|{text}|{time}|{value}|||T|N|"]
        if draw(st.booleans()):
            body.append("029|1|20260401093000|12.5|")
    return body


def _submission(content: bytes) -> Submission:
    return Submission("sent", memoryview(content), "local", TODAY)


def _sent(body: list[str], end: str = "\n") -> bytes:
    lines = d0010_lines(*body)
    if not body:
        lines = [lines[0], "ZPT|SYN0000004|0||0|20260402060000|"]
    return joined(lines, end)


Found = str | tuple[tuple[RegisterReading, ...], int]


def _line_by_line(content: bytes) -> Found:
    try:
        found, unknown = read_by_lines(content, "sent")
    except SubmissionError as refused:
        return str(refused)
    return tuple(found), unknown


def _cut(content: bytes, size: int, jobs: int, pieces: bool) -> Found:
    """The readings of a file cut into windows."""
    unknown = Unknown()
    windows = windows_of_buffer(np.frombuffer(content, dtype=np.uint8), LAYOUT, size)
    if pieces:
        windows = windows_of_pieces((content[at : at + 97] for at in range(0, len(content), 97)), LAYOUT, size)
    try:
        batches = list(register_batches(windows, Terms("sent", LAYOUT), jobs, unknown))
    except SubmissionError as refused:
        return str(refused)
    table = pa.Table.from_batches(batches, REGISTER_READINGS)
    table.validate(full=True)
    return tuple(RegisterReadings("sent", table)), unknown.lines


def _agree(content: bytes) -> None:
    """The reader says what the reader of lines does, be it readings or an error, and wherever the file is cut."""
    expected = _line_by_line(content)
    assert _cut(content, 1 << 40, 1, pieces=False) == expected
    for size in (1, 120, 300):
        assert _cut(content, size, 1 + (size == 300), pieces=size == 120) == expected


@pytest.fixture(autouse=True)
def _look_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are to be cut too, and groups in them; still further than the longest line here."""
    monkeypatch.setattr(cutting, "_LOOK_FURTHER", 500)


# The first example of a pattern takes a second to set up.
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_bodies(), min_size=1, max_size=2), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_good_files_are_read_in_columns_and_alike(
    bodies: list[list[str]], end: str, marked: bool, cut_short: bool
) -> None:
    parts = [_sent(body, end) for body in bodies]
    content = b"".join(parts)
    content = content.removesuffix(end.encode()) if cut_short else content
    content = b"\xef\xbb\xbf" + content if marked else content
    _agree(content)
    if len(parts) == 1 and end == "\n" and not marked:
        stripped = [
            {name: value.strip() if isinstance(value, str) else value for name, value in each.items()}
            for each in second_reader(content)
        ]
        found = [asdict(each) for each in read_d0010(_submission(content)).registers]
        assert [{**each, "file": "sent"} for each in stripped] == found


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(_bodies(), _SPOILS, st.data())
def test_spoilt_files_are_told_alike(body: list[str], spoil: str, data: st.DataObject) -> None:
    lines = [line.split("|") for line in _sent(body).decode().splitlines()]
    line = data.draw(st.integers(0, len(lines) - 1))
    field = data.draw(st.integers(0, len(lines[line]) - 1))
    lines[line][field] = spoil
    _agree("".join("|".join(fields) + "\n" for fields in lines).encode())


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(_bodies(), _SPOILS, st.data())
def test_lines_put_in_or_taken_out_are_told_alike(body: list[str], spoil: str, data: st.DataObject) -> None:
    lines = _sent(body).decode().splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at : at + data.draw(st.integers(0, 2))] = [spoil]
    _agree(joined(lines))


_LINES = st.one_of(
    _READINGS.map(lambda read: f"030|{read[0]}|{read[1]}|{read[2]}|||T|N|"),
    st.tuples(st.from_regex(r"\A[ -~]{0,3}\Z"), st.from_regex(r"\A[0-9]{14}\Z"), st.from_regex(r"\A[0-9.]{0,10}\Z"))
    .map(lambda read: f"030|{read[0]}|20260401{read[1][8:]}|{read[2]}|||T|N|"),
    st.tuples(_TEXTS, st.integers(0, 60)).map(lambda read: f"030|{read[0]}|20260401093000|1.5|{'x' * read[1]}||T|N|"),
    _TEXTS.map(lambda text: f"026|{text}|V|"),
    _TEXTS.map(lambda text: f"028|{text}|M|"),
    st.just("029|1|2|3|"),
    _SPOILS,
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_LINES, max_size=6), st.integers(0, 40), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_line_among_usual_ones_is_told_as_by_itself(
    lines: list[str], before: int, end: str, of_other_end: bool
) -> None:
    """The usual lines around it are read many at once, also where the odd one is the last or the first of a block."""
    usual = [f"030|AI|20260401000000|{k}.5|||T|N|" for k in range(40)]
    # Its last bytes are read one by one, so that usual lines have to come after it as well.
    body = [f"026|{MPAN}|V|", "028|S1|M|", *usual[:before], *lines, *usual, f"026|{MPAN}|V|", "028|S2|M|", *usual[:9]]
    content = _sent(body, end)
    if of_other_end:
        content = content.replace(b"|" + end.encode(), b"|\n" if end == "\r\n" else b"|\r\n", before + 1)
    assert _cut(content, 1 << 40, 1, pieces=False) == _line_by_line(content)
    assert _cut(content, 700, 2, pieces=False) == _line_by_line(content)


@pytest.mark.parametrize("time", ["20260401157234", "20260431120000", "20260431157234"])
def test_a_time_that_was_wrong_before_is_wrong_again(time: str) -> None:
    """Days and times that were read before are known again, those of another file too."""
    usual = [f"030|AI|20260401000000|{k}.5|||T|N|" for k in range(20)]
    content = _sent([f"026|{MPAN}|V|", "028|S1|M|", *usual, f"030|AI|{time}|1.5|||T|N|", *usual])
    assert [_cut(content, 1 << 40, 1, pieces=False) for _ in range(3)] == 3 * [_line_by_line(content)]


def test_readings_can_be_taken_one_by_one() -> None:
    body = [f"026|{MPAN}|V|", "028|S1|M|", *[f"030|{k}|20260401000000|{k}.5|||T|N|" for k in range(5)]]
    registers = read_d0010(_submission(_sent(body))).registers
    assert [each.value_kwh for each in registers] == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert (registers[-1], registers[1:3]) == (tuple(registers)[4], tuple(registers)[1:3])


def _values_before_the_error(content: bytes, size: int, jobs: int) -> list[float]:
    windows = windows_of_buffer(np.frombuffer(content, dtype=np.uint8), LAYOUT, size)
    batches: list[pa.RecordBatch] = []
    with pytest.raises(SubmissionError, match="field 2 of ZPT"):
        batches.extend(register_batches(windows, Terms("sent", LAYOUT), jobs, Unknown()))
    return [value for batch in batches for value in batch["value_kwh"].to_pylist()]


@pytest.mark.parametrize("size", [100, 150, 200, 250, 300])
def test_rows_before_a_wrong_envelope_are_what_was_sent_however_many_threads_read_on(size: int) -> None:
    def sent(first: int) -> bytes:
        lines = [(f"026|{MPAN}|V|", "028|S1|M|", f"030|AI|20260401000000|{first + k}|||T|N|") for k in range(5)]
        return _sent([line for group in lines for line in group])

    content = sent(100).replace(b"|15|", b"|16|") + b"".join(sent(1000 * k) for k in range(2, 9))
    for jobs in (1, 2, 2, 2, 2):
        assert _values_before_the_error(content, size, jobs) == [100.0, 101.0, 102.0, 103.0, 104.0]
