"""C0101 exceptions and C0541 meter status: envelope and records are held to their counts, and said as information.

Neither holds whole days of readings, so nothing of them becomes a channel-day or a flag. The exceptions of a C0101 are
told beside the channel-days that they are of, and what a C0541 says beside the metering systems.
"""

from __future__ import annotations

from validator.readings.cdca_exceptions import LEVELS, ReportedException, exceptions_of
from validator.readings.cdca_records import Records, Report
from validator.readings.cdca_status import DEPTHS, TOLD, MeterStatus, statuses_of
from validator.readings.source import Decoded, Submission
from validator.schema import READINGS

REPORTS = {
    report.word: report
    for report in (
        Report(
            "C0101",
            "exceptions",
            systems="MSE",
            records={
                **dict.fromkeys(("MSE", "SDE", "OSD")),
                "CND": ("channel", "channels"),
                "SPE": ("exceptional period", "exceptional periods"),
            },
            depths={record: depth for depth, record in enumerate(LEVELS)},
            counted=("SPE",),
            words="exceptions",
        ),
        Report(
            "C0541",
            "meter status",
            systems="MSX",
            records={
                **dict.fromkeys(("PD8", "MSX")),
                "ODF": ("outstation not read for days (ODF)", "outstations not read for days (ODF)"),
                "OSA": ("outstation alarm (OSA)", "outstation alarms (OSA)"),
                "MCD": ("main and check discrepancy (MCD)", "main and check discrepancies (MCD)"),
                "PSD": ("primary and secondary discrepancy (PSD)", "primary and secondary discrepancies (PSD)"),
                "PSP": ("period of one (PSP)", "periods of one (PSP)"),
                "DOL": ("channel outside its limits (DOL)", "channels outside their limits (DOL)"),
                "DOP": ("period of one (DOP)", "periods of one (DOP)"),
            },
            depths=DEPTHS,
            counted=TOLD,
            words="statuses",
        ),
    )
}


def read_report(submission: Submission, word: str) -> Decoded:
    """No readings, and a note on what the report says; SubmissionError for a broken envelope or record.

    Leniently, a record that cannot be read is left out with those that stand under it, and they stand in `refused`.
    """
    report = REPORTS[word]
    records = Records(submission, report)
    exceptions: tuple[ReportedException, ...] = ()
    statuses: tuple[MeterStatus, ...] = ()
    unlike = ""
    if word == "C0101":
        exceptions = exceptions_of(submission, records, records.leave_out)
    else:
        statuses, unlike = statuses_of(submission, records, records.leave_out)
    counts, systems = records.counts, records.systems
    said = [
        f"{counts[record]} {words[counts[record] != 1]}"
        for record, words in report.records.items()
        if words and counts[record]
    ]
    about = f"{len(systems)} metering system{'' if len(systems) == 1 else 's'}"
    note = f"{submission.name}: {word} {report.title} of {about}: {', '.join(said) or 'none'}. No verdict rests on it"
    if unlike:
        note += (
            f". Its records are counted and not read: {unlike}. Their fields are known by a secondary source alone, so "
            "the file may be right: compare the record with the IDD"
        )
    return Decoded(
        READINGS.empty_table(), refused=tuple(records.refused), notes=(note,), reported=exceptions, statuses=statuses
    )
