"""The product's verdicts against those of a reader of checks.md who has not seen the product."""

from __future__ import annotations

import collections

import pytest

from tests.build import reading_row
from tests.independent import verdicts
from tests.independent.estates import BITS, estate
from tests.validation.product import judged, run
from validator.regulation import load_regulation

CODES = (
    "mpan_check_digit", "unknown_quantity", "period_count", "missing_period", "duplicate_day", "missing_day",
    "required_quantity", "check_meter_absent", "negative_energy", "off_resolution", "resolution_too_coarse",
    "invalid_flag", "estimated", "demand_period", "above_max_permissible", "above_rating", "above_cop_capacity",
    "main_check_discrepancy", "register_advance_mismatch", "clock_error", "period_duration", "zero_run", "stuck",
    "spike", "reactive_without_active", "deenergised_but_consuming", "import_export_both",
)  # fmt: skip
"""All checks of values; those of identities, certification and alarms have their own tests."""


def _sent(row):
    flags = row["flags"]
    return reading_row(
        **{name: value for name, value in row.items() if name != "flags"},
        period_flags=None if flags is None else [BITS[flag] for flag in flags],
    )


@pytest.mark.parametrize("seed", range(3))
def test_both_find_the_same_in_the_same_periods(seed: int) -> None:
    rows, standing = estate(seed, systems=120)
    expected = verdicts.judge(rows, standing)
    found = judged(run([_sent(row) for row in rows], standing, load_regulation()))
    said = collections.Counter()
    for row, theirs, ours in zip(rows, found, expected, strict=True):
        for code in CODES:
            periods = ours.get(code, set())
            marked = {0} if theirs.found.get(code, ()) is None else theirs.found.get(code, set())
            assert marked == periods, (code, row)
            said[code] += bool(periods)
    assert set(said) == set(CODES)
    silent = [code for code in CODES if not said[code]]
    assert not silent, f"no row of the estate makes these speak: {silent}"
