"""SaQC: flags of missing values and of values outside the range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from answering import LIMIT_KWH, Answer, main
from saqc import SaQC


def load(path: str) -> Any:
    frame = pd.read_parquet(path)
    return frame.set_index(pd.date_range("2026-01-01", periods=len(frame), freq="30min"))


def answer(frame: Any) -> Answer:
    outside = SaQC(frame).flagRange("energy_kwh", min=0.0, max=LIMIT_KWH)
    missing = SaQC(frame).flagMissing("energy_kwh")
    flagged = [np.flatnonzero(asked.flags["energy_kwh"].to_numpy() > 0) for asked in (missing, outside)]
    return dict(zip(("missing", "outside"), flagged, strict=True))


main(load, answer)
