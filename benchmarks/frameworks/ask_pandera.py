"""pandera on polars."""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl
from answering import LIMIT_KWH, Answer, main

SCHEMA = pa.DataFrameSchema(
    {"energy_kwh": pa.Column(float, [pa.Check.ge(0.0, name="negative"), pa.Check.le(LIMIT_KWH, name="above")])}
)


def answer(frame: Any) -> Answer:
    try:
        SCHEMA.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        cases = pl.DataFrame({"check": [], "index": []})
    names = {
        "missing": "not_nullable",
        "negative": "greater_than_or_equal_to(0.0)",
        "above": f"less_than_or_equal_to({LIMIT_KWH})",
    }
    found = {}
    for rule, check in names.items():
        found[rule] = cases.filter(pl.col("check").is_in([check, rule]))["index"].to_list()
    return found


main(pl.read_parquet, answer)
