"""One limit set to another value, through a folder of overrides as any user would do it."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import validator.regulation
from validator.regulation import Regulation, load_regulation

SHIPPED = Path(validator.regulation.__file__).parent


@dataclass(frozen=True)
class Threshold:
    """A limit to be swept: its table, the column that names it, its name, the values to try and their unit."""

    table: str
    column: str
    name: str
    values: tuple[float, ...]
    unit: str


THRESHOLDS = {
    "above_max_permissible": Threshold(
        "format_limits.csv", "limit", "max_permissible_energy", (150, 300, 450, 600, 900, 1500), "kWh"
    ),
    "above_rating": Threshold(
        "policy.csv", "policy", "max_rating_factor", (0.4, 0.6, 0.8, 1, 1.2, 1.5, 2, 3), "x rated"
    ),
    "main_check_discrepancy": Threshold(
        "policy.csv", "policy", "main_check_factor", (0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5), "x class limit"
    ),
    "register_advance_mismatch": Threshold(
        "policy.csv", "policy", "register_advance_day", (0.1, 0.2, 0.5, 1, 2, 5, 10, 20), "%"
    ),
    "clock_error": Threshold("format_limits.csv", "limit", "period_end_error", (2, 5, 10, 20, 30, 60, 120, 300), "s"),
    "zero_run": Threshold("policy.csv", "policy", "zero_run_periods", (4, 8, 12, 16, 24, 32, 40, 48), "periods"),
    "stuck": Threshold("policy.csv", "policy", "stuck_run_periods", (2, 3, 4, 6, 8, 12, 16, 24), "periods"),
    "spike": Threshold(
        "policy.csv", "policy", "spike_tolerance", (0.2, 0.5, 0.8, 1.2, 1.8, 2.5, 4, 8), "x third highest"
    ),
    "reactive_without_active": Threshold(
        "policy.csv", "policy", "reactive_without_active_resolutions", (1, 2, 4, 10, 30, 100, 300), "x resolution"
    ),
}
"""What each check is swept over; a check that is not here has no threshold to choose."""


@contextmanager
def regulation_with(threshold: Threshold, value: float, own: Path | None) -> Iterator[Regulation]:
    """The shipped tables and a user's `own` rows, with one limit at `value` in every row that states it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "swept"
        if own is None:
            folder.mkdir()
        else:
            shutil.copytree(own, folder)
        path = folder / threshold.table
        _set(path if path.exists() else SHIPPED / threshold.table, path, threshold, value)
        yield load_regulation(folder)


def _set(source: Path, target: Path, threshold: Threshold, value: float) -> None:
    """The user's rows, and over them the swept limit's: theirs where they state it, else the shipped."""
    shipped, own = _rows(SHIPPED / threshold.table), _rows(source) if source == target else []
    stated = [row for row in own if row[threshold.column] == threshold.name]
    others = [row for row in own if row[threshold.column] != threshold.name]
    swept = {tuple(row[k] for k in ("cop", "from_issue") if k in row): row for row in shipped + stated
             if row[threshold.column] == threshold.name}  # fmt: skip
    rows = others + [{**row, "value": f"{value:g}"} for row in swept.values()]
    with target.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(shipped[0]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
