"""Standing data as of each settlement date, and what the regulation makes of each meter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from kernels.lookup import in_force
from validator.attach.channels import Channels
from validator.attach.coded import NONE, coded
from validator.attach.rulings import Rulings, rulings_of
from validator.attach.steps import look_up
from validator.regulation import Regulation
from validator.schema import ALARMS
from validator.standing import StandingData

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_FAR_PAST = np.iinfo(np.int32).min
_FAR_FUTURE = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Meters:
    """The standing-data rows of the meters that were submitted.

    Every array has one entry per row of `frame` and a last one for "no standing data", so that the
    index -1 finds it. `ruling` numbers the kinds of meter in `Rulings`, -1 for none. NaN or -1 where the
    standing data says nothing.
    """

    frame: pl.DataFrame
    ruling: Ints
    rated_kva: Floats
    resolution_kwh: Floats
    register_digits: Ints
    energised: npt.NDArray[np.int8]
    energised_from_day: Ints
    one_directional: Bools
    ct_operated: Bools
    alarms_capable: npt.NDArray[np.uint16]
    active_rank: Floats
    ct_rank: Floats


def meters_of(channels: Channels, standing: StandingData, regulation: Regulation) -> tuple[Meters, Rulings, Ints]:
    """Meters submitted, their rulings, and each row's position in `Meters` (-1: none in force)."""
    frame, starts = _submitted(channels, standing)
    rulings, ruling = rulings_of(frame, regulation)
    meter = np.full(len(channels.day), NONE, dtype=np.int32)
    from_day = _days(frame["effective_from"], _FAR_PAST)[:-1]
    to_day = _days(frame["effective_to"], _FAR_FUTURE)[:-1]
    in_force(channels.mpan * 2 + channels.role, channels.day, starts, from_day, to_day, meter)
    return _meters(frame, ruling, regulation), rulings, meter


def _submitted(channels: Channels, standing: StandingData) -> tuple[pl.DataFrame, npt.NDArray[np.int64]]:
    """Standing rows of the submitted MPANs, grouped by MPAN and role, and where each group starts."""
    rows, starts = standing.filed.rows_of(channels.mpans)
    if len(rows) == standing.frame.height and bool((np.diff(rows) == 1).all()):
        return standing.frame, starts
    return standing.frame[rows], starts


def _meters(frame: pl.DataFrame, ruling: Ints, regulation: Regulation) -> Meters:
    energised = frame["energised"].cast(pl.Int8).fill_null(NONE).to_numpy()
    from_day = _days(frame["energised_from"], _FAR_PAST)
    effective = _days(frame["effective_from"], _FAR_PAST)
    return Meters(
        frame=frame,
        ruling=ruling,
        rated_kva=_floats(frame["rated_kva"]),
        resolution_kwh=_floats(frame["resolution_kwh"]),
        register_digits=np.append(frame["register_digits"].fill_null(NONE).to_numpy(), NONE).astype(np.int32),
        energised=np.append(energised, NONE).astype(np.int8),
        energised_from_day=np.where(from_day == _FAR_PAST, effective, from_day).astype(np.int32),
        one_directional=_bools(frame["direction"].is_in(["IMPORT", "EXPORT"])),
        ct_operated=_bools(frame["ct_class"].is_not_null()),
        alarms_capable=_capable(frame["alarms_capable"]),
        active_rank=_ranks(frame["meter_class_active"], regulation),
        ct_rank=_ranks(frame["ct_class"], regulation),
    )


def _days(column: pl.Series, absent: int) -> Ints:
    return np.append(column.cast(pl.Int32).fill_null(absent).to_numpy(), absent).astype(np.int32)


def _floats(column: pl.Series) -> Floats:
    return np.append(column.fill_null(np.nan).to_numpy(), np.nan).astype(np.float64)


def _bools(column: pl.Series) -> Bools:
    return np.append(column.fill_null(False).to_numpy(), False).astype(np.bool_)


def _capable(column: pl.Series) -> npt.NDArray[np.uint16]:
    """One bit per alarm; all of them where the standing data does not say."""
    every = (1 << len(ALARMS)) - 1
    places, texts = coded(column)
    return np.asarray(np.array([*map(_mask, texts), every], dtype=np.uint16)[np.append(places, NONE)])


def _mask(text: str) -> int:
    named = set(text.split("|"))
    return sum(1 << k for k, alarm in enumerate(ALARMS) if alarm in named)


def _ranks(column: pl.Series, regulation: Regulation) -> Floats:
    """Rank of each accuracy class, lower being better; NaN where absent or not one the tables rank."""
    places, texts = coded(column)
    ranks = [np.nan if (rank := regulation.class_rank(text)) is None else rank for text in texts]
    return np.asarray(np.array([*ranks, np.nan], dtype=np.float64)[np.append(places, NONE)])


def protocol_of(
    channels: Channels, meters: Meters, meter: Ints, regulation: Regulation, collector: str | None
) -> tuple[Bools, npt.NDArray[np.int8]]:
    """Whether a collector is known, and 1 approved, 0 not approved, -1 the list is silent; both (rows,)."""
    reader = pl.col("collector") if collector is None else pl.lit(collector)
    pairs = meters.frame.select(reader.alias("collector"), "outstation_type")
    (by_reader, readers), (by_type, types) = coded(pairs["collector"]), coded(pairs["outstation_type"])
    both = np.where((by_reader >= 0) & (by_type >= 0), by_reader * max(len(types), 1) + by_type, NONE)
    place, named = coded(pl.Series(both).replace(NONE, None))
    group = np.append(place, NONE).astype(np.int32)
    timelines = [
        [(start, NONE if said is None else int(said)) for start, said, _ in regulation.protocol(readers[a], types[b])]
        for a, b in (divmod(pair, len(types)) for pair in named)
    ]
    known = np.append(pairs["collector"].is_not_null().to_numpy(), False)
    return known[meter], look_up(group[meter], channels.day, timelines).astype(np.int8)
