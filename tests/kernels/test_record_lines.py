"""Blocks of records of several kinds: kind, bars and place in the tree of each line, against plain Python."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kernels import field_values, pipes, record_lines, usual_records
from kernels.usual_values import BLOCK_SIZE, SPARE_BYTES, line_ends

_KINDS = {"01A": (3, [1, 2], -1), "02A": (4, [1], 0), "03A": (2, [1], 0), "04A": (5, [2, 3], 2), "05A": (1, [], -1)}
"""Of each kind its fields, the places of those that are looked at, and the kind above."""
_NAMES = list(_KINDS)
_IDS = np.array([pipes.packed(f"{name}|") for name in _NAMES])
_COUNTS = np.array([fields for fields, _, _ in _KINDS.values()])
_PARENTS = np.array([parent for _, _, parent in _KINDS.values()])
_FIELDS = np.zeros((len(_KINDS), 2, field_values.FIELD_SIZE), dtype=np.int64)
for _kind, (_, _places, _) in enumerate(_KINDS.values()):
    for _at, _place in enumerate(_places):
        _FIELDS[_kind, _at, field_values.FIELD_PLACE] = _place
_AFTER = b"x" * (SPARE_BYTES + 64)
_FIRST_BYTES = 64
_TEXTS = st.one_of(
    st.sampled_from(["", "1", "AB", "20260401", " 1", "1 ", "1 2", "é", "\t"]),
    st.integers(40, 70).map(lambda length: "y" * length),
    st.sampled_from([128, 4085, 4096, 5000]).map(lambda length: "z" * length),
)


@st.composite
def _line(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from([*_NAMES, "01A", "03A", "04A", "04A", "ZHV", "X"]))
    fields, _, _ = _KINDS.get(name, (2, [], -1))
    many = draw(st.sampled_from([fields] * 8 + [fields + 1, fields - 1]))
    texts = draw(st.lists(_TEXTS, min_size=many, max_size=many))
    return "|".join([name, *texts]) + "|"


def _is_right(line: str) -> bool:
    """Whether a line is usual, wherever it stands."""
    if line[:4].removesuffix("|") not in _KINDS:
        return False
    fields, places, _ = _KINDS[line[:3]]
    bars = [at for at, letter in enumerate(line) if letter == "|"]
    head = line[:_FIRST_BYTES]
    looked_at = max(places, default=0)
    return (
        len(bars) == fields + 1
        and bars[looked_at] < _FIRST_BYTES
        and not re.search(r"[^ -~]|\| | \|", head)
        and len(line) < pipes.MOST_LINE
    )


@dataclass
class _Tree:
    """What a line-by-line reading knows: rows of each kind so far, and which of them is open with its line."""

    rows: list[int]
    opened: list[tuple[int, int] | None]
    usual: list[bool] = field(default_factory=list)
    above: list[list[int]] = field(default_factory=lambda: [[] for _ in _KINDS])
    numbers: list[list[int]] = field(default_factory=lambda: [[] for _ in _KINDS])

    def add(self, at: int, line: str) -> None:
        """The next line, at that place of the block."""
        if line[:4].removesuffix("|") not in _KINDS or line[3] != "|":
            self.opened = [None] * len(_KINDS)
            self.usual.append(False)
            return
        kind, (_, _, parent) = _NAMES.index(line[:3]), _KINDS[line[:3]]
        under = self.opened[parent] if parent >= 0 else None
        self.usual.append(_is_right(line) and (kind == 0 or under is not None))
        self.above[kind].append(under[0] if under is not None else -1)
        self.numbers[kind].append(at)
        if kind == 0:
            self.opened = [None] * len(_KINDS)
        self.opened[kind] = (self.rows[kind], at)
        self.rows[kind] += 1


@settings(max_examples=600, deadline=None)
@example(["01A|1|2|3|", "03A|" + "y" * 59 + "||", "04A||||||", "02A|1|" + "z" * 4085 + "|||"], "\n", [True] * 5)
@given(st.lists(_line(), max_size=40), st.sampled_from(["\n", "\r\n"]), st.lists(st.booleans(), min_size=5, max_size=5))
def test_lines_are_known_and_placed_as_one_by_one(lines: list[str], end: str, open_before: list[bool]) -> None:
    content = "".join(line + end for line in lines).encode("latin-1")
    data = np.frombuffer(content + _AFTER, dtype=np.uint8)
    ends = np.zeros(BLOCK_SIZE, dtype=np.int64)
    count = line_ends(data, 0, end == "\r\n", ends)
    known, arrays = usual_records.block(_IDS, _COUNTS, _PARENTS, _FIELDS)
    kinds, usual, members, begins, marks, upto, _, bars_of, *_, above, latest = arrays
    counts = np.array([7 + kind for kind in range(len(_KINDS))])
    opened = np.full((len(_KINDS), record_lines.OPEN_SIZE), -1)
    opened[open_before, 0] = (counts - 1)[open_before]
    tree = _Tree(counts.tolist(), [(row - 1, -1) if on else None for row, on in zip(counts, open_before, strict=True)])
    for at, line in enumerate(lines[:count]):
        tree.add(at, line)

    record_lines.recognise(data, ends, count, len(end) - 1, known, kinds, usual, bars_of)
    record_lines.distribute(
        ends, count, known, counts, opened, kinds, usual, bars_of, members, begins, marks, above, upto, latest
    )
    assert usual[:count].tolist() == tree.usual
    for kind in range(len(_KINDS)):
        first = kind * BLOCK_SIZE
        rows = int(upto[kind]) - first
        numbers, rows_above = np.zeros((2, rows + 3), dtype=np.int32)
        record_lines.place_in_tree(
            np.uint64(first), np.uint64(rows), 100, np.uint64(kind), known, counts, members, above, numbers,
            rows_above, np.uint64(3),
        )  # fmt: skip
        assert numbers[3:].tolist() == [101 + at for at in tree.numbers[kind]]
        found = zip(rows_above[3:].tolist(), tree.above[kind], tree.numbers[kind], strict=True)
        assert all(row == due for row, due, at in found if tree.usual[at])
        assert begins[first : first + rows].tolist() == [int(ends[at]) + 1 for at in tree.numbers[kind]]
        for at, bars in zip(tree.numbers[kind], marks[first : first + rows].tolist(), strict=True):
            assert bars == sum(1 << k for k, letter in enumerate(lines[at][:_FIRST_BYTES]) if letter == "|")
    _taken(lines[:count], ends, tree.usual, kinds, usual, upto, latest, counts, opened)


def _taken(lines, ends, is_usual, kinds, usual, upto, latest, counts, opened) -> None:  # type: ignore[no-untyped-def]
    """Each run of usual lines is counted and opened as it would be line by line."""
    at = 0
    before = opened.copy()
    while at < len(lines):
        tree = _Tree(counts.tolist(), [(int(row), int(begin)) if row >= 0 else None for row, begin in before.tolist()])
        past = at
        while past < len(lines) and is_usual[past]:
            tree.add(past, lines[past])
            past += 1
        reached, groups = record_lines.take_usual(kinds, usual, at, len(lines), ends, upto, latest, counts, opened)
        assert reached == past
        assert groups == sum(line.startswith("01A") for line in lines[at:past])
        assert counts.tolist() == tree.rows
        assert opened[:, 0].tolist() == [-1 if each is None else each[0] for each in tree.opened]
        for kind, each in enumerate(tree.opened):
            if each is not None and tree.numbers[kind]:
                assert opened[kind, 1] == ends[each[1]] + 1
        at, before = past + 1, opened.copy()


def test_more_kinds_than_are_compared_at_once_are_refused() -> None:
    many = np.arange(9)
    with pytest.raises(ValueError, match="broadcast"):
        usual_records.block(many, many, many, np.zeros((9, 1, 3), dtype=np.int64))
