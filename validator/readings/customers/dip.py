"""MHHS messages, as the Data Integration Platform carries them, into readings (formats.md B7)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from validator.calendar import UTC_PERIODS, day_number
from validator.errors import SubmissionError
from validator.readings import pieces
from validator.readings.customers.dip_json import Message, Messages
from validator.readings.customers.dip_mapping import DipMapping, Names, mapping_of
from validator.readings.customers.dip_pieces import messages_in_pieces
from validator.readings.dates import first_implausible
from validator.readings.first_fault import told_in_order
from validator.readings.half_hours.channel_days import MOST_PERIODS
from validator.readings.half_hours.letters import LETTERS
from validator.readings.half_hours.stamp_texts import DATE_ISO
from validator.readings.leniently import MOST_LEFT_OUT
from validator.readings.pieces import damage_as_whole, whole_of
from validator.readings.refused import RefusedLines
from validator.readings.source import Decoded, Submission
from validator.readings.table import provenance, with_absent_columns
from validator.schema import FLAG_INVALID_STATUS

_INTERFACE = ("CommonBlock", "S0", "interfaceID")
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")
_ABSENT = object()
_DATE = re.compile(DATE_ISO)
_MOST_KWH = 1e300
"""Far above any reading: what is beyond it is not a number that a double holds."""


Refuse: TypeAlias = Callable[..., SubmissionError]


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
    another interface are refused. Raises SubmissionError naming the message's first line, its number as the row and the
    path as the column; of what is no JSON, the line and the character's column.
    """
    mapping = mapping_of(submission)
    if _is_large(submission) and (readings := whole_of(_in_pieces(submission, mapping))) is not None:
        return Decoded(readings)
    walked = Messages(submission)
    messages: list[Message] = []
    broken, none = None, 0
    try:
        for message in walked:
            messages.append(message)
            none += not isinstance(message.content, dict)
            if none > (MOST_LEFT_OUT if submission.lenient else 0):
                # It is refused, whatever follows: a list of very many numbers is no list of messages.
                break
    except SubmissionError as fault:
        # What stands before it is told of first.
        broken = fault

    def read(last: int | None) -> Decoded:
        return _decoded(submission, mapping, messages[:last])

    if submission.lenient and messages:
        return _leniently(submission, mapping, messages, None if broken is None else _rest(submission, walked, broken))
    decoded = told_in_order(read, lambda fault: fault.place.row, row_is_day=True)
    if broken is not None:
        raise broken.again(good=decoded.readings.num_rows) from broken
    return decoded


def pieces_of_dip(submission: Submission) -> Iterator[pa.Table] | None:
    """The same with memory bounded by a few messages; None for a submission that is read as a whole.

    Raises SubmissionError for the mapping, and AsWholeError.
    """
    mapping = mapping_of(submission)
    return _in_pieces(submission, mapping) if _is_large(submission) else None


def _is_large(submission: Submission) -> bool:
    return submission.data.nbytes > pieces.BYTES_AT_ONCE


def _in_pieces(submission: Submission, mapping: DipMapping) -> Iterator[pa.Table]:
    with damage_as_whole():
        for messages in messages_in_pieces(submission):
            yield _decoded(submission, mapping, messages).readings


def _leniently(
    submission: Submission, mapping: DipMapping, messages: list[Message], rest: RefusedLines | None
) -> Decoded:
    """What can be read; the other messages, and the `rest` that is none, as they stand in the submission."""
    refused: list[RefusedLines] = []
    good: list[Message] = []
    for each in messages:
        try:
            _decoded(submission, mapping, [each])
        except SubmissionError as fault:
            if len(refused) == MOST_LEFT_OUT:
                expected = f"at most {MOST_LEFT_OUT} messages to leave out"
                action = "Correct the messages; too little of them can be read"
                line, row, before = each.line, each.number, len(good)
                raise submission.refuse(
                    "yet another fault", expected, action, line=line, row=row, good=before
                ) from fault
            content = each.text.encode("utf-8", "surrogateescape")
            refused.append(RefusedLines(submission.name, each.line, each.last_line, 1, fault, content))
        else:
            good.append(each)
    if rest is not None:
        refused.append(rest)
    return replace(_decoded(submission, mapping, good), refused=tuple(refused))


def _rest(submission: Submission, walked: Messages, broken: SubmissionError) -> RefusedLines:
    """What is no JSON, to its end; it is taken for as many channel-days as it has messages' heads."""
    text = walked.text[walked.rest :]
    first_line = walked.line(walked.rest)
    days = text.count('"CommonBlock"')
    last_line = first_line + text.rstrip("\r\n").count("\n") if text else first_line - 1
    return RefusedLines(submission.name, first_line, last_line, days, broken, text.encode("utf-8", "surrogateescape"))


def _at(content: Any, names: Iterable[str]) -> Any:
    """What stands at a path; `_ABSENT` where it leads nowhere."""
    for name in names:
        if not isinstance(content, dict) or name not in content:
            return _ABSENT
        content = content[name]
    return content


