"""How the files that collectors send to customers are told apart by their first line (formats.md B8)."""

from __future__ import annotations

import re
from collections.abc import Sequence

DF2_MARK = b"#F2"
_OURS = ("p1", "measurement_quantity")
_EDF_COLUMNS, _BRITISH_GAS_COLUMNS = 104, 53

PLAIN_PARTS: tuple[tuple[str, str], ...] = (
    ("MPAN", r"mpan|msid"),
    ("status", r"status|flag|quality|actual"),
    ("channel", r"channel|quantity|measurement|register"),
    ("energy", r"value|kwh|kvarh|consumption|energy|advance|usage"),
    ("time", r"time|stamp|start|begin|from|end|date|hh"),
)
"""What a plain half-hour CSV's column name must hold to be each part; a part takes the first name that fits."""
PLAIN_NEEDED = ("MPAN", "channel", "time", "energy")


def customers_csv(cells: Sequence[str]) -> str | None:
    """The format word of a CSV whose first line has these cells, in lower case; None where it is none of them."""
    if {"mpan_core", "energy_kwh"} <= set(cells):
        stamped = {"settlement_period", "period_start", "period_end"}
        return None if stamped.isdisjoint(cells) else "csv-narrow"
    if any(name in cells for name in _OURS):
        return None
    if len(cells) == _BRITISH_GAS_COLUMNS and re.fullmatch(r"[0-9]{2}/[0-9]{2}/[0-9]{4}", cells[2]):
        return "csv-british-gas"
    if len(cells) == _EDF_COLUMNS and "mpan" in cells[1] and cells[4].startswith("00:00"):
        return "csv-edf"
    if cells[0].replace(" ", "") == "timestamp" and {"events", "comment", "user"} <= set(cells):
        return "csv-schneider"
    parts = plain_parts(cells)
    return "csv-half-hour" if all(part in parts for part in PLAIN_NEEDED) else None


def plain_parts(names: Sequence[str]) -> dict[str, str]:
    """Which column of a plain half-hour CSV is which part."""
    left = list(names)
    parts: dict[str, str] = {}
    for part, pattern in PLAIN_PARTS:
        for name in left:
            if re.search(pattern, name):
                parts[part] = name
                left.remove(name)
                break
    return parts
