"""What checks of rows against each other share: where a row stands, and whether its CoP Issue is on file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from validator.errors import RegulationError
from validator.regulation.rows import CopIssue

IssuesOnFile: TypeAlias = Mapping[str, Sequence[int]]


class Placed(Protocol):
    @property
    def origin(self) -> str: ...


def fault_of(row: Placed, what: str, why: str) -> RegulationError:
    file, _, line = row.origin.rpartition(":")
    return RegulationError(file, int(line), what, why)


def issues_on_file(issues: Iterable[CopIssue]) -> IssuesOnFile:
    """The Issues of each CoP, gathered once: a row that names one is then held to a few, however many are on file."""
    gathered: dict[str, list[int]] = {}
    for held in issues:
        gathered.setdefault(held.cop, []).append(held.issue)
    return gathered


def check_on_file(row: Placed, cop: str, issue: int | None, on_file: IssuesOnFile) -> None:
    """RegulationError where the Issue is not on file; `issue` None asks for the CoP alone."""
    of_cop = on_file.get(cop)
    if not of_cop:
        raise fault_of(row, f"CoP {cop} is not on file", "cop_issues.csv has no Issue of it")
    if issue is not None and issue not in of_cop:
        held = ", ".join(str(number) for number in of_cop)
        raise fault_of(row, f"CoP {cop} Issue {issue} is not on file", f"cop_issues.csv has Issue {held} of it")
