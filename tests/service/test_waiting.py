"""What waits for a thread, taken together."""

from __future__ import annotations

from queue import SimpleQueue

import pytest

from service.waiting import batches


@pytest.mark.parametrize(
    ("put", "taken"),
    [
        ([None], []),
        ([1, None], [[1]]),
        ([1, 2, None], [[1, 2]]),
        ([1, 2, 3, None], [[1, 2, 3]]),
        ([1, 2, 3, 4, None], [[1, 2, 3], [4]]),
        ([1, None, 2], [[1]]),
        ([1, 2, 3, None, 4], [[1, 2, 3]]),
    ],
)
def test_all_that_waits_is_taken_up_to_the_end(put: list[int | None], taken: list[list[int]]) -> None:
    waiting: SimpleQueue[int | None] = SimpleQueue()
    for each in put:
        waiting.put(each)
    assert list(batches(waiting, 3)) == taken
