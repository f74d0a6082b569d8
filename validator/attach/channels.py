"""Which rows belong together: channels, metering system-days, partners, repeats and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from kernels.lookup import filled_slots, first_rows
from validator.attach.values import combined
from validator.calendar import expected_periods
from validator.mpan import DistinctMpans, distinct, numbered
from validator.schema import QUANTITIES, ROLES

Ints = npt.NDArray[np.int32]
SLOTS = len(ROLES) * len(QUANTITIES)
UNKNOWN = -1


@dataclass(frozen=True)
class Channels:
    """Keys of every row (arrays (rows,) unless said otherwise).

    `quantity` indexes QUANTITIES, -1 for any other text; `role` indexes ROLES; `day` is days since 1970.
    `system` numbers metering system-days (mpan, date, time base); `slots` int32 (systems, 8) holds the
    first row of each role and quantity, -1 where none; `anchor` int32 (systems,) the row on which what
    concerns the whole system-day stands. `repeated` marks rows after the first of a channel-day, and
    `days_absent` counts the dates missing just before a row.
    """

    mpan: Ints
    mpans: DistinctMpans
    quantity: npt.NDArray[np.int8]
    role: npt.NDArray[np.int8]
    day: Ints
    utc_day: npt.NDArray[np.bool_]
    expected: Ints
    system: Ints
    slots: npt.NDArray[np.int32]
    anchor: Ints
    channel: npt.NDArray[np.int64]
    repeated: npt.NDArray[np.bool_]
    days_absent: Ints

    @cached_property
    def sent(self) -> npt.NDArray[np.uint8]:
        """Which slots of each row's system-day hold a row; bit k for slot k, uint8 (rows,)."""
        filled = np.empty(len(self.system), dtype=np.uint8)
        filled_slots(self.system, self.slots, filled)
        return filled

    def has_partner(self, quantity: str) -> npt.NDArray[np.bool_]:
        """Whether a quantity of each row's own role came that day."""
        shift = self.role.astype(np.uint8) * np.uint8(len(QUANTITIES)) + np.uint8(QUANTITIES.index(quantity))
        return (self.sent >> shift & np.uint8(1)).astype(np.bool_)

    @cached_property
    def partners(self) -> dict[str, Ints]:
        """First row of each quantity of each row's own role that day; -1 where none."""
        at = self.role.astype(np.int64) * len(QUANTITIES)
        return {quantity: self.slots[self.system, at + k] for k, quantity in enumerate(QUANTITIES)}

    def main_row(self, quantity: str) -> Ints:
        """First MAIN row of a quantity of each row's system-day; -1 where none."""
        rows: Ints = self.slots[self.system, QUANTITIES.index(quantity)]
        return rows

    @cached_property
    def check_partner(self) -> Ints:
        """First CHECK row of each MAIN row's quantity that day; -1 where none or on a CHECK row."""
        check = self.slots[self.system, len(QUANTITIES) + np.maximum(self.quantity, 0).astype(np.int64)]
        return np.where((self.role == 0) & (self.quantity >= 0), check, UNKNOWN).astype(np.int32)


