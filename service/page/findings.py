"""Which findings a person asked to see."""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, Field, field_validator

from validator.report.index import Index
from validator.schema import OUTCOMES

SHOWN = 50


class Wanted(BaseModel):
    """What the filters of the page say; blank is all."""

    mpan: str = Field(default="", max_length=20)
    on: date | None = None
    check: str = Field(default="", max_length=40)
    outcome: Literal["", "FAIL", "NOT_ASSESSED", "QUERY"] = ""
    start: int = Field(default=0, ge=0, le=2**31)

    @field_validator("on", mode="before")
    @classmethod
    def _blank_is_all(cls, value: object) -> object:
        return value or None


def chosen_findings(index: Index, wanted: Wanted) -> tuple[pa.Array, int]:
    """Positions of the findings to show, the worst first, and how many fit the filters in all."""
    table = index.validation.findings
    fits = np.ones(len(index.finding_row), dtype=np.bool_)
    if wanted.mpan:
        fits &= pc.match_substring(table["mpan_core"], wanted.mpan.strip()).to_numpy().astype(np.bool_)
    if wanted.check:
        fits &= pc.equal(table["check"], wanted.check).to_numpy().astype(np.bool_)
    if wanted.on is not None:
        fits &= pc.equal(table["settlement_date"], pa.scalar(wanted.on)).to_numpy().astype(np.bool_)
    if wanted.outcome:
        fits &= index.finding_outcome == OUTCOMES.index(wanted.outcome)
    places = np.flatnonzero(fits)
    worst_first = places[np.argsort(-index.finding_outcome[places], kind="stable")]
    return pa.array(worst_first[wanted.start : wanted.start + SHOWN]), len(places)
