"""How the files that collectors send to customers are told apart by their first line (formats.md B8)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

DF2_MARK = b"#F2"
_OURS = frozenset({"p1", "measurement_quantity", "energy_kwh"})
_NARROW = frozenset({"settlement_period", "period_start", "period_end"})
_EDF_COLUMNS, _BRITISH_GAS_COLUMNS = 104, 53
_SCHNEIDER = frozenset({"events", "comment", "user"})

_WORDS: dict[str, frozenset[str]] = {
    "MPAN": frozenset({"mpan", "mpans", "mpancore", "msid"}),
    "status": frozenset({"status", "flag", "flags", "quality", "estimated", "indicator"}),
    "channel": frozenset({"channel", "quantity", "measurement"}),
    "energy": frozenset({"value", "kwh", "kvarh", "consumption", "energy", "advance", "usage", "units"}),
    "time": frozenset(
        {"time", "timestamp", "datetime", "stamp", "start", "starts", "starting", "begin", "beginning", "from"}
        | {"end", "ends", "ending", "to"}
    ),
    "date": frozenset({"date", "day"}),
    "period": frozenset({"period", "sp", "hh"}),
}
"""What a plain half-hour CSV's column name has among its words for each part; a part takes the first name that fits."""


def customers_csv(cells: Sequence[str]) -> str | None:
    """The format word of a CSV whose first line has these cells, in lower case; None where it is none of them."""
    if not _NARROW.isdisjoint(cells) and not _OURS.isdisjoint(cells) and "p1" not in cells:
        return "csv-narrow"
    if not _OURS.isdisjoint(cells):
        return None
    if len(cells) == _BRITISH_GAS_COLUMNS and re.fullmatch(r"[0-9]{2}/[0-9]{2}/[0-9]{4}", cells[2]):
        return "csv-british-gas"
    if is_edf_header(cells):
        return "csv-edf"
    if cells[0].replace(" ", "") == "timestamp" and set(cells) >= _SCHNEIDER:
        return "csv-schneider"
    parts = plain_parts(cells)
    return None if missing_parts(parts) else "csv-half-hour"


def is_edf_header(cells: Sequence[str]) -> bool:
    """Whether these cells, in lower case, are the header of EDF's portal: any other line of its length is a row."""
    return len(cells) == _EDF_COLUMNS and "mpan" in cells[1] and cells[4].startswith("00:00")


def customers_row(cells: Sequence[str]) -> str | None:
    """The format word of a row below a first line that says nothing; None where it could be of any."""
    if len(cells) == _EDF_COLUMNS and re.fullmatch(r"[0-9]{2}-[0-9]{2}-[0-9]{4}", cells[3]):
        return "csv-edf"
    return customers_csv(cells)


def nearly_customers_csv(cells: Sequence[str]) -> str | None:
    """The format word of a header that is a customer's but for a part that lacks or is spoilt.

    Its reader says which part. None where too little of it is there.
    """
    if len(_SCHNEIDER & set(cells)) > 1:
        return "csv-schneider"
    return "csv-half-hour" if len(plain_parts(cells)) > 1 else None


def plain_parts(names: Sequence[str]) -> dict[str, str]:
    """Which column of a plain half-hour CSV is which part: MPAN, status, channel, energy; time, or date and period.

    A date alone is taken for the time, for some call it so.
    """
    left = list(names)
    parts: dict[str, str] = {}
    for part, words in _WORDS.items():
        for name in left:
            if words & set(re.split(r"[^a-z0-9]+", name)):
                parts[part] = name
                left.remove(name)
                break
    if "time" in parts:
        parts.pop("date", None)
        parts.pop("period", None)
    elif "date" in parts and "period" not in parts:
        parts["time"] = parts.pop("date")
    return parts


def missing_parts(parts: Mapping[str, str]) -> list[str]:
    """What a plain half-hour CSV's header does not name."""
    timed = "time" in parts or ("date" in parts and "period" in parts)
    return [part for part in ("MPAN", "channel", "energy") if part not in parts] + ([] if timed else ["time"])
