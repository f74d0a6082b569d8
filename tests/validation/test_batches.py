"""Verdicts do not depend on how a submission was cut into batches, nor on the number of jobs."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.build import WINTER_DAY, ordinary_values, reading_row, readings_table, standing_data, standing_row
from tests.validation.rules import rules
from tests.validation.submissions import Submission, submissions
from validator.validation import Validation, validate, validate_readings


def _plain(validation: Validation) -> dict[str, Any]:
    """Everything of a validation but its timings, in plain values; NaN equals itself as text."""
    return {
        "verdicts": repr(validation.verdicts.to_pylist()),
        "findings": repr(validation.findings.to_pylist()),
        "finding_rows": validation.finding_rows.tolist(),
        "outcomes": validation.outcomes,
        "tallies": validation.tallies,
    }


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(submissions(), st.integers(1, 7), st.integers(0, 20))
def test_batches_and_files_do_not_matter(submission: Submission, batch: int, cut: int) -> None:
    table = readings_table(submission.rows)
    standing, regulation = standing_data(submission.standing), rules(submission.rules)

    def of(readings: pa.Table, jobs: int = 1) -> dict[str, Any]:
        return _plain(validate_readings(readings, standing, regulation, collector=submission.collector, jobs=jobs))

    whole = of(table)
    assert of(pa.Table.from_batches(table.to_batches(max_chunksize=batch), table.schema)) == whole
    assert of(pa.concat_tables([table.slice(0, cut), table.slice(cut)])) == whole
    assert of(table, jobs=4) == whole
    assert of(table.combine_chunks().slice(0)) == whole


@pytest.fixture(scope="module")
def estate() -> pa.Table:
    """Some 13,000 channel-days: more than one slice for each of several jobs."""
    rng = random.Random(5)
    rows = []
    for system in range(120):
        for day in range(36):
            for quantity in ("AI", "RI", "RE"):
                values = ordinary_values()
                values[rng.randrange(48)] = rng.choice([None, -1.0, 0.05, 700.0, 10.0])
                rows.append(
                    reading_row(
                        mpan_core=f"{system:04d}",
                        measurement_quantity=quantity,
                        settlement_date=WINTER_DAY + timedelta(days=day),
                        energy_kwh=values,
                        period_flags=[rng.choice((0, 0, 0, 1, 4, 1 << 15))] * 48,
                        alarms_carried=True,
                        register_start_kwh=100.0 * day,
                        register_end_kwh=100.0 * day + rng.choice((593.0, 600.0)),
                    )
                )
    return readings_table(rows)


@pytest.mark.parametrize("jobs", [2, 4])
def test_jobs_do_not_matter_over_a_large_estate(estate: pa.Table, jobs: int) -> None:
    standing = standing_data([standing_row(mpan_core=f"{system:04d}") for system in range(100)])
    one = _plain(validate_readings(estate, standing, rules("shipped"), jobs=1))
    assert _plain(validate_readings(estate, standing, rules("shipped"), jobs=jobs)) == one


def test_slices_of_a_larger_table_are_read_from_their_own_start(estate: pa.Table) -> None:
    standing = standing_data([standing_row(mpan_core=f"{system:04d}") for system in range(100)])
    own = readings_table(estate.slice(1000, 500).to_pylist())
    of_slice = _plain(validate_readings(estate.slice(1000, 500), standing, rules("shipped"), jobs=1))
    assert of_slice == _plain(validate_readings(own, standing, rules("shipped"), jobs=1))


def test_a_stream_of_batches_gives_the_verdicts_of_the_table(estate: pa.Table) -> None:
    standing = standing_data([standing_row(mpan_core=f"{system:04d}") for system in range(100)])
    readings = estate.slice(0, 700)
    stream = validate(iter(readings.to_batches(max_chunksize=64)), standing, rules("shipped"))
    verdicts = validate_readings(readings, standing, rules("shipped")).verdicts
    assert [verdict for batch in stream for verdict in batch.to_pylist()] == verdicts.to_pylist()


def test_no_rows_give_no_verdicts() -> None:
    validation = validate_readings(readings_table([]), standing_data([]), rules("shipped"))
    assert (validation.verdicts.num_rows, validation.findings.num_rows) == (0, 0)
    assert sum(validation.outcomes.values()) == 0
