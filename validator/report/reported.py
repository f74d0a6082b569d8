"""What the CDCA reported of the channel-days of a run, beside what was found here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from validator.readings.cdca_exceptions import ReportedException
from validator.report.words import many

_MOST_NOTES = 20
_MOST_SHOWN = 80


def reported_notes(readings: pa.Table, reported: Sequence[ReportedException]) -> list[str]:
    """A line for each channel-day here on which the CDCA reported exceptions, and how many are of others."""
    if not reported:
        return []
    by_day: dict[tuple[object, ...], list[ReportedException]] = {}
    for each in reported:
        by_day.setdefault(each.channel_day, []).append(each)
    here = _channel_days(readings, {each.mpan_core for each in reported})
    shown = [_note(days) for key, days in by_day.items() if key in here]
    elsewhere = len(by_day) - len(shown)
    if len(shown) > _MOST_NOTES:
        shown[_MOST_NOTES:] = [f"C0101: exceptions on {len(shown) - _MOST_NOTES} more channel-days: see report.json"]
    if elsewhere:
        shown.append(f"C0101: exceptions on {many(elsewhere, 'channel-day')} that did not come with this run")
    return shown


def _channel_days(readings: pa.Table, msids: Iterable[str]) -> set[tuple[object, ...]]:
    columns = ("mpan_core", "measurement_quantity", "role", "settlement_date")
    chosen = readings.select(columns).filter(pc.is_in(readings["mpan_core"], pa.array(sorted(msids), pa.string())))
    return set(zip(*(column.to_pylist() for column in chosen.columns), strict=True))


def _note(days: Sequence[ReportedException]) -> str:
    first = days[0]
    words = dict.fromkeys(f"{each.status} {each.description}".strip() for each in days)
    periods = ", ".join(str(each.period) for each in days)
    said = "; ".join(word for word in words if word)
    who = f"{first.mpan_core} {first.measurement_quantity} {first.role} {first.settlement_date.isoformat()}"
    return f"C0101 on {who}: periods {periods[:_MOST_SHOWN]} ({said[:_MOST_SHOWN]}). No verdict rests on it"
