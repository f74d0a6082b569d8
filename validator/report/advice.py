"""What a person does next about each check: one row of `advice.csv` per row of the catalogue."""

from __future__ import annotations

import csv
from pathlib import Path


def _read(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["advice"] for row in csv.DictReader(lines)}


ADVICE = _read(Path(__file__).with_name("advice.csv"))
"""Advice by check code."""
