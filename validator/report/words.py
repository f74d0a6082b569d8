"""Numbers, dates and outcomes as a person reads them."""

from __future__ import annotations

import math
from datetime import date

OUTCOME_WORDS = {"FAIL": "FAIL", "NOT_ASSESSED": "NOT ASSESSED", "QUERY": "QUERY", "PASS": "PASS"}
WORST_FIRST = tuple(OUTCOME_WORDS)


def count(number: int) -> str:
    """`1234` is `1,234`."""
    return f"{number:,}"


def many(number: int, singular: str, plural: str | None = None) -> str:
    """`1 channel-day`, `2 channel-days`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def amount(number: float) -> str:
    """A measured number with at most six figures and no exponent where it can be helped."""
    if not math.isfinite(number):
        return "not a number"
    if abs(number) >= 1e15:
        return f"{number:.3g}"
    if abs(number) >= 1000:
        return f"{number:,.1f}".removesuffix(".0")
    return f"{number:.6f}".rstrip("0").rstrip(".") if abs(number) >= 1e-4 or number == 0 else f"{number:.3g}"


def day(on: date) -> str:
    """`5 July 2022`."""
    return f"{on.day} {on:%B %Y}"


def span(first: date, last: date) -> str:
    """`5 July 2022`, `5 to 7 July 2022`, or both in full."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def seconds(duration_s: float) -> str:
    """`0.42 s`, `12.3 s`, `3 min 5 s`."""
    if duration_s < 1:
        return f"{duration_s:.2f} s"
    if duration_s < 120:
        return f"{duration_s:.1f} s"
    minutes, rest = divmod(round(duration_s), 60)
    return f"{minutes} min {rest} s"


def size(size_bytes: int) -> str:
    """`812 B`, `4.1 kB`, `12.0 MB`."""
    scaled = float(size_bytes)
    for unit in ("B", "kB", "MB"):
        if scaled < 1000:
            return f"{scaled:.0f} B" if unit == "B" else f"{scaled:.1f} {unit}"
        scaled /= 1000
    return f"{scaled:.1f} GB"


def sentence(word: str) -> str:
    """`FIRMWARE_NOT_LISTED` is `Firmware not listed`."""
    return word.replace("_", " ").capitalize()
