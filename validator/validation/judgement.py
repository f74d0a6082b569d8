"""Everything found of some channel-days: what each finding and verdict is cut out of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.attach import Attached
from validator.validation.findings import Found
from validator.validation.period_checks import PeriodFindings
from validator.validation.running import Running
from validator.validation.verdicts import Judged

_TEXTS = ("manufacturer", "meter_type", "variant", "firmware")
_NUMBERS = ("rated_kva", "resolution_kwh")
FACTS = (*_TEXTS, *_NUMBERS)


@dataclass(frozen=True)
class Judgement:
    """What was found of the rows of `attached`; `carried` uint64 (rows,) is what each row carries."""

    attached: Attached
    carried: npt.NDArray[np.uint64]
    running: Running
    found: Found
    judged: Judged
    verdicts: pa.Table
    facts_of: Callable[[], pa.Table]
    in_periods: PeriodFindings

    @cached_property
    def may_be_dispensed(self) -> bool:
        """Whether a dispensation may have to do with any of the rows."""
        keys, decisions = self.attached.profiles.keys, self.attached.rulings.decisions
        of_keys = any(key.governed_by or key.dispensations or key.undecided for key in keys)
        return of_keys or any(decision.dispensation is not None for decision in decisions)

    def attached_of(self, rows: slice) -> Attached:
        """Some of the rows, good for what their counts need: meter, profile and certification."""
        whole = self.attached
        return replace(
            whole, meter=whole.meter[rows], profile=whole.profile[rows], certification=whole.certification[rows]
        )


def facts_of(attached: Attached) -> pa.Table:
    """What is on file of each row's meter; each text stands once, and rows have its number."""
    meters, meter = attached.meters, attached.meter
    columns = {name: _texts(*meters.texts[name], meter) for name in _TEXTS}
    columns |= {name: pa.array(getattr(meters, name)[meter], from_pandas=True) for name in _NUMBERS}
    return pa.table(columns)


def _texts(places: npt.NDArray[np.int32], texts: Sequence[str], meter: npt.NDArray[np.int32]) -> pa.DictionaryArray:
    number = places[meter]
    return pa.DictionaryArray.from_arrays(pa.array(number, mask=number < 0), pa.array(texts, type=pa.string()))
