"""A file in which envelopes of several flows follow each other reads as each of them does in a file of its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readings.samples import TODAY, flow_lines, joined, read, refusal, rows
from validator.errors import SubmissionError
from validator.readings.pipes import LAYOUTS, pipe_batches
from validator.readings.pipes import windows as cutting
from validator.readings.pipes.stitching import Stitched, Terms
from validator.readings.pipes.windows import windows_of_buffer
from validator.readings.refused import RefusedLines
from validator.schema import READINGS

FLOWS = ("D0036", "D0275", "D0379")
Read = tuple[pa.Table, list[RefusedLines], str]


def _read(content: bytes, word: str, lenient: bool, size: int, jobs: int = 1, name: str = "sent") -> Read:
    """What is read, what is left out, and the error that ends it."""
    refused: list[RefusedLines] = []
    stitched = Stitched(Terms(name, LAYOUTS[word], TODAY, False, refused.append if lenient else None))
    windows = windows_of_buffer(np.frombuffer(content, dtype=np.uint8), LAYOUTS[word], size)
    batches, error = [], ""
    try:
        batches += [batch.readings for batch in pipe_batches(windows, stitched, jobs)]
    except SubmissionError as fault:
        error = str(fault)
    return pa.Table.from_batches(batches, READINGS).combine_chunks(), refused, error


@st.composite
def _envelopes(draw: st.DrawFn) -> list[tuple[str, bytes]]:
    """Whole envelopes, some with a value that is no number; each with its flow."""
    made = []
    for flow in draw(st.lists(st.sampled_from(FLOWS), min_size=2, max_size=6)):
        days = [f"202604{day:02d}" for day in range(1, draw(st.integers(1, 3)) + 1)]
        lines = flow_lines(flow, [f"{n}.5" for n in range(draw(st.sampled_from([2, 46, 48])))], days)
        if draw(st.integers(0, 3)) == 0:
            at = draw(st.integers(1, len(lines) - 2))
            lines[at] = draw(st.sampled_from(["", "x|", lines[at].replace("|", "|x|", 1)])) or lines[at]
        made.append((flow, joined(lines, draw(st.sampled_from(["\n", "\r\n"])))))
    return made


def _one_by_one(envelopes: list[tuple[str, bytes]]) -> tuple[list[dict[str, object]], list[tuple[object, ...]]]:
    """Rows and what is left out of each envelope read by itself, with the lines that they have in the whole file."""
    found: list[dict[str, object]] = []
    refused: list[tuple[object, ...]] = []
    before = 0
    for flow, content in envelopes:
        table, left_out, error = _read(content, flow, True, 1 << 30)
        assert not error
        found += [row | {"source_row": row["source_row"] + before} for row in table.to_pylist()]
        refused += [
            (one.first_line + before, one.last_line + before, one.channel_days, one.content, one.reason.found)
            for one in left_out
        ]
        before += content.count(b"\n")
    return found, refused


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(envelopes=_envelopes(), size=st.sampled_from([200, 900, 3000, 1 << 30]), jobs=st.sampled_from([1, 2]))
def test_each_reads_as_by_itself_wherever_it_is_cut(
    envelopes: list[tuple[str, bytes]], size: int, jobs: int, monkeypatch_module: None
) -> None:
    content = b"".join(each for _, each in envelopes)
    table, refused, error = _read(content, envelopes[0][0], True, size, jobs)
    expected, expected_refused = _one_by_one(envelopes)
    assert not error
    assert table.to_pylist() == expected
    told = [(one.first_line, one.last_line, one.channel_days, one.content, one.reason.found) for one in refused]
    assert sorted(told, key=str) == sorted(expected_refused, key=str)


@pytest.fixture(scope="module")
def monkeypatch_module() -> object:
    """Small files are to be cut too; still further than the longest row here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "_LOOK_FURTHER", 3000)
        yield


def _mixed(*flows: str) -> bytes:
    return b"".join(joined(flow_lines(flow, days=[f"2026040{place}"])) for place, flow in enumerate(flows, 1))


def test_every_row_has_the_day_of_its_flow() -> None:
    found = rows(_mixed("D0036", "D0379", "D0275"))
    assert [(row["utc_day"], row["source_row"]) for row in found] == [(False, 3), (True, 55), (False, 107)]


@pytest.mark.parametrize("flows", [("D0275", "D0036"), ("D0379", "D0379", "D0036")])
def test_a_fault_in_a_later_flow_is_told_in_lines_of_the_file(flows: tuple[str, ...]) -> None:
    content = _mixed(*flows)
    place = content.rindex(b"|12.4|")
    error = refusal(content[:place] + b"|x|" + content[place + 6 :])
    assert (error.place.line, error.found, error.good) == (52 * len(flows) - 1, "'x'", len(flows) - 1)
    assert error.place.column == "period consumption (field 2 of 103)"


def test_a_flow_that_has_another_reader_is_still_refused() -> None:
    content = _mixed("D0036") + _mixed("D0036").replace(b"D0036001", b"D0010001")
    error = refusal(content)
    assert (error.place.line, error.found, error.good) == (53, "'D0010001'", 1)


def test_the_first_flow_is_the_one_that_was_named() -> None:
    assert refusal(_mixed("D0275", "D0036"), format="D0036").found == "'D0275001'"


def test_of_an_envelope_without_its_trailer_nothing_is_lost() -> None:
    first = joined(flow_lines("D0036")[:-1])
    content = first + _mixed("D0275", "D0275")
    source = read(content, lenient=True)
    assert (source.readings.num_rows, sum(each.channel_days for each in source.refused)) == (2, 1)
    assert joined(flow_lines("D0275")) in b"".join(each.content for each in source.refused)


def test_large_values_are_noted_by_flow() -> None:
    large = joined(flow_lines("D0036", ["1000000.0"] * 48))
    notes = read(large + _mixed("D0379")).notes
    assert [note.split("may")[0] for note in notes] == ["sent: 48 values above 999999.9, for which a D0036 "]
