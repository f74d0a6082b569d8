"""Register readings in columns, as the reader of a D0010 gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import pyarrow as pa

from validator.readings.register_readings import (
    PLAIN_REGISTER_READINGS,
    REGISTER_READINGS,
    RegisterReading,
    RegisterReadings,
)


def register_readings(readings: Sequence[RegisterReading], at_once: int | None = None) -> RegisterReadings:
    """Readings of the first one's file, in batches of `at_once`, each with dictionaries that say every text again."""
    rows = [{name: value for name, value in asdict(each).items() if name != "file"} for each in readings]
    whole = pa.Table.from_pylist(rows, PLAIN_REGISTER_READINGS)
    parts = [_repeating(whole.slice(first, at_once)) for first in range(0, len(rows), at_once or max(len(rows), 1))]
    columns = pa.Table.from_batches(parts, REGISTER_READINGS)
    return RegisterReadings(readings[0].file if readings else "", columns)


def _repeating(part: pa.Table) -> pa.RecordBatch:
    made = []
    for field in REGISTER_READINGS:
        column = part[field.name].combine_chunks()
        if pa.types.is_dictionary(field.type):
            places = pa.array(range(len(column)), pa.int32())
            column = pa.DictionaryArray.from_arrays(places, column)
        made.append(column)
    return pa.RecordBatch.from_arrays(made, schema=REGISTER_READINGS)
