"""Standing data as of each settlement date, and what the regulation makes of each meter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from validator.attach.coded import NONE, coded
from validator.attach.needs import need_bits
from validator.regulation import Regulation
from validator.schema import ALARMS

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_FAR_PAST = np.iinfo(np.int32).min
_FAR_FUTURE = np.iinfo(np.int32).max
_TEXTS = ("manufacturer", "meter_type", "variant", "firmware")
_ASKED_FOR = ("meter_serial", "outstation_id", "outstation_type", "firmware", "meter_type")


@dataclass(frozen=True)
class Meters:
    """Standing-data rows: those of the meters that were submitted, or all that are on file.

    Every array has one entry per row of `frame` and a last one for "no standing data", so that the
    index -1 finds it. `ruling` numbers the kinds of meter in `Rulings`, -1 for none. NaN or -1 where the
    standing data says nothing.
    """

    frame: pl.DataFrame
    ruling: Ints
    effective_from_day: Ints
    effective_to_day: Ints
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

    @cached_property
    def stated(self) -> Mapping[str, Bools]:
        """Which rows state what is only ever asked for by name."""
        columns = (self.frame[name] for name in _ASKED_FOR)
        return {column.name: np.append(column.is_not_null().to_numpy(), False) for column in columns}

    @cached_property
    def needs(self) -> npt.NDArray[np.uint64]:
        """Needs that the standing data alone decides, as bits: once for each meter, and not for each of its rows."""
        met = {
            "standing": np.arange(len(self.ruling)) < len(self.ruling) - 1,
            "resolution": np.isfinite(self.resolution_kwh),
            "rating": np.isfinite(self.rated_kva),
            **{column: self.stated[column] for column in ("firmware", "meter_type", "outstation_type")},
            "energised": self.energised == 1,
            "deenergised": self.energised == 0,
            "one_directional": self.one_directional,
        }
        return need_bits(len(self.ruling), met)

    @cached_property
    def texts(self) -> Mapping[str, tuple[Ints, list[str]]]:
        """The place of each row's text among the distinct ones of its column, and those."""
        found = {name: coded(self.frame[name]) for name in _TEXTS}
        return {name: (np.append(places, NONE).astype(np.int32), texts) for name, (places, texts) in found.items()}


def meters_of(frame: pl.DataFrame, ruling: Ints, regulation: Regulation) -> Meters:
    """The rows of a standing-data table and the kind of each, as `rulings_of` numbers them."""
    energised = frame["energised"].cast(pl.Int8).fill_null(NONE).to_numpy()
    from_day = _days(frame["energised_from"], _FAR_PAST)
    effective = _days(frame["effective_from"], _FAR_PAST)
    return Meters(
        frame=frame,
        ruling=ruling,
        effective_from_day=effective,
        effective_to_day=_days(frame["effective_to"], _FAR_FUTURE),
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
