"""The morning list: the worst channels first, what is wrong with each, and whose move it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.calendar import day_of_number, period_start_clock
from validator.catalogue import BY_CODE, CATALOGUE
from validator.catalogue.catalogue import ACTORS
from validator.regulation import Regulation
from validator.report.index import Floats, Index, Ints
from validator.schema import OUTCOMES

_PASS = OUTCOMES.index("PASS")
_CHANNELS_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class ChannelItem:
    """One channel on the list.

    `finding` is its most telling one, a row of the findings table, `when` its periods in clock time, and
    `source_title` the document behind its limit. `days_affected` channel-days of `days_received` have the
    channel's worst outcome; `energy` is their sum in kWh (kVArh for RI and RE). `others` are further
    checks that spoke, with their outcomes. `alike` names the channels after it of which the same is said.
    """

    outcome: str
    finding: dict[str, Any]
    title: str
    when: str
    source_title: str
    days_affected: int
    days_received: int
    first_date: date
    last_date: date
    energy: float
    others: tuple[tuple[str, str], ...]
    alike: tuple[str, ...] = ()

    @property
    def channel(self) -> str:
        """`9900000000015 AI MAIN`."""
        named = (self.finding[name] for name in ("mpan_core", "measurement_quantity", "role"))
        return " ".join(str(part) for part in named)


@dataclass(frozen=True, slots=True)
class MorningList:
    """`items` tell of the worst `channels_told` of `channels_in_all` channels that do not pass.

    `moves` says how many channels wait for whom, by actor and worst outcome among that actor's findings.
    """

    items: tuple[ChannelItem, ...]
    channels_told: int
    channels_in_all: int
    moves: tuple[tuple[str, dict[str, int]], ...]


def morning_list(index: Index, regulation: Regulation, at_most: int) -> MorningList:
    """Orders channels by worst outcome, then by findings of that outcome, then by the energy at stake."""
    worst = np.zeros(index.channels, dtype=np.int64)
    np.maximum.at(worst, index.channel, index.outcome)
    at_stake = index.outcome == worst[index.channel]
    row_energy = _row_energy(index, at_stake & (index.outcome > _PASS))
    energy: Floats = np.bincount(index.channel, weights=row_energy, minlength=index.channels).astype(np.float64)
    decisive = index.finding_outcome == worst[index.finding_channel]
    findings = np.bincount(index.finding_channel[decisive], minlength=index.channels)
    order = np.lexsort((index.first_row, -energy, -findings, -worst))
    listed = order[worst[order] > _PASS]
    items, told = _folded(index, regulation, listed, energy, at_most)
    return MorningList(items, told, len(listed), _moves(index))


def periods_in_words(finding: dict[str, Any], utc_day: bool) -> str:
    """`periods 17 to 20, 08:00 to 10:00 local time`; blank for a whole channel-day."""
    first, last = finding["first_period"], finding["last_period"]
    if first is None or last is None:
        return ""
    on = finding["settlement_date"]
    begins = period_start_clock(on, first, utc_day)
    ends = period_start_clock(on, last + 1, utc_day)
    which = f"period {first}" if first == last else f"periods {first} to {last}"
    return f"{which}, {begins} to {ends} {'UTC' if utc_day else 'local time'}"


def _folded(
    index: Index, regulation: Regulation, listed: Ints, energy: Floats, at_most: int
) -> tuple[tuple[ChannelItem, ...], int]:
    """Channels of which the same is said become one item, so that fifty meters of one kind are not fifty."""
    items: dict[tuple[str, str, str], ChannelItem] = {}
    told = 0
    for channel in listed[:_CHANNELS_LOOKED_AT].tolist():
        item = _item(index, regulation, channel, energy)
        same = (item.outcome, item.finding["check"], item.finding["message"])
        first = items.get(same)
        if first is not None:
            items[same] = replace(first, alike=(*first.alike, item.channel))
        elif len(items) < at_most:
            items[same] = item
        else:
            break
        told += 1
    return tuple(items.values()), told


def _item(index: Index, regulation: Regulation, channel: int, energy: Floats) -> ChannelItem:
    rows = index.rows_of(channel)
    outcome = index.outcome[rows]
    affected = rows[outcome == outcome.max()]
    of = index.findings_of(channel)
    at = index.worst_finding(of)
    finding = index.finding(at)
    source = regulation.sources.get(finding["source"] or "")
    days = index.day[affected]
    return ChannelItem(
        outcome=OUTCOMES[int(outcome.max())],
        finding=finding,
        title=BY_CODE[finding["check"]].title,
        when=periods_in_words(finding, _utc_day(index, int(index.finding_row[at]))),
        source_title=source.title if source else "",
        days_affected=len(affected),
        days_received=len(rows),
        first_date=day_of_number(int(days.min())),
        last_date=day_of_number(int(days.max())),
        energy=float(energy[channel]),
        others=_others(index, of, finding["check"]),
    )


def _others(index: Index, of: Ints, told: str) -> tuple[tuple[str, str], ...]:
    worst: dict[str, int] = {}
    pairs = np.unique(index.finding_check[of] * len(OUTCOMES) + index.finding_outcome[of])
    for check, outcome in zip(*np.divmod(pairs, len(OUTCOMES)), strict=True):
        code = CATALOGUE[int(check)].code
        worst[code] = max(worst.get(code, 0), int(outcome))
    worst.pop(told)
    by_outcome = sorted(worst.items(), key=lambda item: -item[1])
    return tuple((code, OUTCOMES[outcome]) for code, outcome in by_outcome)


def _moves(index: Index) -> tuple[tuple[str, dict[str, int]], ...]:
    worst = np.zeros((len(ACTORS), index.channels), dtype=np.int64)
    np.maximum.at(worst, (index.finding_actor, index.finding_channel), index.finding_outcome)
    moves = []
    for actor, by_channel in zip(ACTORS, worst, strict=True):
        counted = np.bincount(by_channel, minlength=len(OUTCOMES))
        waiting = {o: int(counted[OUTCOMES.index(o)]) for o in reversed(OUTCOMES) if o != "PASS"}
        if actor != "none" and any(waiting.values()):
            moves.append((actor, waiting))
    return tuple(sorted(moves, key=lambda move: tuple(-many for many in move[1].values())))


def _row_energy(index: Index, wanted: npt.NDArray[np.bool_]) -> Floats:
    """Sum of each wanted row's finite values, zero for the others; float64 (rows,)."""
    at = np.flatnonzero(wanted)
    lists = index.validation.readings["energy_kwh"].take(pa.array(at))
    energy = np.zeros(index.rows)
    if not len(at):
        return energy
    values = np.asarray(pc.fill_null(pc.list_flatten(lists), 0.0).to_numpy(), dtype=np.float64)
    lengths = np.asarray(pc.fill_null(pc.list_value_length(lists), 0).to_numpy(), dtype=np.int64)
    finite = np.where(np.isfinite(values), values, 0.0)
    some = lengths > 0
    energy[at[some]] = np.add.reduceat(finite, (np.cumsum(lengths) - lengths)[some]) if some.any() else 0.0
    return energy


def _utc_day(index: Index, row: int) -> bool:
    return bool(index.validation.readings["utc_day"][row].as_py())
