"""The regulation under which cases are judged: the shipped tables, and overrides of them by name."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.build import policy_override, table_override
from validator.regulation import Regulation, load_regulation

_APPROVAL = ("meter_type", "Prometer 100", "variant", "P3E", "firmware", "M6X8G0B", "cop", "5", "issue", "6")
_CONFIRMED = {"status": "confirmed"}


def _of_reading(folder: Path) -> None:
    policy_override(folder, main_check_reading="of_reading")


def _confirmed(folder: Path) -> None:
    """Every limit of every CoP as if its document had been read."""
    table_override(folder, "format_limits.csv", {(): _CONFIRMED})
    table_override(folder, "accuracy_limits.csv", {(): _CONFIRMED})


def _of_reading_confirmed(folder: Path) -> None:
    _of_reading(folder)
    _confirmed(folder)


def _recalled_factor(folder: Path) -> None:
    table_override(folder, "policy.csv", {("policy", "main_check_factor"): {"status": "recalled"}})


def _complete_list(folder: Path) -> None:
    table_override(folder, "approval_lists.csv", {(): {"complete": "yes"}})


def _withdrawn(folder: Path) -> None:
    table_override(folder, "approvals.csv", {_APPROVAL: {"valid_to": "2026-01-15"}})


def _withdrawn_complete(folder: Path) -> None:
    _withdrawn(folder)
    _complete_list(folder)


def _short_runs(folder: Path) -> None:
    policy_override(folder, zero_run_periods="3", stuck_run_periods="2")


_OVERRIDES: dict[str, Callable[[Path], None]] = {
    "of_reading": _of_reading,
    "confirmed": _confirmed,
    "of_reading_confirmed": _of_reading_confirmed,
    "recalled_factor": _recalled_factor,
    "complete_list": _complete_list,
    "withdrawn": _withdrawn,
    "withdrawn_complete": _withdrawn_complete,
    "short_runs": _short_runs,
}


@cache
def rules(name: str) -> Regulation:
    """The regulation of that name; `shipped` has no overrides."""
    if name == "shipped":
        return load_regulation()
    with tempfile.TemporaryDirectory() as folder:
        _OVERRIDES[name](Path(folder))
        return load_regulation(Path(folder))