def channels_of(readings: pa.Table, submission: npt.NDArray[np.int64] | None = None) -> Channels:
    """Keys of a table with the READINGS schema.

    `submission` int64 (rows,) numbers what each row came in: rows of two submissions belong together in nothing.
    """
    mpans = distinct(combined(readings["mpan_core"]))
    mpan = mpans.places
    sender = mpan.astype(np.int64) if submission is None else submission * len(mpans.texts) + mpan
    quantity, quantity_code, quantity_codes = _quantities(readings["measurement_quantity"])
    role = np.asarray(pc.equal(combined(readings["role"]), ROLES[1]).to_numpy(zero_copy_only=False)).astype(np.int8)
    day = np.asarray(combined(readings["settlement_date"]).cast(pa.int32()).to_numpy(), dtype=np.int32)
    utc_day = np.asarray(combined(readings["utc_day"]).to_numpy(zero_copy_only=False), dtype=np.bool_)
    system = _systems(mpan if submission is None else numbered(sender)[0], day, utc_day)
    channel = ((sender * quantity_codes + quantity_code) * 2 + role) * 2 + utc_day
    slots, repeated = _slots(system, quantity, role)
    _mark_unknown_repeats(repeated, quantity, channel, day)
    return Channels(
        mpan=mpan,
        mpans=mpans,
        quantity=quantity,
        role=role,
        day=day,
        utc_day=utc_day,
        expected=expected_periods(day, utc_day),
        system=system,
        slots=slots,
        anchor=_anchors(system, slots),
        channel=channel,
        repeated=repeated,
        days_absent=_days_absent(channel, day, repeated),
    )


def _quantities(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64], int]:
    encoded = pc.dictionary_encode(combined(column))
    known = pc.fill_null(pc.index_in(encoded.dictionary, pa.array(QUANTITIES)), UNKNOWN)
    code = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    by_code = np.asarray(known.to_numpy(zero_copy_only=False)).astype(np.int8)
    return by_code[code] if len(code) else np.zeros(0, np.int8), code, max(len(by_code), 1)


def _systems(mpan: Ints, day: Ints, utc_day: npt.NDArray[np.bool_]) -> Ints:
    """Metering system-days numbered in order of first appearance; those of one day are numbered already."""
    if not len(day):
        return mpan
    first_day, last_day = int(day.min()), int(day.max())
    if first_day == last_day and utc_day.min() == utc_day.max():
        return mpan
    span = last_day - first_day + 1
    return numbered((mpan.astype(np.int64) * span + (day - first_day)) * 2 + utc_day)[0]


def _slots(
    system: Ints, quantity: npt.NDArray[np.int8], role: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    systems = int(system.max()) + 1 if len(system) else 0
    slot = np.where(quantity >= 0, role * np.int8(len(QUANTITIES)) + quantity, UNKNOWN).astype(np.int8)
    first_of_slot = np.full(systems * SLOTS, UNKNOWN, dtype=np.int32)
    repeated = np.zeros(len(system), dtype=np.bool_)
    first_rows(system, slot, SLOTS, first_of_slot, repeated)
    return first_of_slot.reshape(systems, SLOTS), repeated


def _mark_unknown_repeats(
    repeated: npt.NDArray[np.bool_],
    quantity: npt.NDArray[np.int8],
    channel: npt.NDArray[np.int64],
    day: Ints,
) -> None:
    unknown = np.flatnonzero(quantity < 0)
    if len(unknown):
        keys = pl.DataFrame({"channel": channel[unknown], "day": day[unknown]})
        first = keys.select(pl.struct("channel", "day").is_first_distinct()).to_series().to_numpy()
        repeated[unknown] = ~first


def _anchors(system: Ints, slots: npt.NDArray[np.int32]) -> Ints:
    """The MAIN AI row of each system-day, else its first row."""
    first = np.full(len(slots), UNKNOWN, dtype=np.int32)
    first_rows(system, np.zeros(len(system), np.int8), 1, first, np.zeros(len(system), np.bool_))
    return np.where(slots[:, 0] >= 0, slots[:, 0], first).astype(np.int32)


def _days_absent(channel: npt.NDArray[np.int64], day: Ints, repeated: npt.NDArray[np.bool_]) -> Ints:
    absent = np.zeros(len(day), dtype=np.int32)
    if not len(day) or day.min() == day.max():
        return absent
    rows = np.flatnonzero(~repeated)
    order = rows[np.lexsort((day[rows], channel[rows]))]
    same = channel[order][1:] == channel[order][:-1]
    gaps = np.diff(day[order]) - 1
    absent[order[1:]] = np.where(same & (gaps > 0), gaps, 0)
    return absent
