"""How the files that collectors send to customers are told apart by their first line (formats.md B8)."""

from __future__ import annotations

import re
from collections.abc import Sequence


def customers_csv(names: Sequence[str]) -> str | None:
    """The format word of a CSV whose first line has these cells, in lower case; None where it is none of them."""
    if {"mpan_core", "energy_kwh"} <= set(names) and not {"settlement_period", "period_start", "period_end"}.isdisjoint(names):
        return "csv-narrow"
    if "p1" in names or "measurement_quantity" in names:
        return None
    joined = ",".join(names)
    if re.search("mpan|msid", joined) and re.search("channel|quantity|measurement|register", joined) and re.search("time|stamp|start|begin|from|end|date|hh", joined) and re.search("value|kwh|kvarh|consumption|energy|advance|usage", joined):
        return "csv-half-hour"
    return None
