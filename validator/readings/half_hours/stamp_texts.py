"""Stamps as text, in the forms that the trade writes, into seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.readings.half_hours.clock import DAY_S, Seconds

_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
_SECOND = r"(?::(?P<second>[0-9]{2}))?"
_YEAR_FIRST = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_DAY_FIRST = r"(?P<day>[0-9]{2})/(?P<month>[0-9]{2})/(?P<year>[0-9]{4})"
ISO = rf"{_YEAR_FIRST}[ T]{_TIME}{_SECOND}(?P<zone>Z|[+-][0-9]{{2}}:?[0-9]{{2}})?"
"""2026-04-01 00:30, with or without T, seconds, and Z or an offset."""
SLASHED = rf"{_DAY_FIRST} {_TIME}{_SECOND}"
"""01/04/2026 00:30, with or without seconds."""
STARK = rf"(?P<day>[0-9]{{2}})/(?P<month>[0-9]{{2}})/(?P<year>(?:[0-9]{{2}})?[0-9]{{2}}),{_TIME}(?::(?P<second>00))?"
"""01/04/26,00:30 or 01/04/2026,00:30:00; the date and time of a DF2 row with the comma between them."""
ION = rf"{_YEAR_FIRST} {_TIME}{_SECOND}(?: (?P<zone>[+-][0-9]{{1,2}}H)(?:, DST)?)?"
"""2026-07-01 00:30:00 +1H, DST: the clock's offset from UTC is stated."""
DATE_SLASHED = _DAY_FIRST
DATE_DASHED = _DAY_FIRST.replace("/", "-")
DATE_ISO = _YEAR_FIRST

_CENTURY_TURNS = 90
"""Years of two digits: 90 is 1990, the first year that is read, and 89 is 2089."""


@dataclass(frozen=True)
class Stamps:
    """Arrays (texts,): `seconds` since 1970 on the clock as written, `offset_s` of that clock from UTC.

    `zoned` says whether the text states its offset; `valid` whether it is a stamp at all.
    """

    seconds: Seconds
    offset_s: Seconds
    zoned: npt.NDArray[np.bool_]
    valid: npt.NDArray[np.bool_]

    @classmethod
    def read(cls, seconds: Seconds) -> Stamps:
        """Stamps that were read already; none states its offset."""
        count = len(seconds)
        none = np.zeros(count, dtype=np.int64)
        return cls(seconds, none, np.zeros(count, dtype=np.bool_), np.ones(count, dtype=np.bool_))


def stamps_of(texts: pa.Array, forms: Sequence[str]) -> Stamps:
    """Distinct texts as stamps; each may be in any of `forms`, which are patterns for the whole text."""
    count = len(texts)
    found = Stamps(
        np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_),
    )  # fmt: skip
    for form in forms:
        fields = pc.extract_regex(texts, rf"\A(?:{form})\z")
        rows = np.flatnonzero(pc.fill_null(fields.is_valid(), False).to_numpy(zero_copy_only=False))
        if len(rows):
            _fill(found, rows, fields.take(pa.array(rows)))
    return found


def _fill(found: Stamps, rows: npt.NDArray[np.int64], fields: pa.StructArray) -> None:
    names = {field.name for field in fields.type}
    year, month, day = (_numbers(fields, name) for name in ("year", "month", "day"))
    short = pc.equal(pc.binary_length(fields.field("year")), 2).to_numpy(zero_copy_only=False)
    year = np.where(short, year + np.where(year >= _CENTURY_TURNS, 1900, 2000), year)
    days, real_date = _days(year, month, day)
    second = np.zeros(len(rows), dtype=np.int64)
    real_time = np.ones(len(rows), dtype=np.bool_)
    for name, most, unit_s in (("hour", 23, 3600), ("minute", 59, 60), ("second", 59, 1)):
        if name in names:
            part = _numbers(fields, name)
            real_time &= part <= most
            second += part * unit_s
    found.seconds[rows] = days * DAY_S + second
    found.valid[rows] = real_date & real_time
    if "zone" in names:
        zones = fields.field("zone")
        found.zoned[rows] = pc.not_equal(zones, "").to_numpy(zero_copy_only=False)
        distinct = zones.dictionary_encode()
        offsets_s = np.array([_offset_s(text) for text in distinct.dictionary.to_pylist()], dtype=np.int64)
        found.offset_s[rows] = offsets_s[distinct.indices.to_numpy()]


def _numbers(fields: pa.StructArray, name: str) -> Seconds:
    """A field of digits; a blank, for it may be left out, is 0."""
    text = fields.field(name)
    filled = pc.if_else(pc.equal(text, ""), "0", text)
    return np.asarray(filled.cast(pa.int64()).to_numpy(), dtype=np.int64)


def _days(year: Seconds, month: Seconds, day: Seconds) -> tuple[Seconds, npt.NDArray[np.bool_]]:
    """Days since 1970-01-01, and which of the dates exist."""
    months = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("datetime64[M]")
    days = first.astype("datetime64[D]").astype(np.int64) + day - 1
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days, (month >= 1) & (month <= 12) & (day >= 1) & (days < following) & (year >= 1)


def _offset_s(text: str) -> int:
    if text in ("", "Z"):
        return 0
    sign = -1 if text[0] == "-" else 1
    if text.endswith("H"):
        return sign * int(text[1:-1]) * 3600
    digits = text[1:].replace(":", "")
    return sign * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)


def dates_of(texts: pa.Array, forms: Sequence[str]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """Days since 1970-01-01 of distinct texts, and which of them are dates."""
    found = stamps_of(texts, forms)
    return (found.seconds // DAY_S).astype(np.int32), found.valid
