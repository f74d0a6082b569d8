"""Channel-days shared out among threads: each of them once, in order, whatever their number."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from validator.blocks import BLOCK_ROWS, LEAST_ROWS, each_block

SIZES = [0, 1, LEAST_ROWS - 1, 2 * LEAST_ROWS, BLOCK_ROWS, BLOCK_ROWS + 1, 3 * BLOCK_ROWS, 200_000]


@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
@pytest.mark.parametrize("rows", SIZES)
def test_every_row_is_in_one_block(rows: int, jobs: int) -> None:
    blocks = each_block(rows, jobs, lambda first, last: (first, last))
    assert [row for first, last in blocks for row in (first, last)] == sorted(row for block in blocks for row in block)
    assert sum(last - first for first, last in blocks) == rows
    assert all(before[1] == after[0] for before, after in pairwise(blocks))


@pytest.mark.parametrize("rows", [40_000, 48_000, 200_000])
def test_two_threads_get_as_much(rows: int) -> None:
    sizes = each_block(rows, 2, lambda first, last: last - first)
    assert len(sizes) % 2 == 0
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= BLOCK_ROWS


def test_few_rows_start_no_thread() -> None:
    seen = each_block(LEAST_ROWS, 8, lambda *_: threading.current_thread().name)
    assert seen == [threading.current_thread().name]


def test_a_fault_in_any_block_is_raised() -> None:
    def work(first: int, _last: int) -> None:
        if first:
            raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match="a fault of ours"):
        each_block(200_000, 2, work)
