"""The committed sample data, read once for all the tests."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

import sample_data
from validator.readings import Hints, read_submission
from validator.regulation import Regulation, load_regulation
from validator.standing import StandingData, read_standing
from validator.validation import Validation, validate_readings

SAMPLES = Path(sample_data.__file__).parent
GOLDEN = SAMPLES / "golden"

ChannelDay = tuple[str, str, str, str]


class Finding(NamedTuple):
    """A row of a golden file; blank periods are the whole channel-day."""

    mpan_core: str
    measurement_quantity: str
    role: str
    settlement_date: str
    check: str
    outcome: str
    first_period: str
    last_period: str


class Verdict(NamedTuple):
    """A row of a golden file of verdicts; codes are in alphabetical order with `|` between them."""

    mpan_core: str
    measurement_quantity: str
    role: str
    settlement_date: str
    outcome: str
    failed: str
    queried: str
    not_assessed: str
    cop: str
    issue: str
    certification: str


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


INDEX = [(row["golden"], row["file"]) for row in rows_of(GOLDEN / "index.csv")]
"""(name of the golden files, file that must get those verdicts)"""
NAMES = list(dict.fromkeys(golden for golden, _ in INDEX))


def golden_findings(name: str) -> list[Finding]:
    """What must be found, sorted."""
    return sorted(Finding(**row) for row in rows_of(GOLDEN / f"{name}.csv"))


def golden_verdicts(name: str) -> list[Verdict]:
    """What must be said of each channel-day, in the order sent."""
    return [Verdict(**row) for row in rows_of(GOLDEN / f"{name}_verdicts.csv")]


@cache
def regulation() -> Regulation:
    """The shipped tables."""
    return load_regulation()


@cache
def standing() -> StandingData:
    """The estate's standing data."""
    return read_standing(SAMPLES / "standing.csv")


@cache
def readings(file: str) -> pa.Table:
    """The readings of one committed file."""
    hints = Hints(mapping=SAMPLES / "dip_mapping.toml")
    return read_submission(SAMPLES / file, hints=hints, allow_test_data=True).readings


@cache
def validated(file: str) -> Validation:
    """The product's validation of one committed file."""
    return validate_readings(readings(file), standing(), regulation())