def _day(submission: Submission, mapping: DipMapping, message: Message) -> _Day:
    if message.fault is not None:
        raise message.fault
    payload = _at(message.content, ("payload",))

    def refuse(names: Names, found: Any, expected: str, column: str = "") -> SubmissionError:
        shown = "nothing" if found is _ABSENT else repr(found)[:60]
        action = "Correct the message, or the mapping if it leads to the wrong place"
        return submission.refuse(
            shown, expected, action, line=message.line, row=message.number, column=column or ".".join(names)
        )

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
    number = _day_number(day)
    if number is None:
        raise refuse(mapping.settlement_date, day, "a date such as 2026-04-01")
    entries = _at(payload, mapping.periods)
    if not isinstance(entries, list):
        raise refuse(mapping.periods, entries, "a list of periods")
    values, flags = _periods(mapping, entries, refuse)
    return _Day(mpan, _quantity(mapping, payload, refuse), number, values, flags)


def _day_number(text: str) -> int | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return day_number(date.fromisoformat(text))
    except ValueError:
        return None


def _quantity(mapping: DipMapping, payload: Any, refuse: Refuse) -> str:
    if mapping.quantity_path is None:
        return mapping.quantity_words[""]
    found = _at(payload, mapping.quantity_path)
    if not isinstance(found, str) or found not in mapping.quantity_words:
        raise refuse(mapping.quantity_path, found, f"one of {', '.join(mapping.quantity_words)}, as the mapping has it")
    return mapping.quantity_words[found]


def _periods(mapping: DipMapping, entries: list[Any], refuse: Refuse) -> tuple[list[float | None], list[int]]:
    """Values and flags of a day, at least as many as it should have where entries carry their period's number."""

    def refuse_at(index: int, found: Any, expected: str) -> SubmissionError:
        return refuse((), found, expected, f"{'.'.join(mapping.periods)}[{index + 1}]")

    numbers = _numbers(mapping, entries, refuse_at)
    sent = [_value(_at(entry, mapping.value), index, refuse_at) for index, entry in enumerate(entries)]
    told = [0] * len(entries)
    if mapping.quality is not None:
        told = [
            _flag(mapping, _at(entry, mapping.quality), value, index, refuse_at)
            for index, (entry, value) in enumerate(zip(entries, sent, strict=True))
        ]
    if numbers is None:
        return sent, told
    length = max([UTC_PERIODS, *numbers])
    values: list[float | None] = [None] * length
    flags = [0] * length
    for number, value, flag in zip(numbers, sent, told, strict=True):
        values[number - 1] = value
        flags[number - 1] = flag
    return values, flags


def _numbers(mapping: DipMapping, entries: list[Any], refuse_at: Refuse) -> list[int] | None:
    """The entries' periods from 1, each once; None where they are in order."""
    if mapping.period is None:
        return None
    numbers = [_number(_at(entry, mapping.period), index, refuse_at) for index, entry in enumerate(entries)]
    if len(set(numbers)) != len(numbers):
        index = next(index for index, number in enumerate(numbers) if number in numbers[:index])
        before = f"period {numbers[index]}, which entry {numbers.index(numbers[index]) + 1} holds already"
        raise refuse_at(index, before, "one entry for each period")
    return numbers


def _number(found: Any, index: int, refuse_at: Refuse) -> int:
    if isinstance(found, str) and re.fullmatch("[0-9]{1,2}", found):
        found = int(found)
    if type(found) is not int or not 1 <= found <= MOST_PERIODS:
        raise refuse_at(index, found, f"a period from 1 to {MOST_PERIODS}")
    return found


def _value(found: Any, index: int, refuse_at: Refuse) -> float | None:
    if type(found) is float and math.isfinite(found):
        return found
    if found is None:
        return None
    if isinstance(found, str) and _DECIMAL.fullmatch(found):
        found = float(found)
    # A whole number of more digits than a double can hold would raise.
    if type(found) not in (int, float) or not abs(found) < _MOST_KWH:
        raise refuse_at(index, found, "a number of kWh, or null")
    return float(found)


def _flag(mapping: DipMapping, found: Any, value: float | None, index: int, refuse_at: Refuse) -> int:
    """Flag bits of a quality word; of a period without a value, only what is said of it."""
    if found is _ABSENT or found is None:
        return 0 if value is None else FLAG_INVALID_STATUS
    if not isinstance(found, str):
        raise refuse_at(index, found, "a quality word")
    letter = mapping.quality_words.get(found)
    return FLAG_INVALID_STATUS if letter is None else LETTERS[letter]


def _decoded(submission: Submission, mapping: DipMapping, messages: list[Message]) -> Decoded:
    """Readings of messages; SubmissionError for the first that cannot be one."""
    days = [_day(submission, mapping, each) for each in messages]
    dates = np.array([day.date for day in days], dtype=np.int32)
    found = first_implausible(dates, submission.today)
    if found:
        index, expected = found
        shown, column = str(np.datetime64(int(dates[index]), "D")), ".".join(mapping.settlement_date)
        line, row = messages[index].line, messages[index].number
        raise submission.refuse(shown, expected, "Correct the date", line=line, row=row, column=column)
    energies = pa.array([day.values for day in days], pa.list_(pa.float64()))
    rows = pa.array([each.number for each in messages], pa.int64())
    columns = {
        "mpan_core": pa.array([day.mpan_core for day in days], pa.string()),
        "measurement_quantity": pa.array([day.quantity for day in days], pa.string()),
        "role": pa.array(["MAIN"] * len(days), pa.string()),
        "settlement_date": pa.array(dates, pa.int32()).view(pa.date32()),
        "energy_kwh": energies,
        **provenance(submission.name, True, False, rows),
    }
    if mapping.quality is not None:
        columns["period_flags"] = pa.array([day.flags for day in days], pa.list_(pa.uint16()))
    return Decoded(with_absent_columns(columns))
