"""Blocks of value records, against a line-by-line reading in plain Python."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels import pipes
from kernels.loads import folded
from kernels.usual_values import (
    BLOCK_LINES,
    SPARE_BYTES,
    block,
    first_unusual,
    line_ends,
    numbered_lines,
    numbers,
    plain_lines,
)
from validator.readings.pipes import LAYOUTS

_AFTER = b"x" * (SPARE_BYTES + 64)
# No value is a file's first line, and loads that end with its number would begin before it.
_BEFORE = b"ZHV|a header...\n"
_USUAL_NUMBER = rb"(?=.{1,8}\Z)([0-9]+|[0-9]*\.[0-9]{1,3})"
_NUMBERS = st.one_of(
    st.integers(0, 99_999_999).map(str),
    st.integers(0, 9_999_999).map(lambda tenths: f"{tenths / 10:.1f}"),
    st.integers(0, 9_999_999).map(lambda thousandths: f"{thousandths / 1000:.3f}"),
    st.text(st.sampled_from("0123456789.-/: e"), max_size=10),
)
_STATUSES = st.sampled_from(["A", "A", "A", "E", "C", "X", "", "|", "AA", "\r"])
_OTHERS = st.sampled_from(
    ["101|99|AI|S|", "102|20260401|", "", "|", "x", "103|A|1.0", "\r|", "é|", "|" * 20, "9" * 99 + "|"]
)


def _plain() -> st.SearchStrategy[str]:
    usual = st.builds(lambda status, number: f"103|{status}|{number}|", _STATUSES, _NUMBERS)
    return st.one_of(usual, usual, usual, st.builds(lambda text: f"104|A|{text}|", _NUMBERS), _OTHERS)


def _numbered() -> st.SearchStrategy[str]:
    periods = st.one_of(st.integers(0, 120).map(str), st.sampled_from(["01", "1x", "", "|", "/"]))
    usual = st.builds(lambda *texts: "RMP|{}|{}|{}|".format(*texts), periods, _NUMBERS, _STATUSES)
    return st.one_of(usual, usual, usual, _OTHERS)


def _bytes(lines: list[str], end: str) -> bytes:
    return "".join(line + end for line in lines).encode("latin-1")


def _closed(content: bytes, end: bytes) -> list[bytes]:
    """The lines at the start of `content` that end in a bar and `end`, without that end."""
    lines: list[bytes] = []
    for line in content.split(b"\n")[:-1]:
        if not (line + b"\n").endswith(b"|" + end):
            break
        lines.append((line + b"\n").removesuffix(end))
    return lines


def _ends(content: bytes, end: str) -> tuple[np.ndarray, list[bytes], tuple[np.ndarray, ...]]:
    arrays = block()
    data, begin = np.frombuffer(_BEFORE + content + _AFTER, dtype=np.uint8), len(_BEFORE)
    count = line_ends(data, begin, end == "\r\n", arrays[0])
    expected = _closed(content, end.encode())
    assert count == len(expected)
    newlines = [begin + each.start() for each in re.finditer(b"\n", content)][:count]
    assert arrays[0][: count + 1].tolist() == [begin - 1, *newlines]
    return data, expected, arrays


@given(st.lists(_plain(), max_size=60), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=500, deadline=None)
def test_plain_lines_read_as_one_by_one(lines: list[str], end: str) -> None:
    data, texts, (ends, flags, unusual, lengths, tails, _, _, kwh) = _ends(_bytes(lines, end), end)
    flag_of, returned = LAYOUTS["D0036"].flag_of, end == "\r\n"
    word = np.uint64(pipes.packed("103|"))
    plain_lines(data, ends, len(texts), returned, word, flag_of, pipes.BAD_LETTER, flags, lengths, tails)
    numbers(lengths, tails, len(texts), kwh, unusual)
    for k, text in enumerate(texts):
        found = re.fullmatch(rb"103\|([^|])\|([^|]*)\|", text, re.DOTALL)
        usual = found and re.fullmatch(_USUAL_NUMBER, found[2]) and flag_of[found[1][0]] < pipes.BAD_LETTER
        assert bool(unusual[k]) == (not usual), text
        if found and usual:
            assert (kwh[k], flags[k]) == (float(found[2]), flag_of[found[1][0]])


@given(st.lists(_numbered(), max_size=60), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=500, deadline=None)
def test_numbered_lines_read_as_one_by_one(lines: list[str], end: str) -> None:
    data, texts, (ends, flags, unusual, lengths, tails, periods, words, kwh) = _ends(_bytes(lines, end), end)
    flag_of, returned = LAYOUTS["C0121"].flag_of, end == "\r\n"
    word = np.uint64(pipes.packed("RMP|"))
    numbered_lines(
        data, ends, len(texts), returned, word, flag_of, pipes.BAD_LETTER, flags, lengths, tails, periods, words
    )
    numbers(lengths, tails, len(texts), kwh, unusual)
    for k, text in enumerate(texts):
        found = re.fullmatch(rb"RMP\|([1-9][0-9]?)\|([^|]*)\|([^|])\|", text, re.DOTALL)
        usual = found and re.fullmatch(_USUAL_NUMBER, found[2]) and flag_of[found[3][0]] < pipes.BAD_LETTER
        assert bool(unusual[k]) == (not usual), text
        if found and usual:
            assert (periods[k], kwh[k], flags[k]) == (int(found[1]), float(found[2]), flag_of[found[3][0]])
            assert words[0, k] == folded(data, ends[k] + 1, ends[k] + 1 + len(text))


@pytest.mark.parametrize("line", ["103|A|1.0|", "|", "101|" + "9" * 70 + "|"])
def test_a_block_is_filled_and_no_further(line: str) -> None:
    ends = block()[0]
    content = _bytes([line] * 2000, "\n")
    count = line_ends(np.frombuffer(content, dtype=np.uint8), 0, False, ends)
    assert BLOCK_LINES - 64 < count <= BLOCK_LINES
    assert ends[: count + 1].tolist() == [k * (len(line) + 1) - 1 for k in range(count + 1)]


@pytest.mark.parametrize("size", [0, 1, SPARE_BYTES - 1, SPARE_BYTES, SPARE_BYTES + 1, SPARE_BYTES + 64])
def test_no_line_is_taken_near_the_end(size: int) -> None:
    data = np.frombuffer((b"|\n" * 200)[:size], dtype=np.uint8)
    expected = 0 if size < SPARE_BYTES else 32 * ((size - SPARE_BYTES) // 64 + 1)
    assert line_ends(data, 0, False, block()[0]) == expected


@given(st.lists(st.integers(0, 1), max_size=70), st.integers(0, 70))
@settings(max_examples=300, deadline=None)
def test_the_first_unusual_line_is_found(marks: list[int], begin: int) -> None:
    begin = min(begin, len(marks))
    unusual = np.ones(len(marks) + 8, dtype=np.uint8)
    unusual[: len(marks)] = marks
    assert first_unusual(unusual, begin, len(marks)) == [*marks[begin:], 1].index(1) + begin
