"""ioos_qc: its gross range test tells what is missing and what is outside the range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from answering import LIMIT_KWH, Answer, main
from ioos_qc import qartod

FAIL, MISSING = 4, 9


def load(path: str) -> Any:
    return pd.read_parquet(path)["energy_kwh"].to_numpy()


def answer(energy_kwh: Any) -> Answer:
    flags = np.ma.filled(qartod.gross_range_test(inp=energy_kwh, fail_span=(0.0, LIMIT_KWH)), MISSING)
    return {"missing": np.flatnonzero(flags == MISSING), "outside": np.flatnonzero(flags == FAIL)}


main(load, answer)
