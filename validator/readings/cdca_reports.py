"""C0101 exceptions and C0541 meter status: envelope and records are held to their counts, and said as information.

Neither holds whole days of readings, so nothing of them becomes a channel-day or a flag. The exceptions of a C0101 are
told beside the channel-days that they are of, and what a C0541 says beside the metering systems.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from kernels.loads import folded
from validator.errors import Place, SubmissionError
from validator.readings.cdca_exceptions import exceptions_of
from validator.readings.cdca_status import statuses_of
from validator.readings.pipes.envelopes import (
    RESEND,
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


@dataclass(frozen=True)
class Report:
    """A report's file type, its records in words, and the record that names a metering system."""

    word: str
    title: str
    top: str
    systems: str
    records: dict[str, str]


REPORTS = {
    report.word: report
    for report in (
        Report(
            "C0101",
            "exceptions",
            top="MSE",
            systems="MSE",
            records={"MSE": "", "SDE": "", "OSD": "", "CND": "channel", "SPE": "exceptional period"},
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
        ),
    )
}


def read_report(submission: Submission, word: str) -> Decoded:
    """No readings, and a note on what the report says; SubmissionError for a broken envelope or record."""
    report = REPORTS[word]
    counts: Counter[str] = Counter()
    systems: set[str] = set()
    records = _records(submission, report)
    for _, record, fields in records:
        counts[record] += 1
        if record == report.systems and fields:
            systems.add(fields[0])
    said = [f"{counts[record]} {title}" for record, title in report.records.items() if title and counts[record]]
    about = f"{len(systems)} metering system{'' if len(systems) == 1 else 's'}"
    note = f"{submission.name}: {word} {report.title} of {about}: {', '.join(said) or 'none'}. No verdict rests on it"
    if word == "C0101":
        return Decoded(READINGS.empty_table(), notes=(note,), reported=exceptions_of(submission, records))
    statuses, unlike = statuses_of(submission, records)
    if unlike:
        note += (
            f". Its records are counted and not read: {unlike}. Their fields are known by a secondary source alone, so "
            "the file may be right: compare the record with the IDD"
        )
    return Decoded(READINGS.empty_table(), notes=(note,), statuses=statuses)


def _records(submission: Submission, report: Report) -> list[tuple[int, str, list[str]]]:
    """Line, record id and fields of each record but the trailers, which are held against the others."""
    flow = Flow(report.word, "IDD", report.top)
    data = bytes(submission.data).removeprefix(BOM)
    envelope: Envelope | None = None
    headed, groups, xor, line = False, 0, 0, 0
    found: list[tuple[int, str, list[str]]] = []
    for line, raw in enumerate(data.removesuffix(b"\n").split(b"\n"), 1):
        content = raw.removesuffix(b"\r")
        text = content.decode("latin-1")
        record, *fields = text.split("|")
        try:
            if envelope is None:
                if not content:
                    continue
                if record != "AAA":
                    raise submission.refuse(shown(text), "an AAA header before this", RESEND, line=line)
                envelope, headed, groups, xor = opened(flow, text, line, submission.allow_test_data), True, 0, 0
                found.append((line, record, fields[:-1]))
            elif record == "ZZZ":
                close(flow, text, envelope, Enclosed(line, groups, xor))
                envelope = None
                continue
            else:
                if record not in report.records or not fields or fields[-1]:
                    known = ", ".join([*report.records, "ZZZ"])
                    raise submission.refuse(
                        shown(text), f"one of {known}, each field ended by |", "Correct the line", line=line
                    )
                groups += record == report.top
                found.append((line, record, fields[:-1]))
            xor ^= _xor(content)
        except EnvelopeError as error:
            fault = error.fault
            column = f"{fault.title} (field {fault.field} of {record})" if fault.field else None
            raise SubmissionError(
                Place(submission.name, line, column=column), fault.found, fault.expected, fault.action
            ) from None
    if envelope is not None or not headed:
        missing = "a ZZZ trailer; truncated?" if headed else "an AAA header"
        raise submission.refuse("the end of the file", missing, RESEND, line=max(1, line))
    return found


def _xor(content: bytes) -> int:
    return int(folded(np.frombuffer(content, dtype=np.uint8), 0, len(content)))
