"""What checks of rows against each other share: where a row stands, and whether its CoP Issue is on file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from validator.errors import RegulationError
from validator.regulation.rows import CopIssue


class Placed(Protocol):
    @property
    def origin(self) -> str: ...


def fault_of(row: Placed, what: str, why: str) -> RegulationError:
    file, _, line = row.origin.rpartition(":")
    return RegulationError(file, int(line), what, why)


def check_on_file(row: Placed, cop: str, issue: int | None, issues: Sequence[CopIssue]) -> None:
    """RegulationError where the Issue is not on file; `issue` None asks for the CoP alone."""
    on_file = [held.issue for held in issues if held.cop == cop]
    if not on_file:
        raise fault_of(row, f"CoP {cop} is not on file", "cop_issues.csv has no Issue of it")
    if issue is not None and issue not in on_file:
        held = ", ".join(str(number) for number in on_file)
        raise fault_of(row, f"CoP {cop} Issue {issue} is not on file", f"cop_issues.csv has Issue {held} of it")
