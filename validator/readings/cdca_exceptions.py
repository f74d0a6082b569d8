"""The exceptional periods of a C0101, each with the channel-day that it is of (formats.md B6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from validator.errors import SubmissionError
from validator.readings.dates import date_of
from validator.readings.pipes.envelopes import with_article
from validator.readings.source import Submission

LEVELS = ("MSE", "SDE", "OSD", "CND", "SPE")
"""The records, each under the one before it."""
_FIELDS = {"MSE": 1, "SDE": 1, "OSD": 1, "CND": 3, "SPE": 4}
_ROLES = {"M": "MAIN", "C": "CHECK"}
_VOLUME = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_MOST_SHOWN = 60


@dataclass(frozen=True)
class ReportedException:
    """One exceptional period that the CDCA reported; `line` counts from 1, `volume` is None where blank.

    `status` and `description` are the CDCA's own words: what they mean beyond formats.md A4.6 is not known.
    """

    file: str
    line: int
    mpan_core: str
    settlement_date: date
    outstation_id: str
    measurement_quantity: str
    role: str
    period: int
    volume: float | None
    status: str
    description: str

    @property
    def channel_day(self) -> tuple[str, str, str, date]:
        """MSID, quantity, role and date."""
        return self.mpan_core, self.measurement_quantity, self.role, self.settlement_date


def exceptions_of(
    submission: Submission,
    records: Iterable[tuple[int, str, Sequence[str]]],
    leave_out: Callable[[SubmissionError], None],
) -> tuple[ReportedException, ...]:
    """The exceptions of a C0101's records (line, record id, fields).

    `leave_out` is told of a broken tree or field, of the record that came last; where it returns, so do those below
    that record not come.
    """
    above: list[Sequence[str]] = []
    found: list[ReportedException] = []
    for line, record, fields in records:
        if record == "AAA":
            above = []
            continue
        try:
            told = _told(submission, line, record, fields, above)
        except SubmissionError as fault:
            del above[LEVELS.index(record) :]
            leave_out(fault.again(good=len(found)))
            continue
        found.extend(told)
    return tuple(found)


def _told(
    submission: Submission, line: int, record: str, fields: Sequence[str], above: list[Sequence[str]]
) -> Iterable[ReportedException]:
    """The exception that a record tells, or none; `above` are the records above it, and it takes its place there."""
    level = LEVELS.index(record)
    if level > len(above):
        parent = LEVELS[level - 1]
        raise submission.refuse(
            f"{with_article(record)} record", f"{with_article(parent)} record above it", "Send it again", line=line
        )
    if len(fields) != _FIELDS[record]:
        expected = f"{_FIELDS[record]}, each ended by |"
        raise submission.refuse(f"{len(fields)} fields", expected, "Correct the record", line=line, column=record)
    above[level:] = [fields]
    if record != "SPE":
        _check(submission, line, record, fields)
        return ()
    exception = _exception(submission, line, above)
    above.pop()
    return (exception,)


def _check(submission: Submission, line: int, record: str, fields: Sequence[str]) -> None:
    if record == "SDE":
        _date(submission, line, fields[0])
    elif record == "CND" and fields[2] not in _ROLES:
        raise _wrong(submission, line, fields[2], "M or C", "main or check (field 3 of CND)")


def _exception(submission: Submission, line: int, above: Sequence[Sequence[str]]) -> ReportedException:
    (msid,), (day,), (outstation,), (_, quantity, role), (period, volume, status, description) = above
    if not re.fullmatch("[1-9][0-9]?", period) or int(period) > 50:
        raise _wrong(submission, line, period, "a period from 1 to 50", "period (field 1 of SPE)")
    if volume and (len(volume) > _MOST_SHOWN or not _VOLUME.fullmatch(volume)):
        raise _wrong(submission, line, volume, "a decimal number such as 12.4, or a blank", "volume (field 2 of SPE)")
    return ReportedException(
        file=submission.name,
        line=line,
        mpan_core=msid,
        settlement_date=_date(submission, line, day),
        outstation_id=outstation,
        measurement_quantity=quantity,
        role=_ROLES[role],
        period=int(period),
        volume=float(volume) if volume else None,
        status=status,
        description=description,
    )


def _date(submission: Submission, line: int, text: str) -> date:
    found = date_of(text)
    if found is None:
        raise _wrong(submission, line, text, "a date as YYYYMMDD", "date (field 1 of SDE)")
    return found


def _wrong(submission: Submission, line: int, text: str, expected: str, column: str) -> SubmissionError:
    return submission.refuse(ascii(text)[:_MOST_SHOWN], expected, "Correct the field", line=line, column=column)
