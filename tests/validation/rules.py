"""The regulation under which cases are judged: the shipped tables, and overrides of them by name."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.build import MPAN, policy_override, table_override
from validator.regulation import Regulation, load_regulation
from validator.regulation.tables import SHAPES

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


def dispensation(ref: str, kind: str, valid_from: str = "", expiry: str = "", **cells: str) -> dict[str, str]:
    """A made-up one, known well unless `cells` say otherwise."""
    dates = {"valid_from": valid_from, "expiry": expiry}
    return {"ref": ref, "kind": kind, "subject": "made up", "source": "POLICY", "status": "confirmed", **dates, **cells}


def dispense(folder: Path, *dispensations: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "dispensations.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, SHAPES["dispensations.csv"].columns)
        writer.writeheader()
        writer.writerows(dispensations)


_TEN_DAYS = ("2026-01-10", "2026-01-20")


def _site_limits(folder: Path) -> None:
    """Looser and tighter limits for one site under CoP 5 Issue 6."""
    limits = (
        "period_end_error=30 s; max_permissible_energy=700 kWh per half hour; accuracy_active=6 %; "
        "required_quantities=AI; ct_class=1; selectable_periods=15|30 min"
    )
    dispense(folder, dispensation("D/999", "site", *_TEN_DAYS, cop="5", issue="6", msids=MPAN, replaces_limits=limits))


def _waivers(folder: Path) -> None:
    """Checks of meters installed before 2020 that are waived."""
    codes = "clock_error|above_max_permissible|register_advance_mismatch"
    row = dispensation("D/999", "generic", *_TEN_DAYS, cop="5", installed_before="2020-01-01", waives_checks=codes)
    dispense(folder, row)


def _issue_governs(folder: Path) -> None:
    """CoP 5 Issue 7 governs instead of Issue 6 for what was registered from 2010 on."""
    scope = {"cop": "5", "issue": "6", "registered_from": "2010-01-01", "meter_type": "Prometer 100"}
    dispense(folder, dispensation("D/999", "generic", *_TEN_DAYS, governs_issue="7", **scope))


def _many_dispensations(folder: Path) -> None:
    """Scopes that overlap in part, of every kind and effect and of several statuses."""
    dispense(
        folder,
        dispensation(
            "D/900", "site", "", "2026-01-14", status="recalled", msids=f"{MPAN}|7001",
            replaces_limits="period_end_error=10.5 s; max_permissible_energy=300 kWh per half hour",
            waives_checks="stuck|battery",
        ),
        dispensation(
            "D/901", "site", "2026-01-13", "2026-01-16", cop="5", msids=MPAN, governs_issue="7",
            replaces_limits="period_end_error=9 s",
        ),
        dispensation(
            "D/902", "generic", "2021-11-01", cop="5|3|10", installed_before="2019-06-01",
            replaces_limits="accuracy_active=0.1 %; storage_days=1 day; period_end_error=900 s",
            waives_checks="missing_period|above_rating",
        ),
        dispensation(
            "D/903", "generic", "", "2026-10-24", issue="6", status="policy", meter_type="Prometer 100",
            variant="P3E", installed_from="2019-06-01", waives_checks="required_quantity",
            replaces_limits="check_meter_required=yes; energy_resolution=0.001 % of full load",
        ),
        dispensation(
            "D/904", "generic", "2022-06-01", cop="5", status="analogue", registered_before="2023-12-31",
            registered_from="2022-06-30", governs_issue="6", waives_checks="register_advance_mismatch|zero_run",
            replaces_limits="accuracy_reactive=50 %; demand_period=15 min; meter_class_active=0.2S",
        ),
        dispensation(
            "D/905", "generic", "2026-03-29", "2026-03-29", cop="10", issue="3", status="secondary",
            governs_issue="2", replaces_limits="capacity_up_to=1 MVA",
        ),
        dispensation(
            "D/906", "site", "2026-01-12", "2026-01-15", cop="5", issue="6", msids=MPAN, installed_from="2019-06-01",
            waives_checks="register_advance_mismatch|not_certified|clock_error",
        ),
    )  # fmt: skip


def _many_dispensations_of_reading(folder: Path) -> None:
    _many_dispensations(folder)
    _of_reading_confirmed(folder)


_OVERRIDES: dict[str, Callable[[Path], None]] = {
    "of_reading": _of_reading,
    "confirmed": _confirmed,
    "of_reading_confirmed": _of_reading_confirmed,
    "recalled_factor": _recalled_factor,
    "complete_list": _complete_list,
    "withdrawn": _withdrawn,
    "withdrawn_complete": _withdrawn_complete,
    "short_runs": _short_runs,
    "site_limits": _site_limits,
    "waivers": _waivers,
    "issue_governs": _issue_governs,
    "dispensed": _many_dispensations,
    "dispensed_of_reading": _many_dispensations_of_reading,
}


@cache
def rules(name: str) -> Regulation:
    """The regulation of that name; `shipped` has no overrides."""
    if name == "shipped":
        return load_regulation()
    with tempfile.TemporaryDirectory() as folder:
        _OVERRIDES[name](Path(folder))
        return load_regulation(Path(folder))
