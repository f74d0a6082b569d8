"""A file that is cut into windows anywhere reads like the whole: readings, refusals and what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.oracle_dtc import RECORDS
from tests.oracle_idd import enveloped as enveloped_idd
from tests.readings.samples import TODAY, enveloped, flow_lines, joined
from validator.errors import SubmissionError
from validator.readings.pipes import LAYOUTS, pipe_batches
from validator.readings.pipes import windows as cutting
from validator.readings.pipes.stitching import Stitched, Terms
from validator.readings.pipes.windows import Window, windows_of_buffer, windows_of_pieces
from validator.readings.refused import RefusedLines
from validator.schema import READINGS

_NO_CUT = 1 << 40
Outcome = tuple[pa.Table, list[RefusedLines]] | tuple[str, int | None]


@pytest.fixture(autouse=True)
def _look_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are to be cut too; still further than the longest row here."""
    monkeypatch.setattr(cutting, "_LOOK_FURTHER", 3000)


def _read(windows: Iterator[Window], word: str, lenient: bool, jobs: int = 1) -> Outcome:
    refused: list[RefusedLines] = []
    stitched = Stitched(Terms("sent", LAYOUTS[word], TODAY, False, refused.append if lenient else None))
    try:
        batches = [batch.readings for batch in pipe_batches(windows, stitched, jobs)]
    except SubmissionError as error:
        return str(error), error.good
    table = pa.Table.from_batches(batches, READINGS).combine_chunks()
    table.validate(full=True)
    # A group without a child is known to be one only where its sibling comes, perhaps a window later.
    return table, sorted(refused, key=lambda each: each.first_line)


def _buffer(content: bytes, word: str, size: int) -> Iterator[Window]:
    return windows_of_buffer(np.frombuffer(content, dtype=np.uint8), LAYOUTS[word], size)


def _pieces(content: bytes, word: str, size: int) -> Iterator[Window]:
    pieces = (content[at : at + 97] for at in range(0, len(content), 97))
    return windows_of_pieces(pieces, LAYOUTS[word], size)


_SPOILS = (
    "",
    "|",
    "101|",
    "101|1|AI|S|",
    "102|20260401|",
    "103|A|1.0|",
    "RMD|1|",
    "CN9|1|AI|M|",
    "ZPT|x|",
    "x" * 300,
    "é",
)


@st.composite
def _files(draw: st.DrawFn) -> tuple[str, bytes]:
    word = draw(st.sampled_from([*RECORDS, "C0121"]))
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        lines += _idd(draw) if word == "C0121" else _dtc(draw, word)
        lines += [""] * draw(st.sampled_from([0, 0, 3]))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        way, spoil = draw(st.sampled_from(["drop", "twice", "put"])), draw(st.sampled_from(_SPOILS))
        lines[at : at + 1] = {"drop": [], "twice": [lines[at]] * 2, "put": [spoil, lines[at]]}[way]
        if not lines:
            lines = [spoil]
    return word, joined(lines, draw(st.sampled_from(["\n", "\r\n"])))


def _dtc(draw: st.DrawFn, word: str) -> list[str]:
    channel_id, day_id, value_id = RECORDS[word]
    body: list[str] = []
    groups = draw(st.integers(0, 3))
    for group in range(groups):
        body.append(f"{channel_id}|{9900000000015 + group}|AI|SUP{group}|")
        for day in range(draw(st.integers(1, 3))):
            body.append(f"{day_id}|{date(2026, 4, 1) + timedelta(day):%Y%m%d}|")
            body += [f"{value_id}|A|{k}.{k % 10}|" for k in range(draw(st.sampled_from([0, 1, 46, 48])))]
    return enveloped(body, word, groups)


def _idd(draw: st.DrawFn) -> list[str]:
    body: list[str] = []
    for meter in range(draw(st.integers(0, 2))):
        body.append(f"RMD|{9900 + meter}|")
        for day in range(draw(st.integers(1, 2))):
            body += [f"MS9|2026040{day + 1}|", "OS9|OUT|"]
            for channel in range(draw(st.integers(1, 2))):
                body.append(f"CN9|{channel}|AI|{'MC'[channel % 2]}|")
                body += [f"RMP|{k}|{k}.5|A|" for k in range(1, draw(st.sampled_from([1, 2, 49])))]
    return enveloped_idd(body)


@given(_files(), st.integers(1, 1500), st.booleans(), st.sampled_from([1, 2]))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_file_cut_anywhere_reads_like_the_whole(sent: tuple[str, bytes], size: int, lenient: bool, jobs: int) -> None:
    word, content = sent
    note(f"{content!r} {size} {lenient}")
    whole = _read(_buffer(content, word, _NO_CUT), word, lenient)
    _alike(_read(_buffer(content, word, size), word, lenient, jobs), whole)
    _alike(_read(_pieces(content, word, size), word, lenient, jobs), whole)


