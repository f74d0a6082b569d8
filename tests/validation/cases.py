"""What one boundary case is: a submission, and the hand-stated answer of one check on one of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tests.build import Row, standing_row

Place = Literal["at", "inside", "outside", "other"]
Expected = str | frozenset[int]
WORDS = ("not run", "clear", "whole day")

INSIDE_TOLERANCE = 1 + 5e-10
OUTSIDE_TOLERANCE = 1 + 2e-9
"""A value breaks a limit when it is past it by more than one part in 1e9 (of at least 1)."""


@dataclass(frozen=True)
class Case:
    """The answer of check `code` on row `on`: not run, clear, found on the whole day, or on periods.

    `outcome` is that of the finding. `place` says on which side of the limit the case lies.
    """

    code: str
    place: Place
    title: str
    expected: Expected
    rows: tuple[Row, ...]
    outcome: str
    standing: tuple[Row, ...]
    on: int
    rules: str
    collector: str | None
    certification: str | None

    @property
    def name(self) -> str:
        return f"{self.code}-{self.place}-{self.title}".replace(" ", "_")

    @property
    def found(self) -> bool:
        return self.expected not in ("not run", "clear")


def case(
    code: str,
    place: Place,
    title: str,
    expected: str | Iterable[int],
    rows: Row | Sequence[Row],
    outcome: str = "",
    *,
    standing: Row | Sequence[Row] | None = None,
    on: int = 0,
    rules: str = "shipped",
    collector: str | None = None,
    certification: str | None = None,
) -> Case:
    """A case; without `standing`, the unremarkable CoP 5 Issue 6 meter is on file."""
    on_file: Any = standing_row() if standing is None else standing
    answer: Expected = expected if isinstance(expected, str) else frozenset(expected)
    if isinstance(answer, str) and answer not in WORDS:
        raise ValueError(f"{answer} is none of {WORDS}")
    made = Case(
        code,
        place,
        title,
        answer,
        (rows,) if isinstance(rows, dict) else tuple(rows),
        outcome,
        (on_file,) if isinstance(on_file, dict) else tuple(on_file),
        on,
        rules,
        collector,
        certification,
    )
    if made.found != bool(outcome):
        raise ValueError(f"{made.name}: a finding has an outcome, and nothing else has")
    return made
