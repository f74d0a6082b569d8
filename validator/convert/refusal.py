"""The error for a channel-day that a format cannot carry."""

from __future__ import annotations

from validator.errors import Place, SubmissionError
from validator.readings.pipes import PipeBatch


def cannot_carry(
    name: str, batch: PipeBatch, row: int, before: int, column: str, found: str, expected: str, action: str = ""
) -> SubmissionError:
    """`row` counts from 0 in the batch, before which there were `before`; `name` is the file being converted."""
    which = batch.readings.slice(row, 1).to_pylist()[0]
    day = f"{which['mpan_core']} {which['measurement_quantity']} {which['role']} {which['settlement_date']}"
    return SubmissionError(Place(name, row=before + row + 1, column=column), f"{found} in {day}", expected, action)
