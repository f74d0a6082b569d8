"""The product's verdicts in the oracle's form, so that the two can be compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from tests.build import Row, readings_table, standing_data
from tests.oracle import Judged
from validator.catalogue import codes_of
from validator.regulation import Regulation
from validator.validation import Validation, validate_readings


def run(
    rows: Sequence[Row], standing: Sequence[Row], regulation: Regulation, collector: str | None = None
) -> Validation:
    """The product's validation of rows as dictionaries."""
    return validate_readings(readings_table(rows), standing_data(standing), regulation, collector=collector, jobs=1)


def judged(validation: Validation) -> list[Judged]:
    """What the product says of each channel-day, in input order."""
    found = periods_by_row(validation.findings, validation.finding_rows, validation.verdicts.num_rows)
    return [
        Judged(
            found=found[place],
            ran=set(codes_of(verdict["checks_run"])),
            outcome=verdict["outcome"],
            failed=verdict["failed"],
            queried=verdict["queried"],
            not_assessed=verdict["not_assessed"],
            cop=verdict["cop"],
            issue=verdict["issue"],
            certification=verdict["certification"],
        )
        for place, verdict in enumerate(validation.verdicts.to_pylist())
    ]


def periods_by_row(findings: pa.Table, finding_rows: np.ndarray, rows: int) -> list[dict[str, set[int] | None]]:
    """The periods of each check's findings on each row; None for a finding on the whole day."""
    found: list[dict[str, set[int] | None]] = [{} for _ in range(rows)]
    columns = (findings[name].to_pylist() for name in ("check", "first_period", "last_period", "periods"))
    for row, code, first, last, periods in zip(finding_rows.tolist(), *columns, strict=True):
        if first is None:
            assert last is None
            assert periods is None
            found[row][code] = None
            continue
        assert periods == last - first + 1
        marked = found[row].setdefault(code, set())
        assert marked is not None, f"{code} stands both on the day and on periods"
        assert not marked & set(range(first - 1, last + 2)), f"runs of {code} touch: they are one finding"
        marked.update(range(first, last + 1))
    return found
