"""Numbers in messages: what was sent is told apart from the limit that it is past, however large both are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from validator.validation.messages import messages_of


def _message(code: str, **numbers: float) -> str:
    def column(name: str) -> object:
        return np.array([numbers[name]]) if name in numbers else pa.array([name])

    return str(messages_of(code, 1, column)[0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "limit", "told"),
    [
        (400000.001, 400000.0, "400000.001 unit is more than the 400000 unit"),
        (600.1, 600.0, "600.1 unit is more than the 600 unit"),
        (50.001, 50.0, "50.001 unit is more than the 50 unit"),
    ],
)
def test_a_value_just_past_its_limit_is_not_shown_as_the_limit(value: float, limit: float, told: str) -> None:
    assert _message("above_max_permissible", value=value, limit=limit).startswith(told)


def test_a_large_value_off_its_resolution_is_shown_with_what_is_off() -> None:
    told = "123456.785 unit is not a whole multiple of the resolution, 0.01 unit"
    assert _message("off_resolution", value=123456.785, limit=0.01) == told


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.7999999999999998, "1.8"), (184099.43944770168, "184099.439"), (np.nan, "not a number"), (0.1 + 0.2, "0.3")],
)
def test_what_was_worked_out_is_rounded(value: float, shown: str) -> None:
    assert _message("negative_energy", value=value) == f"{shown} unit is below zero"