def _alike(found: Outcome, whole: Outcome) -> None:
    if isinstance(whole[0], str) or isinstance(found[0], str):
        assert found == whole
        return
    assert found[0].equals(whole[0])
    # A refused stretch may come in two entries where a cut goes through it; its lines and bytes are the same.
    assert b"".join(each.content for each in found[1]) == b"".join(each.content for each in whole[1])
    assert sum(each.channel_days for each in found[1]) == sum(each.channel_days for each in whole[1])
    assert _lines(found[1]) == _lines(whole[1])


def _lines(refused: list[RefusedLines]) -> list[int]:
    return [line for each in refused for line in range(each.first_line, each.last_line + 1)]


@given(_files())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_leniently_nothing_disappears(sent: tuple[str, bytes]) -> None:
    word, content = sent
    found = _read(_buffer(content, word, _NO_CUT), word, lenient=True)
    if isinstance(found[0], str):
        assert "ZHV" in found[0] or "AAA" in found[0]
        return
    table, refused = found
    row_id = LAYOUTS[word].row.encode() + b"|"
    lines = content.split(b"\n")
    assert sum(line.startswith(row_id) for line in lines) == len(table) + sum(each.channel_days for each in refused)
    out = _lines(refused)
    assert len(out) == len(set(out)), "no line is refused twice"
    for each in refused:
        ended = b"".join(line + b"\n" for line in lines[each.first_line - 1 : each.last_line])
        assert each.content in (ended, ended.removesuffix(b"\n"))
    taken = {line for line in range(1, len(lines) + 1) if line not in out}
    values = LAYOUTS[word].value.encode() + b"|"
    sent_values = sum(1 for line in taken if lines[line - 1].startswith(values))
    read_values = table["energy_kwh"].combine_chunks().flatten()
    assert sent_values == len(read_values) or word == "C0121"


@given(_files())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_leniently_a_whole_file_is_read_whole(sent: tuple[str, bytes]) -> None:
    word, content = sent
    strictly = _read(_buffer(content, word, _NO_CUT), word, lenient=False)
    leniently = _read(_buffer(content, word, _NO_CUT), word, lenient=True)
    if isinstance(strictly[0], str):
        assert isinstance(leniently[0], str) or leniently[1]
    else:
        assert leniently[0].equals(strictly[0])
        assert leniently[1] == []


def test_a_file_larger_than_a_window_is_read_by_threads() -> None:
    lines = flow_lines(days=[f"2026{month:02}{day:02}" for month in (1, 2, 3) for day in range(1, 29)])
    content = joined(lines)
    whole, cut = (_read(_buffer(content, "D0036", size), "D0036", False, 2) for size in (_NO_CUT, 4000))
    _alike(cut, whole)
    assert len(list(_buffer(content, "D0036", 4000))) > 5


@pytest.mark.parametrize(
    "rubbish", [b"\0" * 99 + b"\n", b"101|1|AI|S|\n", b"101|" + b"x" * 200 + b"\n", b"x", b"102|20260401|"]
)
def test_rubbish_without_end_is_cut_anywhere(monkeypatch: pytest.MonkeyPatch, rubbish: bytes) -> None:
    monkeypatch.undo()
    good = joined(flow_lines()).splitlines(keepends=True)
    content = b"".join([*good[:-1], rubbish * (12_000_000 // len(rubbish)), b"\n", *good[1:]])
    strictly = _read(_buffer(content, "D0036", 1 << 20), "D0036", lenient=False)
    assert isinstance(strictly[0], str)
    whole = _read(_buffer(content, "D0036", _NO_CUT), "D0036", lenient=False)
    assert strictly == whole
    leniently = _read(_buffer(content, "D0036", 1 << 20), "D0036", lenient=True)
    if rubbish == b"101|1|AI|S|\n" or b"\n" not in rubbish:
        # Too many groups to leave out, or a line without end.
        assert isinstance(leniently[0], str)
        return
    table, refused = leniently
    rows = sum(line.startswith(b"102|") for line in content.split(b"\n"))
    assert rows == len(table) + sum(each.channel_days for each in refused)
    assert len(content) - sum(len(each.content) for each in refused) < 5000


def test_a_childless_group_is_not_lost_where_a_cut_comes_after_it() -> None:
    lines = ["101|1|AI|S|", "103|A|1.0|", "102|20260401|", "103|A|1.0|", "101|2|AI|S|", "103|A|1.0|", "101|3|AI|S|"]
    content = joined([*enveloped([], groups=0), *enveloped(lines, groups=3)])
    whole = _read(_buffer(content, "D0036", _NO_CUT), "D0036", lenient=True)
    for size in range(1, len(content)):
        _alike(_read(_buffer(content, "D0036", size), "D0036", lenient=True), whole)
