"""Which meter type, variant and firmware is certified for which CoP Issue, as the run met them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from validator.regulation import Decision, Regulation
from validator.report.counts import MeterCount

GOOD_WORDS = ("APPROVED", "DISPENSED")
MEANINGS = {
    "APPROVED": "approved for the governing CoP Issue on the settlement date",
    "DISPENSED": "allowed by a metering dispensation",
    "APPROVED_OTHER_ISSUE": "approved, but for another CoP Issue than this one",
    "APPROVED_LATER": "the reading is dated before the approval",
    "FIRMWARE_NOT_LISTED": "the type and variant are on the list, this exact firmware string is not",
    "VARIANT_NOT_LISTED": "the type is on the list, this variant is not",
    "TYPE_NOT_LISTED": "the meter type is not on the list",
    "WITHDRAWN": "it was approved once; that approval has ended",
    "UNKNOWN": "standing data gives no meter type or no firmware",
}
Meter = tuple[str | None, str | None, str | None, str | None]
Issue = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is decided about a meter under one CoP Issue, as (word, channel-days).

    `submitted` is False where no such channel-day came; the word is then what the list says today.
    """

    words: tuple[tuple[str, int], ...]
    submitted: bool


@dataclass(frozen=True, slots=True)
class CertificationRow:
    """One meter type, variant and firmware, a cell for each CoP Issue, and near strings on the list."""

    manufacturer: str | None
    meter_type: str | None
    variant: str | None
    firmware: str | None
    cells: tuple[Cell, ...]
    suggestions: tuple[str, ...]
    ungoverned: int

    @property
    def channel_days(self) -> int:
        """Channel-days of this meter, under a governing CoP Issue or none."""
        return self.ungoverned + sum(many for cell in self.cells for _, many in cell.words)


@dataclass(frozen=True, slots=True)
class CertificationTable:
    """`issues` head the columns, with the committees that answer for each; `words` are those that occur."""

    issues: tuple[tuple[Issue, tuple[str, ...]], ...]
    rows: tuple[CertificationRow, ...]
    words: tuple[str, ...]
    rows_in_all: int


def certification_table(meters: Sequence[MeterCount], regulation: Regulation, at_most: int) -> CertificationTable:
    """Meters by the CoP Issues in the run, the least certified first, cut to `at_most` rows."""
    issues = tuple(dict.fromkeys((m.cop, m.issue) for m in meters if m.cop is not None and m.issue is not None))
    grouped: dict[Meter, list[MeterCount]] = {}
    for meter in meters:
        if meter.meter_type or meter.firmware:
            key = (meter.manufacturer, meter.meter_type, meter.variant, meter.firmware)
            grouped.setdefault(key, []).append(meter)
    worst_first = sorted(grouped.items(), key=lambda item: -_not_certified(item[1]))
    rows = tuple(_row(meter, counts, issues, regulation) for meter, counts in worst_first[:at_most])
    occurring = {word for row in rows for cell in row.cells for word, _ in cell.words}
    return CertificationTable(
        issues=tuple((issue, _committees(issue, regulation)) for issue in issues),
        rows=rows,
        words=tuple(word for word in MEANINGS if word in occurring),
        rows_in_all=len(grouped),
    )


def suggestions_for(meter: MeterCount, regulation: Regulation) -> tuple[str, ...]:
    """Listed strings near a type, variant or firmware that is not listed."""
    if meter.cop is None or meter.issue is None or meter.certification in (None, *GOOD_WORDS):
        return ()
    return _decide(meter, (meter.cop, meter.issue), meter.last_date, regulation).suggestions


def _row(
    meter: Meter, counts: Sequence[MeterCount], issues: Sequence[Issue], regulation: Regulation
) -> CertificationRow:
    near = dict.fromkeys(text for count in counts for text in suggestions_for(count, regulation))
    return CertificationRow(
        *meter,
        cells=tuple(_cell(issue, counts, regulation) for issue in issues),
        suggestions=tuple(near),
        ungoverned=sum(count.channel_days for count in counts if count.certification is None),
    )


def _cell(issue: Issue, counts: Sequence[MeterCount], regulation: Regulation) -> Cell:
    words: dict[str, int] = {}
    for count in counts:
        if (count.cop, count.issue) == issue and count.certification is not None:
            words[count.certification] = words.get(count.certification, 0) + count.channel_days
    if words:
        return Cell(tuple(words.items()), submitted=True)
    latest = max(count.last_date for count in counts)
    return Cell(((_decide(counts[0], issue, latest, regulation).word, 0),), submitted=False)


def _decide(meter: MeterCount, issue: Issue, on: date, regulation: Regulation) -> Decision:
    return regulation.decide(meter.meter_type, meter.variant, meter.firmware, *issue, on)


def _committees(issue: Issue, regulation: Regulation) -> tuple[str, ...]:
    on_file = regulation.issue_on_file(*issue)
    return on_file.committees if on_file else ()


def _not_certified(counts: Sequence[MeterCount]) -> int:
    return sum(count.channel_days for count in counts if count.certification not in GOOD_WORDS)
