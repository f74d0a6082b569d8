"""What the CDCA reported of the channel-days and metering systems of a run, beside what was found here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from validator.report.words import amount, many

if TYPE_CHECKING:
    from validator.readings.cdca_exceptions import ReportedException
    from validator.readings.cdca_status import MeterStatus

_PLACE = "report.json"
_MOST_NOTES = 20
_MOST_SHOWN = 80
_MOST_STATUSES = 4
_WORDS = {
    "ODF": "outstation {outstation_id} not downloaded for {days_since_download} days",
    "OSA": "alarm {alarm_code} of outstation {outstation_id}, channel {channel}, periods {from_period} to {to_period}",
    "MCD": "{measurement_quantity} main and check differ by {difference}, {percent_of_main} % of main",
    "PSD": "{measurement_quantity} primary and secondary outstation differ",
    "PSP": "{measurement_quantity} primary and secondary outstation differ by {difference} in period {period}",
    "DOL": "{measurement_quantity} outside {least_volume} to {most_volume}",
    "DOP": "{measurement_quantity} {volume} in period {period}, outside {least_volume} to {most_volume}",
}


def exceptions_here(readings: pa.Table, reported: Sequence[ReportedException]) -> list[ReportedException]:
    """Those of channel-days that are among the readings, in their order."""
    if not reported:
        return []
    here = _channel_days(readings, {each.mpan_core for each in reported})
    return [each for each in reported if each.channel_day in here]


def statuses_here(readings: pa.Table, statuses: Sequence[MeterStatus]) -> list[MeterStatus]:
    """Those of metering systems that are among the readings, in their order."""
    # Few runs have any, and a million readings are not looked through for nothing.
    if not statuses:
        return []
    came = set(pc.unique(readings["mpan_core"]).to_pylist())
    return [each for each in statuses if each.mpan_core in came]


def exception_document(exception: ReportedException) -> dict[str, object]:
    """An exception as JSON has it; dates are ISO text."""
    return {**asdict(exception), "settlement_date": exception.settlement_date.isoformat()}


def status_document(status: MeterStatus) -> dict[str, object]:
    """What was reported of a metering system as JSON has it, the record's own fields last."""
    told = {name: getattr(status, name) for name in ("file", "line", "created", "mpan_core", "location", "record")}
    return {**told, **status.facts}


def reported_notes(readings: pa.Table, reported: Sequence[ReportedException], place: str = _PLACE) -> list[str]:
    """A line for each channel-day here on which the CDCA reported exceptions, and how many are of others.

    `place` is where all of them stand, if they are too many for a person.
    """
    by_day: dict[tuple[object, ...], list[ReportedException]] = {}
    for each in exceptions_here(readings, reported):
        by_day.setdefault(each.channel_day, []).append(each)
    elsewhere = len({each.channel_day for each in reported}) - len(by_day)
    return _listed("C0101: exceptions on", "channel-day", [_note(days) for days in by_day.values()], elsewhere, place)


def _listed(about: str, noun: str, shown: list[str], elsewhere: int, place: str) -> list[str]:
    """As many notes as a person reads, how many more there are, and of how many that are not here."""
    left_out = [f"{about} {len(shown) - _MOST_NOTES} more {noun}s: see {place}"] * (len(shown) > _MOST_NOTES)
    others = [f"{about} {many(elsewhere, noun)} that did not come with this run"] * (elsewhere > 0)
    return [*shown[:_MOST_NOTES], *left_out, *others]


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


def status_notes(readings: pa.Table, statuses: Sequence[MeterStatus], place: str = _PLACE) -> list[str]:
    """A line for each metering system here of which a C0541 says something, and how many are not here.

    `place` is as of `reported_notes`.
    """
    by_system: dict[str, list[MeterStatus]] = {}
    for each in statuses_here(readings, statuses):
        by_system.setdefault(each.mpan_core, []).append(each)
    shown = [_status_note(msid, said) for msid, said in by_system.items()]
    elsewhere = len({each.mpan_core for each in statuses}) - len(shown)
    return _listed("C0541: status of", "metering system", shown, elsewhere, place)


def _status_note(msid: str, statuses: Sequence[MeterStatus]) -> str:
    created = statuses[0].created
    when = f"{created[:4]}-{created[4:6]}-{created[6:8]}"
    said = [_in_words(each) for each in statuses[:_MOST_STATUSES]]
    said += [f"{len(statuses) - _MOST_STATUSES} more"] * (len(statuses) > _MOST_STATUSES)
    return (
        f"C0541 made on {when}, on {msid}: {'; '.join(said)}. It names no settlement date, and no verdict rests on it"
    )


def _in_words(status: MeterStatus) -> str:
    facts = {name: "?" if fact is None else _shown(fact) for name, fact in status.facts.items()}
    return _WORDS[status.record].format_map(facts)[:_MOST_SHOWN]


def _shown(fact: str | int | float) -> str:
    return fact if isinstance(fact, str) else amount(fact)
