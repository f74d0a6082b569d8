"""MHHS messages, as the Data Integration Platform carries them, into readings (formats.md B7)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from validator.calendar import UTC_PERIODS
from validator.errors import SubmissionError
from validator.readings.customers.dip_mapping import DipMapping, Names, mapping_of
from validator.readings.dates import first_implausible
from validator.readings.half_hours.channel_days import MOST_PERIODS
from validator.readings.half_hours.letters import LETTERS
from validator.readings.half_hours.stamp_texts import DATE_ISO, dates_of
from validator.readings.in_order import told_in_order
from validator.readings.source import Decoded, Submission
from validator.readings.table import provenance, with_absent_columns
from validator.schema import FLAG_INVALID_STATUS

_INTERFACE = ("CommonBlock", "S0", "interfaceID")
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")
_ABSENT = object()


@dataclass(frozen=True)
class _Day:
    """One message's channel-day; a value is None and a status 0 where nothing was sent."""

    mpan_core: str
    quantity: str
    date: int
    values: list[float | None]
    flags: list[int]


def read_dip(submission: Submission) -> Decoded:
    """Readings of MHHS messages, a channel-day of UTC each; `source_row` counts messages from 1.

    Where the values stand in a message is for the user's mapping to say (dip_mapping.py). A period that is not sent,
    or null, is missing; a quality word that the mapping does not know is a status other than A, E and C. Messages of
    another interface are refused. Raises SubmissionError naming the message as its row, and the path as its column.
    """
    mapping = mapping_of(submission)
    messages = _messages(submission)

    def read(first: int | None) -> Decoded:
        taken = messages[:first]
        return _decoded(submission, mapping, [_day(submission, mapping, *each) for each in enumerate(taken, 1)])

    return told_in_order(read, lambda fault: fault.place.row, row_is_day=True)


def _messages(submission: Submission) -> list[Any]:
    """The messages: a list of them, or one alone."""
    try:
        text = bytes(submission.data).decode("utf-8-sig")
        content = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        found = f"{error.msg} at column {error.colno}"
        raise submission.refuse(found, "JSON", "Send the message as it came", line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise submission.refuse(f"{error}"[:100], "JSON in UTF-8", "Send the message as it came") from error
    return content if isinstance(content, list) else [content]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"a name twice among {', '.join(sorted(found))}")
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word}, which is no JSON")


def _at(content: Any, names: Iterable[str]) -> Any:
    """What stands at a path; `_ABSENT` where it leads nowhere."""
    for name in names:
        if not isinstance(content, dict) or name not in content:
            return _ABSENT
        content = content[name]
    return content


def _day(submission: Submission, mapping: DipMapping, row: int, message: Any) -> _Day:
    payload = _at(message, ("payload",))

    def refuse(names: Names, found: Any, expected: str, column: str = "") -> SubmissionError:
        shown = "nothing" if found is _ABSENT else repr(found)[:60]
        action = "Correct the message, or the mapping if it leads to the wrong place"
        return submission.refuse(shown, expected, action, row=row, column=column or ".".join(names))

    def text(names: Names, expected: str) -> str:
        found = _at(payload, names)
        if not isinstance(found, str) or not found:
            raise refuse(names, found, expected)
        return found

    interface = _at(payload, _INTERFACE)
    if interface != mapping.interface:
        raise refuse(_INTERFACE, interface, f"{mapping.interface}, the interface of the mapping")
    mpan = text(mapping.mpan_core, "an MPAN core as text")
    day = text(mapping.settlement_date, "a date such as 2026-04-01")
    numbers, valid = dates_of(pa.array([day]), [DATE_ISO])
    if not valid[0]:
        raise refuse(mapping.settlement_date, day, "a date such as 2026-04-01")
    implausible = first_implausible(numbers, submission.today)
    if implausible:
        raise refuse(mapping.settlement_date, day, implausible[1])
    entries = _at(payload, mapping.periods)
    if not isinstance(entries, list):
        raise refuse(mapping.periods, entries, "a list of periods")
    values, flags = _periods(mapping, entries, refuse)
    return _Day(mpan, _quantity(mapping, payload, refuse), int(numbers[0]), values, flags)


