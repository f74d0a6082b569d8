"""What is on file of the meters that were submitted, as the regulation has it: their rows, rulings and limits.

A submission of few rows costs mostly what it costs to look all this up, so of a standing-data table that is not large
it is made once, of every row, for all submissions that follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from kernels.lookup import in_force
from validator.attach.channels import Channels
from validator.attach.coded import NONE, coded
from validator.attach.meters import Meters, meters_of
from validator.attach.profiles import Profiles, profiles_of
from validator.attach.rulings import Rulings, rulings_of
from validator.attach.steps import Steps, look_up, steps_of
from validator.regulation import Regulation
from validator.standing import StandingData

Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
MOST_ROWS = 10_000
"""A standing-data table of more is not made up whole: a run that needs it once would wait for it."""
_MOST_KEPT = 4


@dataclass(frozen=True)
class Protocols:
    """Of each row and a last one for none: whether it has a collector, and the steps of its protocol's approval."""

    has_collector: Bools
    group: Ints
    steps: Steps


@dataclass(frozen=True)
class OnFile:
    """Rows on file, what the regulation decides of each kind of them, and the limits of its Issues."""

    meters: Meters
    rulings: Rulings
    profiles: Profiles
    regulation: Regulation
    _protocols: dict[str | None, Protocols] = field(default_factory=dict)

    def protocol(self, meter: Ints, day: Ints, collector: str | None) -> tuple[Bools, npt.NDArray[np.int8]]:
        """Whether a collector is known, and 1 approved, 0 not approved, -1 the list is silent; both (rows,)."""
        if collector not in self._protocols:
            self._protocols[collector] = _protocols_of(self.meters.frame, self.regulation, collector)
        found = self._protocols[collector]
        return found.has_collector[meter], look_up(found.group[meter], day, found.steps).astype(np.int8)


def on_file(channels: Channels, standing: StandingData, regulation: Regulation) -> tuple[OnFile, Ints]:
    """What is on file of the meters, and each row's position in it (-1: none in force)."""
    rows, starts = standing.filed.rows_of(channels.mpans)
    whole = standing.frame.height <= MOST_ROWS or (
        len(rows) == standing.frame.height and bool((np.diff(rows) == 1).all())
    )
    filed = _whole(standing, regulation) if whole else _made(standing.frame[rows], regulation)
    place = rows if whole else np.arange(len(rows))
    found = np.full(len(channels.day), NONE, dtype=np.int32)
    from_day, to_day = filed.meters.effective_from_day[place], filed.meters.effective_to_day[place]
    in_force(channels.mpan * 2 + channels.role, channels.day, starts, from_day, to_day, found)
    return filed, np.append(place, NONE).astype(np.int32)[found]


def _whole(standing: StandingData, regulation: Regulation) -> OnFile:
    made: OnFile | None = standing.made.get(regulation)
    if made is None:
        made = _made(standing.frame, regulation)
        if len(standing.made) >= _MOST_KEPT:
            standing.made.clear()
        standing.made[regulation] = made
    return made


def _made(frame: pl.DataFrame, regulation: Regulation) -> OnFile:
    rulings, ruling = rulings_of(frame, regulation)
    profiles = profiles_of(rulings.profiles, regulation)
    return OnFile(meters_of(frame, ruling, regulation), rulings, profiles, regulation)


def _protocols_of(frame: pl.DataFrame, regulation: Regulation, collector: str | None) -> Protocols:
    reader = pl.col("collector") if collector is None else pl.lit(collector)
    pairs = frame.select(reader.alias("collector"), "outstation_type")
    (by_reader, readers), (by_type, types) = coded(pairs["collector"]), coded(pairs["outstation_type"])
    both = np.where((by_reader >= 0) & (by_type >= 0), by_reader * max(len(types), 1) + by_type, NONE)
    place, named = coded(pl.Series(both).replace(NONE, None))
    timelines = [
        [(start, NONE if said is None else int(said)) for start, said, _ in regulation.protocol(readers[a], types[b])]
        for a, b in (divmod(pair, len(types)) for pair in named)
    ]
    known = np.append(pairs["collector"].is_not_null().to_numpy(), False)
    return Protocols(known, np.append(place, NONE).astype(np.int32), steps_of(timelines))
