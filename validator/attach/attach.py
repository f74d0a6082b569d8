"""Joins readings, standing data and regulation: the second of the three hand-offs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.attach.channels import Channels, channels_of
from validator.attach.meters import Meters
from validator.attach.on_file import on_file
from validator.attach.profiles import Profiles
from validator.attach.rulings import Rulings
from validator.attach.steps import look_up
from validator.attach.values import Values, combined, numbers, values_of
from validator.regulation import Regulation
from validator.schema import ALARMS, READ_KINDS
from validator.standing import StandingData

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Attached:
    """Readings with everything the checks need; all arrays are (rows,) unless their class says otherwise.

    `meter` is each row's position in `meters` and `profile` in `profiles`, -1 for none. `certification`
    is its position in `rulings.decisions`. `protocol` is 1 approved, 0 not, -1 the list is silent.
    """

    readings: pa.Table
    regulation: Regulation
    values: Values
    channels: Channels
    meters: Meters
    rulings: Rulings
    profiles: Profiles
    meter: Ints
    profile: Ints
    certification: Ints
    has_collector: Bools
    protocol: npt.NDArray[np.int8]
    collector: str | None = None
    """Who read them all, where the run says; else it stands with each meter."""

    @property
    def rows(self) -> int:
        """Number of channel-days."""
        return len(self.meter)

    @cached_property
    def active(self) -> Bools:
        """Rows of AI and AE."""
        return (self.channels.quantity >= 0) & (self.channels.quantity <= 1)

    @cached_property
    def reactive(self) -> Bools:
        """Rows of RI and RE."""
        return self.channels.quantity >= 2

    @cached_property
    def energy(self) -> Ints:
        """Index of each row's active (0) or reactive (1) accuracy limits in `profiles`."""
        return (self.profile * 2 + self.reactive).astype(np.int32)

    def governing(self, rows: npt.NDArray[np.int64]) -> Ints:
        """Position in `rulings.governing` of what governs each of these rows, -1 without standing data."""
        ruling, day = self.meters.ruling[self.meter[rows]], self.channels.day[rows]
        return look_up(ruling, day, self.rulings.governing_steps)

    @cached_property
    def rated_kva(self) -> Floats:
        """Rated apparent power, NaN where not stated."""
        return self.meters.rated_kva[self.meter]

    @cached_property
    def full_load_kwh(self) -> Floats:
        """Energy of a half hour at rated load."""
        return self.rated_kva * 0.5

    @cached_property
    def resolution_kwh(self) -> Floats:
        """The channel's resolution, NaN where not stated."""
        return self.meters.resolution_kwh[self.meter]

    @cached_property
    def is_anchor(self) -> Bools:
        """The one row of each metering system-day on which its own findings stand."""
        anchor = np.zeros(self.rows, dtype=np.bool_)
        anchor[self.channels.anchor] = True
        return anchor

    @cached_property
    def register_start_kwh(self) -> Floats:
        """Register at the day's start, NaN where not read."""
        return numbers(self.readings["register_start_kwh"])

    @cached_property
    def register_end_kwh(self) -> Floats:
        """Register at the day's end, NaN where not read."""
        return numbers(self.readings["register_end_kwh"])

    @cached_property
    def read_on_site(self) -> Bools:
        """Rows whose register was read on site."""
        site = pc.equal(combined(self.readings["register_read_kind"]), READ_KINDS[1])
        return np.asarray(pc.fill_null(site, False).to_numpy(zero_copy_only=False), dtype=np.bool_)

    @cached_property
    def clock_error_s(self) -> Floats:
        """Outstation clock against UTC, NaN where not read."""
        return numbers(self.readings["clock_error_s"])

    @cached_property
    def integration_minutes(self) -> Floats:
        """Integration period, NaN where not stated."""
        return numbers(self.readings["integration_minutes"])

    @cached_property
    def collected_after_days(self) -> Floats:
        """Whole days from the settlement date to the UTC date of collection, NaN where not known."""
        collected = numbers(self.readings["collected_at"].cast(pa.date32()).cast(pa.int32()))
        return collected - self.channels.day

    @cached_property
    def alarms_carried(self) -> Bools:
        """Rows whose format has alarms, and which carry flags."""
        carried = np.asarray(combined(self.readings["alarms_carried"]).to_numpy(zero_copy_only=False))
        return carried.astype(np.bool_) & self.values.has_flags

    @cached_property
    def capable(self) -> npt.NDArray[np.uint16]:
        """One bit per alarm that this meter can raise."""
        return self.meters.alarms_capable[self.meter] & np.uint16((1 << len(ALARMS)) - 1)


def attach(
    readings: pa.Table,
    standing: StandingData,
    regulation: Regulation,
    collector: str | None = None,
    submission: npt.NDArray[np.int64] | None = None,
    jobs: int = 1,
) -> Attached:
    """Everything about each row of a READINGS table that its checks depend on.

    `submission` int64 (rows,) numbers what each row came in; None where all came in one. `jobs` threads share the
    copying of what came in pieces.
    """
    channels = channels_of(readings, submission)
    filed, meter = on_file(channels, standing, regulation)
    ruling, rulings = filed.meters.ruling[meter], filed.rulings
    has_collector, protocol = filed.protocol(meter, channels.day, collector)
    return Attached(
        readings=readings,
        regulation=regulation,
        values=values_of(readings, jobs),
        channels=channels,
        meters=filed.meters,
        rulings=rulings,
        profiles=filed.profiles,
        meter=meter,
        profile=look_up(ruling, channels.day, rulings.profile_steps),
        certification=look_up(ruling, channels.day, rulings.decision_steps),
        has_collector=has_collector,
        protocol=protocol,
        collector=collector,
    )
