"""pointblank on polars."""

from __future__ import annotations

from typing import Any

import pointblank as pb
import polars as pl
from answering import LIMIT_KWH, Answer, main


def answer(frame: Any) -> Answer:
    asked = (
        pb.Validate(frame.with_row_index("row"))
        .col_vals_not_null("energy_kwh")
        .col_vals_ge("energy_kwh", 0.0, na_pass=True)
        .col_vals_le("energy_kwh", LIMIT_KWH, na_pass=True)
        .interrogate(extract_limit=10**9, get_first_n=None)
    )
    extracts = [asked.get_data_extracts(i=step, frame=True) for step in (1, 2, 3)]
    rules = ("missing", "negative", "above")
    return {rule: [] if rows is None else rows["row"].to_list() for rule, rows in zip(rules, extracts, strict=True)}


main(pl.read_parquet, answer)
