"""dataframely."""

from __future__ import annotations

from typing import Any

import dataframely as dy
import polars as pl
from answering import LIMIT_KWH, Answer, main

RULES = {"missing": "energy_kwh|nullability", "negative": "energy_kwh|min", "above": "energy_kwh|max"}


class Readings(dy.Schema):  # type: ignore[misc]
    """One reading a row; its number is part of the schema, or the failures would come without it."""

    row = dy.UInt32()
    energy_kwh = dy.Float64(nullable=False, min=0.0, max=LIMIT_KWH)


def answer(frame: Any) -> Answer:
    """Row numbers by the framework's own rules."""
    _, failure = Readings.filter(frame.with_row_index("row"))
    details = failure.details()
    return {rule: details.filter(pl.col(name) == "invalid")["row"].to_list() for rule, name in RULES.items()}


main(pl.read_parquet, answer)
