"""What a validation hands on: verdicts, findings and exact counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.validation.dispensed import DispensationTally


@dataclass(frozen=True)
class CheckTally:
    """Exact counts of one check.

    `ran` and `not_run` (by reason) count channel-days and add up to all rows; `found` counts channel-days
    by outcome, `periods` the periods flagged and `findings` the rows of the findings table.
    """

    ran: int
    not_run: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    periods: int = 0
    findings: int = 0


@dataclass(frozen=True)
class Validation:
    """The verdicts of one submission.

    `verdicts` has the VERDICTS schema, a row per row of `readings` and in its order; `findings` has the
    FINDINGS schema and `finding_rows` int64 (findings,) names the row each stands on. `facts`, which `facts_of`
    makes where it is asked for (its texts may be dictionaries), has one row per channel-day: manufacturer, meter_type,
    variant, firmware, rated_kva, resolution_kwh (null where no standing data is in force). `tallies` is keyed by
    check code, `outcomes` by outcome, and `stages` holds seconds by stage. `dispensations` are those that were at work.
    """

    readings: pa.Table
    verdicts: pa.Table
    findings: pa.Table
    finding_rows: npt.NDArray[np.int64]
    facts_of: Callable[[], pa.Table]
    tallies: dict[str, CheckTally]
    outcomes: dict[str, int]
    stages: dict[str, float]
    dispensations: tuple[DispensationTally, ...] = ()

    @cached_property
    def facts(self) -> pa.Table:
        """What is on file about the meter of each channel-day, as text and numbers."""
        facts = self.facts_of()
        kinds = (kind.value_type if pa.types.is_dictionary(kind := field.type) else kind for field in facts.schema)
        return facts.cast(pa.schema(list(zip(facts.column_names, kinds, strict=True))))
