"""A run with one finding of several kinds, shared by the tests of the report."""

from __future__ import annotations

import pytest

from tests.build import Row, ordinary_values, reading_days, reading_row, values_with
from tests.report.made_up import METER, found, run_of, validation_of
from validator.regulation import Regulation, load_regulation
from validator.report import Run
from validator.validation.result import Validation

NOT_LISTED: Row = {"cop": "5", "issue": 6, "certification": "FIRMWARE_NOT_LISTED"}
APPROVED: Row = {"cop": "5", "issue": 6, "certification": "APPROVED"}
UNGOVERNED: Row = {"cop": None, "issue": None, "certification": None}


@pytest.fixture(scope="session")
def regulation() -> Regulation:
    return load_regulation()


@pytest.fixture(scope="session")
def validation() -> Validation:
    """Six channel-days: two fail, one is not assessed, one is queried, two pass."""
    rows = [
        *reading_days(3),
        reading_row(mpan_core="9900000000024", energy_kwh=values_with({17: 812.4, 18: 700.0})),
        reading_row(mpan_core="9900000000033"),
        reading_row(mpan_core="9900000000042", measurement_quantity="RI", energy_kwh=ordinary_values()),
    ]
    meters: list[Row] = [METER, METER, METER, METER, {**METER, "firmware": "M6X8GOB"}, {}]
    governed = [APPROVED, APPROVED, APPROVED, APPROVED, NOT_LISTED, UNGOVERNED]
    above = {"value": 812.4, "limit": 600.0, "unit": "kWh", "source": "BSCP502-4.1.6"}
    findings = [
        found(1, "stuck", first_period=3, last_period=20, value=12.0, limit_status="policy"),
        found(3, "above_max_permissible", "FAIL", first_period=17, last_period=18, **above),
        found(4, "not_certified", "NOT_ASSESSED"),
        found(5, "missing_period", first_period=9, last_period=9),
    ]
    return validation_of(rows, findings, meters, governed)


@pytest.fixture
def run(validation: Validation, regulation: Regulation) -> Run:
    return run_of(validation, regulation)
