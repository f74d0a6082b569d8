"""C0101 exceptions and C0541 meter status: envelope and records are held to their counts, and said as information.

Neither holds whole days of readings, so nothing of them becomes a channel-day or a flag. The exceptions of a C0101 are
told beside the channel-days that they are of, and what a C0541 says beside the metering systems.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kernels.loads import folded
from validator.readings.cdca_exceptions import ReportedException, exceptions_of
from validator.readings.cdca_status import TOLD, MeterStatus, statuses_of
from validator.readings.damage import RESEND
from validator.readings.pipes.envelopes import (
    Enclosed,
    Envelope,
    EnvelopeError,
    Flow,
    close,
    opened,
    shown,
)
from validator.readings.source import Decoded, Submission
from validator.schema import READINGS

BOM = b"\xef\xbb\xbf"
CdcaRecord: TypeAlias = tuple[int, str, list[str]]
"""Line, record id and fields."""


@dataclass(frozen=True)
class Report:
    """A report's file type, its records in words, and the record that names a metering system.

    `counted` are the records of which each tells one thing.
    """

    word: str
    title: str
    top: str
    systems: str
    records: dict[str, str]
    counted: tuple[str, ...]


REPORTS = {
    report.word: report
    for report in (
        Report(
            "C0101",
            "exceptions",
            top="MSE",
            systems="MSE",
            records={"MSE": "", "SDE": "", "OSD": "", "CND": "channel", "SPE": "exceptional period"},
            counted=("SPE",),
        ),
        Report(
            "C0541",
            "meter status",
            top="PD8",
            systems="MSX",
            records={
                "PD8": "",
                "MSX": "",
                "ODF": "outstation not read for days (ODF)",
                "OSA": "outstation alarm (OSA)",
                "MCD": "main and check discrepancy (MCD)",
                "PSD": "primary and secondary discrepancy (PSD)",
                "PSP": "period of one (PSP)",
                "DOL": "channel outside its limits (DOL)",
                "DOP": "period of one (DOP)",
            },
            counted=TOLD,
        ),
    )
}


def read_report(submission: Submission, word: str) -> Decoded:
    """No readings, and a note on what the report says; SubmissionError for a broken envelope or record."""
    report = REPORTS[word]
    counts: Counter[str] = Counter()
    systems: set[str] = set()

    def counted(records: Iterable[CdcaRecord]) -> Iterator[CdcaRecord]:
        for each in records:
            counts[each[1]] += 1
            if each[1] == report.systems and each[2]:
                systems.add(each[2][0])
            yield each

    records = counted(_records(submission, report))
    exceptions: tuple[ReportedException, ...] = ()
    statuses: tuple[MeterStatus, ...] = ()
    unlike = ""
    if word == "C0101":
        exceptions = exceptions_of(submission, records)
    else:
        statuses, unlike = statuses_of(submission, records)
    said = [f"{counts[record]} {title}" for record, title in report.records.items() if title and counts[record]]
    about = f"{len(systems)} metering system{'' if len(systems) == 1 else 's'}"
    note = f"{submission.name}: {word} {report.title} of {about}: {', '.join(said) or 'none'}. No verdict rests on it"
    if unlike:
        note += (
            f". Its records are counted and not read: {unlike}. Their fields are known by a secondary source alone, so "
            "the file may be right: compare the record with the IDD"
        )
    return Decoded(READINGS.empty_table(), notes=(note,), reported=exceptions, statuses=statuses)


def _records(submission: Submission, report: Report) -> Iterator[CdcaRecord]:
    """Line, record id and fields of each record but the trailers, which are held against the others.

    Records come as they are read, so that whoever takes them tells of a fault before one that comes after it.
    """
    flow = Flow(report.word, "IDD", report.top)
    data = bytes(submission.data).removeprefix(BOM)
    envelope: Envelope | None = None
    headed, groups, xor, line = False, 0, 0, 0
    # Of an envelope whose count or checksum is not right, no record is known to be.
    good = before_envelope = 0
    for line, raw in enumerate(data.removesuffix(b"\n").split(b"\n"), 1):
        content = raw.removesuffix(b"\r")
        text = content.decode("latin-1")
        record, *fields = text.split("|")
        try:
            if envelope is None:
                if not content:
                    continue
                if record != "AAA":
                    raise submission.refuse(shown(text), "an AAA header before this", RESEND, line=line, good=good)
                before_envelope = good
                envelope, headed, groups, xor = opened(flow, text, line, submission.allow_test_data), True, 0, 0
                yield line, record, fields[:-1]
            elif record == "ZZZ":
                close(flow, text, envelope, Enclosed(line, groups, xor))
                envelope = None
                continue
            else:
                if record not in report.records or not fields or fields[-1]:
                    known = ", ".join([*report.records, "ZZZ"])
                    found = shown(text) if text else "a blank line"
                    raise submission.refuse(
                        found, f"one of {known}, each field ended by |", "Correct the line", line=line, good=good
                    )
                groups += record == report.top
                yield line, record, fields[:-1]
                good += record in report.counted
            xor ^= _xor(content)
        except EnvelopeError as error:
            fault = error.fault
            column = f"{fault.title} (field {fault.field} of {record})" if fault.field else None
            raise submission.refuse(
                fault.found, fault.expected, fault.action, line=line, column=column, good=before_envelope
            ) from None
    if envelope is not None or not headed:
        missing = "a ZZZ trailer; truncated?" if headed else "an AAA header"
        raise submission.refuse("the end of the file", missing, RESEND, line=max(1, line), good=good)


def _xor(content: bytes) -> int:
    return int(folded(np.frombuffer(content, dtype=np.uint8), 0, len(content)))
