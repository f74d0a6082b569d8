"""Reading one cell of a row: dates, numbers and words, each with a fault that names file and line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date

from validator.regulation.near import did_you_mean
from validator.regulation.tables import Row

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WHOLE = re.compile(r"[1-9][0-9]{0,5}")
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2199


def text(row: Row, column: str) -> str:
    """The cell, which must not be blank."""
    cell = row.cells[column]
    if not cell:
        raise row.fault(f"{column} is blank", "it must say something")
    return cell


def word(row: Row, column: str, allowed: Iterable[str], *, blank: bool = False) -> str:
    """The cell, which must be one of `allowed`, or blank where `blank`."""
    cell = row.cells[column]
    words = tuple(allowed)
    if cell in words or (blank and not cell):
        return cell
    what = f"unknown {column} {cell!r}" if cell else f"{column} is blank"
    raise row.fault(what, f"it must be one of {', '.join(words)}{did_you_mean(cell, words)}")


def yes_no(row: Row, column: str) -> bool:
    return word(row, column, ("yes", "no")) == "yes"


def whole(row: Row, column: str) -> int:
    """A whole number from 1, written without leading zeros, so that one number has one spelling."""
    cell = row.cells[column]
    if not _WHOLE.fullmatch(cell):
        raise row.fault(f"{column} {cell!r} is not a whole number", "it counts from 1, without leading zeros")
    return int(cell)


def number(row: Row, column: str, cell: str, *, zero: bool = False) -> float:
    """A finite decimal number above zero, or from zero where `zero`; `cell` may be a part of the column."""
    if not _NUMBER.fullmatch(cell):
        raise row.fault(f"{column} {cell!r} is not a number", "it must be a plain, finite decimal number")
    value = float(cell)
    if not math.isfinite(value):
        raise row.fault(f"{column} is not finite", "it must be a plain, finite decimal number")
    if value < 0:
        raise row.fault(f"{column} {cell} is negative", "it must be above zero")
    if value == 0 and not zero:
        raise row.fault(f"{column} is zero", "it must be above zero")
    return value


def percentage(row: Row, column: str, cell: str) -> float:
    value = number(row, column, cell)
    if value > 100:
        raise row.fault(f"{column} {cell} is more than 100 %", "a per cent limit cannot be")
    return value


def day(row: Row, column: str) -> date | None:
    """A date as YYYY-MM-DD, None where blank."""
    cell = row.cells[column]
    return day_from(row, column, cell) if cell else None


def day_from(row: Row, column: str, cell: str) -> date:
    try:
        parsed = date.fromisoformat(cell) if _DATE.fullmatch(cell) else None
    except ValueError:
        parsed = None
    if parsed is None:
        raise row.fault(f"{column} {cell!r} is not a date", "dates are written YYYY-MM-DD")
    if not _EARLIEST_YEAR <= parsed.year <= _LATEST_YEAR:
        raise row.fault(f"{column} {cell} is out of reason", f"years run {_EARLIEST_YEAR} to {_LATEST_YEAR}")
    return parsed


def span(row: Row, first: str, last: str) -> tuple[date | None, date | None]:
    """Two dates, inclusive at both ends; a blank end is open."""
    begins, ends = day(row, first), day(row, last)
    if begins and ends and ends < begins:
        raise row.fault(f"{last} {ends} is before {first} {begins}", "it would end before it begins")
    return begins, ends


def committees(row: Row) -> tuple[str, ...]:
    return tuple(word(row, "committees", ("ISG", "SVG", "ISG+SVG")).split("+"))