def _quantity(mapping: DipMapping, payload: Any, refuse: Any) -> str:
    if mapping.quantity_path is None:
        return mapping.quantity_words[""]
    found = _at(payload, mapping.quantity_path)
    if not isinstance(found, str) or found not in mapping.quantity_words:
        raise refuse(mapping.quantity_path, found, f"one of {', '.join(mapping.quantity_words)}, as the mapping has it")
    return mapping.quantity_words[found]


def _periods(mapping: DipMapping, entries: list[Any], refuse: Any) -> tuple[list[float | None], list[int]]:
    """Values and flags of a day, at least as many as it should have where entries carry their period's number."""
    numbers = [_number(mapping, index, entry, refuse) for index, entry in enumerate(entries, 1)]
    length = len(entries) if mapping.period is None else max([UTC_PERIODS, *numbers])
    values: list[float | None] = [None] * length
    flags = [0] * length
    seen: dict[int, int] = {}
    for index, (number, entry) in enumerate(zip(numbers, entries, strict=True), 1):
        column = f"{'.'.join(mapping.periods)}[{index}]"
        if number in seen:
            before = f"period {number}, which entry {seen[number]} holds already"
            raise refuse((), before, "one entry for each period", column)
        seen[number] = index
        values[number - 1] = _value(_at(entry, mapping.value), column, refuse)
        if mapping.quality is not None:
            flags[number - 1] = _flag(mapping, _at(entry, mapping.quality), values[number - 1], column, refuse)
    return values, flags


def _number(mapping: DipMapping, index: int, entry: Any, refuse: Any) -> int:
    if mapping.period is None:
        return index
    found = _at(entry, mapping.period)
    if isinstance(found, str) and re.fullmatch("[0-9]{1,2}", found):
        found = int(found)
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= MOST_PERIODS:
        column = f"{'.'.join(mapping.periods)}[{index}]"
        raise refuse((), found, f"a period from 1 to {MOST_PERIODS}", column)
    return found


def _value(found: Any, column: str, refuse: Any) -> float | None:
    if found is None:
        return None
    if isinstance(found, str) and _DECIMAL.fullmatch(found):
        found = float(found)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(float(found)):
        raise refuse((), found, "a number of kWh, or null", column)
    return float(found)


def _flag(mapping: DipMapping, found: Any, value: float | None, column: str, refuse: Any) -> int:
    """Flag bits of a quality word; of a period without a value, only what is said of it."""
    if found is _ABSENT or found is None:
        return 0 if value is None else FLAG_INVALID_STATUS
    if not isinstance(found, str):
        raise refuse((), found, "a quality word", column)
    letter = mapping.quality_words.get(found)
    return FLAG_INVALID_STATUS if letter is None else LETTERS[letter]


def _decoded(submission: Submission, mapping: DipMapping, days: list[_Day]) -> Decoded:
    energies = pa.array([day.values for day in days], pa.list_(pa.float64()))
    rows = pa.array(np.arange(1, len(days) + 1, dtype=np.int64))
    columns = {
        "mpan_core": pa.array([day.mpan_core for day in days], pa.string()),
        "measurement_quantity": pa.array([day.quantity for day in days], pa.string()),
        "role": pa.array(["MAIN"] * len(days), pa.string()),
        "settlement_date": pa.array([day.date for day in days], pa.int32()).view(pa.date32()),
        "energy_kwh": energies,
        **provenance(submission.name, True, False, rows),
    }
    if mapping.quality is not None:
        columns["period_flags"] = pa.array([day.flags for day in days], pa.list_(pa.uint16()))
    return Decoded(with_absent_columns(columns))
