"""What a C0541 says of each metering system: alarms, discrepancies, downloads that failed (formats.md B6, A4).

The group tree is known, and the fields of each record by a secondary source alone: the column order of a public loader
of the CDCA's files, whose orders of other records agree with real lines. No real C0541 was seen. A file whose records
do not have those fields is therefore no fault of the sender's: it is counted, and the note says what did not fit.
No record has a settlement date, so nothing of a C0541 can become a flag of a channel-day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from validator.errors import SubmissionError
from validator.readings.pipes.envelopes import with_article
from validator.readings.source import Submission

Fact = str | int | float | None

_ABOVE = {
    "PD8": "AAA",
    "MSX": "PD8",
    "ODF": "MSX",
    "OSA": "MSX",
    "MCD": "MSX",
    "PSD": "MSX",
    "PSP": "PSD",
    "DOL": "MSX",
    "DOP": "DOL",
}
"""Which record each stands under."""


def _depth(record: str) -> int:
    above = _ABOVE[record]
    return 0 if above == "AAA" else 1 + _depth(above)


DEPTHS = {record: _depth(record) for record in _ABOVE}
"""How deep in the tree each is, a party being at the top."""
TOLD = tuple(record for record in _ABOVE if record not in ("PD8", "MSX"))
"""The records that tell of a metering system's status."""
_MAIN = ("outstation_id", "meter_serial", "meter_register", "channel")
_CHECK = ("check_outstation_id", "check_meter_serial", "check_meter_register", "check_channel")
_OF = ("subsystem_id", "measurement_quantity")
FIELDS: dict[str, tuple[str, ...]] = {
    "PD8": ("party_id",),
    "MSX": ("mpan_core", "location"),
    "ODF": ("outstation_id", "days_since_download"),
    "OSA": ("outstation_id", "channel", "alarm_code", "from_period", "to_period"),
    "MCD": (*_MAIN, *_CHECK, *_OF, "difference", "percent_of_main"),
    "PSD": (
        "outstation_id", "channel", "secondary_outstation_id", "secondary_channel",
        "meter_serial", "meter_register", *_OF,
    ),
    "PSP": ("period", "difference", "percent_of_primary"),
    "DOL": (*_MAIN, *_OF, "least_volume", "most_volume"),
    "DOP": ("period", "volume"),
}  # fmt: skip
"""Fields of each record, in order (secondary). Volumes and differences are in the unit of the quantity."""
_WHOLE = {"days_since_download", "channel", "check_channel", "secondary_channel"}
_PERIODS = {"period", "from_period", "to_period"}
_DECIMAL = {"difference", "percent_of_main", "percent_of_primary", "least_volume", "most_volume", "volume"}
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_MOST_PERIOD = 50
_MOST_SHOWN = 40


@dataclass(frozen=True)
class MeterStatus:
    """One thing that the CDCA reported of a metering system; `line` counts from 1.

    `created` is the header's time, YYYYMMDDHHMMSS GMT: the settlement date is not in the file. `facts` are the fields
    of the record by name (see FIELDS), and of the record above it where it is a period of one; None where blank.
    """

    file: str
    line: int
    created: str
    mpan_core: str
    location: str
    record: str
    facts: Mapping[str, Fact] = field(repr=False)


class UnlikeError(Exception):
    """A record that does not have the fields that are known of it; the message says which and how."""


def statuses_of(
    submission: Submission,
    records: Iterable[tuple[int, str, Sequence[str]]],
    leave_out: Callable[[SubmissionError], None],
) -> tuple[tuple[MeterStatus, ...], str]:
    """Everything that the records (line, record id, fields) of a C0541 report, or nothing and what did not fit.

    `leave_out` is told of a record that does not stand where the tree has it, which is the one that came last; where it
    returns, so do those below that record not come.
    """
    # Each is held to its place in the tree as it comes: a fault of the envelope further down is told after it.
    taken = list(_in_tree(submission, records, leave_out))
    try:
        return tuple(_read(submission.name, taken)), ""
    except UnlikeError as unlike:
        return (), str(unlike)


def _in_tree(
    submission: Submission,
    records: Iterable[tuple[int, str, Sequence[str]]],
    leave_out: Callable[[SubmissionError], None],
) -> Iterator[tuple[int, str, Sequence[str]]]:
    open_records: list[str] = []
    good = 0
    for line, record, fields in records:
        if record == "AAA":
            open_records = ["AAA"]
        else:
            above = _ABOVE[record]
            if above not in open_records:
                expected = f"{with_article(above)} record above it"
                found = f"{with_article(record)} record"
                leave_out(submission.refuse(found, expected, "Send it again", line=line, good=good))
                continue
            open_records[open_records.index(above) + 1 :] = [record]
            good += record in TOLD
        yield line, record, fields


def _read(name: str, records: Sequence[tuple[int, str, Sequence[str]]]) -> Iterable[MeterStatus]:
    created, system, above = "", {}, {}
    for at, (line, record, texts) in enumerate(records):
        if record == "AAA":
            created = texts[2]
            continue
        facts = _facts(line, record, texts)
        if record == "MSX":
            system = facts
        elif record in ("PSD", "DOL"):
            above = facts
            if at + 1 < len(records) and _ABOVE.get(records[at + 1][1]) == record:
                # Its periods say it, each with what it says.
                continue
        elif record in ("PSP", "DOP"):
            facts = {**above, **facts}
        if record not in ("PD8", "MSX"):
            yield MeterStatus(
                name, line, created, str(system["mpan_core"]), str(system["location"] or ""), record, facts
            )


def _facts(line: int, record: str, texts: Sequence[str]) -> dict[str, Fact]:
    names = FIELDS[record]
    if len(texts) != len(names):
        raise UnlikeError(f"line {line} has {len(texts)} fields where {len(names)} are known of {record}")
    if record == "MSX" and not texts[0]:
        raise UnlikeError(f"line {line} has a blank metering system")
    return {
        name: _fact(name, text, f"line {line}, {name.replace('_', ' ')} (field {place} of {record})")
        for place, (name, text) in enumerate(zip(names, texts, strict=True), 1)
    }


def _fact(name: str, text: str, where: str) -> Fact:
    if not text:
        return None
    if name in _WHOLE:
        if re.fullmatch("[0-9]{1,4}", text):
            return int(text)
        raise UnlikeError(f"{where} is {text[:_MOST_SHOWN]!a}, no whole number")
    if name in _PERIODS:
        if re.fullmatch("[1-9][0-9]?", text) and int(text) <= _MOST_PERIOD:
            return int(text)
        raise UnlikeError(f"{where} is {text[:_MOST_SHOWN]!a}, no settlement period")
    if name in _DECIMAL:
        if len(text) <= _MOST_SHOWN and _NUMBER.fullmatch(text):
            return float(text)
        raise UnlikeError(f"{where} is {text[:_MOST_SHOWN]!a}, no decimal number")
    return text
