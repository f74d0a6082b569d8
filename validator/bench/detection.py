"""Probability of detection and false-alarm rate of each check, over its threshold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.attach import Channels, channels_of
from validator.bench.days import Days, opened
from validator.bench.faults import FAULTS, Fault, Place
from validator.bench.thresholds import THRESHOLDS, Threshold, regulation_with
from validator.catalogue import BY_CODE
from validator.regulation import Regulation, load_regulation
from validator.schema import QUANTITIES
from validator.standing import StandingData
from validator.validation import Validation, validate_readings

SHARE = 0.1
"""Share of the channel-days that can have a fault that get it; of the metering systems, at most a quarter do."""
MOST = 400
"""Places damaged at most by one fault: the standard error of a probability is then under 2.5 points."""


@dataclass(frozen=True)
class Detected:
    """How one check did against one fault at one threshold (NaN: it has none).

    `shipped` marks the threshold in force. `caught` of `damaged` channel-days on which the check ran spoke;
    `alarms` of `clean` ones spoke too.
    """

    fault: str
    title: str
    check: str
    threshold: float
    unit: str
    shipped: bool
    caught: int
    damaged: int
    alarms: int
    clean: int

    @property
    def probability(self) -> float:
        """Probability of detection; NaN where the check ran on no damaged day."""
        return self.caught / self.damaged if self.damaged else np.nan

    @property
    def false_alarm_rate(self) -> float:
        """Share of clean channel-days on which the check spoke; NaN where it ran on none."""
        return self.alarms / self.clean if self.clean else np.nan


def detection(
    readings: pa.Table, standing: StandingData, own: Path | None = None, *, seed: int = 1, jobs: int = 1
) -> Iterator[Detected]:
    """Every fault against its check, over every threshold; `readings` are taken to be clean as they are."""
    days, channels = opened(readings), channels_of(readings)
    for fault in FAULTS:
        places = _places(fault, days, channels, seed)
        if len(places):
            damaged, touched = _damaged(fault, days, channels, places, seed)
            yield from _swept(fault, damaged, places, touched, standing, own, jobs)


def _places(fault: Fault, days: Days, channels: Channels, seed: int) -> npt.NDArray[np.int64]:
    """Rows to damage: at most one of each metering system-day, of days long enough to be damaged."""
    long = np.array(
        [len(values) >= 8 and bool(np.isfinite(values).all()) for values in days.energy_kwh], dtype=np.bool_
    )
    rows = np.flatnonzero(fault.where(days, channels) & long & ~channels.repeated)
    random = np.random.default_rng(seed)
    most = min(MOST, max(int(len(rows) * SHARE), 1), max(len(channels.mpans.texts) // 4, 1))
    drawn = random.permutation(rows)[:most]
    _, first = np.unique(channels.system[drawn], return_index=True)
    return np.sort(drawn[first])


def _damaged(
    fault: Fault, days: Days, channels: Channels, places: npt.NDArray[np.int64], seed: int
) -> tuple[pa.Table, npt.NDArray[np.bool_]]:
    """The readings with the fault in them, and the rows of every metering system it touched on any date."""
    changed, random = days.copy(), np.random.default_rng(seed + 1)
    for row in places.tolist():
        partners = tuple(int(channels.partners[quantity][row]) for quantity in QUANTITIES)
        fault.put(Place(changed, row, partners, random))
    return changed.closed(), np.isin(channels.mpan, channels.mpan[places])


def _swept(
    fault: Fault,
    readings: pa.Table,
    places: npt.NDArray[np.int64],
    touched: npt.NDArray[np.bool_],
    standing: StandingData,
    own: Path | None,
    jobs: int,
) -> Iterator[Detected]:
    threshold = THRESHOLDS.get(fault.check)
    in_force = load_regulation(own)
    if threshold is None:
        yield _judged(fault, readings, places, touched, standing, in_force, np.nan, "", True, jobs)
        return
    shipped = _in_force(threshold, readings, standing, in_force)
    for value in sorted({*threshold.values, *shipped}):
        with regulation_with(threshold, value, own) as regulation:
            yield _judged(
                fault, readings, places, touched, standing, regulation, value, threshold.unit, value in shipped, jobs
            )


def _in_force(threshold: Threshold, readings: pa.Table, standing: StandingData, regulation: Regulation) -> set[float]:
    """The values that the limit has as it stands, of policy or of the CoP Issues that govern the readings."""
    if threshold.column == "policy":
        return {regulation.policy(threshold.name).value}
    verdicts = validate_readings(readings.slice(0, 1000), standing, regulation).verdicts
    pairs = {(row["cop"], row["issue"]) for row in verdicts.select(["cop", "issue"]).to_pylist()}
    limits = (regulation.limits_for(cop, issue).get(threshold.name) for cop, issue in pairs if cop is not None)
    return {limit.value for limit in limits if limit is not None}


def _judged(
    fault: Fault,
    readings: pa.Table,
    places: npt.NDArray[np.int64],
    touched: npt.NDArray[np.bool_],
    standing: StandingData,
    regulation: Regulation,
    value: float,
    unit: str,
    shipped: bool,
    jobs: int,
) -> Detected:
    validation = validate_readings(readings, standing, regulation, jobs=jobs)
    spoke, ran = _spoke(fault.check, validation), _ran(fault.check, validation)
    damaged = places[ran[places]]
    clean = ran & ~touched
    return Detected(
        fault.name, fault.title, fault.check, value, unit, shipped,
        int(spoke[damaged].sum()), len(damaged), int((spoke & clean).sum()), int(clean.sum()),
    )  # fmt: skip


def _spoke(code: str, validation: Validation) -> npt.NDArray[np.bool_]:
    rows = np.zeros(validation.verdicts.num_rows, dtype=np.bool_)
    found = pc.equal(validation.findings["check"], code).to_numpy()
    rows[validation.finding_rows[found.astype(np.bool_)]] = True
    return rows


def _ran(code: str, validation: Validation) -> npt.NDArray[np.bool_]:
    bits: npt.NDArray[np.uint64] = validation.verdicts["checks_run"].to_numpy()
    ran: npt.NDArray[np.bool_] = (bits >> np.uint64(BY_CODE[code].bit) & np.uint64(1)).astype(np.bool_)
    return ran
